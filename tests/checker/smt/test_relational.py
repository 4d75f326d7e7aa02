"""Proofs for every size, beside the explicit search of the same bodies at small sizes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from checker.explicit.explore import explore
from checker.smt.invariance import lemmas_of
from checker.smt.obligations import Obligation, second_opinion, settle
from checker.smt.relational import Failure, Induction, failure_of, obligations_of
from model.language import Action, And, ModelError, Nat, Not, Set, System, forall
from properties.kinds import invariant
from properties.theorem import assumption
from tests.checker.smt.unbounded_toys import TOYS, Toy, config, never_above_the_most

SECONDS = 20.0
WRONG = [(name, mistake) for name, toy in TOYS.items() for mistake in toy.mistakes]


def obligations(toy: Toy, mistake: str = "", k: int = 1) -> list[Obligation]:
    return obligations_of(toy.build(None, mistake), toy.goal, lemmas_of(toy.goal), (), k)


def failing(asked: list[Obligation]) -> list[str]:
    answers = [(o, settle(o, SECONDS)) for o in asked]
    assert all(answer.status != "unknown" for _, answer in answers)
    return [o.name for o, answer in answers if answer.status != o.expected]


def refuted(toy: Toy, mistake: str) -> bool:
    """Whether some small instance breaks the goal, or a limit, or is undefined somewhere."""
    for sizes in toy.sizes:
        wanted = [toy.goal, *lemmas_of(toy.goal)]
        x = explore(toy.build(sizes, mistake), wanted)
        if x.stopped or any(p.name in x.findings for p in wanted):
            return True
    return False


@pytest.mark.parametrize("name", TOYS)
def test_the_promise_is_proved_for_every_size_and_holds_at_small_ones(name: str) -> None:
    assert failing(obligations(TOYS[name])) == []
    assert not refuted(TOYS[name], "")


@pytest.mark.parametrize(("name", "mistake"), WRONG)
def test_a_mistake_makes_the_proof_fail_and_a_small_instance_too(name: str, mistake: str) -> None:
    failed = failing(obligations(TOYS[name], mistake))
    assert [f for f in failed if not f.endswith("can happen")]
    assert refuted(TOYS[name], mistake)


@pytest.mark.parametrize("name", TOYS)
def test_both_solvers_give_the_same_answers(name: str) -> None:
    toy = TOYS[name]
    asked = [*obligations(toy), *obligations(toy, toy.mistakes[0])]
    for obligation in asked:
        first, second = settle(obligation, SECONDS), second_opinion(obligation, SECONDS)
        assert second.status in {first.status, "unknown"}
        if first.status == "unsat":
            assert second.status == "unsat"


def test_without_its_lemma_a_promise_is_not_inductive_and_the_state_says_why() -> None:
    toy = TOYS["lock"]
    asked = obligations_of(toy.build(None), toy.goal)
    failed = failing(asked)
    assert failed == ["consecution of at_most_one_holds under take"]
    found = failure_of(Induction(toy.build(None), toy.goal), failed[0])
    assert found is not None
    assert found.text.splitlines() == [
        "not inductive: consecution of at_most_one_holds under take",
        "for clients = 2",
        "  unlocked  true",
        *[f"  holds[{i}]  {str(held).lower()}" for i, held in enumerate(held_before(found))],
        f"take(client = {found.choices[0]['client']})",
        *[line for line in found.text.splitlines() if "->" in line],
    ]
    assert sum(held_before(found)) == 1
    assert found.states[1]["holds[0]"]
    assert found.states[1]["holds[1]"]


def held_before(found: Failure) -> list[bool]:
    return [found.states[0]["holds[0]"], found.states[0]["holds[1]"]]


def test_numbers_in_a_failing_state_are_small() -> None:
    found = failure_of(
        Induction(TOYS["counter"].build(None, "one too many"), never_above_the_most),
        "consecution of never_above_the_most under wind",
    )
    assert found is not None
    assert all(abs(value) <= 1 for state in found.states for value in state.values())
    assert found.states[1]["left"] == found.states[1]["most"] + 1


def test_what_is_proved_has_no_failing_state() -> None:
    toy = TOYS["lock"]
    induction = Induction(toy.build(None), toy.goal, lemmas_of(toy.goal))
    assert failure_of(induction, "consecution of at_most_one_holds under take") is None


# premises


def test_an_action_that_never_happens_is_no_premise() -> None:
    def start(s: Any) -> None:
        pass

    def never(s: Any, core: Any) -> None:
        s.require(And(s.on[core], Not(s.on[core])), "Never")

    cfg = config(None, core=1)
    system = System("idle", cfg, dict(on=Set(cfg.core)), start, [Action(never, core=cfg.core)])
    assert failing(obligations_of(system, all_off)) == ["never can happen"]


@invariant("")
def all_off(s: Any) -> Any:
    """Nothing is ever on."""
    return forall(s.cfg.core, lambda c: Not(s.on[c]))


def test_premises_are_shown_at_the_least_size() -> None:
    labels = {
        part.label: str(part.term)
        for o in obligations(TOYS["cores"])
        if o.name == "vote can happen"
        for part in o.parts
    }
    assert labels["where cores"] == "cores == 1"
    assert labels["where validators"] == "validators == 1"


# assumptions


def clock(mistake: str = "") -> System:
    def start(s: Any, length: Any) -> None:
        s.period = length

    def tick(s: Any) -> None:
        s.now = (s.now + 1) % s.period
        if mistake == "grows":
            s.period = s.period + 1

    storage = dict(period=Nat(), now=Nat())
    return System("clock", SimpleNamespace(), storage, Action(start, length=Nat()), [Action(tick)])


@assumption("")
def the_period_is_positive(s: Any) -> Any:
    """A period has at least one block."""
    return s.period > 0


@invariant("")
def now_is_within_the_period(s: Any) -> Any:
    """The clock shows less than its period."""
    return s.now < s.period


def test_an_assumption_about_what_stays_is_used_from_the_start() -> None:
    asked = obligations_of(clock(), now_is_within_the_period, (), [the_period_is_positive])
    assert failing(asked) == []
    without = failing(obligations_of(clock(), now_is_within_the_period))
    assert "initiation of now_is_within_the_period under start" in without


def test_an_undefined_step_is_not_passed_over() -> None:
    failed = failing(obligations_of(clock(), anything))
    assert len(failed) == 1
    assert failed[0].startswith("undefined an assignment to now")


@invariant("")
def anything(_s: Any) -> Any:
    """Anything at all."""
    return True


def test_an_assumption_about_what_changes_is_refused() -> None:
    with pytest.raises(ModelError, match="the_period_is_positive reads period, which tick changes"):
        obligations_of(clock("grows"), anything, (), [the_period_is_positive])


# limits and cuts


def chain(cuts: tuple[str, ...] = (), most: Any = None) -> System:
    cfg = config(None, height=1)

    def start(s: Any) -> None:
        pass

    def grow(s: Any) -> None:
        s.now = s.now + 1

    storage = dict(now=cfg.height if most is None else Nat(most))
    return System("chain", cfg, storage, start, [Action(grow)], cuts)


def test_a_limit_that_a_step_breaks_fails_the_proof() -> None:
    assert failing(obligations_of(chain(), anything)) == ["limit now in grow"]


def test_a_cut_at_a_sort_of_any_size_loses_nothing() -> None:
    assert failing(obligations_of(chain(("now",)), anything)) == []


def test_a_cut_at_a_bound_is_refused() -> None:
    with pytest.raises(ModelError, match="a proof for every size can have no such cut"):
        obligations_of(chain(("now",), most=3), anything)


# more than one step


@pytest.mark.parametrize("k", [1, 2])
def test_more_steps_prove_more(k: int) -> None:
    failed = failing(obligations_of(chaser(), third_is_not_lost, (), (), k))
    assert bool(failed) == (k == 1)
    assert failing(obligations_of(chaser(mistake=True), third_is_not_lost, (), (), k))


def chaser(*, mistake: bool = False) -> System:
    """Of three numbers each follows the one before it."""

    def start(s: Any) -> None:
        s.first, s.second = 1, 1

    def shift(s: Any) -> None:
        s.second = s.first
        s.first = s.first if not mistake else s.first - 1

    return System(
        "chaser", SimpleNamespace(), dict(first=Nat(), second=Nat()), start, [Action(shift)]
    )


@invariant("")
def third_is_not_lost(s: Any) -> Any:
    """The follower is positive."""
    return s.second > 0
