"""The vote of all validators on one candidate: when, how it ends, who pays. §1.10.3."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.approval import voting_errors
from impl.approval.escalation import (
    Escalation,
    Outcome,
    Slash,
    Tally,
    compute_outcome,
    compute_tally,
    get_obliged,
    is_settled,
    process_time,
    process_tracked,
    process_vote,
)
from impl.crypto.keys import KeyPair
from impl.errors import BadValue, MissingReading
from impl.rules import Rules
from impl.validation.attestations import AttestationKind, Attested, TrackedCandidate
from impl.validation.errors import NoSuchValidator
from tests.impl.approval.cases import CANDIDATE, CONTEXT
from tests.impl.validation.cases import GROUP

NAME = CANDIDATE.receipt_hash
NEW = Escalation(NAME)
KEYS = tuple(KeyPair(bytes([number]) * 32).public for number in range(1, 20))


def session(validators, **readings):
    options = {"attestations_both_ways": "both", "late_votes_slashed": "slashed", **readings}
    rules = Rules.as_written({key.replace("_", "-"): each for key, each in options.items()})
    return replace(CONTEXT, validators=KEYS[:validators], rules=rules)


NINE = session(9)


def vote(escalation, context, now=0, *, valid=(), invalid=()):
    for side, voters in ((True, valid), (False, invalid)):
        for voter in voters:
            escalation = process_vote(escalation, voter, now, context, valid=side)
    return escalation


# ---- the trigger


def test_attestations_of_one_side_trigger_nothing():
    for sides in ({"valid": range(9)}, {"invalid": range(9)}):
        escalation = vote(NEW, NINE, **sides)
        assert not escalation.is_triggered
        assert not escalation.is_unresolved
        assert escalation.outcome is Outcome.OPEN
        assert get_obliged(escalation, NINE) == frozenset()


def test_one_of_each_obliges_everybody_else():
    escalation = vote(NEW, NINE, valid=[4], invalid=[7])
    assert escalation.is_triggered
    assert escalation.is_unresolved
    assert get_obliged(escalation, NINE) == {0, 1, 2, 3, 5, 6, 8}
    assert escalation.get_attesters(valid=True) == {4}
    assert escalation.get_attesters(valid=False) == {7}


# ---- the outcomes, by the letter


@pytest.mark.parametrize("n", range(1, 14))
def test_outcomes_are_those_of_the_text(n):
    for valid in range(n + 1):
        for invalid in range(n + 1):
            for attested in range(max(valid, invalid), min(n, valid + invalid) + 1):
                applies = {
                    Outcome.VALID: valid > n / 3 and invalid <= n / 3,
                    Outcome.INVALID: invalid > n / 3 and valid <= n / 3,
                    Outcome.SPLIT: valid > n / 3 and invalid > n / 3,
                }
                found = [each for each, does in applies.items() if does]
                expected = found if attested > 2 * n / 3 else [Outcome.OPEN]
                assert [compute_outcome(Tally(valid, invalid, attested), n)] == expected


@pytest.mark.parametrize(("n", "least"), [(1, 1), (3, 3), (4, 3), (6, 5), (7, 5), (9, 7), (10, 7)])
def test_the_vote_waits_for_more_than_two_thirds(n, least):
    assert not is_settled(least - 1, n)
    assert is_settled(least, n)
    context = session(n)
    if n > 1:
        before = vote(NEW, context, invalid=[0], valid=range(1, least - 1))
        assert before.outcome is Outcome.OPEN
        assert vote(before, context, valid=[least - 1]).outcome is not Outcome.OPEN


CASES = {
    Outcome.VALID: (range(6), range(6, 9), False),
    Outcome.INVALID: (range(3), range(3, 9), True),
}


@pytest.mark.parametrize("outcome", CASES, ids=lambda each: each.value)
def test_after_a_wait_those_who_were_wrong_are_slashed(outcome):
    valid, invalid, wrong = CASES[outcome]
    escalation = vote(NEW, NINE, 10, valid=valid, invalid=invalid)
    assert (escalation.outcome, escalation.outcome_at) == (outcome, 10)
    assert escalation.is_found_invalid == (outcome is Outcome.INVALID)
    assert not escalation.is_unresolved
    waiting = process_time(escalation, 14, NINE)
    assert (waiting.closed, waiting.slashes) == (False, ())
    closed = process_time(waiting, 15, NINE)
    losers = valid if wrong else invalid
    assert closed.slashes == tuple(Slash(each, NAME, wrong) for each in losers)
    assert process_time(closed, 30, NINE).slashes == closed.slashes


def test_a_split_is_invalid_and_slashes_nobody():
    escalation = vote(NEW, NINE, 10, valid=range(4), invalid=range(4, 8))
    assert escalation.outcome is Outcome.SPLIT
    assert escalation.is_found_invalid
    later = process_time(escalation, 1000, NINE)
    assert (later.closed, later.slashes) == (False, ())
    last = vote(later, NINE, 1000, valid=[8])
    assert (last.outcome, last.slashes) == (Outcome.SPLIT, ())


@pytest.mark.parametrize("outcome", CASES, ids=lambda each: each.value)
def test_votes_within_the_wait_can_still_split(outcome):
    valid, invalid, _ = CASES[outcome]
    fewer = {
        Outcome.VALID: {"valid": valid, "invalid": invalid[:1]},
        Outcome.INVALID: {"valid": valid[:1], "invalid": invalid},
    }[outcome]
    escalation = vote(NEW, NINE, 10, **fewer)
    assert escalation.outcome is outcome
    both = {"valid": [6, 7, 8]} if outcome is Outcome.INVALID else {"invalid": [0, 1]}
    more = {"invalid": [7, 8]} if outcome is Outcome.VALID else {"valid": [1, 2]}
    escalation = vote(escalation, NINE, 12, **more)
    assert escalation.outcome is outcome
    escalation = vote(escalation, NINE, 14, **both)  # these attest both ways
    assert (escalation.outcome, escalation.outcome_at) == (Outcome.SPLIT, 14)
    assert process_time(escalation, 99, NINE).slashes == ()


@given(
    st.integers(2, 12),
    st.lists(st.tuples(st.integers(0, 11), st.booleans(), st.integers(0, 4)), max_size=30),
    st.sampled_from(["both", "first", "neither"]),
)
@settings(max_examples=300)
def test_whatever_happens_a_slash_is_for_the_side_that_lost(n, events, reading):
    context = session(n, attestations_both_ways=reading)
    escalation, now = NEW, 0
    for voter, side, wait in events:
        now += wait
        before = escalation
        escalation = process_vote(escalation, voter % n, now, context, valid=side)
        if before.closed:
            assert escalation.outcome is before.outcome
        if before.outcome is Outcome.SPLIT and reading != "neither":
            assert escalation.outcome is Outcome.SPLIT
        if escalation.outcome is not Outcome.OPEN:
            assert escalation.is_triggered
    escalation = process_time(escalation, now + 5, context)
    slashed = [each.validator for each in escalation.slashes]
    assert len(slashed) == len(set(slashed))
    if escalation.outcome in (Outcome.VALID, Outcome.INVALID):
        wrong = escalation.outcome is Outcome.INVALID
        assert set(slashed) == escalation.get_attesters(valid=wrong)
    else:
        assert slashed == []


# ---- late votes


@pytest.mark.parametrize("reading", ["slashed", "spared"])
def test_late_votes_change_nothing_but_perhaps_who_is_slashed(reading):
    context = session(9, late_votes_slashed=reading)
    closed = process_time(vote(NEW, context, 10, valid=range(6), invalid=[6]), 15, context)
    assert closed.closed
    late = vote(closed, context, 16, invalid=[7, 8, 0, 1, 2])
    assert late.outcome is Outcome.VALID
    more = (7, 8, 0, 1, 2) if reading == "slashed" else ()
    assert [each.validator for each in late.slashes] == [6, *more]
    assert vote(late, context, 17, valid=[7]).slashes == late.slashes


def test_a_late_vote_for_what_is_so_costs_nothing():
    context = session(9)
    closed = process_time(vote(NEW, context, 10, valid=range(6), invalid=[6]), 15, context)
    assert len(vote(closed, context, 16, valid=[7, 8]).slashes) == 1


def test_the_reading_is_asked_for_where_it_matters():
    rules = Rules.as_written()
    context = replace(NINE, rules=rules)
    closed = process_time(vote(NEW, context, 10, valid=range(6), invalid=[6]), 15, context)
    with pytest.raises(MissingReading, match="late-votes-slashed"):
        vote(closed, context, 16, invalid=[7])
    with pytest.raises(MissingReading, match="attestations-both-ways"):
        vote(NEW, context, valid=[1], invalid=[1])


# ---- attestations both ways


@pytest.mark.parametrize(
    ("reading", "expected"),
    [("both", Tally(3, 3, 4)), ("first", Tally(3, 1, 4)), ("neither", Tally(1, 1, 2))],
)
def test_who_attests_both_ways_counts_by_the_reading(reading, expected):
    context = session(9, attestations_both_ways=reading)
    escalation = vote(NEW, context, valid=[0, 1, 2], invalid=[3, 0, 1])
    assert compute_tally(escalation, context.rules) == expected
    assert escalation.get_attesters(valid=False) == {0, 1, 3}


def test_one_validator_alone_can_trigger_the_vote():
    assert vote(NEW, NINE, valid=[0], invalid=[0]).is_triggered


def test_who_took_back_its_vote_can_reopen_it():
    context = session(9, attestations_both_ways="neither")
    escalation = vote(NEW, context, 10, valid=range(6), invalid=[8])
    assert escalation.outcome is Outcome.VALID
    reopened = vote(escalation, context, 11, invalid=[0])
    assert (reopened.outcome, reopened.outcome_at) == (Outcome.OPEN, None)
    assert process_time(reopened, 99, context).slashes == ()


# ---- refused, and ignored


def test_a_replayed_vote_changes_nothing():
    escalation = vote(NEW, NINE, 5, valid=[0], invalid=[1])
    assert vote(escalation, NINE, 5, valid=[0], invalid=[1]) == escalation
    both = vote(escalation, NINE, 5, invalid=[0])
    assert vote(both, NINE, 5, valid=[0], invalid=[0]) == both


def test_a_vote_of_nobody_is_refused():
    for validator in (-1, 9):
        with pytest.raises(NoSuchValidator):
            vote(NEW, NINE, valid=[validator])


def test_time_does_not_run_back():
    escalation = process_time(NEW, 5, NINE)
    with pytest.raises(voting_errors.ClockRunsBack) as caught:
        process_time(escalation, 4, NINE)
    assert (caught.value.now, caught.value.last) == (4, 5)
    with pytest.raises(voting_errors.ClockRunsBack):
        vote(escalation, NINE, 4, valid=[0])
    with pytest.raises(BadValue):
        process_time(NEW, -1, NINE)


def test_a_receipt_is_named_by_a_hash():
    with pytest.raises(BadValue):
        Escalation(b"")


def test_what_the_chain_tracks_is_counted():
    secondary, primary = AttestationKind.SECONDARY, AttestationKind.PRIMARY
    said = frozenset(
        {
            Attested(1, primary, True),
            Attested(1, secondary, True),
            Attested(2, primary, True),
            Attested(5, secondary, False),
            Attested(2, secondary, False),
        }
    )
    tracked = TrackedCandidate(CANDIDATE.receipt, GROUP, said)
    escalation = process_tracked(NEW, tracked, 7, NINE)
    assert escalation == vote(NEW, NINE, 7, valid=[1, 2], invalid=[2, 5])
    assert process_tracked(escalation, tracked, 7, NINE) == escalation
