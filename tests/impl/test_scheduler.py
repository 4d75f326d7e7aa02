"""The routines of §2.5.5, one by one, on small states; amended unless a test says otherwise."""

from __future__ import annotations

import pytest

from impl.errors import (
    BadValue,
    ClaimAlreadyIndexed,
    CoreNotScheduled,
    CoresNotSorted,
    MissingReading,
    NotAParathread,
    QueueFull,
    Undefined,
)
from impl.rules import Rules
from impl.runtime import scheduler
from impl.runtime.scheduler_storage import (
    FreedCore,
    Parachain,
    ParasView,
    Parathread,
    SchedulerStorage,
)
from tests.impl.scheduler_cases import (
    AMENDED,
    STARRED,
    WRITTEN,
    assigned,
    at,
    changed,
    claim,
    done,
    entry,
    late,
    notify,
    paras,
    queued,
    state,
    thread,
)

# ---- session change


def test_a_session_starts_with_empty_cores_and_groups_of_nearly_equal_size():
    context = at(7, order=[3, 0, 4, 1, 2, 5])
    after = scheduler.session_change(SchedulerStorage(), context, notify(6))
    assert after.availability_cores == (None,) * 4
    assert after.validator_groups == ((3, 0), (4, 1), (2,), (5,))
    assert after.session_start_block == 8


def test_the_seed_decides_the_groups_unless_an_order_is_given():
    groups = scheduler.session_change(SchedulerStorage(), at(7), notify(9)).validator_groups
    assert sorted(index for group in groups for index in group) == list(range(9))
    assert [len(group) for group in groups] == [3, 2, 2, 2]


def test_more_groups_than_validators_leave_empty_groups():
    after = scheduler.session_change(SchedulerStorage(), at(7, order=[0]), notify(1))
    assert after.validator_groups == ((0,), (), (), ())


def test_claims_on_cores_return_with_the_retries_they_had():
    before = state(
        (12, 2), cores=[Parachain(), None, thread(10, 1), thread(11)], indexed=[10, 11, 12]
    )
    after = scheduler.session_change(before, at(7), notify())
    assert queued(after) == [(12, 2, 0), (10, 2, 1), (11, 3, 0)]
    assert after.parathread_claim_index == (10, 11, 12)
    assert after.availability_cores == (None,) * 4


def test_claims_past_their_retries_leave_queue_and_index():
    before = state((10, 2, 2), (11, 3, 1))
    after = scheduler.session_change(before, at(7), notify())
    assert queued(after) == [(11, 3, 1)]
    assert after.parathread_claim_index == (11,)


def test_claims_keep_their_cores_while_the_cores_stay():
    before = state((10, 3), (11, 3), next_core=1)
    after = scheduler.session_change(before, at(7), notify())
    assert queued(after) == [(10, 3, 0), (11, 3, 0)]
    assert after.parathread_queue.next_core == 1


def test_claims_are_dealt_out_when_the_number_of_parathread_cores_changes():
    more = changed(parathread_cores=3)
    before = state((10, 2), (11, 2), (12, 3), (13, 3), next_core=1)
    for rules in (WRITTEN, AMENDED):
        after = scheduler.session_change(before, at(7, rules, config=more), notify(new=more))
        assert queued(after) == [(10, 2, 0), (11, 3, 0), (12, 4, 0), (13, 2, 0)]
        assert after.parathread_queue.next_core == 1


def test_a_notification_must_carry_the_configuration_in_force():
    with pytest.raises(BadValue, match="new_config must be the configuration in force"):
        scheduler.session_change(SchedulerStorage(), at(7), notify(new=changed(parathread_cores=3)))


# ---- initialization and finalization


def test_initialization_schedules_every_free_core():
    before = state((10, 3), cores=[None, Parachain(), thread(11), None], indexed=[10, 11])
    after = scheduler.initialization(before, at(1))
    assert assigned(after) == [(0, 1, 0), (3, 10, 3)]
    assert queued(after) == []
    assert after.parathread_claim_index == (10, 11)


