"""§1.10.3 Invalidity Escalation: the vote of all validators on one candidate.

The vote is triggered by attestations both ways and settled once more than 2n/3 of n validators
have attested.  Its outcome is read after every attestation; late ones can still turn it into the
third.  Those to be slashed are named `slash_delay` blocks after the outcome, and from then on the
outcome stands: what a late vote then means is the reading `late-votes-slashed`.

The text does not say on which side a validator is that attests both ways, the reading
`attestations-both-ways`: on both, on the side of its first attestation, or on neither, as if it
had not attested.  Whatever the reading, such attestations trigger the vote, and it is among those
"who attested" to what turns out wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from impl.approval.context import ApprovalContext
from impl.approval.voting_errors import ClockRunsBack
from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, ValidatorIndex, require_bytes, require_u32
from impl.rules import Rules
from impl.validation.attestations import TrackedCandidate
from impl.validation.block import HASH_BYTES

PARTS = 3
"""The thresholds are thirds of the number of validators: §1.10.3/description.2.2."""


class Outcome(Enum):
    """What has come of a vote."""

    OPEN = "open"
    """Nothing yet: §1.10.3/description.2.1."""

    VALID = "valid"
    """§1.10.3/outcome.1."""

    INVALID = "invalid"
    """§1.10.3/outcome.2."""

    SPLIT = "split"
    """§1.10.3/outcome.3: invalid, and nobody is slashed."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What one validator has attested to."""

    first: bool
    """Its first attestation: to validity, or to invalidity."""

    both: bool = False
    """Whether it has attested to the contrary as well."""

    def is_for(self, *, valid: bool) -> bool:
        """Tell whether it has attested to this side, perhaps among others."""
        return self.both or self.first is valid


@dataclass(frozen=True, slots=True)
class Slash:
    """A validator to be slashed, and for which attestation."""

    validator: ValidatorIndex
    receipt_hash: bytes
    valid: bool


@dataclass(frozen=True, slots=True)
class Escalation:
    """The attestations to one candidate, and what has come of them."""

    receipt_hash: bytes
    """The candidate."""

    votes: FrozenMap[ValidatorIndex, Vote] = field(default_factory=FrozenMap)
    """Who has attested."""

    last: int = 0
    """The height that was seen last."""

    outcome: Outcome = Outcome.OPEN
    """What has come of the vote."""

    outcome_at: int | None = None
    """Since when; None while there is no vote or it is open."""

    closed: bool = False
    """Whether those who were wrong have been named, so that the outcome stands."""

    slashes: tuple[Slash, ...] = ()
    """Who is to be slashed."""

    def __post_init__(self) -> None:
        """Refuse what is no hash."""
        require_bytes("receipt_hash", self.receipt_hash, length=HASH_BYTES)

    @property
    def is_triggered(self) -> bool:
        """Tell whether there are attestations both ways. §1.10.3/description.1."""
        sides = {valid for valid in (True, False) if self.get_attesters(valid=valid)}
        return len(sides) > 1

    @property
    def is_unresolved(self) -> bool:
        """Tell whether the candidate is disputed without an outcome. §1.10.3/description.2.1."""
        return self.is_triggered and self.outcome is Outcome.OPEN

    @property
    def is_found_invalid(self) -> bool:
        """Tell whether the blob is considered invalid: outcomes 2 and 3."""
        return self.outcome in (Outcome.INVALID, Outcome.SPLIT)

    def get_attesters(self, *, valid: bool) -> frozenset[ValidatorIndex]:
        """Return who has attested to this side, perhaps among others."""
        return frozenset(each for each, vote in self.votes.items() if vote.is_for(valid=valid))


def get_obliged(escalation: Escalation, context: ApprovalContext) -> frozenset[ValidatorIndex]:
    """Return who has to fetch and validate the blob: all that have not. §1.10.3/description.1."""
    if not escalation.is_triggered:
        return frozenset()
    everybody = (ValidatorIndex(index) for index in range(len(context.validators)))
    return frozenset(index for index in everybody if index not in escalation.votes)


# ---- counting


@dataclass(frozen=True, slots=True)
class Tally:
    """How many attested to either side, and at all."""

    valid: int
    invalid: int
    attested: int


