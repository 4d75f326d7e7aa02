"""The claim index, for any number of parathreads and cores, and the scheduler it is an image of."""

from __future__ import annotations

import pytest

from checker import abstraction
from model import claim_index
from model.language import And, forall
from properties.kinds import invariant, reachable
from properties.theorems import claims as theorems
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

INDEX = theorems.the_index_holds_exactly_what_is_claimed
ONE = theorems.a_parathread_has_at_most_one_claim
OCCUPIED = theorems.a_core_is_occupied_exactly_while_pending
SCHEDULER = "abstract claim_index, checked scheduler tiny"

RESULTS = [
    Result(INDEX, abstracts=SCHEDULER),
    Result(theorems.the_index_holds_exactly_what_is_claimed_as_written, steps=3),
    Result(ONE, abstracts=SCHEDULER),
    Result(theorems.a_parathread_has_at_most_one_claim_as_written, steps=4),
    Result(OCCUPIED, abstracts=SCHEDULER),
    Result(theorems.a_core_is_occupied_exactly_while_pending_as_written, steps=2),
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_each_sentence_is_proved_or_refuted_by_the_shortest_trace(result):
    same(result)


@reachable("")
def all_cores_hold_claims(s):
    """Every core is occupied by a claim, of several."""
    busy = forall(s.cfg.core, lambda c: s.occupied[c].kind == claim_index.PARATHREAD)
    return And(s.cfg.core.n > 1, busy)


def test_small_sizes_fill_all_cores_with_claims():
    assert found(INDEX, all_cores_hold_claims) == {"all_cores_hold_claims"}


def test_cores_that_keep_their_entry_are_no_image_of_the_scheduler():
    written = theorems.the_index_holds_exactly_what_is_claimed_as_written
    image = abstraction.checked(theorems.SCHEDULER, written.system(theorems.SMALL[-1]))
    assert image.problem.startswith("no abstract step leads from")


def test_work_given_to_busy_cores_loses_claims(monkeypatch):
    monkeypatch.setattr(claim_index, "is_free", lambda _s, _returned, _c: True)
    assert refuted(INDEX)


def test_a_core_occupied_for_nothing_is_not_pending(monkeypatch):
    def occupied(s, backed):
        for c in s.each(s.cfg.core):
            with s.when(backed[c]):
                s.occupied[c] = dict(kind=claim_index.PARACHAIN)

    monkeypatch.setattr(claim_index, "occupied", occupied)
    assert refuted(OCCUPIED)


def test_entries_that_stay_in_the_queue_are_claimed_twice(monkeypatch):
    def take(s, takes, claim):
        s.assume(forall(s.cfg.core, lambda c: s.queued[claim[c]] > 0))
        for c in s.each(s.cfg.core):
            with s.when(takes[c]):
                s.scheduled[c] = dict(some=True, thread=claim[c])

    monkeypatch.setattr(claim_index, "_take", take)
    assert refuted(ONE)


@pytest.mark.parametrize(("theorem", "lemma"), lemmas(INDEX, ONE, OCCUPIED))
def test_without_a_lemma_the_induction_fails(theorem, lemma):
    assert unproved(without(theorem, lemma))


@invariant("")
def nothing_is_queued(s):
    """The queue is empty."""
    return forall(s.cfg.thread, lambda t: s.queued[t] == 0)


def test_a_false_lemma_proves_nothing():
    assert unproved(with_lemmas(INDEX, nothing_is_queued))
