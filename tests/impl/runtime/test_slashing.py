"""§2.5.9: supermajorities of every size, the two chapters side by side, and the ledger."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.runtime import slashing
from impl.runtime.configuration import HostConfiguration
from impl.runtime.slashing import (
    Account,
    Entry,
    Form,
    Reason,
    Sides,
    SlashingLedger,
    Verdict,
    compute_accounts,
    compute_verdict,
    has_supermajority,
)
from tests.impl.runtime.cases import AMENDED

CONFIG = HostConfiguration(
    dispute_slash=100, dispute_reward=30, distraction_fee=2, absence_penalty=1
)
EMPTY = SlashingLedger()


def ruled(**variants):
    return replace(AMENDED, variants=variants)


FRACTION, NUMBER, THIRDS = (
    ruled(dispute_rule=name) for name in ("supermajority", "two_f_plus_one", "thirds")
)


def sides(count, valid=(), invalid=()):
    keys = tuple(bytes([index]) for index in range(count))
    return Sides(
        session=3,
        candidate_hash=bytes(32),
        validators=keys,
        valid=tuple(index in valid for index in range(count)),
        invalid=tuple(index in invalid for index in range(count)),
    )


def split(count, valid, invalid):
    """Disjoint sides of these sizes."""
    return sides(count, range(valid), range(valid, valid + invalid))


def reasons(ledger):
    return [(entry.reason, entry.validator[0]) for entry in ledger.entries]


# ---- supermajorities


@pytest.mark.parametrize(
    ("validators", "fraction", "number"),
    [(0, 1, 1), (1, 1, 1), (2, 2, 1), (3, 3, 1), (4, 3, 3), (5, 4, 3), (6, 5, 3), (7, 5, 5)],
)
def test_the_two_figures_of_one_sentence(validators, fraction, number):
    """They agree for 3f + 1 validators, and for no other number."""
    for rules, needed in ((FRACTION, fraction), (NUMBER, number)):
        assert has_supermajority(rules, needed, validators)
        assert not has_supermajority(rules, needed - 1, validators)


@given(st.integers(1, 60), st.data())
def test_at_most_one_side_has_two_thirds_unless_some_vote_both_ways(count, data):
    valid = data.draw(st.integers(0, count))
    against = data.draw(st.integers(0, count - valid))
    verdict = compute_verdict(FRACTION, split(count, valid, against))
    assert verdict is not Verdict.SPLIT
    assert (verdict is None) == (3 * max(valid, against) <= 2 * count)


@given(st.integers(1, 40), st.data())
def test_thirds_always_decide_once_two_thirds_attested(count, data):
    members = st.sets(st.integers(0, count - 1))
    one = sides(count, data.draw(members), data.draw(members))
    verdict = compute_verdict(THIRDS, one)
    assert one.attested == sum(yes or no for yes, no in zip(one.valid, one.invalid, strict=True))
    assert (verdict is None) == (3 * one.attested <= 2 * count)
    large = 3 * sum(one.valid) > count, 3 * sum(one.invalid) > count
    if verdict is not None:
        expected = {(True, False): Verdict.VALID, (False, True): Verdict.INVALID}
        assert verdict is expected.get(large, Verdict.SPLIT)
        assert any(large)


def test_the_chapters_differ_on_the_same_votes():
    one = split(6, 3, 2)
    assert compute_verdict(FRACTION, one) is None
    assert compute_verdict(THIRDS, one) is Verdict.VALID
    assert compute_verdict(NUMBER, one) is Verdict.VALID
    assert compute_verdict(FRACTION, split(6, 1, 5)) is Verdict.INVALID


def test_with_voters_on_both_sides_nobody_is_right():
    both = sides(6, range(5), range(1, 6))
    assert compute_verdict(FRACTION, both) is Verdict.SPLIT
    assert slashing.slash_wrong_side(EMPTY, CONFIG, both, Verdict.SPLIT) == EMPTY
    assert slashing.reward_finder(EMPTY, CONFIG, both, Verdict.SPLIT, 1) == EMPTY
    assert [verdict.counts_as_invalid for verdict in Verdict] == [False, True, True]


# ---- charges


def test_only_the_wrong_side_is_slashed():
    one = split(6, 2, 3)
    ledger = slashing.slash_wrong_side(EMPTY, CONFIG, one, Verdict.VALID)
    assert reasons(ledger) == [
        (Reason.WRONG_SIDE, 2),
        (Reason.WRONG_SIDE, 3),
        (Reason.WRONG_SIDE, 4),
    ]
    ledger = slashing.slash_wrong_side(EMPTY, CONFIG, one, Verdict.INVALID)
    assert ledger.get_validators(Reason.WRONG_SIDE) == {b"\0", b"\1"}
    assert ledger.get_validators(Reason.ABSENCE) == frozenset()


def test_nobody_pays_twice_for_one_dispute():
    one = split(6, 2, 3)
    once = slashing.slash_wrong_side(EMPTY, CONFIG, one, Verdict.VALID)
    assert slashing.slash_wrong_side(once, CONFIG, one, Verdict.VALID) is once
    dearer = replace(CONFIG, dispute_slash=500)
    assert slashing.slash_wrong_side(once, dearer, one, Verdict.VALID) is once
    other = replace(one, candidate_hash=b"\1" * 32)
    assert len(slashing.slash_wrong_side(once, CONFIG, other, Verdict.VALID).entries) == 6
    later = replace(one, session=4)
    assert len(slashing.slash_wrong_side(once, CONFIG, later, Verdict.VALID).entries) == 6


def test_the_finder_of_an_invalid_block_is_rewarded():
    one = split(6, 1, 5)
    ledger = slashing.reward_finder(EMPTY, CONFIG, one, Verdict.INVALID, 3)
    entry = Entry(bytes([3]), 3, bytes(32), Reason.FOUND_INVALID, Form.BOUNTY, 30)
    assert ledger.entries == (entry,)
    assert slashing.reward_finder(EMPTY, CONFIG, one, Verdict.VALID, 3) == EMPTY
    assert slashing.reward_finder(EMPTY, CONFIG, one, Verdict.INVALID, None) == EMPTY


@pytest.mark.parametrize(("form", "booked"), [("slash", Form.SLASH), ("reward", Form.WITHHELD)])
def test_either_a_fee_for_distraction_or_one_for_absence(form, booked):
    rules = ruled(fee_form=form)
    won, lost = split(6, 5, 0), split(6, 4, 1)
    assert slashing.charge_distraction(EMPTY, CONFIG, rules, won) == EMPTY
    assert slashing.charge_absence(EMPTY, CONFIG, rules, lost) == EMPTY
    distraction = slashing.charge_distraction(EMPTY, CONFIG, rules, lost)
    assert reasons(distraction) == [(Reason.DISTRACTION, index) for index in range(4)]
    absence = slashing.charge_absence(EMPTY, CONFIG, rules, won)
    assert reasons(absence) == [(Reason.ABSENCE, 5)]
    assert {entry.form for entry in distraction.entries + absence.entries} == {booked}
    assert [entry.amount for entry in absence.entries + distraction.entries] == [1, 2, 2, 2, 2]


def test_a_supermajority_against_costs_the_absent_as_well():
    assert reasons(slashing.charge_absence(EMPTY, CONFIG, AMENDED, split(6, 0, 5))) == [
        (Reason.ABSENCE, 5)
    ]


# ---- accounts


def test_accounts_follow_the_ledger_and_never_go_below_zero():
    def entry(validator, form, amount):
        return Entry(validator, 3, bytes(32), Reason.WRONG_SIDE, form, amount)

    ledger = SlashingLedger(
        (
            entry(b"a", Form.SLASH, 70),
            entry(b"a", Form.SLASH, 70),
            entry(b"b", Form.WITHHELD, 3),
            entry(b"b", Form.BOUNTY, 5),
            entry(b"c", Form.WITHHELD, 3),
        )
    )
    before = {b"a": Account(100, 10), b"b": Account(100, 10)}
    assert compute_accounts(ledger, before) == {
        b"a": Account(0, 10),
        b"b": Account(100, 12),
        b"c": Account(0, 0),
    }
    assert before[b"a"] == Account(100, 10)
