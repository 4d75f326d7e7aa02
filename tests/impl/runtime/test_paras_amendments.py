"""What each amendment and variant of the Paras module changes, alone, in the text as written."""

from __future__ import annotations

import pytest

from impl.errors import MissingReading, Undefined
from impl.rules import Rules
from impl.runtime import paras
from impl.runtime.paras_errors import AlreadyRegistered
from impl.runtime.paras_storage import ParasStorage
from impl.runtime.past_code import ReplacementTimes
from tests.impl.runtime.cases import REGISTERED, at, notify, starts, written

LIVE = paras.with_registered(ParasStorage(), REGISTERED)
CODE = b"new"


def planned(rules, expected_at=6):
    return paras.schedule_code_upgrade(LIVE, at(3, rules), 1, CODE, expected_at)


@pytest.mark.parametrize(
    ("plus", "applied"),
    [((), [5, 6]), (("upgrade-applies-from-expected",), [6, 7])],
)
def test_upgrade_applies_from_expected(plus, applied):
    rules = written(*plus)
    for number in (5, 6, 7):
        storage = paras.note_new_head(planned(rules), at(9, rules), 1, b"head", number)
        assert (storage.validation_code[1] == CODE) is (number in applied)
        looked_up = paras.validation_code_at(planned(rules), at(9, rules), 1, 8, number)
        assert (looked_up == CODE) is (number in applied)


def test_as_written_past_code_is_gone_with_the_next_block():
    rules = written()
    storage = paras.note_new_head(planned(rules), at(6, rules), 1, b"head", 6)
    assert storage.past_code[1, 6] == b"c1"
    assert paras.initialization(storage, at(5, rules)) is storage
    assert not paras.initialization(storage, at(7, rules)).past_code
    assert not paras.initialization(storage, at(6, rules)).past_code


@pytest.mark.parametrize(("now", "kept"), [(16, True), (17, False)])
def test_past_code_covers_acceptance_period(now, kept):
    rules = written("past-code-covers-acceptance-period")
    storage = paras.note_new_head(planned(rules), at(6, rules), 1, b"head", 6)
    context = at(now, rules, acceptance_period=10)
    assert bool(paras.initialization(storage, context).past_code) is kept


def test_initialize_only_unregistered():
    args, repaired = starts(), at(20, written("initialize-only-unregistered"))
    for para in (1, 10):
        with pytest.raises(AlreadyRegistered, match=f"para {para} is registered already"):
            paras.schedule_para_initialize(LIVE, repaired, para, args)
    upcoming = paras.schedule_para_initialize(LIVE, repaired, 5, args)
    with pytest.raises(AlreadyRegistered, match="para 5 is registered already, or about to be"):
        paras.schedule_para_initialize(upcoming, repaired, 5, args)
    leaving = paras.schedule_para_cleanup(LIVE, repaired, 1)
    assert paras.schedule_para_initialize(leaving, repaired, 1, args).upcoming_paras == (1,)


def test_as_written_a_registered_para_starts_anew_and_its_code_is_lost():
    context = at(20, written())
    storage = paras.schedule_para_initialize(LIVE, context, 1, starts(b"x", b"y", chain=False))
    storage = paras.schedule_para_initialize(storage, context, 1, starts(b"x", b"z", chain=False))
    storage = paras.session_change(storage, context, notify())
    assert (storage.validation_code[1], len(storage.past_code)) == (b"z", 0)
    assert (storage.parachains, paras.parathreads(storage)) == ((2,), {1, 10})


@pytest.mark.parametrize(("option", "comes_in"), [("cancels", False), ("waits", True)])
def test_cleanup_cancels_upcoming(option, comes_in):
    context = at(20, written("cleanup-passes-over-dead", cleanup_cancels_upcoming=option))
    storage = paras.schedule_para_initialize(LIVE, context, 5, starts())
    storage = paras.schedule_para_cleanup(storage, context, 5)
    assert (5 in storage.upcoming_paras) is (5 in storage.upcoming_paras_genesis) is comes_in
    assert storage.outgoing_paras == ((5,) if comes_in else ())
    assert (5 in paras.session_change(storage, context, notify()).heads) is comes_in


@pytest.mark.parametrize(("option", "kept"), [("stays", (6, CODE)), ("replaced", (8, b"newer"))])
def test_planned_upgrade_stays(option, kept):
    rules = written(planned_upgrade_stays=option)
    storage = paras.schedule_code_upgrade(planned(rules), at(4, rules), 1, b"newer", 8)
    assert (storage.future_code_upgrades[1], storage.future_code[1]) == kept


