"""Which relay-chain blocks may be voted for and built on. §1.10.3, §1.1/description.9.2."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.approval import errors, voting_errors
from impl.approval.checks import Check, Priority, note_check
from impl.approval.context import ExecutedCandidate
from impl.approval.escalation import Escalation, Outcome, Vote
from impl.approval.finality import (
    FinalityView,
    RelayTree,
    get_vote,
    process_block,
    process_finalized,
    require_buildable,
    require_votable,
)
from impl.frozen_map import FrozenMap
from impl.primitives import ParaId
from tests.impl.approval.cases import CANDIDATE, PARA, checks, digest, relay_block

ROOT = relay_block("root", number=10, executed=())


def candidate(number):
    receipt = replace(CANDIDATE.receipt, para=ParaId(number))
    return ExecutedCandidate(receipt, CANDIDATE.parachain_validators)


def chain(parent, *names, per_block=1):
    made = []
    for name in names:
        executed = tuple(candidate(100 * len(made) + each) for each in range(per_block))
        number = parent.number + 1
        parent = relay_block(name, parent.block_hash, number=number, executed=executed)
        made.append(parent)
    return made


A, B, C = chain(ROOT, "A", "B", "C")
(SIDE,) = chain(A, "side")


def tree_of(*blocks):
    tree = RelayTree.from_root(ROOT)
    for block in blocks:
        tree = process_block(tree, block)
    return tree


TREE = tree_of(A, B, C, SIDE)


def hash_of(block):
    return block.executed[0].receipt_hash


def approved(block, count=5):
    record = checks(block.executed[0])
    for validator in range(count):
        record = note_check(record, validator, Check(Priority.ASSIGNED))
    return record


def records(counts):
    return {
        (block.block_hash, block.executed[0].para): approved(block, count)
        for block, count in counts.items()
    }


ALL = records({A: 5, B: 5, C: 5, SIDE: 5})


def escalated(block, outcome=Outcome.OPEN):
    votes = FrozenMap({0: Vote(True), 1: Vote(False)})
    return {hash_of(block): Escalation(hash_of(block), votes, 1, outcome)}


# ---- the tree


def test_a_chain_is_read_from_the_finalized_block_on():
    assert TREE.get_chain(C.block_hash) == (A, B, C)
    assert TREE.get_chain(ROOT.block_hash) == ()
    assert TREE.get_chain(SIDE.block_hash) == (A, SIDE)
    later = process_finalized(TREE, B.block_hash)
    assert later.get_chain(C.block_hash) == (C,)


def test_blocks_off_the_finalized_chain_are_refused():
    later = process_finalized(TREE, B.block_hash)
    for block in (SIDE, A):
        with pytest.raises(voting_errors.NotOnFinalizedChain) as caught:
            later.get_chain(block.block_hash)
        assert caught.value.finalized == B.block_hash
        with pytest.raises(voting_errors.NotOnFinalizedChain):
            process_finalized(later, block.block_hash)


def test_a_block_needs_its_parent_and_comes_once():
    with pytest.raises(voting_errors.UnknownBlock):
        tree_of(B)
    with pytest.raises(errors.BlockKnown):
        tree_of(A, A)
    with pytest.raises(voting_errors.NotAChild) as caught:
        tree_of(replace(A, number=12))
    assert (caught.value.number, caught.value.parent) == (12, 10)
    with pytest.raises(voting_errors.UnknownBlock):
        require_votable(FinalityView(TREE), digest("x")[:32])


# ---- votes


def test_an_approved_chain_gets_the_vote():
    view = FinalityView(TREE, ALL)
    require_votable(view, C.block_hash)
    assert get_vote(view, C.block_hash) == C.block_hash
    assert get_vote(view, ROOT.block_hash) == ROOT.block_hash


def test_a_block_that_is_not_approved_stops_the_vote_below_it():
    view = FinalityView(TREE, records({A: 5, B: 4, C: 5, SIDE: 5}))
    for head in (B, C):
        with pytest.raises(voting_errors.NotYetApproved) as caught:
            require_votable(view, head.block_hash)
        assert (caught.value.receipt_hash, caught.value.checks) == (hash_of(B), 4)
        assert "4 checks, 5 wanted" in str(caught.value)
        assert get_vote(view, head.block_hash) == A.block_hash
    require_votable(view, SIDE.block_hash)
    require_buildable(view, C.block_hash)


def test_a_block_that_nobody_watched_is_not_approved():
    view = FinalityView(TREE)
    with pytest.raises(voting_errors.NotYetApproved, match="0 checks, more wanted"):
        require_votable(view, A.block_hash)
    assert get_vote(view, C.block_hash) == ROOT.block_hash


def test_an_open_vote_forbids_ours_however_many_checks_there_are():
    view = FinalityView(TREE, ALL, escalated(B))
    with pytest.raises(voting_errors.NotYetResolved) as caught:
        require_votable(view, C.block_hash)
    assert caught.value.receipt_hash == hash_of(B)
    assert get_vote(view, C.block_hash) == A.block_hash
    require_buildable(view, C.block_hash)


def test_attestations_of_one_side_forbid_nothing():
    untriggered = {hash_of(B): Escalation(hash_of(B))}
    require_votable(FinalityView(TREE, ALL, untriggered), C.block_hash)


def test_after_the_first_outcome_we_vote_again():
    view = FinalityView(TREE, records({A: 5, C: 5}), escalated(B, Outcome.VALID))
    assert get_vote(view, C.block_hash) == C.block_hash


@pytest.mark.parametrize("outcome", [Outcome.INVALID, Outcome.SPLIT])
def test_what_was_found_invalid_is_never_voted_for_nor_built_on(outcome):
    view = FinalityView(TREE, ALL, escalated(B, outcome))
    for block in (B, C):
        for require in (require_votable, require_buildable):
            with pytest.raises(voting_errors.FoundInvalid) as caught:
                require(view, block.block_hash)
            assert caught.value.receipt_hash == hash_of(B)
    assert get_vote(view, C.block_hash) == A.block_hash
    require_buildable(view, A.block_hash)
    finalized = replace(view, tree=process_finalized(TREE, B.block_hash))
    require_votable(finalized, C.block_hash)  # it was final before


states = st.sampled_from(["approved", "not approved", *Outcome])


@given(st.lists(st.lists(states, max_size=2), min_size=1, max_size=5), st.integers(0, 5))
def test_the_vote_is_for_the_highest_block_of_a_chain_that_may_have_one(plan, finalized):
    tree, parent, blocks = RelayTree.from_root(ROOT), ROOT, [ROOT]
    kept, votes = {}, {}
    for height, candidates in enumerate(plan):
        made = tuple(candidate(100 * height + each) for each in range(len(candidates)))
        number = parent.number + 1
        parent = relay_block(height, parent.block_hash, number=number, executed=made)
        tree = process_block(tree, parent)
        blocks.append(parent)
        for each, state in zip(made, candidates, strict=True):
            count = 5 if state != "not approved" else 4
            record = checks(each)
            for validator in range(count):
                record = note_check(record, validator, Check(Priority.EXTRA, 1))
            kept[parent.block_hash, each.para] = record
            if isinstance(state, Outcome):
                name = each.receipt_hash
                votes[name] = replace(escalated(A, state)[hash_of(A)], receipt_hash=name)
    finalized = min(finalized, len(plan))
    tree = process_finalized(tree, blocks[finalized].block_hash)
    view = FinalityView(tree, kept, votes)
    good = {"approved", Outcome.VALID}
    height = finalized
    while height < len(plan) and set(plan[height]) <= good:
        height += 1
    assert get_vote(view, parent.block_hash) == blocks[height].block_hash
    for place in range(finalized, len(plan) + 1):
        allowed = place <= height
        if allowed:
            require_votable(view, blocks[place].block_hash)
            require_buildable(view, blocks[place].block_hash)
        else:
            with pytest.raises(voting_errors.VoteForbidden):
                require_votable(view, blocks[place].block_hash)


def test_votes_are_of_the_chain_not_of_the_parachain():
    assert A.executed[0].para == SIDE.executed[0].para != PARA
