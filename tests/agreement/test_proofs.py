"""Induction and Spacer on the corpus and on random systems: nothing false is ever proved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, seed, settings

from checker.smt.bmc import VIOLATED, bmc
from checker.smt.obligations import Part
from checker.smt.questions import Questions
from tests.agreement.corpus import CORPUS
from tests.agreement.naive import search
from tests.agreement.proofs import BY_SPACER, PROVED, generalised, induced, unmet, wrong
from tests.agreement.strategy import systems
from tests.agreement.test_random import MOST, SEED, calm

every_case = pytest.mark.parametrize("case", CORPUS, ids=lambda c: c.name)
LONG = {"sixty_three_booleans", "sixty_four_booleans", "sixty_five_booleans"}
"""Cases of wide states: that paths of them differ takes a solver minutes."""


def cases(wanted):
    """A test for each case of the corpus that is wanted."""
    chosen = [case for case in CORPUS if wanted(case)]
    return pytest.mark.parametrize("case", chosen, ids=lambda c: c.name)


@every_case
def test_induction_proves_nothing_that_the_search_refutes(case):
    system, properties = case.build()
    said = induced(system, properties)
    assert list(wrong(system, properties, search(system, properties), said)) == []
    if case.name not in LONG:
        assert list(unmet(said)) == []


@cases(lambda case: case.name not in LONG)
@pytest.mark.parametrize("k", [2, 3])
def test_so_does_induction_from_several_states(case, k):
    system, properties = case.build()
    said = induced(system, properties, k)
    assert list(wrong(system, properties, search(system, properties), said, k)) == []


@every_case
def test_spacer_is_proved_again_or_shown(case):
    system, properties = case.build()
    found = search(system, properties)
    said = {p.name: generalised(system, p, found) for p in properties if p.kind in BY_SPACER}
    assert {name: word for name, word in said.items() if word.startswith("WRONG")} == {}


def test_induction_proves_a_good_part_of_what_holds():
    proved = held = 0
    for case in CORPUS:
        system, properties = case.build()
        said = induced(system, properties)
        holds = [name for name in said if case.verdicts[name].startswith("holds")]
        held += len(holds)
        proved += sum(said[name].status == PROVED for name in holds)
    assert proved >= 0.8 * held


@seed(SEED)
@settings(calm, max_examples=20)
@given(systems())
def test_induction_agrees_on_random_systems(drawn):
    agree_on(drawn)


@pytest.mark.nightly
@seed(SEED)
@settings(calm, max_examples=500)
@given(systems())
def test_induction_agrees_on_many_random_systems(drawn):
    agree_on(drawn, k=2)


def agree_on(drawn, k=1):
    system, properties = drawn.build()
    found = search(system, properties, most=MOST)
    said = induced(system, properties, k)
    if found.stopped == "depth":
        return  # what lies beyond is not known
    assert list(wrong(system, properties, found, said, k)) == []


@pytest.mark.nightly
@seed(SEED)
@settings(calm, max_examples=100)
@given(systems())
def test_spacer_agrees_on_random_systems(drawn):
    system, properties = drawn.build()
    found = search(system, properties, most=MOST)
    if found.stopped == "depth":
        return
    for prop in properties:
        if prop.kind in BY_SPACER:
            said = generalised(system, prop, found, 5.0)
            assert not said.startswith("WRONG"), (prop.name, said)


# faults put into the engine: what it then proves, the corpus must refute


def _an_action_is_skipped(patch):
    right = Questions.by

    def by(self, move):
        group = right(self, move)
        skipped = move is self.unrolling.moves[0]
        return replace(group, targets=()) if skipped else group

    patch.setattr(Questions, "by", by)


def _initiation_is_skipped(patch):
    patch.setattr(Questions, "initiation", lambda _self: iter(()))


def _the_goal_is_assumed_of_the_last_state(patch):
    right = Questions.by

    def by(self, move):
        group = right(self, move)
        last = [Part("assumed", self._at(c, self.k)) for c in self.parts]
        return replace(group, shared=(*group.shared, *last))

    patch.setattr(Questions, "by", by)


def _limits_are_not_asked(patch):
    right = Questions._leaving

    def leaving(self, *given, **more):
        return replace(right(self, *given, **more), targets=())

    patch.setattr(Questions, "_leaving", leaving)


def _half_of_the_conjuncts_are_lost(patch):
    right = Questions._failing
    patch.setattr(Questions, "_failing", lambda *given: right(*given)[::2][1:])


def _a_start_within_the_invariant_only(patch):
    right = Questions.initiation

    def initiation(self):
        for group in right(self):
            assumed = [Part("assumed", self._at(c, 0)) for c in self.parts if not c.of_steps]
            yield replace(group, shared=(*group.shared, *assumed))

    patch.setattr(Questions, "initiation", initiation)


FAULTS = [
    _an_action_is_skipped,
    _initiation_is_skipped,
    _the_goal_is_assumed_of_the_last_state,
    _limits_are_not_asked,
    _half_of_the_conjuncts_are_lost,
    _a_start_within_the_invariant_only,
]


@pytest.mark.parametrize("plant", FAULTS, ids=lambda f: f.__name__[1:].replace("_", " "))
def test_a_fault_in_induction_is_found_by_the_corpus(monkeypatch, plant):
    plant(monkeypatch)
    assert any(_contradicted(case) for case in CORPUS if case.name not in LONG)


def _contradicted(case):
    system, properties = case.build()
    said = induced(system, properties)
    return any(wrong(system, properties, search(system, properties), said))


# promises


def _promises(case):
    return [p for p in case.build()[1] if p.kind == "leads_to"]


@cases(_promises)
def test_bounded_checking_finds_every_broken_promise(case):
    system, properties = case.build()
    promises = [p for p in properties if p.kind == "leads_to"]
    found = search(system, properties)
    result = bmc(system, promises, 9)
    for prop in promises:
        outcome = result.outcomes[prop.name]
        broken = prop.name in found.lengths and not result.stopped
        assert (outcome.status == VIOLATED) == broken or result.stopped, prop.name
