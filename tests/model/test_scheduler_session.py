"""§2.5.5/session-change on concrete states, item by item, with the amendments that touch it."""

from __future__ import annotations

import pytest

from tests.model.scheduler_cases import (
    CHAIN_ENTRY,
    EVERY,
    FREE,
    IDS,
    WRITTEN,
    cores,
    entry,
    new_session,
    next_core,
    queued,
    run,
    session,
    state,
    without,
)


def test_the_session_starts_at_the_current_block():
    assert new_session(state(block=5))["block"] == 0


def test_entries_are_cleared():
    before = state(AvailabilityCores=cores(CHAIN_ENTRY, entry(2)), ParathreadClaimIndex={2})
    assert new_session(before)["AvailabilityCores"] == FREE


def test_claims_on_cores_return_to_the_queue_in_core_order_with_the_retries_they_had():
    on_cores = cores(CHAIN_ENTRY, entry(2, 1), entry(0))
    before = state(queue=[(3, 2)], AvailabilityCores=on_cores, ParathreadClaimIndex={0, 2, 3})
    after = new_session(before)
    assert queued(after) == [(3, 2, 0), (2, 1, 1), (0, 2, 0)]
    assert after["ParathreadClaimIndex"] == {0, 2, 3}


def test_returning_to_the_front_reverses_the_claims_of_several_cores():
    some = without("claims-return-to-back")
    on_cores = cores(CHAIN_ENTRY, entry(2), entry(0))
    before = state(some, queue=[(3, 2)], AvailabilityCores=on_cores, return_to_front=True)
    assert queued(new_session(before, some)) == [(0, 2, 0), (2, 1, 0), (3, 2, 0)]


def test_returning_to_the_next_core_counts_from_the_parachains_of_the_new_session():
    some = without("returned-claim-core", "claims-move-with-cores")
    on_cores = cores(CHAIN_ENTRY, entry(2), entry(0))
    before = state(some, AvailabilityCores=on_cores, next_core=1, return_to_next_core=True)
    after = new_session(before, some, parachains=2)
    assert queued(after) == [(2, 3, 0), (0, 2, 0)]
    assert next_core(after) == 1


def test_the_cores_are_counted_anew():
    after = new_session(
        state(), parachains=2, parathread_cores=1, validators=3, shuffled=[0, 1, 2, 0]
    )
    assert (after["parachains"], after["parathread_cores"], after["validators"]) == (2, 1, 3)


def test_the_groups_are_runs_of_the_shuffled_validators_larger_ones_first():
    after = new_session(state(), shuffled=[2, 0, 3, 1])
    assert after["groups"] == 3
    assert after["ValidatorGroups"] == [0, 2, 0, 1]  # {2, 0}, {3}, {1}


def test_groups_of_equal_size_if_the_number_divides():
    after = new_session(state(), parathread_cores=1, shuffled=[3, 2, 1, 0])
    assert after["ValidatorGroups"] == [1, 1, 0, 0]


def test_groups_without_members_when_there_are_too_few_validators():
    after = new_session(state(), validators=1, shuffled=[0, 0, 0, 0])
    assert (after["groups"], after["ValidatorGroups"]) == (3, [0, 0, 0, 0])


@pytest.mark.parametrize(("amendments", "groups"), [(IDS, 3), (without("groups-per-core"), 5)])
def test_groups_per_core_counts_parachains_instead_of_parathreads(amendments, groups):
    after = new_session(state(amendments), amendments, parathreads=frozenset({0, 1, 3}))
    assert after["groups"] == groups


def test_no_core_no_group_forms_no_groups_where_the_text_divides_by_zero():
    empty = session(parachains=0, parathread_cores=0)
    written = without("no-core-no-group")
    assert run("on_new_session", state(written), written, session=empty).undefined
    after = new_session(state(), parachains=0, parathread_cores=0)
    assert (after["groups"], after["ValidatorGroups"]) == (0, [0, 0, 0, 0])


def test_claims_beyond_their_retries_are_pruned_and_leave_the_index():
    before = state(queue=[(0, 1, 2), (1, 2, 1), (2, 1, 2), (3, 2)])
    after = new_session(before)
    assert queued(after) == [(1, 2, 1), (3, 2, 0)]
    assert after["ParathreadClaimIndex"] == {1, 3}


@pytest.mark.parametrize(
    ("amendments", "kept"),
    [(IDS, [(1, 2, 0)]), (without("deregistered-claims-pruned"), [(0, 1, 0), (1, 2, 0)])],
)
def test_deregistered_claims_pruned_drops_claims_on_paras_that_are_gone(amendments, kept):
    before = state(amendments, queue=[(0, 1), (1, 2)])
    after = new_session(before, amendments, parathreads=EVERY - {0})
    assert queued(after) == kept
    assert after["ParathreadClaimIndex"] == {thread for thread, _, _ in kept}


def test_claims_keep_their_cores_while_the_cores_stay():
    before = state(queue=[(0, 2), (1, 2), (2, 1)], next_core=1)
    after = new_session(before)
    assert queued(after) == [(0, 2, 0), (1, 2, 0), (2, 1, 0)]
    assert next_core(after) == 1


def test_claims_are_dealt_out_over_another_number_of_parathread_cores():
    before = state(queue=[(0, 2), (1, 2), (2, 1), (3, 2)])
    after = new_session(before, parathread_cores=3)
    assert queued(after) == [(0, 1, 0), (1, 2, 0), (2, 3, 0), (3, 1, 0)]
    assert next_core(after) == 1


def test_only_claims_that_are_not_pruned_are_dealt_out():
    before = state(queue=[(0, 2, 2), (1, 2), (2, 1)])
    after = new_session(before, parathread_cores=3)
    assert queued(after) == [(1, 1, 0), (2, 2, 0)]
    assert next_core(after) == 2


@pytest.mark.parametrize(
    ("amendments", "found"),
    [
        (IDS, ([(0, 2, 0), (1, 3, 0)], 0)),
        (without("claims-move-with-cores"), ([(0, 2, 0), (1, 1, 0)], 1)),
    ],
)
def test_claims_move_with_cores_when_the_number_of_parachains_changes(amendments, found):
    before = state(amendments, queue=[(0, 2), (1, 1)], next_core=1)
    after = new_session(before, amendments, parachains=2)
    assert (queued(after), next_core(after)) == found


@pytest.mark.parametrize(("amendments", "found"), [(IDS, 0), (without("next-core-restarts"), 1)])
def test_next_core_restarts_when_no_claim_is_left(amendments, found):
    after = new_session(state(amendments, next_core=1), amendments, parathread_cores=1)
    assert next_core(after) == found


def test_next_core_stays_when_nothing_is_dealt_out():
    assert next_core(new_session(state(next_core=1))) == 1


def test_no_thread_core_no_claim_drops_claims_where_the_text_divides_by_zero():
    written = without("no-thread-core-no-claim")
    before = state(written, queue=[(0, 1)])
    fewer = session(parathread_cores=0)
    assert run("on_new_session", before, written, session=fewer).undefined
    after = new_session(state(queue=[(0, 1)], next_core=1), parathread_cores=0)
    assert (queued(after), after["ParathreadClaimIndex"], next_core(after)) == ([], frozenset(), 0)


def test_as_written_a_session_without_claims_and_parathread_cores_is_defined():
    after = new_session(state(WRITTEN, next_core=1), WRITTEN, parathread_cores=0)
    assert (after["groups"], next_core(after)) == (4, 1)