def test_a_parathread_core_without_a_claim_is_not_scheduled():
    after = scheduler.initialization(state(), at(1))
    assert assigned(after) == [(0, 1, 0), (1, 2, 1)]


def test_an_unused_claim_returns_with_one_more_retry_and_keeps_its_index_entry():
    before = scheduler.initialization(state((10, 2), (11, 3)), at(1))
    after = scheduler.finalization(before, at(1))
    assert after.scheduled == ()
    assert queued(after) == [(10, 2, 1), (11, 3, 1)]
    assert after.parathread_claim_index == (10, 11)


def test_finalization_with_nothing_scheduled_changes_nothing():
    before = state((10, 2), cores=[Parachain(), Parachain(), thread(11), None])
    assert scheduler.finalization(before, at(1)) == before


# ---- add_parathread_claim


def test_claims_take_the_parathread_cores_in_turn():
    storage = state()
    for para in (12, 10, 11):
        storage = scheduler.add_parathread_claim(storage, at(1), claim(para))
    assert queued(storage) == [(12, 2, 0), (10, 3, 0), (11, 2, 0)]
    assert storage.parathread_queue.next_core == 1
    assert storage.parathread_claim_index == (10, 11, 12)


def test_a_second_claim_on_a_parathread_is_refused():
    before = state(indexed=[10])
    with pytest.raises(ClaimAlreadyIndexed) as caught:
        scheduler.add_parathread_claim(before, at(1), claim(10))
    assert caught.value.para == 10
    assert str(caught.value).endswith("[10] §2.5.5/add_parathread_claim.1")


def test_a_claim_past_the_limit_is_refused():
    before = state((10, 2), (11, 3), (12, 2), (13, 3))
    with pytest.raises(QueueFull) as caught:
        scheduler.add_parathread_claim(before, at(1), claim(14))
    assert (caught.value.length, caught.value.limit) == (4, 4)
    assert str(caught.value).endswith("limit 4 §2.5.5/add_parathread_claim.2")


def test_no_claim_is_accepted_without_a_parathread_core():
    none = changed(parathread_cores=0)
    with pytest.raises(QueueFull, match="0 claims, limit 0"):
        scheduler.add_parathread_claim(state(cores=[None] * 2), at(1, config=none), claim(10))


def test_a_claim_on_something_else_than_a_parathread_is_refused():
    for para in (1, 99):
        with pytest.raises(NotAParathread, match=f"para {para} is not a live parathread §2.5.5"):
            scheduler.add_parathread_claim(state(), at(1), claim(para))


# ---- schedule


def test_a_concluded_core_is_emptied_and_scheduled_again():
    before = state((11, 2), cores=[Parachain(), None, thread(10), None], indexed=[10, 11])
    after = scheduler.schedule(before, at(1), [done(2), done(0)])
    assert assigned(after) == [(0, 1, 0), (1, 2, 1), (2, 11, 2)]
    assert after.availability_cores == (None,) * 4
    assert after.parathread_claim_index == (11,)


def test_all_cores_are_taken_back_before_any_is_assigned():
    cores = [None, None, thread(10), thread(11)]
    before = state(cores=cores, indexed=[10, 11])
    rules = Rules.as_amended(without=["claim-taken-by-its-core"])
    after = scheduler.schedule(before, at(1, rules), [late(3), late(2)])
    assert assigned(after) == [(0, 1, 0), (1, 2, 1), (2, 10, 2), (3, 11, 3)]


def test_a_scheduled_core_keeps_its_assignment():
    before = scheduler.initialization(state((10, 2), (11, 2)), at(1))
    assert scheduler.schedule(before, at(1), [done(2)]) == before


def test_groups_rotate_over_the_cores():
    for now, groups in [(0, [0, 1]), (9, [0, 1]), (10, [3, 0]), (25, [2, 3]), (40, [0, 1])]:
        after = scheduler.initialization(state(), at(now))
        assert [assignment.group_idx for assignment in after.scheduled] == groups
    assert scheduler.compute_rotations(state(start=5), at(25)) == 2
    assert scheduler.compute_blocks_since_rotation(state(start=5), at(28)) == 3


