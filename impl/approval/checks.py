"""§1.9.4: the checks that one block has had, whose count, and whether it is one's own turn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction

from impl.approval.context import ApprovalParameters, ExecutedCandidate
from impl.approval.errors import StakeNotRaised
from impl.approval.extra import (
    compute_due,
    compute_v_check,
    compute_v_default,
    is_small_enough,
)
from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, ValidatorIndex, require_u32


class Priority(Enum):
    """Why a validator checks a block, the highest rank first. §1.9.4/description.3."""

    PARACHAIN = 0
    """It is one of the parachain's validators."""

    ASSIGNED = 1
    """§1.9.3 assigned it."""

    EXTRA = 2
    """§1.9.4 did: its output decides the rank."""

    ESCALATED = 3
    """Everybody checks: such a check has no rank above anybody's. §1.10.3/description.1."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check that was seen."""

    priority: Priority
    """Why it was made."""

    position: Fraction | None = None
    """The output that decides, scaled as in `compute_position`: of extra checks only."""

    def __post_init__(self) -> None:
        """Refuse a position without use, or none where it is needed."""
        if (self.position is None) == (self.priority is Priority.EXTRA):
            raise BadValue("position", "given exactly for extra checks", self.position)

    def is_before(self, position: Fraction) -> bool:
        """Tell whether it ranks above an extra check with this output."""
        if self.position is not None:
            return self.position < position
        return self.priority is not Priority.ESCALATED

    def get_better(self, other: Check) -> Check:
        """Return the one of higher rank."""
        return min(self, other, key=lambda each: (each.priority.value, each.position or 0))


@dataclass(frozen=True, slots=True)
class CandidateChecks:
    """What is known of the checks of one block that was acted on."""

    candidate: ExecutedCandidate
    """The block."""

    acted_at: BlockNumber
    """When it was acted on: waits and the fishing period begin then. §1.9/description.1.1."""

    parameters: ApprovalParameters
    """The constants in force."""

    stake: int = 0
    """Of all that reported the block together. §1.9.4/description.1.4."""

    checks: FrozenMap[ValidatorIndex, Check] = field(default_factory=FrozenMap)
    """Who has checked it."""

    @property
    def v_default(self) -> int:
        """#VDefault of this block."""
        return compute_v_default(len(self.candidate.parachain_validators), self.parameters)

    @property
    def v_check(self) -> Fraction:
        """#VCheck of this block."""
        return compute_v_check(self.v_default, self.stake, self.parameters)

    @property
    def end(self) -> int:
        """The last block of the fishing period."""
        return self.acted_at + self.parameters.fishing_period

    @property
    def is_approved(self) -> bool:
        """Tell whether #VCheck validators have checked the block. §1.1/description.9.2."""
        return len(self.checks) >= self.v_check

    def get_higher(self, position: Fraction) -> int:
        """Return how many checks rank above an extra one with this output."""
        return sum(check.is_before(position) for check in self.checks.values())

    def get_due(self, position: Fraction) -> int:
        """Return the block at which the wait of this output is over."""
        return compute_due(self.acted_at, position, self.v_default, self.v_check, self.parameters)


def note_check(record: CandidateChecks, validator: ValidatorIndex, check: Check) -> CandidateChecks:
    """Count a check; one validator counts once, in its highest rank.

    The primary validation of a parachain's validator is one: §1.9.4/description.3 counts them
    first.
    """
    require_u32("validator", validator)
    group = record.candidate.parachain_validators
    if check.priority is Priority.PARACHAIN and validator not in group:
        raise BadValue("validator", f"one of the parachain's {list(group)}", validator)
    before = record.checks.get(validator)
    best = check if before is None else before.get_better(check)
    return replace(record, checks=record.checks.set(validator, best))


def note_reports(record: CandidateChecks, stake: int) -> CandidateChecks:
    """Take note of the total stake behind reports, after a new one. §1.9.4/description.4.1."""
    if stake <= record.stake:
        raise StakeNotRaised(record.stake, stake)
    return replace(record, stake=stake)


# ---- whose turn


class Turn(Enum):
    """What an extra checker does about a block."""

    CHECK = "check"
    """Check it now."""

    WAIT = "wait"
    """Wait: others rank higher."""

    ENOUGH = "enough"
    """Leave it: others have made #VCheck checks."""

    OVER = "over"
    """Leave it: the fishing period is over."""


def decide(record: CandidateChecks, position: Fraction, now: BlockNumber) -> Turn:
    """Say whether an extra checker with this output checks the block. §1.9.4/description.3.

    An output that is small enough asks for a check whatever the others did; so a report, which
    raises #VCheck, can ask for one immediately.
    """
    if now > record.end:
        return Turn.OVER
    if is_small_enough(position, record.v_default, record.v_check):
        return Turn.CHECK
    if record.get_higher(position) >= record.v_check:
        return Turn.ENOUGH
    return Turn.WAIT if now < record.get_due(position) else Turn.CHECK
