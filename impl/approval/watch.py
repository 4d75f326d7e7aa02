"""§1.9.4, §1.9.5: what one validator keeps about the blocks it may have to check.

A routine takes a watch and returns the next one.  Which blocks are to be checked now is
`get_to_check`; the set that §1.9.4/description.4.3 speaks of is `tracked`.  As written it has the
blocks whose #VCheck is *below* the number of higher checks, those that need nobody any more, and
yet a report, which raises #VCheck, is to put a block back into it.  As amended
(`tracked-blocks-lack-checks`) it has those with fewer higher checks than #VCheck.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from impl.approval.checks import (
    CandidateChecks,
    Check,
    Turn,
    decide,
    note_check,
    note_reports,
)
from impl.approval.context import ApprovalContext, RelayBlock
from impl.approval.equivocation import (
    Assignments,
    equivocated_assignment,
    ordinary_assignment,
    require_equivocation,
)
from impl.approval.errors import BlockKnown, NotExecuted
from impl.approval.extra import compute_position, is_small_enough
from impl.crypto.keys import KeyPair
from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, ParaId, ValidatorIndex

Place = tuple[bytes, ParaId]
"""Hash of a relay-chain block, and a parachain whose block it acted on."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One validator's view of the checks it may have to make."""

    validator: ValidatorIndex
    """Its own index."""

    candidates: FrozenMap[Place, CandidateChecks] = field(default_factory=FrozenMap)
    """What it has seen of each block."""

    assigned: frozenset[Place] = frozenset()
    """The blocks it checks in any case. §1.9.3."""

    positions: FrozenMap[Place, Fraction] = field(default_factory=FrozenMap)
    """Its smallest output for each block. §1.9.4, §1.9.5/description.1.4."""

    own: FrozenMap[bytes, Assignments] = field(default_factory=FrozenMap)
    """Its proofs for each relay-chain block."""

    escalated: frozenset[Place] = frozenset()
    """The blocks that everybody checks. §1.10.3/description.1."""

    tracked: frozenset[Place] = frozenset()
    """The set of §1.9.4/description.4.3."""

    begun: frozenset[Place] = frozenset()
    """The blocks it has begun to check."""

    def get(self, place: Place) -> CandidateChecks:
        """Return what was seen of a block."""
        record = self.candidates.get(place)
        if record is None:
            raise NotExecuted(place[1], place[0])
        return record


def belongs_to_tracked(record: CandidateChecks, position: Fraction, *, amended: bool) -> bool:
    """Tell whether a block is in the set of §1.9.4/description.4.3, as written or as amended."""
    higher = record.get_higher(position)
    return higher < record.v_check if amended else record.v_check < higher


def process_acted_on(
    watch: Watch, block: RelayBlock, key: KeyPair, context: ApprovalContext
) -> tuple[Watch, Assignments]:
    """Begin to watch what a relay-chain block acted on: prove the own assignments."""
    places = [(block.block_hash, each.para) for each in block.executed]
    if any(place in watch.candidates for place in places):
        raise BlockKnown(block.block_hash)
    records = (CandidateChecks(each, block.number, context.parameters) for each in block.executed)
    watch = replace(watch, candidates=watch.candidates.update(zip(places, records, strict=True)))
    own = ordinary_assignment(block, key, context.rules)
    return _assign(watch, block, own, context), own


def process_equivocation(
    watch: Watch, block: RelayBlock, other: RelayBlock, key: KeyPair, context: ApprovalContext
) -> tuple[Watch, Assignments]:
    """Add the second half of the outputs for a block that is watched. §1.9.5/description.1.3."""
    require_equivocation(block, other)
    for each in block.executed:
        watch.get((block.block_hash, each.para))
    own = equivocated_assignment(block, other, key, context.rules)
    return _assign(watch, block, own, context), own


def _assign(watch: Watch, block: RelayBlock, own: Assignments, context: ApprovalContext) -> Watch:
    """Note the own assignments: the smallest output of a block counts."""
    here = block.block_hash
    positions = dict(watch.positions)
    for each in own.extra:
        place = (here, each.para)
        position = compute_position(each.proven.output, context)
        positions[place] = min(positions.get(place, position), position)
    assigned = watch.assigned | {(here, each.para) for each in own.one_shot}
    proofs = watch.own.set(here, own)
    watch = replace(watch, positions=FrozenMap(positions), assigned=assigned, own=proofs)
    for candidate in block.executed:
        watch = _retrack(watch, (here, candidate.para), context)
    return watch


def _retrack(watch: Watch, place: Place, context: ApprovalContext) -> Watch:
    amended = context.rules.amended("tracked-blocks-lack-checks")
    record, position = watch.candidates[place], watch.positions[place]
    if belongs_to_tracked(record, position, amended=amended):
        return replace(watch, tracked=watch.tracked | {place})
    return replace(watch, tracked=watch.tracked - {place})


def process_check(
    watch: Watch,
    place: Place,
    validator: ValidatorIndex,
    check: Check,
    context: ApprovalContext,
) -> Watch:
    """Count a check that was seen, verified by algorithm 17 before."""
    record = note_check(watch.get(place), validator, check)
    watch = replace(watch, candidates=watch.candidates.set(place, record))
    return _retrack(watch, place, context)


def process_report(watch: Watch, place: Place, stake: int, context: ApprovalContext) -> Watch:
    """Take note of a new report, and put the block back. §1.9.4/description.4.4.

    `stake` is the total.  A block that is now to be checked immediately needs no tracking; one
    that lacks checks is tracked again, whatever the definition of the set says.
    """
    record = note_reports(watch.get(place), stake)
    watch = replace(watch, candidates=watch.candidates.set(place, record))
    watch = _retrack(watch, place, context)
    position = watch.positions[place]
    at_once = is_small_enough(position, record.v_default, record.v_check)
    if not at_once and record.get_higher(position) < record.v_check:
        return replace(watch, tracked=watch.tracked | {place})
    return watch


def get_to_check(watch: Watch, now: BlockNumber) -> tuple[Place, ...]:
    """Return the blocks whose check is to be begun now, in order.

    Those of §1.9.3 are begun at once: there is nothing that they would wait for.  Escalated ones
    are checked by everybody, at any time.
    """
    return tuple(
        place
        for place, record in watch.candidates.items()
        if place not in watch.begun and _is_turn(watch, place, record, now)
    )


def _is_turn(watch: Watch, place: Place, record: CandidateChecks, now: BlockNumber) -> bool:
    if place in watch.escalated:
        return True
    if place in watch.assigned:
        return now <= record.end
    return decide(record, watch.positions[place], now) is Turn.CHECK


def process_begun(watch: Watch, place: Place) -> Watch:
    """Note that the check of a block has begun."""
    watch.get(place)
    return replace(watch, begun=watch.begun | {place})


def process_escalated(watch: Watch, place: Place) -> Watch:
    """Note that there are attestations both ways about a block. §1.10.3/description.1."""
    watch.get(place)
    return replace(watch, escalated=watch.escalated | {place})