def test_a_core_that_does_not_exist_cannot_be_returned():
    for core in (4, -1):
        with pytest.raises(Undefined, match=r"does not exist §2.5.5/schedule"):
            scheduler.schedule(state(), at(1), [done(core)])


def test_a_core_cannot_be_returned_twice():
    with pytest.raises(Undefined, match="a core is returned twice"):
        scheduler.schedule(state(), at(1), [done(0), late(0)])


def test_no_rotation_has_a_number_before_the_session():
    with pytest.raises(Undefined, match="block 4 of a session that starts at 5"):
        scheduler.initialization(state(start=5), at(4))


# ---- scheduled, occupied


def test_occupied_cores_hold_their_claim_and_are_no_longer_scheduled():
    before = scheduler.initialization(state((10, 2), (11, 3, 1)), at(1))
    after = scheduler.occupied(before, [0, 3])
    assert after.availability_cores == (Parachain(), None, None, thread(11, 1))
    assert assigned(after) == [(1, 2, 1), (2, 10, 2)]
    assert scheduler.scheduled(after) == after.scheduled
    assert after.parathread_claim_index == (10, 11)


def test_no_core_becomes_occupied_by_an_empty_list():
    before = scheduler.initialization(state(), at(1))
    assert scheduler.occupied(before, []) == before


def test_only_scheduled_cores_become_occupied():
    before = scheduler.initialization(state(), at(1))
    with pytest.raises(CoreNotScheduled) as caught:
        scheduler.occupied(before, [0, 2])
    assert repr(caught.value) == "CoreNotScheduled(core=2, scheduled=(0, 1))"
    assert str(caught.value).endswith("the scheduled cores are [0, 1] §2.5.5/occupied.1")


@pytest.mark.parametrize("cores", [[1, 0], [0, 0]])
def test_occupied_cores_must_ascend_strictly(cores):
    before = scheduler.initialization(state(), at(1))
    with pytest.raises(CoresNotSorted) as caught:
        scheduler.occupied(before, cores)
    assert str(caught.value).endswith(f"{cores} §2.5.5/occupied.2")


# ---- core_para, group_validators


def test_core_para_names_the_scheduled_or_occupying_para():
    before = state((10, 2), cores=[None, Parachain(), None, thread(11)], indexed=[10, 11])
    storage = scheduler.initialization(before, at(1))
    named = [scheduler.core_para(storage, at(1), core) for core in (0, 1, 2, 3)]
    assert named == [1, 2, 10, 11]


def test_core_para_names_nothing_for_a_free_or_missing_core():
    assert [scheduler.core_para(state(), at(1), core) for core in (0, 3, 4, -1)] == [None] * 4


def test_a_core_rescheduled_without_being_emptied_belongs_to_the_scheduled_para():
    before = state((11, 2), cores=[None, None, thread(10), None], indexed=[10, 11])
    storage = scheduler.schedule(before, at(1, WRITTEN), [done(2)])
    assert storage.availability_cores[2] == thread(10)
    assert scheduler.core_para(storage, at(1, WRITTEN), 2) == 11


def test_a_parachain_on_a_parathread_core_is_undefined():
    storage = state(cores=[None, None, Parachain(), None])
    with pytest.raises(Undefined, match=r"core 2 .* §2.5.5/storage.AvailabilityCores"):
        scheduler.core_para(storage, at(1), 2)


def test_group_validators_answers_for_groups_of_this_session_only():
    answers = [scheduler.group_validators(state(), group) for group in (0, 3, 4, -1)]
    assert answers == [(0,), (3,), None, None]


# ---- availability_timeout_predicate: chain 3 blocks, thread 5 blocks, rotation every 10


def timed_out(rule, now, core, since):
    rules = Rules.as_amended(variants={"timeout_rule": rule})
    predicate = scheduler.availability_timeout_predicate(state(), at(now, rules))
    return None if predicate is None else predicate(core, since)


