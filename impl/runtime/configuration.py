"""§2.5.3 The Configuration Module: what governance can set, and when it takes effect.

The text names the members only where it uses them; the docstring of each cites that sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace

from impl.errors import CheckFailed, UnknownName
from impl.origins import Origin, OriginKind, require_origin
from impl.primitives import require_u32
from impl.rules import AS_AMENDED, Rules


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
    """Blocks from one rotation to the next. §2.5.5/description.4.1.

    The text has rotations at fixed intervals and gives the interval no name.  With 0 there is no
    rotation and no group on any core, which is where the text ends.
    """

    chain_availability_period: int = 0
    """Timeout of a parachain's core. §2.5.5/availability_timeout_predicate."""

    thread_availability_period: int = 0
    """Timeout of a parathread core. §2.5.5/availability_timeout_predicate."""

    scheduling_lookahead: int = 0
    """Claims that may be queued per parathread core. §2.5.5/add_parathread_claim.2."""

    validation_upgrade_frequency: int = 0
    """Least distance of two code upgrades of a para. §2.5.6/process_candidates.2."""

    validation_upgrade_delay: int = 0
    """From the relay parent of an upgrade to its expected block. §2.5.6/enact_candidate.1."""

    acceptance_period: int = 0
    """How long an included block can be disputed and old code is kept. §2.5.8/local-disputes.2.

    §2.5.4/storage.PastCodePruning.2 wants all of it covered.
    """

    dispute_open_period: int = 0
    """How long a concluded dispute takes further votes. §2.5.8/remote-disputes.10.2."""

    remote_availability_period: int = 0
    """Timeout for the block of a remote dispute. §2.5.8/remote-disputes.8.1."""

    dispute_slash: int = 0
    """Lost by the wrong side of a dispute. §2.5.8/local-disputes.5.2."""

    dispute_reward: int = 0
    """Paid to those who found a backed block invalid. §2.3/description.3.4."""

    distraction_fee: int = 0
    """Paid for claiming a block valid in a dispute that nobody wins. §2.5.9/description.2.2."""

    absence_penalty: int = 0
    """Paid for no vote in a dispute with a supermajority. §2.5.9/description.3.1."""

    def __post_init__(self) -> None:
        """Refuse what is no unsigned number."""
        for member in fields(self):
            require_u32(member.name, getattr(self, member.name))


MEMBERS: tuple[str, ...] = tuple(member.name for member in fields(HostConfiguration))
"""Names of the members, in the order of the class."""

ROTATION = "group_rotation_frequency"
"""The member that a block is divided by."""


# ---- storage


@dataclass(frozen=True, slots=True)
class ConfigurationStorage:
    """The storage items of the module."""

    configuration: HostConfiguration = field(default_factory=HostConfiguration)
    """The one in use. §2.5.3/storage.Configuration."""

    pending_configuration: HostConfiguration | None = None
    """The one for the next session, if it differs. §2.5.3/storage.PendingConfiguration."""


# ---- session change


def session_change(storage: ConfigurationStorage) -> ConfigurationStorage:
    """Take over what is pending; then nothing is. §2.5.3/session-change.

    The first module to handle the change: the notification is complete only afterwards.
    """
    if storage.pending_configuration is None:
        return storage
    # session-change.1, .2
    return ConfigurationStorage(storage.pending_configuration, None)


# ---- routines


def configuration(storage: ConfigurationStorage) -> HostConfiguration:
    """Return the configuration in use. §2.5.3/configuration."""
    return storage.configuration


def update_configuration(
    storage: ConfigurationStorage, change: Callable[[HostConfiguration], HostConfiguration]
) -> ConfigurationStorage:
    """Change the pending configuration. §2.5.3/update_configuration."""
    pending = storage.pending_configuration
    if pending is None:  # update_configuration.1
        pending = configuration(storage)
    return replace(storage, pending_configuration=change(pending))  # update_configuration.2, .3


# ---- entry-points


@dataclass(eq=False)
class NoRotation(CheckFailed, token="§2.5.3/entry-points.1"):
    """The `member` that is the interval between rotations is to be 0 (amended text only)."""

    member: str

    def describe(self) -> str:
        """Say what would follow."""
        return f"{self.member} 0 leaves no group on any core"


def set_member(
    storage: ConfigurationStorage,
    origin: Origin,
    member: str,
    value: int,
    *,
    rules: Rules = AS_AMENDED,
) -> ConfigurationStorage:
    """Set one member from the next session on. §2.5.3/entry-points.

    There is one entry-point for each member, `configuration.set_<member>`: this one with the member
    fixed.  `BadOrigin` for all but governance, `BadValue` for what the member cannot be,
    `NoRotation` for what no block can be built with.
    """
    require_origin(entry_point_name(member), origin, OriginKind.GOVERNANCE)  # entry-points.2
    if rules.amended("rotations-take-blocks") and member == ROTATION and value == 0:
        raise NoRotation(member)
    return update_configuration(storage, lambda pending: replace(pending, **{member: value}))


def entry_point_name(member: str) -> str:
    """Return the name of a member's entry-point. §2.5.3/entry-points.1."""
    if member not in MEMBERS:
        raise UnknownName("member of the host configuration", member, known=MEMBERS)
    return f"configuration.set_{member}"
