"""The host configuration: what governance can set, with the sentence that needs each member.

Only the members that the scheduler reads so far.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from impl.primitives import require_u32


@dataclass(frozen=True, slots=True)
class HostConfiguration:
    """One configuration; it does not change within a session. §2.5.3/description.

    Periods and frequencies count relay-chain blocks.  All members are unsigned, 32 bits.
    """

    parathread_cores: int = 0
    """Number of parathread-multiplexing cores. §2.5.5/session-change.4."""

    parathread_retries: int = 0
    """Times a claim may be retried after a first attempt. §2.5.5/session-change.10."""

    group_rotation_frequency: int = 1
    """Blocks from one rotation to the next, at least 1. §2.5.5/description.4.1.

    The text has rotations at fixed intervals and gives the interval no name.
    """

    chain_availability_period: int = 0
    """Timeout of a parachain's core. §2.5.5/availability_timeout_predicate."""

    thread_availability_period: int = 0
    """Timeout of a parathread core. §2.5.5/availability_timeout_predicate."""

    scheduling_lookahead: int = 0
    """Claims that may be queued per parathread core. §2.5.5/add_parathread_claim.2."""

    def __post_init__(self) -> None:
        """Refuse what is no unsigned number, and a rotation every zero blocks."""
        for member in fields(self):
            at_least = 1 if member.name == "group_rotation_frequency" else 0
            require_u32(member.name, getattr(self, member.name), at_least=at_least)
