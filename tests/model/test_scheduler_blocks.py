"""§2.5.5 from initialization to finalization: the cores of one block on concrete states."""

from __future__ import annotations

import pytest

from tests.model.scheduler_cases import (
    CHAIN_ENTRY,
    FREE,
    IDS,
    NO_ENTRY,
    UNSCHEDULED,
    WRITTEN,
    after,
    cores,
    entry,
    next_core,
    queued,
    schedule,
    scheduled,
    state,
    without,
    work,
)

NOTHING_SCHEDULED = [UNSCHEDULED] * 4


# initialization


def test_a_block_begins_with_every_free_core_scheduled():
    found = after("on_initialize", state(queue=[(3, 2), (1, 1)]))
    assert found["Scheduled"] == scheduled(work(0), work(1, 1), work(2, 3))
    assert queued(found) == []
    assert found["ParathreadClaimIndex"] == {1, 3}
    assert found["AvailabilityCores"] == FREE


def test_an_occupied_core_is_not_scheduled():
    before = state(AvailabilityCores=cores(CHAIN_ENTRY, entry(0)), queue=[(1, 1), (2, 2)])
    found = after("on_initialize", before)
    assert found["Scheduled"] == scheduled(None, None, work(2, 2))
    assert queued(found) == [(1, 1, 0)]


def test_a_scheduled_core_is_not_scheduled_again():
    before = state(Scheduled=scheduled(work(0), work(1, 0)), queue=[(1, 1)])
    found = after("on_initialize", before)
    assert found["Scheduled"] == before["Scheduled"]
    assert queued(found) == [(1, 1, 0)]


@pytest.mark.parametrize(
    ("only_freed", "found"), [(False, scheduled(work(0))), (True, NOTHING_SCHEDULED)]
)
def test_schedule_covers_free_cores_decides_whether_a_block_begins_with_work(only_freed, found):
    some = without("schedule-covers-free-cores")
    before = state(some, only_freed_cores=only_freed)
    assert after("on_initialize", before, some)["Scheduled"] == found


# schedule


def test_a_returned_parachain_core_is_assigned_its_parachain_and_its_group():
    before = state(AvailabilityCores=cores(CHAIN_ENTRY, entry(0), entry(1)), block=3)
    found = schedule(before, concluded={0})
    assert found["Scheduled"] == scheduled(work(2))  # (2 + 1 rotation) % 3 cores = 0
    assert found["AvailabilityCores"] == cores(None, entry(0), entry(1))


@pytest.mark.parametrize(
    ("block", "groups"),
    [(0, (0, 1, 2)), (1, (0, 1, 2)), (2, (2, 0, 1)), (4, (1, 2, 0)), (6, (0, 1, 2))],
)
def test_group_i_is_assigned_to_core_i_plus_k_modulo_n(block, groups):
    before = state(queue=[(0, 1), (1, 2)], block=block)
    found = [core["group"] for core in after("on_initialize", before)["Scheduled"][:3]]
    assert tuple(found) == groups


def test_a_concluded_claim_leaves_the_index():
    before = state(AvailabilityCores=cores(CHAIN_ENTRY, entry(0)), ParathreadClaimIndex={0})
    found = schedule(before, concluded={1})
    assert found["ParathreadClaimIndex"] == frozenset()
    assert queued(found) == []


@pytest.mark.parametrize(
    ("amendments", "taken", "index"),
    [(IDS, work(1, 0, 1), {0}), (without("timed-out-claim-returns"), UNSCHEDULED, set())],
)
def test_timed_out_claim_returns_with_the_retries_it_had(amendments, taken, index):
    on_cores = cores(CHAIN_ENTRY, entry(0, 1))
    before = state(amendments, AvailabilityCores=on_cores, ParathreadClaimIndex={0})
    found = schedule(before, amendments, timed_out={1})
    assert found["Scheduled"][1] == taken
    assert found["ParathreadClaimIndex"] == index


