"""What §2.5.5 promises is inductive with the lemmas, as amended; a wrong lemma proves nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker import expected
from checker.replay import replay
from checker.smt.induction import INDUCTIVE, Clock, Prover
from checker.space import AS_AMENDED, AS_WRITTEN, Amended, space
from checker.verdict import Word
from model.language import Not
from properties import scheduler_claims, scheduler_lemmas
from properties.catalogue import properties_of
from properties.kinds import invariant
from properties.scheduler_lemmas import STRENGTHENING
from tests.checker.smt.systems import BUILTIN

STATED = [p for p in properties_of("scheduler") if p.kind in {"invariant", "step"}]
PINS = expected.load(expected.folder())
ABSENT = {"timeouts": {"rotation_gives_every_core_another_group": "vacuous"}}  # it has one core


def prover(instance="tiny", amended=AS_AMENDED):
    return Prover(space("scheduler", instance, amended=amended).build())


def all_of(instance):
    """What induction says of every property of an instance."""
    engine = prover(instance)
    found = {p.name: engine.prove(p).status for p in STATED}
    return found | {p.name: engine.prove(p, lemmas=STRENGTHENING).status for p in BUILTIN}


@pytest.mark.slow
@pytest.mark.parametrize("instance", ["tiny", "timeouts"])
def test_every_promise_is_inductive(instance):
    found = all_of(instance)
    assert {name: word for name, word in found.items() if word != INDUCTIVE} == ABSENT.get(
        instance, {}
    )


@pytest.mark.nightly
def test_every_promise_is_inductive_on_small():
    assert set(all_of("small").values()) == {INDUCTIVE}


def test_the_lemmas_are_inductive_together_and_no_step_leaves_the_model():
    first, *rest = STRENGTHENING
    result = prover("timeouts").prove(first, lemmas=rest)
    assert result.status == INDUCTIVE
    assert (result.cuts, result.undefined, result.idle) == ((), (), ())


@pytest.mark.slow
@pytest.mark.parametrize("left_out", [p.name for p in STRENGTHENING])
def test_no_lemma_is_superfluous_for_all(left_out):
    """Without any one of them some promise has no proof."""
    lemmas = tuple(p for p in STRENGTHENING if p.name != left_out)
    engine = prover()
    needs = [*BUILTIN, *STATED]
    assert any(engine.prove(p, lemmas=lemmas).status != INDUCTIVE for p in needs)


def wrong(original, function):
    return replace(original, name="wrong", function=function)


WRONG = {
    "false at once": lambda s: s.validators == 0,
    "false later": lambda s: s.ParathreadQueue.queue.len == 0,
    "the opposite of a lemma": lambda s: Not(scheduler_lemmas.claims_within_limit.function(s)),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_lemma_makes_the_proof_fail(name):
    lemma = wrong(scheduler_lemmas.claims_within_limit, WRONG[name])
    goal = replace(scheduler_claims.queue_within_limit, lemmas=(*STRENGTHENING, lemma))
    engine = prover("timeouts")
    result = engine.prove(goal)
    assert result.status != INDUCTIVE
    failure = result.failure
    known = {p.name: p for p in (goal, *goal.lemmas)}
    trace = failure.trace("scheduler", known.get(failure.of, goal))
    stated = None if trace.kind == "limit" else known[trace.property]
    assert replay(trace, engine.system, stated, from_any_state=True)


def test_a_lemma_with_a_slip_is_to_blame():
    """One retry too few, one core too many: the lemma fails, and says so."""

    @invariant("§2.5.5/description.8.3")
    def no_claim_is_ever_retried(s):
        """No claim is tried again."""
        return s.ParathreadQueue.queue.all(lambda e: e.retries == 0)

    goal = replace(
        scheduler_claims.queue_within_limit, lemmas=(*STRENGTHENING, no_claim_is_ever_retried)
    )
    result = prover("timeouts").prove(goal)
    assert result.status != INDUCTIVE
    assert result.failure.of == "no_claim_is_ever_retried"


@pytest.mark.nightly
@pytest.mark.parametrize(
    "amended",
    [AS_WRITTEN, *(s.amended for s in PINS.spaces if s.instance == "tiny" and s.amended.ids)],
    ids=lambda a: a.label,
)
def test_nothing_that_is_refuted_is_proved(amended: Amended):
    where = space("scheduler", "tiny", amended=amended)
    engine = Prover(where.build())
    for prop in STATED:
        pin, _ = PINS.pin(where, prop.name)
        result = engine.prove(prop, clock=Clock(60.0))
        if pin is not None and pin.word is Word.VIOLATED:
            assert result.status != INDUCTIVE, prop.name
