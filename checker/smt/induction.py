"""k-induction with lemmas (Sheeran, Singh, Stålmarck, 2000), over the terms of the unrolling.

A goal and its lemmas, and theirs, are proved together: they may need one another in turn.  What is
assumed of a state is their conjunction, and what follows from the model itself:

* *ranges*: a step that leaves a declared range is no step but a broken limit, so every reachable
  state is within them, and a solver's constants need not be asked to stay there;
* *canonical form* of queues (dead places are zero): proved first, on its own, by the same
  questions; where that fails it is not assumed.

With k > 1 the first k states are assumed, and that no two of them are equal: a shortest run to a
violation does not repeat a state.

A step that breaks a limit, or reaches something undefined, is not a step.  Nobody may infer from
its absence that it cannot happen, so each action is also asked whether it can leave the model from
a state of the invariant: a limit that it may break makes the answer `limit`, unless it is a
cut, which is named; undefined places are named.  One query per action and conjunct.

`not inductive` comes with k+1 states, the first of which need not be reachable.  A real violation
is found only where the base of the induction meets it: the word is otherwise `bmc`'s.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import z3

from checker.replay import DEADLOCK_FREE, WELL_DEFINED
from model.language.errors import ModelError

from .conjuncts import Conjunct, canonical_form, closed, conjuncts, premise_of, subterms
from .counterstep import Failure, failure
from .deadlock import Deadlock
from .encoding import BITS, Encoding
from .obligations import Obligation
from .questions import Group, Questions, Target
from .unroll import Unrolling

if TYPE_CHECKING:
    from model.language import System

Progress = Callable[[str, dict[str, int]], None]
"""Called before each query with what it asks, its number, and its size in distinct terms."""

INDUCTIVE, NOT_INDUCTIVE, VIOLATED = "inductive", "not inductive", "violated"
LIMITED, VACUOUS, UNKNOWN = "limit", "vacuous", "unknown"
OK, FAILS, OPEN = "ok", "fails", "unknown"
SECONDS = "seconds"


@dataclass(slots=True)
class Induced:
    """What induction says of one goal.

    `reason` says why a status is not `inductive`; `actions` has `ok`, `fails` or `unknown` for the
    initial action and each other; `failure` is the evidence.  `cuts` and `undefined` are where
    a step from a state of the invariant may leave the model; `idle` are the actions that no
    state of the invariant enables.  `obligations` are all questions answered as expected: they are
    the proof, if the status is `inductive`.
    """

    goal: str
    lemmas: tuple[str, ...] = ()
    k: int = 1
    status: str = INDUCTIVE
    reason: str = ""
    actions: dict[str, str] = field(default_factory=dict)
    failure: Failure | None = None
    cuts: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    seconds: float = 0.0


@dataclass(slots=True)
class Clock:
    """How long all questions may take together, and each alone."""

    seconds: float | None = None
    each: float | None = None
    began: float = field(default_factory=time.monotonic)

    def left(self) -> float | None:
        """Seconds for the next question, at least none; None if there is no bound."""
        bounds = [] if self.each is None else [self.each]
        if self.seconds is not None:
            bounds.append(self.seconds - (time.monotonic() - self.began))
        return max(0.0, min(bounds)) if bounds else None


@dataclass(frozen=True, slots=True)
class _Base:
    """Lemmas that are inductive by themselves, and their proof."""

    lemmas: tuple[Any, ...]
    parts: tuple[Conjunct, ...]
    obligations: tuple[Obligation, ...]


class Prover:
    """Induction over one system; what holds of it for all goals is found out once."""

    def __init__(
        self, system: System, encoding: Encoding = BITS, unrolling: Unrolling | None = None
    ) -> None:
        self.system = system
        self.unrolling = unrolling or Unrolling(system, encoding)
        self._form: tuple[Conjunct, ...] | None = None
        self._form_obligations: tuple[Obligation, ...] = ()
        self._bases: dict[tuple[tuple[int, ...], int], tuple[tuple[Any, ...], _Base | None]] = {}

    def prove(
        self,
        goal: Any,
        *,
        lemmas: Sequence[Any] | None = None,
        more: Sequence[Conjunct] = (),
        k: int = 1,
        clock: Clock | None = None,
        progress: Progress | None = None,
    ) -> Induced:
        """Prove an invariant, a step property, or one that every system has, with its lemmas.

        `lemmas` replaces those of the property; `more` are conjuncts that no property states.
        Raises ModelError for a lemma that is no invariant, and for terms beyond 63 bits.
        """
        began = time.monotonic()
        lemmas = closed(goal) if lemmas is None else tuple(lemmas)
        for lemma in lemmas:
            if lemma.kind != "invariant":
                text = f"{lemma.name} is a {lemma.kind} property; a lemma is an invariant"
                raise ModelError(text)
        clock, tell = clock or Clock(), progress or (lambda _what, _counts: None)
        known, earlier = self.canonical(clock, tell), self._form_obligations
        base = self._base(lemmas, k, clock, tell) if lemmas else None
        if base is not None:
            known, earlier = (*known, *base.parts), (*earlier, *base.obligations)
        stated = (goal,) if base is not None else (goal, *lemmas)
        parts = (*self._parts(stated), *more)
        premise = premise_of(self.unrolling, goal)
        questions = Questions(self.unrolling, parts, known, goal.name, k, premise)
        result = Induced(goal.name, tuple(p.name for p in lemmas), k)
        _Proof(questions, clock, tell, result).run(stays=base is not None)
        result.obligations = (*earlier, *result.obligations)
        result.seconds = time.monotonic() - began
        return result

    def _parts(self, stated: Sequence[Any]) -> tuple[Conjunct, ...]:
        named = [p for p in stated if p.name not in {DEADLOCK_FREE, WELL_DEFINED}]
        return tuple(c for p in named for c in conjuncts(self.unrolling, p))

    def _base(
        self, lemmas: Sequence[Any], k: int, clock: Clock, progress: Progress
    ) -> _Base | None:
        """The lemmas, if they are inductive without a goal and no step from them leaves the model.

        Then they need not be proved again with each goal that has the same ones.
        """
        key = (tuple(id(p) for p in lemmas), k)
        if key not in self._bases:
            parts, result = self._parts(lemmas), Induced("", k=k)
            proof = _Proof(
                Questions(self.unrolling, parts, self.canonical(clock, progress), "", k),
                clock,
                progress,
                result,
            )
            proof.run()
            sound = result.status == INDUCTIVE and not result.cuts and not result.undefined
            base = _Base(tuple(lemmas), parts, result.obligations) if sound else None
            if not proof.unknown:
                self._bases[key] = tuple(lemmas), base
            return base
        return self._bases[key][1]

    def canonical(self, clock: Clock, progress: Progress) -> tuple[Conjunct, ...]:
        """The canonical form of queues, if it is inductive by itself; proved once."""
        if self._form is None:
            form = canonical_form(self.unrolling)
            proof = _Proof(Questions(self.unrolling, form, (), ""), clock, progress, Induced(""))
            sound = not form or all(settled is True for settled in proof.induction())
            self._form = form if sound else ()
            self._form_obligations = tuple(proof.proved) if sound else ()
        return self._form


class _Proof:
    """One induction; `proved` collects the obligations that were met."""

    def __init__(
        self, questions: Questions, clock: Clock, progress: Progress, result: Induced
    ) -> None:
        self.questions, self.clock, self.progress = questions, clock, progress
        self.result = result
        self.proved: list[Obligation] = []
        self.failures: list[Failure] = []
        self.unknown = ""
        self.asked = 0
        self._open: tuple[Group, z3.Solver, set[int]] | None = None

    def run(self, *, stays: bool = False) -> None:
        """Ask everything, in the order in which the answers matter.

        With `stays` it is known that no step leaves the model.
        """
        for settled in self.induction():
            if settled is False and self.failures[0].real:
                break
        if not self.failures and not self.unknown:
            self._leaving(stays=stays)
        if self.result.goal == DEADLOCK_FREE and not self.failures and not self.unknown:
            self._never_stuck()
        if not self.failures and not self.unknown:
            self._about_something()
        self._conclude()
        self.result.obligations = tuple(self.proved)

    def induction(self) -> Iterable[bool | None]:
        """Initiation and consecution: whether each group is settled, as `_settled` says."""
        u, actions = self.questions.unrolling, self.result.actions
        first = u.initial.transition.action.name
        for group in self.questions.initiation():
            settled = self._settled(group)
            if actions.get(first, OK) == OK:
                actions[first] = _word(settled)
            yield settled
        for move in u.moves:
            settled = self._settled(self.questions.by(move))
            actions[move.transition.action.name] = _word(settled)
            yield settled

    def _leaving(self, *, stays: bool) -> None:
        """Whether a step from a state of the invariant, or a first step, may leave the model."""
        r, cuts, undefined, idle = self.result, [], [], []
        steps = [self.questions.out_by(move) for move in self.questions.unrolling.moves]
        first = [] if stays else list(self.questions.out_of_start())
        for group in (*first, *steps):
            assert group.move is not None  # noqa: S101 - it leaves by some action
            action = group.move.transition.action.name
            if not group.real and self._ask(group, None) is False:
                idle.append(action)
                continue
            for target in () if stays else group.targets:
                if any(failure.word == "limit" for failure in self.failures):
                    return
                wanted = target.word == "limit" or r.goal == WELL_DEFINED
                if self._ask(group, target, keep=wanted and target.word != "cut") is not False:
                    continue
                if target.word == "cut":
                    cuts.append(target.of)
                elif target.word == "undefined":
                    undefined.append(f"{action}: {target.of}")
        r.cuts, r.undefined = tuple(dict.fromkeys(cuts)), tuple(dict.fromkeys(undefined))
        r.idle = tuple(idle)

    def _never_stuck(self) -> None:
        """Whether some action is possible in every state of the invariant."""
        deadlock = Deadlock(self.questions.unrolling)
        while not deadlock.impossible:
            group = self.questions.stuck(deadlock.instances)
            if self._ask(group, group.targets[0], keep=True) is not False:
                return
            [found] = self.failures
            try:
                instance = deadlock.escape(found.states[0], self.clock.left())
            except TimeoutError as error:
                self.unknown, instance = why(str(error)), None
            if instance is None:
                return
            self.failures.clear()

    def _about_something(self) -> None:
        """Whether there is an initial state, and one in which the goal's premise is true."""
        for group, what in self.questions.substance():
            if self._ask(group, None) is False:
                self.result.status, self.result.reason = VACUOUS, what
                return

    def _conclude(self) -> None:
        """The status, from what failed first; a broken limit outweighs what is undefined."""
        r = self.result
        if not self.failures:
            if self.unknown:
                r.status, r.reason = UNKNOWN, self.unknown
            return
        limits = [f for f in self.failures if f.word == "limit"]
        first = r.failure = min(limits or self.failures, key=lambda f: not f.real)
        if limits:
            r.status, r.reason = LIMITED, first.of
        elif first.real and (first.of == r.goal or first.word == "undefined"):
            r.status = VIOLATED
        elif first.real:
            r.status, r.reason = NOT_INDUCTIVE, f"the lemma {first.of} is false"
        else:
            lemma = f"the lemma {first.of}, " if first.of != r.goal and first.word == "part" else ""
            where = first.action or "a state without a step"
            r.status, r.reason = NOT_INDUCTIVE, f"{lemma}{where}"

    # asking

    def _settled(self, group: Group) -> bool | None:
        """Whether no question of a group has a model; None if one has no answer.

        A group is left at its first failure.
        """
        answers = []
        for target in group.targets:
            answers.append(self._ask(group, target, keep=True))
            if answers[-1] is False:
                return False
        return None if None in answers else True

    def _ask(self, group: Group, target: Target | None, *, keep: bool = False) -> bool | None:
        """Whether the answer is as a proof wants it; None, and a reason noted, if there is none.

        Without a target, whether the premises have a model.  A model that should not be is
        kept as a failure, if asked to.
        """
        solver, size = self._solver(group)
        name = target.name if target else f"{group.what}: premises"
        terms = len(size | subterms(target.part.term)) if target else len(size)
        self.asked += 1
        self.progress(name, {"query": self.asked, "terms": terms})
        left = self.clock.left()
        if left == 0.0:
            self.unknown = self.unknown or SECONDS
            return None
        if left is not None:
            solver.set("timeout", max(1, int(left * 1000)))
        solver.push()
        if target is not None:
            solver.add(target.part.term)
        answer = solver.check()
        if answer == z3.sat and target is not None and keep:
            self.failures.append(failure(solver, self.questions, group, target))
        reason = solver.reason_unknown() if answer == z3.unknown else ""
        solver.pop()
        if answer == z3.unknown:
            self.unknown = self.unknown or why(reason)
            return None
        good = bool(answer == z3.sat) is (target is None)
        if good:
            self.proved.append(
                group.obligation(target) if target else group.premises(f"{group.what} exist")
            )
        return good

    def _solver(self, group: Group) -> tuple[z3.Solver, set[int]]:
        """A solver that knows the premises of the group, and their subterms."""
        if self._open is None or self._open[0] is not group:
            solver = z3.SolverFor(self.questions.unrolling.encoding.logic)
            terms = [part.term for part in group.shared]
            solver.add(*terms)
            self._open = group, solver, subterms(*terms)
        return self._open[1], self._open[2]


def _word(settled: bool | None) -> str:  # noqa: FBT001 - an answer, not a flag
    return OPEN if settled is None else OK if settled else FAILS


def why(reason: str) -> str:
    """The solver's reason; an interrupt from the keyboard is passed on, z3 having swallowed it."""
    if "interrupt" in reason:
        raise KeyboardInterrupt
    return SECONDS if reason in {"timeout", "canceled"} else f"solver: {reason}"


__all__ = ["INDUCTIVE", "Clock", "Induced", "Prover"]
