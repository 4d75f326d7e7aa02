"""Who ranks above whom, how long one waits, and what reports change. §1.9.4."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.approval import errors
from impl.approval.checks import Check, Priority, Turn, decide, note_check, note_reports
from impl.approval.watch import (
    Watch,
    belongs_to_tracked,
    get_to_check,
    process_acted_on,
    process_begun,
    process_check,
    process_equivocation,
    process_escalated,
    process_report,
)
from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.primitives import ValidatorIndex
from impl.rules import Rules
from tests.impl.approval.cases import (
    AMENDED,
    BLOCK_A,
    BLOCK_B,
    CONTEXT,
    EMPTY,
    OTHER,
    PAIRS,
    PARA,
    TWIN,
    checks,
    context,
)

PLACE, OTHER_PLACE = (BLOCK_A.block_hash, PARA), (BLOCK_A.block_hash, OTHER)

extras = st.fractions(0, 7).map(lambda position: Check(Priority.EXTRA, position))
others = st.sampled_from(
    [Check(each) for each in (Priority.PARACHAIN, Priority.ASSIGNED, Priority.ESCALATED)]
)
ranks = extras | others
seen = st.dictionaries(st.integers(0, 6), ranks)


# ---- counting


def test_a_check_has_a_position_exactly_if_extra():
    with pytest.raises(BadValue, match="position"):
        Check(Priority.EXTRA)
    with pytest.raises(BadValue, match="position"):
        Check(Priority.ASSIGNED, Fraction(1))


def test_only_a_parachains_validator_has_its_rank():
    for validator in range(7):
        if validator in (1, 2, 4):
            assert note_check(checks(), validator, Check(Priority.PARACHAIN)).checks
        else:
            with pytest.raises(BadValue, match="validator"):
                note_check(checks(), validator, Check(Priority.PARACHAIN))


@given(seen, st.fractions(0, 7))
def test_higher_are_parachain_validators_assigned_and_smaller_outputs(found, position):
    record = checks(checks=FrozenMap(found))
    expected = 0
    for check in found.values():
        if check.priority is Priority.EXTRA:
            expected += check.position < position
        else:
            expected += check.priority in (Priority.PARACHAIN, Priority.ASSIGNED)
    assert record.get_higher(position) == expected


@given(ranks, ranks)
def test_a_validator_counts_once_in_its_highest_rank(first, second):
    record = note_check(note_check(checks(), 2, first), 2, second)
    back = note_check(note_check(checks(), 2, second), 2, first)
    assert record == back
    assert len(record.checks) == 1
    best = record.checks[2]
    assert best in (first, second)
    for other in (first, second):
        assert (best.priority.value, best.position or 0) <= (
            other.priority.value,
            other.position or 0,
        )


def test_v_check_counts_checks_of_any_rank():
    record = checks()
    assert (record.v_default, record.v_check, record.end) == (5, 5, 60)
    for validator in range(5):
        assert not record.is_approved
        record = note_check(record, ValidatorIndex(validator), Check(Priority.ESCALATED))
    assert record.is_approved
    assert not note_reports(record, 1).is_approved  # five and a tenth are wanted now


def test_reports_only_add():
    record = note_reports(checks(), 7)
    assert record.v_check == 5 + Fraction(7, 10)
    for stake in (7, 6, 0):
        with pytest.raises(errors.StakeNotRaised) as caught:
            note_reports(record, stake)
        assert (caught.value.before, caught.value.after) == (7, stake)


# ---- whose turn


def many(count):
    return FrozenMap({ValidatorIndex(each): Check(Priority.ASSIGNED) for each in range(count)})


def test_an_extra_checker_waits_and_then_checks():
    record = checks()
    assert decide(record, Fraction(3), 20) is Turn.WAIT
    assert decide(record, Fraction(3), 25) is Turn.WAIT
    assert decide(record, Fraction(3), 26) is Turn.CHECK
    assert decide(record, Fraction(0), 20) is Turn.CHECK


def test_it_leaves_a_block_that_others_have_checked_enough():
    assert decide(checks(checks=many(5)), Fraction(3), 26) is Turn.ENOUGH
    assert decide(checks(checks=many(4)), Fraction(3), 26) is Turn.CHECK


def test_it_stops_with_the_fishing_period():
    record = checks()
    assert decide(record, Fraction(3), record.end) is Turn.CHECK
    assert decide(record, Fraction(3), record.end + 1) is Turn.OVER
    assert decide(note_reports(record, 1000), Fraction(3), record.end + 1) is Turn.OVER


def test_a_report_asks_for_a_check_at_once_whatever_the_others_did():
    record = checks(checks=many(7))
    assert decide(record, Fraction(2), 21) is Turn.ENOUGH
    assert decide(note_reports(record, 20), Fraction(2), 21) is Turn.ENOUGH  # 2 is not below 2
    assert decide(note_reports(record, 21), Fraction(2), 21) is Turn.CHECK
    crowd = checks(checks=many(100))
    assert decide(note_reports(crowd, 21), Fraction(2), 21) is Turn.CHECK


def test_a_report_reopens_a_block():
    record = checks(checks=many(5))
    assert decide(record, Fraction(3), 24) is Turn.ENOUGH
    more = note_reports(record, 10)
    assert decide(more, Fraction(3), 23) is Turn.WAIT
    assert decide(more, Fraction(3), 24) is Turn.CHECK  # the wait is shorter, too


@given(seen, st.fractions(0, 7), st.integers(20, 70), st.integers(0, 90), st.integers(1, 50))
def test_a_report_never_takes_a_check_away(found, position, now, stake, more):
    record = checks(checks=FrozenMap(found), stake=stake)
    after = note_reports(record, stake + more)
    if decide(record, position, now) is Turn.CHECK:
        assert decide(after, position, now) is Turn.CHECK


@given(seen, st.fractions(0, 7), st.integers(20, 60))
def test_a_check_is_never_due_while_enough_rank_higher(found, position, now):
    record = checks(checks=FrozenMap(found))
    if decide(record, position, now) is Turn.CHECK:
        assert record.get_higher(position) < record.v_check


# ---- a validator's watch


def watch_of(validator=0, ctx=CONTEXT, block=BLOCK_A):
    watch, _ = process_acted_on(Watch(ValidatorIndex(validator)), block, PAIRS[validator], ctx)
    return watch


def test_what_is_acted_on_is_watched():
    watch, own = process_acted_on(Watch(ValidatorIndex(0)), BLOCK_A, PAIRS[0], CONTEXT)
    assert set(watch.candidates) == set(watch.positions) == {PLACE, OTHER_PLACE}
    assert watch.assigned == {(BLOCK_A.block_hash, own.one_shot[0].para)}
    assert watch.own[BLOCK_A.block_hash] == own
    with pytest.raises(errors.BlockKnown):
        process_acted_on(watch, BLOCK_A, PAIRS[0], CONTEXT)


def test_a_block_without_candidates_is_nothing_to_watch():
    watch = watch_of(block=EMPTY)
    assert not watch.candidates
    assert get_to_check(watch, 20) == ()


def test_what_is_not_watched_is_refused():
    watch = watch_of()
    missing = (BLOCK_B.block_hash, PARA)
    check = Check(Priority.ASSIGNED)
    for call in (
        lambda: process_check(watch, missing, 1, check, CONTEXT),
        lambda: process_report(watch, missing, 1, CONTEXT),
        lambda: process_begun(watch, missing),
        lambda: process_escalated(watch, missing),
        lambda: process_equivocation(watch, TWIN, BLOCK_A, PAIRS[0], CONTEXT),
    ):
        with pytest.raises(errors.NotExecuted):
            call()
    with pytest.raises(errors.NoEquivocation):
        process_equivocation(watch, BLOCK_A, BLOCK_B, PAIRS[0], CONTEXT)


def test_one_shot_blocks_are_checked_at_once_and_once():
    for validator in range(7):
        watch = watch_of(validator)
        (place,) = watch.assigned
        assert place in get_to_check(watch, 20)
        assert place in get_to_check(watch, 60)
        assert get_to_check(watch, 61) == ()
        assert place not in get_to_check(process_begun(watch, place), 20)


def free_place(watch):
    return next(place for place in watch.candidates if place not in watch.assigned)


def test_extra_blocks_are_checked_when_due():
    watch = watch_of()
    place = free_place(watch)
    due = watch.get(place).get_due(watch.positions[place])
    assert place not in get_to_check(watch, due - 1)
    assert place in get_to_check(watch, due)
    for validator in range(1, 7):
        watch = process_check(watch, place, validator, Check(Priority.ASSIGNED), CONTEXT)
    assert place not in get_to_check(watch, due)
    more = process_report(watch, place, 1000, CONTEXT)
    assert place in get_to_check(more, 20)


def test_an_equivocation_takes_the_smaller_output():
    for validator in range(7):
        before = watch_of(validator)
        after, own = process_equivocation(before, BLOCK_A, TWIN, PAIRS[validator], CONTEXT)
        assert after.assigned >= before.assigned
        assert after.own[BLOCK_A.block_hash] == own
        assert all(after.positions[p] <= before.positions[p] for p in before.positions)
    changed = [
        validator
        for validator in range(7)
        if process_equivocation(watch_of(validator), BLOCK_A, TWIN, PAIRS[validator], CONTEXT)[
            0
        ].positions
        != watch_of(validator).positions
    ]
    assert changed


def test_everybody_checks_an_escalated_block_at_any_time():
    watch = watch_of()
    place = free_place(watch)
    escalated = process_escalated(watch, place)
    assert place in get_to_check(escalated, 20)
    assert place in get_to_check(escalated, 1000)


# ---- the set of §1.9.4/description.4.3

LITERAL = context(
    Rules(AMENDED.amendments - {"tracked-blocks-lack-checks"}, readings=AMENDED.readings)
)


def with_checks(ctx, count):
    watch = watch_of(0, ctx)
    for validator in range(1, count + 1):
        watch = process_check(watch, PLACE, validator, Check(Priority.ASSIGNED), ctx)
    return watch


@pytest.mark.parametrize("count", range(7))
def test_tracked_are_too_few_checks_as_amended_and_too_many_as_written(count):
    assert (PLACE in with_checks(CONTEXT, count).tracked) == (count < 5)
    assert (PLACE in with_checks(LITERAL, count).tracked) == (count > 5)


def test_a_report_puts_a_block_back():
    watch = with_checks(CONTEXT, 5)
    assert PLACE not in watch.tracked
    assert PLACE in process_report(watch, PLACE, 1, CONTEXT).tracked
    literal = with_checks(LITERAL, 6)
    assert PLACE in literal.tracked
    dropped = process_report(literal, PLACE, 10, LITERAL)  # six are wanted now, and six are there
    assert PLACE not in dropped.tracked
    # the next sentence says that it is put back, though #VCheck is above the number of checks
    back = process_report(dropped, PLACE, 11, LITERAL)
    assert PLACE in back.tracked
    record, position = back.get(PLACE), back.positions[PLACE]
    assert not belongs_to_tracked(record, position, amended=False)
    assert belongs_to_tracked(record, position, amended=True)


def test_a_block_to_be_checked_at_once_is_not_put_back_as_written():
    watch = replace(with_checks(LITERAL, 5), positions=FrozenMap({PLACE: Fraction(1)}))
    assert PLACE not in process_report(watch, PLACE, 11, LITERAL).tracked
    assert PLACE in process_report(watch, PLACE, 10, LITERAL).tracked
