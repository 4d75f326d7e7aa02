"""The runtime APIs: what they show, and that an honest author needs nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.errors import Undefined
from impl.frozen_map import FrozenMap
from impl.origins import GOVERNANCE, INHERENT
from impl.primitives import CollatorId, CoreIndex
from impl.runtime.api import FreeCore, OccupiedCore, RuntimeApi, ScheduledCore, next_up
from impl.runtime.authoring import build_inherent, select_bitfields
from impl.runtime.block import Extrinsic
from impl.runtime.block_errors import InvalidBlock
from impl.runtime.scheduler_storage import FreedReason
from impl.statements import SignedStatement, StatementKind, sign_statement
from tests.impl.runtime.cases import AMENDED, WRITTEN, starts, written
from tests.impl.runtime.inclusion_cases import COLLATOR, KEYS, PUBLIC, key
from tests.impl.runtime.inherent_cases import (
    SETTINGS,
    Chain,
    backed_by,
    claim,
    made_on,
    session,
)
from tests.impl.runtime.validity_cases import roll_up

# ---- what the APIs show


def test_an_api_looks_at_one_state():
    chain = Chain()
    chain.add()
    api = RuntimeApi(chain.state, chain.runtime)
    assert (api.now, api.session_index, api.validators) == (1, 0, PUBLIC)
    assert (api.configuration, api.rules, api.core_count) == (SETTINGS, AMENDED, 3)
    assert api.parent_hash == chain.tree.genesis_hash
    assert (api.get_head(1), api.get_head(7)) == (b"h1", None)
    assert api.get_validation_code(1, 1) == b"c1"
    assert sorted(index for group in api.validator_groups for index in group) == list(range(6))
    author = chain.api()
    assert (author.now, author.parent_hash) == (2, chain.head)


def test_the_author_sees_the_session_that_its_block_brings():
    api = Chain(WRITTEN).api(session(9))
    assert api.session_index == 1
    assert Chain().api(session(9)).session_index == 0


def test_cores_before_and_after_a_candidate():
    chain = Chain()
    api = chain.api()
    one, two, thread = api.availability_cores()
    assert (one, two, thread) == (
        ScheduledCore(1, None, one.group),
        ScheduledCore(2, None, two.group),
        FreeCore(),
    )
    assert one.group != two.group
    candidate = chain.candidate(1)
    chain.add(candidates=[candidate])
    core = chain.api().availability_cores()[0]
    assert isinstance(core, OccupiedCore)
    assert (core.para_id, core.candidate.receipt) == (1, candidate.candidate)
    assert core.next_up_on_available == core.next_up_on_time_out == one
    assert core.candidate is chain.api().get_pending(1)
    assert not core.would_time_out
    assert chain.api().get_pending(2) is None


def test_a_core_that_waited_too_long_says_so():
    chain = Chain(settings=replace(SETTINGS, chain_availability_period=2))
    chain.add(candidates=[chain.candidate(1)])
    assert not chain.api().availability_cores()[0].would_time_out
    chain.add()
    assert chain.api().availability_cores()[0].would_time_out


def test_what_comes_next_on_a_core_depends_on_how_it_is_freed():
    chain = Chain()
    chain.add((), (), claim())
    chain.add(candidates=[chain.candidate(10)])
    core = chain.api().availability_cores()[2]
    assert (core.para_id, core.next_up_on_available) == (10, None)
    back = core.next_up_on_time_out
    assert (back.para_id, back.collator) == (10, CollatorId(COLLATOR.public))
    scheduling = chain.state.get_scheduler_context(AMENDED)
    free = next_up(chain.state.scheduler, scheduling, CoreIndex(0), FreedReason.CONCLUDED)
    assert free.para_id == 1


def test_as_written_a_core_stays_occupied_with_nothing_on_it():
    chain = Chain(WRITTEN)
    chain.add(candidates=[chain.candidate(1)])
    chain.add(chain.bitfields("100"))
    core = chain.api().availability_cores()[0]
    assert isinstance(core, OccupiedCore)
    assert (core.para_id, core.candidate, core.would_time_out) == (1, None, False)


def test_disputes_are_readable_too():
    chain = Chain()
    receipt = chain.candidate(1).candidate
    chain.add(candidates=[chain.candidate(1)])
    chain.add(chain.bitfields("100"))
    api = chain.api()
    assert [record.receipt for record in api.get_candidates()] == [receipt]
    assert api.get_disputes() == ()
    assert api.get_selection_seed(api.get_candidates()[0]) == b"vrf"
    against = roll_up(receipt, invalid=range(6), session=0)
    chain.add((), (), Extrinsic("validity.import_concluded", (against,), INHERENT))
    behind = RuntimeApi(chain.state, chain.runtime)
    assert [record.receipt for record in behind.get_disputes()] == [receipt]
    assert behind.blacklist == {receipt.hash()}
    assert [signal.para_id for signal in behind.abandoned] == [1]
    assert len(behind.ledger.entries) == 3


# ---- the author


def test_an_author_takes_what_is_good_and_leaves_the_rest():
    chain = Chain()
    chain.add(candidates=[chain.candidate(1)])
    good, stale = chain.bitfields("100", [4, 2]), Chain().bitfield(0, "000")
    other = chain.bitfield(4, "000")
    bad = [
        stale,
        chain.bitfield(1, "10"),
        chain.bitfield(3, "100", key=key("stranger")),
        replace(good[0], validator=6),
    ]
    api = chain.api()
    taken = select_bitfields(api, [*bad, *good, other])
    assert [(field.validator, field.bits[0]) for field in taken] == [(2, True), (4, True)]
    upcoming = api.upcoming(taken)
    group = api.validator_groups[upcoming.assignments[0].group_idx]
    fine = chain.candidate(2, upcoming)
    wrong = [
        chain.candidate(2, upcoming, parent_head=bytes(32)),
        backed_by(api, made_on(api, 2, b"h2"), group, signers=()),
        backed_by(api, made_on(api, 1, b"h1"), group),
        backed_by(api, made_on(api, 7, b"h7"), group),
    ]
    later = chain.candidate(2, upcoming, head=b"later")
    bitfields, candidates = build_inherent(api, taken, [*wrong, fine, later])
    assert (bitfields, candidates) == (taken, (fine,))
    chain.add(bitfields, candidates)


def test_as_written_a_candidate_of_an_unknown_block_is_left_too():
    chain = Chain(WRITTEN)
    fine = chain.candidate(2)
    unknown = chain.candidate(2, relay_parent=b"\x09" * 32)
    with pytest.raises(Undefined):
        chain.add(candidates=[unknown])
    assert build_inherent(chain.api(), (), [unknown, fine])[1] == (fine,)


def test_as_written_a_bitfield_made_on_another_block_is_left_too():
    chain = Chain(WRITTEN)
    old = chain.bitfield(0, "000")
    assert select_bitfields(chain.api(), [old]) == (old,)
    chain.add()
    assert select_bitfields(chain.api(), [old]) == ()
    chain.add([old])  # the text would take it


# ---- any author, any state


RULES = (AMENDED, WRITTEN, written("freed-core-cleared"))
BITS = st.lists(st.booleans(), min_size=3, max_size=3)


@st.composite
def pools(draw, chain, change):
    """Bitfields and candidates, good and bad, for the next block."""
    api = chain.api(change)
    bits = "".join("1" if bit else "0" for bit in draw(BITS))
    some = draw(st.sets(st.integers(0, 5)))
    keys = {index: pair for index, pair in enumerate(KEYS) if pair.public in api.validators}
    some |= draw(st.sampled_from([set(), set(keys)]))
    wanted = bits[: api.core_count].ljust(api.core_count, "0")
    fields = [chain.bitfield(index, wanted, api=api) for index in sorted(some)]
    if draw(st.booleans()):
        fields.append(chain.bitfield(0, draw(st.sampled_from(["", "1", "1111"])), api=api))
        fields.append(chain.bitfield(1, wanted, api=api, key=key("stranger")))
    upcoming = api.upcoming(select_bitfields(api, fields))
    candidates = []
    for assignment in upcoming.assignments:
        para, groups = assignment.para_id, api.validator_groups
        if not draw(st.booleans()) or assignment.group_idx >= len(groups):
            continue
        group = groups[assignment.group_idx]
        head = upcoming.get_head(para) if draw(st.integers(0, 3)) else b"old"
        code = draw(st.sampled_from([None, None, b"upgrade"]))
        receipt = made_on(api, para, head or b"", head=bytes([api.now]), code=code)
        signers = draw(st.sampled_from([group, group, group[:1], ()]))
        candidates.append(backed_by(api, receipt, group, signers))
    return fields, draw(st.permutations(candidates))


def disputes(draw, chain):
    """A statement about something included, perhaps one nobody takes."""
    records = chain.api().get_candidates()
    if not records or not draw(st.booleans()):
        return []
    record, validator = draw(st.sampled_from(records)), draw(st.integers(0, 5))
    kind = draw(st.sampled_from([StatementKind.VALID, StatementKind.INVALID]))
    context = chain.api().get_signing_context(record.receipt.descriptor.relay_parent)
    candidate_hash = record.receipt.hash()
    signature = sign_statement(kind, candidate_hash, context, KEYS[validator])
    statement = SignedStatement(candidate_hash, record.session, validator, kind, signature)
    return [Extrinsic("validity.attest", (statement,), INHERENT)]


@pytest.mark.parametrize("rules", RULES, ids=["amended", "written", "cleared"])
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_an_honest_author_always_builds_a_valid_block(rules, data):
    draw = data.draw
    config = replace(
        SETTINGS,
        parathread_cores=draw(st.integers(0, 2)),
        group_rotation_frequency=draw(st.integers(1, 3)),
        chain_availability_period=draw(st.integers(0, 3)),
        thread_availability_period=draw(st.integers(0, 3)),
        validation_upgrade_frequency=draw(st.integers(0, 4)),
        acceptance_period=draw(st.integers(0, 4)),
    )
    chain = Chain(rules, config)
    for block in range(draw(st.integers(4, 9))):
        change = session(block) if draw(st.integers(0, 4)) == 0 else None
        try:
            fields, candidates = draw(pools(chain, change))
            chain.author(fields, candidates, change=change)
        except Undefined:
            return  # the text itself has no next block here
        extra = draw(
            st.sampled_from(
                [
                    claim(),
                    Extrinsic("registrar.register", (11, starts(chain=False)), GOVERNANCE),
                    Extrinsic("registrar.deregister", (1,), GOVERNANCE),
                ]
            )
        )
        for extrinsic in (extra, *disputes(draw, chain)):
            try:
                chain.author((), (), extrinsic)
            except (InvalidBlock, Undefined):
                continue
        check_consistent(chain.state)


def check_consistent(state):
    """What the modules say of each other, at the end of a block."""
    for para, candidate in state.inclusion.pending_availability.items():
        assert candidate.para_id == para
        assert state.scheduler.availability_cores[candidate.core] is not None
        votes = sum(candidate.availability_votes)
        assert 3 * votes <= 2 * len(state.validators)
        assert candidate.backers
    cores = [each.core for each in state.inclusion.pending_availability.values()]
    assert len(cores) == len(set(cores))
    sessions = {info.index for info in state.validity.sessions}
    assert {session for session, _ in state.validity.candidates} <= sessions
    assert isinstance(state.validity.candidates, FrozenMap)