def test_a_timed_out_claim_waits_behind_those_of_its_core():
    on_cores = cores(CHAIN_ENTRY, entry(0))
    before = state(AvailabilityCores=on_cores, queue=[(1, 1)], ParathreadClaimIndex={0, 1})
    found = schedule(before, timed_out={1})
    assert found["Scheduled"][1] == work(1, 1)
    assert queued(found) == [(0, 1, 0)]


def test_all_cores_are_returned_before_any_takes_work():
    on_cores = cores(CHAIN_ENTRY, entry(0), entry(1))
    some = without("claim-taken-by-its-core")
    before = state(some, AvailabilityCores=on_cores, ParathreadClaimIndex={0, 1})
    found = schedule(before, some, timed_out={1, 2})
    assert found["Scheduled"] == scheduled(None, work(1, 0), work(2, 1))


@pytest.mark.parametrize(
    ("amendments", "entries"),
    [(IDS, cores(CHAIN_ENTRY)), (without("freed-core-cleared"), cores(CHAIN_ENTRY, entry(0)))],
)
def test_freed_core_cleared_empties_the_entry_of_a_returned_core(amendments, entries):
    on_cores = cores(CHAIN_ENTRY, entry(0))
    found = schedule(state(amendments, AvailabilityCores=on_cores), amendments, concluded={1})
    assert found["AvailabilityCores"] == entries


def test_a_returned_core_is_scheduled_even_if_its_entry_stays():
    some = without("freed-core-cleared")
    on_cores = cores(CHAIN_ENTRY, entry(0))
    before = state(some, AvailabilityCores=on_cores, queue=[(2, 1)])
    found = schedule(before, some, concluded={0, 1})
    assert found["Scheduled"] == scheduled(work(0), work(1, 2))
    assert found["AvailabilityCores"] == on_cores


@pytest.mark.parametrize(
    ("amendments", "taken"),
    [
        (IDS, scheduled(work(0), work(1, 3), work(2, 0))),
        (without("claim-taken-by-its-core"), scheduled(work(0), work(1, 0), work(2, 1))),
    ],
)
def test_claim_taken_by_its_core_passes_over_claims_of_other_cores(amendments, taken):
    before = state(amendments, queue=[(0, 2), (1, 2), (3, 1)])
    assert after("on_initialize", before, amendments)["Scheduled"] == taken


def test_as_written_a_free_parathread_core_takes_the_head_of_the_queue():
    before = state(WRITTEN, queue=[(0, 2, 1), (1, 2)])
    found = after("on_initialize", before, WRITTEN)
    assert found["Scheduled"] == scheduled(work(0), work(1, 0, 1), work(2, 1))


@pytest.mark.parametrize("is_some", [False, True])
def test_scheduled_core_entry_decides_whether_scheduling_fills_the_entry(is_some):
    some = without("scheduled-core-entry")
    found = after("on_initialize", state(some, queue=[(0, 1, 1)], scheduled_is_some=is_some), some)
    assert found["AvailabilityCores"] == (cores(CHAIN_ENTRY, entry(0, 1)) if is_some else FREE)


def test_nothing_beyond_the_cores_is_scheduled():
    found = after("on_initialize", state(parachains=0, parathread_cores=0, groups=0))
    assert found["Scheduled"] == NOTHING_SCHEDULED


# occupied


def test_occupied_cores_leave_scheduled_and_fill_their_entries():
    before = state(Scheduled=scheduled(work(0), work(1, 3, 1), work(2, 0)))
    found = after("occupied", before, given=[0, 1])
    assert found["Scheduled"] == scheduled(None, None, work(2, 0))
    assert found["AvailabilityCores"] == cores(CHAIN_ENTRY, entry(3, 1))


def test_nothing_is_occupied_by_an_empty_list():
    before = state(Scheduled=scheduled(work(0)))
    found = after("occupied", before, given=[])
    assert (found["Scheduled"], found["AvailabilityCores"]) == (before["Scheduled"], FREE)


