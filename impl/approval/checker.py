"""§1.10 from the inside: what a checker shows, announces and attests to."""

from __future__ import annotations

from impl.approval.announcement import AssignmentAnnouncement, announce
from impl.approval.attestation import ApprovalAttestation, attest
from impl.approval.checks import Turn, decide
from impl.approval.context import ApprovalContext, RelayBlock
from impl.approval.errors import NotItsTurn, WrongCandidate
from impl.approval.one_shot import Assignment
from impl.approval.revalidation import Verdict
from impl.approval.vrf import compute_number
from impl.approval.watch import Place, Watch
from impl.crypto.keys import KeyPair
from impl.primitives import BlockNumber


def get_assignment(watch: Watch, place: Place, now: BlockNumber) -> Assignment | None:
    """Return what tells the validator to check a block now: the highest rank, None if nothing.

    Of two extra outputs it is the smaller one. §1.9.5/description.1.4.
    """
    record, own = watch.get(place), watch.own[place[0]]
    one_shot = [each for each in own.one_shot if each.para == place[1]]
    if one_shot:
        return one_shot[0] if now <= record.end else None
    if decide(record, watch.positions[place], now) is not Turn.CHECK:
        return None
    extra = [each for each in own.extra if each.para == place[1]]
    return min(extra, key=lambda each: compute_number(each.proven.output))


def announce_check(
    watch: Watch,
    block: RelayBlock,
    place: Place,
    now: BlockNumber,
    key: KeyPair,
    context: ApprovalContext,
) -> AssignmentAnnouncement:
    """Announce the check of a block whose turn has come. §1.10/description.1.1."""
    assignment = get_assignment(watch, place, now)
    if assignment is None:
        raise NotItsTurn(watch.validator, place[1], now)
    return announce(watch.validator, block, assignment, key, context)


def attest_verdict(
    watch: Watch,
    block: RelayBlock,
    verdict: Verdict,
    now: BlockNumber,
    key: KeyPair,
    context: ApprovalContext,
) -> ApprovalAttestation:
    """Attest to what algorithm 16 found, with the VRF that told the validator to check.

    Without one only if the block is escalated. §1.10.1/description.2, §1.10.3/description.1.
    """
    candidate = verdict.candidate
    place = (block.block_hash, candidate.para)
    watched = watch.get(place).candidate
    if candidate.receipt_hash != watched.receipt_hash:
        raise WrongCandidate(candidate.receipt_hash, watched.receipt_hash)
    assignment = get_assignment(watch, place, now)
    if assignment is None and place not in watch.escalated:
        raise NotItsTurn(watch.validator, candidate.para, now)
    claim = None if assignment is None else assignment.proven.claim
    return attest(watch.validator, block, candidate, claim, key, context, valid=verdict.valid)