@pytest.mark.parametrize(
    ("rule", "now", "core", "since", "expected"),
    [
        ("predicate", 14, 2, 9, True),
        ("predicate", 14, 2, 10, False),
        ("predicate", 14, 1, 11, True),
        ("predicate", 14, 1, 12, False),
        ("predicate", 15, 1, 0, None),
        ("prose", 11, 1, 8, True),
        ("prose", 11, 1, 9, False),
        ("prose", 12, 1, 0, False),
        ("prose", 13, 2, 8, True),
        ("prose", 14, 2, 0, False),
        ("algorithm", 19, 1, 16, True),
        ("algorithm", 19, 2, 15, False),
        ("algorithm", 19, 2, 14, True),
    ],
)
def test_a_core_times_out(rule, now, core, since, expected):
    assert timed_out(rule, now, core, since) is expected


# ---- before and around a session


def test_claims_made_before_any_session_are_dealt_out_in_the_first_one():
    storage = scheduler.add_parathread_claim(SchedulerStorage(), at(0), claim(10))
    storage = scheduler.add_parathread_claim(storage, at(0), claim(11))
    after = scheduler.session_change(storage, at(0), notify())
    assert queued(after) == [(10, 2, 0), (11, 3, 0)]


def test_a_returned_claim_finds_no_core_under_a_configuration_without_any():
    readings = STARRED | {"returned-claim-core": "next"}
    rules = Rules.as_written(readings)
    none = changed(parathread_cores=0)
    before = state(cores=[thread(10)], indexed=[10])
    with pytest.raises(Undefined, match=r"modulo 0 .* §2.5.5/add_parathread_claim.4"):
        scheduler.session_change(before, at(7, rules, config=none), notify(prev=none, new=none))


def test_a_context_demands_every_reading_of_the_module():
    with pytest.raises(MissingReading, match="'claims-return-to-back' open"):
        at(0, Rules.as_written({k: v for k, v in STARRED.items() if k != "claims-return-to-back"}))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: at(-1), "now must be between 0"),
        (lambda: at("1"), "now must be an integer, got '1'"),
        (lambda: at(True), "now must be an integer, got True"),
        (lambda: claim(-3), "para must be between 0"),
        (lambda: entry(10, -1), "retries must be between 0"),
        (lambda: type(claim(10))(10, "alice"), "collator must be a byte string"),
        (lambda: paras([2, 1], []), "parachains must be strictly ascending"),
        (lambda: paras([1, 1], []), "parachains must be strictly ascending"),
        (lambda: paras([1, 2], [2, 3]), r"parathreads must be no parachains, got \[2\]"),
        (lambda: ParasView([1]), "parachains must be a tuple"),
    ],
)
def test_what_is_no_value_of_the_protocol_is_refused(make, message):
    with pytest.raises(BadValue, match=message):
        make()


def test_a_notification_needs_lists_that_stay_and_a_seed_of_32_bytes():
    sound = notify()
    make = type(sound)
    with pytest.raises(BadValue, match="random_seed must be 32 bytes long"):
        make((), (), sound.prev_config, sound.new_config, b"short")
    with pytest.raises(BadValue, match="validators must be a tuple"):
        make([], (), sound.prev_config, sound.new_config, bytes(32))
    with pytest.raises(BadValue, match="queued must be a tuple"):
        make((), [], sound.prev_config, sound.new_config, bytes(32))


def test_storage_is_a_hashable_value_that_failing_routines_leave_alone():
    before = scheduler.initialization(state((10, 2)), at(1))
    twin = scheduler.initialization(state((10, 2)), at(1))
    with pytest.raises(CoresNotSorted):
        scheduler.occupied(before, [1, 0])
    assert before == twin
    assert hash(before) == hash(twin)
    assert {before: "found"}[twin] == "found"
    assert before.scheduled[0].entry is None
    assert before.scheduled[2].occupant == Parathread(entry(10))
    assert FreedCore(0) == done(0)