def test_where_the_text_is_silent_somebody_has_to_choose():
    context = at(20, Rules.as_written())
    coming = paras.schedule_para_initialize(LIVE, context, 5, starts())
    with pytest.raises(MissingReading, match="cleanup-cancels-upcoming"):
        paras.schedule_para_cleanup(coming, context, 5)
    first = paras.schedule_code_upgrade(LIVE, context, 1, CODE, 6)
    with pytest.raises(MissingReading, match="planned-upgrade-stays"):
        paras.schedule_code_upgrade(first, context, 1, CODE, 6)


@pytest.mark.parametrize(("plus", "found"), [((), CODE), (("lookup-by-last-parent",), b"c1")])
def test_lookup_by_last_parent(plus, found):
    """A block made on relay block 7, the first after the expected one, was made with old code."""
    rules = written("upgrade-applies-from-expected", *plus)
    storage = paras.note_new_head(planned(rules, expected_at=2), at(10, rules), 1, b"head", 7)
    assert paras.validation_code_at(storage, at(10, rules), 1, 2) == b"c1"
    assert paras.validation_code_at(storage, at(10, rules), 1, 3) == CODE
    assert paras.validation_code_at(storage, at(10, rules), 1, 7) == found
    assert paras.validation_code_at(storage, at(10, rules), 1, 8) == CODE
    last = 7 if plus else None
    assert storage.past_code_meta[1].upgrade_times == (ReplacementTimes(2, 10, last),)


@pytest.mark.parametrize(("plus", "found"), [((), b"c1"), (("lookup-by-last-parent",), CODE)])
def test_the_code_of_a_para_that_goes_serves_no_block_on_this_one(plus, found):
    context = at(20, written(*plus))
    storage = paras.schedule_para_cleanup(LIVE, context, 1)
    storage = paras.schedule_para_initialize(storage, context, 1, starts(b"x", CODE))
    storage = paras.session_change(storage, context, notify())
    assert paras.validation_code_at(storage, context, 1, 19) == b"c1"
    assert paras.validation_code_at(storage, context, 1, 20) == found
    assert paras.validation_code_at(storage, context, 1, 21) == CODE


@pytest.mark.parametrize(("option", "head"), [("once", b"later"), ("again", b"x")])
def test_registrations_happen_once(option, head):
    context = at(20, written(registrations_happen_once=option))
    storage = paras.schedule_para_initialize(LIVE, context, 5, starts(b"x", b"y"))
    storage = paras.schedule_para_cleanup(storage, context, 1)
    storage = paras.session_change(storage, context, notify())
    storage = paras.note_new_head(storage, context, 5, b"later", 19)
    again = option == "again"
    assert storage.upcoming_paras == tuple(storage.upcoming_paras_genesis) == (5,) * again
    assert storage.outgoing_paras == (1,) * again
    if again:
        with pytest.raises(Undefined, match="the removed code of para 1"):
            paras.session_change(storage, context, notify())
    passing = at(21, written("cleanup-passes-over-dead", registrations_happen_once=option))
    assert paras.session_change(storage, passing, notify()).heads[5] == head


def test_cleanup_passes_over_dead():
    written_, repaired = at(20, written()), at(20, written("cleanup-passes-over-dead"))
    storage = paras.schedule_para_cleanup(LIVE, repaired, 5)
    assert paras.session_change(storage, repaired, notify()).past_code == LIVE.past_code
    with pytest.raises(Undefined, match="the removed code of para 5, which has none"):
        paras.session_change(storage, written_, notify())


@pytest.mark.parametrize(("option", "expected_at"), [("now", 20), ("before", 19)])
def test_removed_code_expected_now(option, expected_at):
    context = at(20, written(removed_code_expected_now=option))
    storage = paras.schedule_para_cleanup(LIVE, context, 1)
    storage = paras.session_change(storage, context, notify())
    assert storage.past_code_meta[1].upgrade_times == (ReplacementTimes(expected_at, 20),)
    assert list(storage.past_code) == [(1, expected_at)]


@pytest.mark.parametrize(("option", "key"), [("expected", 6), ("activated", 9)])
def test_past_code_key(option, key):
    rules = written("past-code-covers-acceptance-period", past_code_key=option)
    storage = paras.note_new_head(planned(rules), at(9, rules), 1, b"head", 6)
    assert list(storage.past_code) == [(1, key)]
    assert paras.validation_code_at(storage, at(9, rules), 1, 6) == b"c1"
    assert not paras.initialization(storage, at(99, rules)).past_code


@pytest.mark.parametrize(("option", "number"), [("lookup", 6), ("activated", 9)])
def test_last_pruned_number(option, number):
    rules = written("past-code-covers-acceptance-period", last_pruned_number=option)
    storage = paras.note_new_head(planned(rules), at(9, rules), 1, b"head", 6)
    storage = paras.initialization(storage, at(99, rules))
    assert storage.past_code_meta[1].last_pruned == number
    assert paras.validation_code_at(storage, at(99, rules), 1, number) is None
    assert paras.validation_code_at(storage, at(99, rules), 1, number + 1) == CODE
