"""Past code: what lookups give at any height, how long it stays, when upgrades apply."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model import lookup
from model.language import And, exists
from properties.kinds import invariant, reachable
from properties.theorems import lookup as theorems
from tests.properties.theorems.unbounded import (
    Result,
    found,
    lemmas,
    refuted,
    same,
    unproved,
    with_lemmas,
    without,
)

GIVES = theorems.a_lookup_gives_the_code_in_force
GIVES_OR_NONE = theorems.a_lookup_gives_the_code_in_force_or_none
STAYS = theorems.past_code_stays_for_the_acceptance_period
WAITS = theorems.an_upgrade_waits_for_its_time
APPLIES = theorems.an_upgrade_is_applied_when_due
FORESEES = theorems.a_lookup_foresees_the_next_code
KEPT = theorems.no_accepted_upgrade_is_lost

RESULTS = [
    Result(GIVES),
    Result(GIVES_OR_NONE),
    Result(theorems.a_lookup_by_expected_time_gives_the_code_in_force, steps=4),
    Result(theorems.a_lookup_by_actual_time_gives_the_code_in_force, steps=3),
    Result(STAYS),
    Result(theorems.past_code_stays_by_the_pruning_rule, steps=1),
    Result(WAITS),
    Result(theorems.an_upgrade_until_its_time_waits_for_it, steps=3),
    Result(APPLIES),
    Result(theorems.an_upgrade_until_its_time_is_applied_when_due, steps=4),
    Result(FORESEES),
    Result(theorems.a_lookup_foresees_the_next_code_in_the_order_of_the_text, steps=3),
    Result(KEPT),
    Result(theorems.no_accepted_upgrade_is_lost_in_the_order_of_the_text, steps=3),
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_each_sentence_is_proved_or_refuted_by_the_shortest_trace(result):
    same(result)


@reachable("")
def past_code_is_looked_up(s):
    """A candidate whose code is past, but not pruned, is in its acceptance period."""
    return exists(
        s.cfg.height,
        lambda r: And(
            s.included_at[r] > 0,
            s.now <= s.included_at[r] + s.cfg.acceptance_period,
            s.used[r] < s.code,
        ),
    )


@reachable("")
def code_is_pruned(s):
    """A code is pruned while another past code is not."""
    return And(s.pruned > 0, s.pruned < s.code)


@reachable("")
def an_upgrade_comes_late(s):
    """An upgrade applies by a block made on a later relay block than was expected."""
    times = s.upgrade_times
    return exists(
        s.cfg.generation,
        lambda k: And(k < s.code, times[k].expected_at < times[k].last_parent),
    )


def test_small_sizes_look_up_past_code_prune_and_come_late():
    goals = past_code_is_looked_up, code_is_pruned, an_upgrade_comes_late
    assert found(GIVES, *goals) == {goal.name for goal in goals}


def test_pruning_a_block_too_early_loses_code_in_the_acceptance_period(monkeypatch):
    def is_over(s, k):
        return s.upgrade_times[k].activated_at + s.cfg.acceptance_period <= s.now

    monkeypatch.setattr(lookup, "is_over", is_over)
    assert refuted(STAYS)
    assert refuted(GIVES)
    assert not refuted(GIVES_OR_NONE)


def test_an_upgrade_that_waits_beyond_its_time_is_not_applied_when_due(monkeypatch):
    monkeypatch.setattr(lookup, "is_applied", lambda s, number: number > s.planned.expected_at)
    assert refuted(APPLIES)
    assert not refuted(WAITS)


def test_a_lookup_that_takes_code_one_height_too_few_errs(monkeypatch):
    monkeypatch.setattr(lookup, "replaced_at", lambda s, k: s.upgrade_times[k].last_parent - 1)
    assert refuted(GIVES)
    assert refuted(GIVES_OR_NONE)


def test_upgrades_that_may_follow_within_the_delay_are_lost():
    assert unproved(replace(KEPT, given=()))
    assert refuted(replace(KEPT, given=(), small=theorems.SMALL))


@pytest.mark.parametrize(
    ("theorem", "lemma"), lemmas(GIVES, GIVES_OR_NONE, STAYS, APPLIES, FORESEES, KEPT)
)
def test_without_a_lemma_the_induction_fails(theorem, lemma):
    assert unproved(without(theorem, lemma))


@invariant("")
def code_is_never_replaced(s):
    """The first code is in force."""
    return s.code == 0


def test_a_false_lemma_proves_nothing():
    assert unproved(with_lemmas(GIVES, code_is_never_replaced))