def compute_tally(escalation: Escalation, rules: Rules) -> Tally:
    """Count the votes under the reading in force."""
    votes = list(escalation.votes.values())
    both = sum(vote.both for vote in votes)
    reading = rules.reading("attestations-both-ways") if both else "both"
    if reading == "neither":
        votes = [vote for vote in votes if not vote.both]
    elif reading == "first":
        votes = [Vote(vote.first) for vote in votes]
    valid, invalid = (sum(vote.is_for(valid=side) for vote in votes) for side in (True, False))
    return Tally(valid, invalid, len(votes))


def is_settled(attested: int, validators: int) -> bool:
    """Tell whether enough have attested for an outcome. §1.10.3/description.2.2."""
    return PARTS * attested > 2 * validators


def compute_outcome(tally: Tally, validators: int) -> Outcome:
    """Return which of the three outcomes a tally is. §1.10.3/outcome."""
    if not is_settled(tally.attested, validators):
        return Outcome.OPEN
    for_it, against_it = PARTS * tally.valid > validators, PARTS * tally.invalid > validators
    if for_it and against_it:
        return Outcome.SPLIT
    # more than two thirds on two sides: at least one of them has more than a third
    return Outcome.VALID if for_it else Outcome.INVALID


# ---- routines


def process_vote(
    escalation: Escalation,
    validator: ValidatorIndex,
    now: BlockNumber,
    context: ApprovalContext,
    *,
    valid: bool,
) -> Escalation:
    """Count an attestation, verified before; one that says nothing new changes nothing."""
    context.get_key(validator)
    escalation = process_time(escalation, now, context)
    before = escalation.votes.get(validator)
    if before is not None and before.is_for(valid=valid):
        return escalation
    vote = Vote(valid) if before is None else replace(before, both=True)
    escalation = replace(escalation, votes=escalation.votes.set(validator, vote))
    if escalation.closed:
        return _judge_late(escalation, validator, context, valid=valid)
    return _read_outcome(escalation, context)


def process_tracked(
    escalation: Escalation,
    candidate: TrackedCandidate,
    now: BlockNumber,
    context: ApprovalContext,
) -> Escalation:
    """Count all attestations that the relay chain keeps of a candidate. §1.8/description.1.4.

    Those of one block that go both ways have no order on chain: here validity comes first.
    """
    for valid in (True, False):
        for validator in sorted(candidate.get_attesters(valid=valid)):
            escalation = process_vote(escalation, validator, now, context, valid=valid)
    return escalation


def process_time(escalation: Escalation, now: BlockNumber, context: ApprovalContext) -> Escalation:
    """Let time pass: name those to be slashed when the wait is over. §1.10.3/outcome.3.2."""
    require_u32("now", now)
    if now < escalation.last:
        raise ClockRunsBack(now, escalation.last)
    escalation = replace(escalation, last=now)
    due = escalation.outcome in (Outcome.VALID, Outcome.INVALID) and not escalation.closed
    if not due or escalation.outcome_at is None:
        return escalation
    if now < escalation.outcome_at + context.parameters.slash_delay:
        return escalation
    wrong = escalation.outcome is Outcome.INVALID
    slashes = tuple(
        Slash(validator, escalation.receipt_hash, wrong)
        for validator in sorted(escalation.get_attesters(valid=wrong))
    )
    return replace(escalation, closed=True, slashes=slashes)


def _read_outcome(escalation: Escalation, context: ApprovalContext) -> Escalation:
    if not escalation.is_triggered:
        return escalation
    tally = compute_tally(escalation, context.rules)
    outcome = compute_outcome(tally, len(context.validators))
    if outcome is escalation.outcome:
        return escalation
    since = None if outcome is Outcome.OPEN else escalation.last
    return replace(escalation, outcome=outcome, outcome_at=since)


def _judge_late(
    escalation: Escalation, validator: ValidatorIndex, context: ApprovalContext, *, valid: bool
) -> Escalation:
    """Slash a late voter for the side that was found wrong, or spare it, by the reading."""
    wrong = escalation.outcome is Outcome.INVALID
    if valid is not wrong or context.rules.reading("late-votes-slashed") == "spared":
        return escalation
    slash = Slash(validator, escalation.receipt_hash, valid)
    return replace(escalation, slashes=(*escalation.slashes, slash))
