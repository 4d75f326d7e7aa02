"""A whole check, from the assignment to the vote, with real proofs and signatures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from impl.approval import errors
from impl.approval.announcement import AnnouncementStorage, process_announcement
from impl.approval.attestation import compute_attestation_transaction
from impl.approval.checker import announce_check, attest_verdict, get_assignment
from impl.approval.escalation import Escalation, Outcome, process_tracked, process_vote
from impl.approval.finality import FinalityView, RelayTree, get_vote, process_block
from impl.approval.revalidation import Verdict
from impl.approval.verification import (
    ApprovalView,
    process_approval_transaction,
    verify_approval_attestation,
)
from impl.approval.vrf import Stage
from impl.approval.watch import (
    Watch,
    get_to_check,
    process_acted_on,
    process_begun,
    process_check,
    process_equivocation,
    process_escalated,
)
from impl.frozen_map import FrozenMap
from impl.primitives import ValidatorIndex
from impl.validation.attestations import AttestationStorage, TrackedCandidate
from tests.impl.approval.cases import (
    BLOCK_A,
    CANDIDATE,
    CONTEXT,
    OTHER,
    PAIRS,
    PARA,
    TWIN,
    checks,
    relay_block,
)
from tests.impl.validation.cases import GROUP

PLACE = (BLOCK_A.block_hash, PARA)
VALID = Verdict(CANDIDATE, None)
INVALID = Verdict(CANDIDATE, errors.RejectedByValidation("no"))


def watch_of(validator):
    watch = Watch(ValidatorIndex(validator))
    return process_acted_on(watch, BLOCK_A, PAIRS[validator], CONTEXT)[0]


def unassigned():
    return next(watch for watch in map(watch_of, range(7)) if PLACE not in watch.assigned)


def assigned():
    return next(watch for watch in map(watch_of, range(7)) if PLACE in watch.assigned)


def test_the_highest_rank_is_shown():
    watch = assigned()
    assert get_assignment(watch, PLACE, 20).proven.claim.stage is Stage.ONE_SHOT
    assert get_assignment(watch, PLACE, 61) is None
    watch = unassigned()
    due = watch.get(PLACE).get_due(watch.positions[PLACE])
    assert get_assignment(watch, PLACE, due - 1) is None
    assert get_assignment(watch, PLACE, due).proven.claim.stage is Stage.EXTRA


def test_after_an_equivocation_the_smaller_output_is_shown():
    shown = set()
    for validator in range(7):
        watch, own = process_equivocation(
            watch_of(validator), BLOCK_A, TWIN, PAIRS[validator], CONTEXT
        )
        watch = replace(watch, own=FrozenMap({PLACE[0]: replace(own, one_shot=())}))
        found = get_assignment(watch, PLACE, 60)
        outputs = [
            int.from_bytes(each.proven.output, "little") for each in own.extra if each.para == PARA
        ]
        assert int.from_bytes(found.proven.output, "little") == min(outputs)
        shown.add(found.proven.claim.with_hash)
    assert shown == {True, False}


def test_nothing_is_announced_nor_attested_out_of_turn():
    watch = unassigned()
    key = PAIRS[watch.validator]
    with pytest.raises(errors.NotItsTurn) as caught:
        announce_check(watch, BLOCK_A, PLACE, 20, key, CONTEXT)
    assert (caught.value.validator, caught.value.para) == (watch.validator, PARA)
    with pytest.raises(errors.NotItsTurn):
        attest_verdict(watch, BLOCK_A, VALID, 20, key, CONTEXT)
    watch = process_escalated(watch, PLACE)
    attestation = attest_verdict(watch, BLOCK_A, INVALID, 20, key, CONTEXT)
    assert (attestation.valid, attestation.evidence.claim) == (False, None)


def test_a_verdict_on_another_candidate_is_not_attested_to():
    watch = assigned()
    receipt = replace(CANDIDATE.receipt, erasure_root=bytes(32))
    other = Verdict(replace(CANDIDATE, receipt=receipt), None)
    with pytest.raises(errors.WrongCandidate):
        attest_verdict(watch, BLOCK_A, other, 20, PAIRS[watch.validator], CONTEXT)


def test_all_announce_check_and_vote():
    """Five checks are wanted of each block: the parachain's validators, the assigned, extra."""
    parent = relay_block("parent", number=19, executed=())
    block = replace(BLOCK_A, parent_hash=parent.block_hash)
    watches = [
        process_acted_on(Watch(ValidatorIndex(index)), block, PAIRS[index], CONTEXT)[0]
        for index in range(7)
    ]
    announced, tree = AnnouncementStorage(), process_block(RelayTree.from_root(parent), block)
    votes = set()
    for now in range(20, 45):
        for index, key in enumerate(PAIRS):
            for place in get_to_check(watches[index], now):
                watch = process_begun(watches[index], place)
                watches[index] = watch
                candidate = watch.get(place).candidate
                verdict = Verdict(candidate, None)
                message = announce_check(watch, block, place, now, key, CONTEXT)
                announced = process_announcement(announced, message, block, CONTEXT)
                attestation = attest_verdict(watch, block, verdict, now, key, CONTEXT)
                view = ApprovalView(block, watch.get(place), now)
                check = verify_approval_attestation(attestation, view, CONTEXT)
                watches = [
                    process_check(each, place, ValidatorIndex(index), check, CONTEXT)
                    for each in watches
                ]
        view = FinalityView(tree, watches[0].candidates)
        votes.add(get_vote(view, block.block_hash))
        for para in (PARA, OTHER):
            checkers = announced.get_checkers(block.block_hash, para)
            assert checkers == set(watches[0].candidates[block.block_hash, para].checks)
    assert votes == {parent.block_hash, block.block_hash}
    for record in watches[0].candidates.values():
        assert len(record.checks) >= 5
    assert watches[0].tracked == frozenset()


def test_one_checker_finds_a_bad_block_and_everybody_votes():
    """The parachain's validators, 1, 2 and 4, lie; four honest ones attest to invalidity."""
    storage = AttestationStorage(
        FrozenMap({CANDIDATE.receipt_hash: TrackedCandidate(CANDIDATE.receipt, GROUP)})
    )
    escalation = Escalation(CANDIDATE.receipt_hash)
    for liar in (1, 2, 4):
        escalation = process_vote(escalation, liar, 20, CONTEXT, valid=True)
    for index in (0, 3, 5, 6):
        watch = watch_of(index)
        if escalation.is_triggered:
            watch = process_escalated(watch, PLACE)
        now = 34  # every wait is over
        attestation = attest_verdict(watch, BLOCK_A, INVALID, now, PAIRS[index], CONTEXT)
        view = ApprovalView(BLOCK_A, checks(), now, escalated=escalation.is_triggered)
        transaction = compute_attestation_transaction(attestation)
        storage = process_approval_transaction(storage, transaction, view, CONTEXT)
        tracked = storage.get_candidate(CANDIDATE.receipt_hash)
        escalation = process_tracked(escalation, tracked, now, CONTEXT)
    assert escalation.outcome is Outcome.SPLIT  # three of seven are more than a third
    assert escalation.is_found_invalid
