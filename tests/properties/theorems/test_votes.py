"""Votes that enact a candidate: how many, whose, and for which candidate they were cast."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model import signature_processing, votes
from model.language import And, exists
from properties.kinds import invariant, reachable
from properties.theorems import votes as theorems
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

TWO_THIRDS = theorems.a_candidate_is_enacted_by_two_thirds_of_the_validators
FOR_IT = theorems.a_candidate_is_enacted_by_votes_for_it
COUNTS = theorems.a_vote_counts_only_for_its_candidate
MASKED = theorems.a_masked_vote_counts_only_for_its_candidate
ENACTED = theorems.what_two_thirds_voted_for_is_enacted
NEW = theorems.a_new_candidate_has_no_votes

RESULTS = [
    Result(COUNTS),
    Result(theorems.a_vote_counts_only_for_its_candidate_as_written, steps=3),
    Result(TWO_THIRDS),
    Result(FOR_IT),
    Result(theorems.a_candidate_is_enacted_by_votes_for_it_as_written, steps=4),
    Result(ENACTED),
    Result(NEW),
    Result(MASKED),
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_each_sentence_is_proved_or_refuted_by_the_shortest_trace(result):
    same(result)


@pytest.mark.parametrize("theorem", [TWO_THIRDS, FOR_IT], ids=lambda t: t.name)
def test_numbering_voters_is_counting_them(theorem):
    counted = theorems.tallies_count_the_votes, theorems.enacted_by_a_count_of_votes_for_it
    wanted = counted if theorem is FOR_IT else counted[:1]
    assert not found(theorem, *wanted)
    assert "enacted_by_a_count_of_votes_for_it" in found(
        theorems.a_candidate_is_enacted_by_votes_for_it_as_written, *counted
    )


@reachable("")
def three_validators_enact(s):
    """Three validators' votes enact a candidate, and the core is occupied again."""
    again = lambda c: And(s.enacted[c], s.pending[c].some)  # noqa: E731 - reads as a definition
    return And(s.validators == 3, exists(s.cfg.core, again))


@reachable("")
def two_cores_at_once(s):
    """Candidates on two cores are enacted in one block."""
    return And(s.cfg.core.n > 1, s.enacted == s.cfg.core.set(lambda _c: True))


def test_small_sizes_enact_on_cores_that_are_used_again():
    both = found(FOR_IT, three_validators_enact, two_cores_at_once)
    assert both == {"three_validators_enact", "two_cores_at_once"}


@pytest.mark.parametrize(
    "threshold",
    [
        lambda tally, validators: 2 * tally > validators,
        lambda tally, validators: 3 * tally >= 2 * validators,
        lambda tally, _validators: tally > 0,
    ],
    ids=["a majority", "two thirds", "one vote"],
)
def test_a_lower_threshold_enacts_too_early(monkeypatch, threshold):
    monkeypatch.setattr(votes, "is_available", threshold)
    assert refuted(TWO_THIRDS)


def test_a_higher_threshold_enacts_too_late(monkeypatch):
    monkeypatch.setattr(votes, "is_available", lambda tally, validators: tally > validators)
    assert refuted(ENACTED)


def test_votes_left_behind_count_for_the_next_candidate(monkeypatch):
    def keep_votes(s, c):
        s.pending[c] = {}

    monkeypatch.setattr(votes, "_drop", keep_votes)
    assert refuted(NEW)
    assert refuted(COUNTS)


def test_without_the_mask_a_last_vote_counts_for_another_candidate():
    def unmasked(sizes):
        return signature_processing.system(sizes, mask="none")

    assert refuted(replace(MASKED, system=unmasked))


@pytest.mark.parametrize(("theorem", "lemma"), lemmas(TWO_THIRDS, FOR_IT, COUNTS, MASKED, NEW))
def test_without_a_lemma_the_induction_fails(theorem, lemma):
    assert unproved(without(theorem, lemma))


@invariant("")
def nobody_has_voted(s):
    """No vote is counted."""
    return theorems.each_core(s, lambda c: s.tally[c] == 0)


def test_a_false_lemma_proves_nothing():
    assert unproved(with_lemmas(TWO_THIRDS, *TWO_THIRDS.goal.lemmas, nobody_has_voted))