def test_occupied_overwrites_an_entry_that_nothing_emptied():
    some = without("freed-core-cleared")
    before = state(
        some, Scheduled=scheduled(None, work(1, 3)), AvailabilityCores=cores(None, entry(0))
    )
    assert after("occupied", before, some, given=[1])["AvailabilityCores"][1] == entry(3)


# finalization


def test_scheduled_is_wiped_and_claims_return_with_one_more_retry():
    before = state(
        queue=[(3, 2)],
        Scheduled=scheduled(work(0), work(1, 1), work(2, 0)),
        ParathreadClaimIndex={0, 1, 3},
    )
    found = after("on_finalize", before)
    assert found["Scheduled"] == NOTHING_SCHEDULED
    assert queued(found) == [(3, 2, 0), (1, 1, 1), (0, 2, 1)]
    assert found["ParathreadClaimIndex"] == {0, 1, 3}


def test_a_scheduled_parachain_returns_no_claim():
    found = after("on_finalize", state(Scheduled=scheduled(work(0))))
    assert queued(found) == []


def test_occupied_cores_stay_as_they_are():
    before = state(AvailabilityCores=cores(CHAIN_ENTRY, entry(0)), ParathreadClaimIndex={0})
    found = after("on_finalize", before)
    assert found["AvailabilityCores"] == before["AvailabilityCores"]
    assert found["ParathreadClaimIndex"] == {0}


@pytest.mark.parametrize(
    ("amendments", "back", "index"),
    [(IDS, [], set()), (without("retries-pruned-at-finalization"), [(1, 1, 2)], {1})],
)
def test_retries_pruned_at_finalization_drops_a_claim_out_of_retries(amendments, back, index):
    before = state(amendments, Scheduled=scheduled(None, work(1, 1, 1)), ParathreadClaimIndex={1})
    found = after("on_finalize", before, amendments)
    assert queued(found) == back
    assert found["ParathreadClaimIndex"] == index


def test_retries_saturate_just_beyond_what_they_are_compared_with():
    some = without("retries-pruned-at-finalization")
    before = state(some, Scheduled=scheduled(None, work(1, 1, 2)), ParathreadClaimIndex={1})
    assert queued(after("on_finalize", before, some)) == [(1, 1, 2)]


@pytest.mark.parametrize(
    ("front", "found"),
    [(False, [(3, 2, 0), (1, 1, 1), (0, 2, 1)]), (True, [(0, 2, 1), (1, 1, 1), (3, 2, 0)])],
)
def test_claims_return_to_back_decides_the_end_of_the_queue(front, found):
    some = without("claims-return-to-back")
    on_cores = scheduled(work(0), work(1, 1), work(2, 0))
    before = state(some, queue=[(3, 2)], Scheduled=on_cores, return_to_front=front)
    assert queued(after("on_finalize", before, some)) == found


@pytest.mark.parametrize(
    ("to_next", "found"),
    [(False, ([(1, 1, 1), (0, 2, 1)], 1)), (True, ([(1, 2, 1), (0, 1, 1)], 1))],
)
def test_returned_claim_core_decides_which_core_it_names(to_next, found):
    some = without("returned-claim-core")
    on_cores = scheduled(work(0), work(1, 1), work(2, 0))
    before = state(some, Scheduled=on_cores, next_core=1, return_to_next_core=to_next)
    end = after("on_finalize", before, some)
    assert (queued(end), next_core(end)) == found


@pytest.mark.parametrize("is_some", [False, True])
def test_scheduled_core_entry_empties_the_entry_that_scheduling_filled(is_some):
    some = without("scheduled-core-entry")
    on_cores = cores(CHAIN_ENTRY, entry(1))
    before = state(
        some,
        Scheduled=scheduled(work(0)),
        AvailabilityCores=on_cores,
        scheduled_is_some=is_some,
    )
    first = after("on_finalize", before, some)["AvailabilityCores"][0]
    assert first == (NO_ENTRY if is_some else CHAIN_ENTRY)
