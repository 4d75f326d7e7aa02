"""§2.5.7 in whole blocks: the order of the steps, once per block, and the modules together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from impl.errors import BadValue, CheckFailed, Unrecoverable
from impl.origins import GOVERNANCE, INHERENT
from impl.runtime import inclusion_inherent
from impl.runtime.block import Extrinsic
from impl.runtime.block_errors import FailedExtrinsic, MalformedExtrinsic
from impl.runtime.inclusion_errors import (
    AlreadyIncluded,
    BadBitfieldSignature,
    BitfieldOfAnotherBlock,
    Blacklisted,
    CandidateNotScheduled,
    NotOnCurrentHead,
    WrongBitfieldSize,
)
from impl.runtime.scheduler_storage import Parachain, Parathread
from impl.runtime.slashing import Reason
from impl.runtime.validity_remote import RollUp
from impl.statements import SignedStatement, StatementKind, sign_statement
from tests.impl.runtime.cases import AMENDED, WRITTEN
from tests.impl.runtime.inclusion_cases import KEYS, key
from tests.impl.runtime.inherent_cases import (
    SETTINGS,
    Chain,
    backed_by,
    claim,
    made_on,
    runtime,
    session,
)


def cause_of(attempt) -> type[CheckFailed]:
    with pytest.raises(FailedExtrinsic) as caught:
        attempt()
    return type(caught.value.cause)


def test_a_candidate_is_backed_made_available_and_enacted():
    chain = Chain()
    state = chain.add(candidates=[chain.candidate(1), chain.candidate(2)])
    assert list(state.inclusion.pending_availability) == [1, 2]
    assert state.scheduler.availability_cores == (Parachain(), Parachain(), None)
    assert state.paras.heads[1] == b"h1"
    state = chain.add(chain.bitfields("110", range(4)))
    assert state.paras.heads[1] == b"h1"
    state = chain.add([chain.bitfield(5, "010")])
    assert (state.paras.heads[1], state.paras.heads[2]) == (b"h1", b"next")
    assert state.scheduler.availability_cores == (Parachain(), None, None)
    assert not state.included


def test_the_next_candidate_is_backed_in_the_block_that_frees_the_core():
    chain = Chain()
    chain.add(candidates=[chain.candidate(1)])
    fields = chain.bitfields("100")
    upcoming = chain.api().upcoming(fields)
    assert upcoming.get_head(1) == b"next"
    state = chain.add(fields, [chain.candidate(1, upcoming, head=b"later")])
    assert state.paras.heads[1] == b"next"
    assert state.inclusion.pending_availability[1].backed_in_number == 2
    assert chain.add(chain.bitfields("100")).paras.heads[1] == b"later"


def test_a_candidate_on_the_head_before_is_refused_then_as_amended_only():
    def second(rules):
        chain = Chain(rules)
        chain.add(candidates=[chain.candidate(1)])
        fields, api = chain.bitfields("100"), chain.api()
        upcoming = api.upcoming(fields)
        sibling = chain.candidate(1, upcoming, head=b"sibling")
        receipt = made_on(api, 1, b"h1", head=b"sibling")
        assert receipt.descriptor.parent_head != sibling.candidate.descriptor.parent_head
        group = api.validator_groups[upcoming.assignments[0].group_idx]
        return chain.add(fields, [backed_by(api, receipt, group)])

    assert cause_of(lambda: second(AMENDED)) is NotOnCurrentHead
    assert list(second(WRITTEN).inclusion.pending_availability) == [1]


def test_what_waited_too_long_is_dropped_and_its_core_scheduled_again():
    chain = Chain(settings=replace(SETTINGS, chain_availability_period=2))
    chain.add(candidates=[chain.candidate(1)])
    chain.add()
    assert chain.state.inclusion.pending_availability
    replacement = chain.candidate(1, chain.api().upcoming(()), head=b"again")
    state = chain.add(candidates=[replacement])
    assert state.inclusion.pending_availability[1].receipt.head_data == b"again"
    assert state.inclusion.pending_availability[1].backed_in_number == 3
    assert not state.validity.candidates


def test_a_late_candidate_that_becomes_available_in_that_very_block_is_enacted():
    chain = Chain(settings=replace(SETTINGS, chain_availability_period=2))
    chain.add(candidates=[chain.candidate(1)])
    chain.add()
    assert chain.add(chain.bitfields("100")).paras.heads[1] == b"next"


def test_a_claim_is_backed_by_its_collator_and_gone_when_included():
    chain = Chain()
    chain.add((), (), claim())
    state = chain.add(candidates=[chain.candidate(10)])
    assert isinstance(state.scheduler.availability_cores[2], Parathread)
    state = chain.add(chain.bitfields("001"))
    assert state.paras.heads[10] == b"next"
    assert state.scheduler.parathread_claim_index == ()


def test_a_claim_whose_candidate_timed_out_returns_and_is_scheduled_at_once():
    """The one retry is for the block in which it was scheduled again, and not backed."""
    chain = Chain(settings=replace(SETTINGS, thread_availability_period=1))
    chain.add((), (), claim())
    chain.add(candidates=[chain.candidate(10)])
    state = chain.add()
    assert not state.inclusion.pending_availability
    assert state.scheduler.parathread_claim_index == (10,)
    again = chain.candidate(10, chain.api().upcoming(()))
    occupant = chain.add(candidates=[again]).scheduler.availability_cores[2]
    assert occupant.entry.retries == 1


def test_when_nothing_is_timed_out_at_all_there_is_no_predicate():
    chain = Chain(
        settings=replace(SETTINGS, chain_availability_period=0, thread_availability_period=0)
    )
    chain.add(candidates=[chain.candidate(1)])
    for _ in range(3):
        chain.add()
    assert list(chain.state.inclusion.pending_availability) == [1]


def test_a_session_change_clears_cores_and_candidates():
    chain = Chain()
    chain.add(candidates=[chain.candidate(1)])
    state = chain.add(chain.bitfields("100", [0]), change=session(1))
    assert not state.inclusion.pending_availability
    assert not state.inclusion.bitfields
    assert state.scheduler.availability_cores == (None, None, None)


# ---- once per block, and nothing by halves


def test_the_entry_point_runs_once_per_block():
    of = runtime()
    state = replace(Chain().state, included=True)
    state = replace(state, initializer=replace(state.initializer, has_initialized=True))
    with pytest.raises(AlreadyIncluded) as caught:
        inclusion_inherent.inclusion(state, of, INHERENT, (), ())
    assert str(caught.value).endswith("§2.5.7/description.1.2")


def test_a_block_without_it_is_a_panic():
    state = Chain().state
    with pytest.raises(Unrecoverable, match=r"§2\.5\.7/finalization\.1"):
        inclusion_inherent.finalization(state, runtime())
    done = inclusion_inherent.finalization(replace(state, included=True), runtime())
    assert not done.included


@pytest.mark.parametrize("wrong", [(["x"], ()), ((), ["x"])], ids=["bitfields", "candidates"])
def test_what_is_no_bitfield_and_no_candidate_is_malformed(wrong):
    chain = Chain()
    with pytest.raises(MalformedExtrinsic) as caught:
        chain.add(*wrong)
    assert isinstance(caught.value.cause, BadValue)


def test_a_refused_block_leaves_no_trace():
    chain = Chain()
    chain.add(candidates=[chain.candidate(1)])
    before, blocks = chain.state, len(chain.tree)
    forged = [*chain.bitfields("100"), chain.bitfield(5, "100", key=key("stranger"))]
    assert cause_of(lambda: chain.add(forged)) is BadBitfieldSignature
    assert cause_of(lambda: chain.add(chain.bitfields("1"))) is WrongBitfieldSize
    assert (chain.state, len(chain.tree)) == (before, blocks)


def test_bitfields_cannot_be_replayed_in_the_next_block():
    chain = Chain()
    chain.add(candidates=[chain.candidate(1)])
    fields = chain.bitfields("100", [0])
    chain.add(fields)
    assert cause_of(lambda: chain.add(fields)) is BitfieldOfAnotherBlock


def test_a_candidate_for_an_occupied_core_is_refused():
    chain = Chain()
    candidate = chain.candidate(1)
    chain.add(candidates=[candidate])
    assert cause_of(lambda: chain.add(candidates=[candidate])) is CandidateNotScheduled


def test_no_origin_but_none():
    chain = Chain()
    statement = SignedStatement(bytes(32), 0, 0, StatementKind.VALID, bytes(64))
    call = Extrinsic("validity.attest", (statement,), GOVERNANCE)
    assert cause_of(lambda: chain.add((), (), call)).__name__ == "BadOrigin"


# ---- with the validity module


def disputed_chain():
    """A chain whose third block has a dispute against what its second included."""
    chain = Chain()
    candidate = chain.candidate(1)
    chain.add(candidates=[candidate])
    chain.add(chain.bitfields("100"), vrf=b"second")
    return chain, candidate.candidate


def says(chain, validator, receipt, kind=StatementKind.INVALID):
    context = chain.api().get_signing_context(receipt.descriptor.relay_parent)
    signature = sign_statement(kind, receipt.hash(), context, KEYS[validator])
    return SignedStatement(receipt.hash(), chain.state.session_index, validator, kind, signature)


def test_an_included_candidate_can_be_disputed_in_the_acceptance_period():
    chain, receipt = disputed_chain()
    record = chain.api().get_candidates()[0]
    backers = [index for index, bit in enumerate(record.attested_valid) if bit]
    assert len(backers) == 2
    assert (record.origin.included_in, record.origin.vrf_output) == (2, b"second")
    others = [index for index in range(6) if index not in backers]
    against = [*others, backers[0]]
    calls = [
        Extrinsic("validity.attest", (says(chain, index, receipt),), INHERENT) for index in against
    ]
    inclusion_block = chain.tree.get_block(chain.head)
    state = chain.add((), (), *calls)
    signal = state.validity.abandoned[0]
    assert (signal.last_ancestor, signal.last_ancestor_number) == (
        inclusion_block.header.parent_hash,
        1,
    )
    slashed = state.validity.ledger.get_validators(Reason.WRONG_SIDE)
    assert slashed == {KEYS[index].public for index in backers}


def test_on_another_fork_the_dispute_blacklists_the_candidate():
    chain, receipt = disputed_chain()
    against = [says(chain, index, receipt) for index in range(6)]
    fork = Chain()
    candidate = fork.candidate(1)
    assert candidate.candidate == receipt
    call = Extrinsic("validity.import_concluded", (RollUp(receipt, 0, tuple(against)),), INHERENT)
    fork.add((), (), call)
    blacklisted = fork.api().blacklist
    assert blacklisted == {receipt.hash()}
    again = Chain(WRITTEN)
    old = again.candidate(1)
    statements = tuple(says(again, index, old.candidate) for index in range(6))
    roll_up = RollUp(old.candidate, 0, statements)
    again.add((), (), Extrinsic("validity.import_concluded", (roll_up,), INHERENT))
    for _ in range(4):
        again.add()
    assert cause_of(lambda: again.add(candidates=[old])) is Blacklisted
