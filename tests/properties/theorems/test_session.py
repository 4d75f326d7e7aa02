"""Sessions: what is judged in which, who serves in the next block, what is configured."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from model import assignments, configuration_updates, sessions
from model.language import And, exists, forall
from model.scheduler_system import CLOSED, OPEN
from properties.kinds import invariant, reachable
from properties.theorems import session as theorems
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

JUDGED = theorems.nothing_of_one_session_is_judged_under_the_next
AHEAD = theorems.assignments_are_readable_a_block_ahead
WHOLE = theorems.assignments_are_readable_for_the_whole_session
ASKED = theorems.a_session_is_configured_by_what_was_asked

RESULTS = [
    Result(JUDGED),
    Result(theorems.nothing_of_one_session_is_judged_under_the_next_as_written, steps=3),
    Result(theorems.a_session_change_is_never_fatal),
    Result(theorems.a_session_change_is_never_fatal_as_written),
    Result(AHEAD, abstracts="abstract assignments, checked scheduler tiny"),
    Result(theorems.assignments_are_readable_a_block_ahead_as_written, steps=1),
    Result(WHOLE),
    Result(ASKED),
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_each_sentence_is_proved_or_refuted_by_the_shortest_trace(result):
    same(result)


@reachable("")
def a_later_session_enacts(s):
    """A candidate is enacted in a later session than the first."""
    return And(s.session > 0, exists(s.cfg.core, lambda c: s.enacted[c].some))


@reachable("")
def groups_rotate(s):
    """A rotation has happened, and there is more than one core to rotate over."""
    later = s.block >= s.cfg.group_rotation_frequency
    return And(later, s.parachains + s.parathread_cores > 1)


def test_small_sizes_enact_and_rotate():
    assert found(JUDGED, a_later_session_enacts)
    assert found(AHEAD, groups_rotate)


def test_a_session_change_that_drops_nothing_leaves_it_to_the_next_session(monkeypatch):
    def session_change(s):
        s.assume(s.phase == sessions.ENDING)
        s.session = s.session + 1
        s.shown = s.session
        s.phase = sessions.IDLE

    monkeypatch.setattr(sessions, "session_change", session_change)
    assert refuted(JUDGED)


def test_a_change_before_finalization_is_fatal(monkeypatch):
    def end_block(s, last):
        s.assume(s.phase == sessions.CLOSED)
        s.phase = sessions.ENDING
        s.has_initialized = last

    monkeypatch.setattr(sessions, "end_block", end_block)
    assert refuted(theorems.a_session_change_is_never_fatal)


def test_cores_that_change_within_a_session_cannot_be_read_ahead(monkeypatch):
    def inherent(s):
        s.assume(s.phase == OPEN)
        s.parachains = 0
        s.phase = CLOSED

    monkeypatch.setattr(assignments, "inherent", inherent)
    assert refuted(WHOLE)


def test_updates_that_start_from_the_configuration_in_use_lose_earlier_ones():
    assert refuted(replace(ASKED, system=partial(configuration_updates.system, base="current")))


@pytest.mark.parametrize(("theorem", "lemma"), lemmas(JUDGED, ASKED))
def test_without_a_lemma_the_induction_fails(theorem, lemma):
    assert unproved(without(theorem, lemma))


@invariant("")
def nothing_is_asked_for(s):
    """No member is asked for."""
    return forall(s.cfg.member, lambda m: s.asked[m].value == 0)


def test_a_false_lemma_proves_nothing():
    assert unproved(with_lemmas(ASKED, *ASKED.goal.lemmas, nothing_is_asked_for))
