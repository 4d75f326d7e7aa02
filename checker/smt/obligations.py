"""Obligations: the formulas a proof stands on, each with the answer it needs.

An obligation is a conjunction of labelled parts.  Of a proof every one must be `unsat`, but for
premises, which must be `sat`, or the proof would be about nothing.  `settle` asks z3,
`second_opinion` cvc5, from the text that a certificate would hold.  "Unknown" is an answer with a
reason; an interrupt from the keyboard, which z3 swallows, is raised again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import z3

UNSAT, SAT, UNKNOWN = "unsat", "sat", "unknown"
SECONDS = "seconds"
"""The reason of an answer that did not come in time."""


@dataclass(frozen=True, slots=True)
class Part:
    """A named condition: Int, Bool and BitVec constants, uninterpreted functions, quantifiers."""

    label: str
    term: z3.BoolRef


@dataclass(frozen=True, slots=True)
class Obligation:
    """Conditions that must be `unsat` together, or `sat` for premises that can be met.

    `kind` is initiation, consecution, implication, premises, claim, step, definedness, refutation.
    """

    name: str
    kind: str
    parts: tuple[Part, ...]
    expected: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solver says; `core` are labels that suffice for unsat."""

    status: str
    reason: str = ""
    model: Any = None
    core: tuple[str, ...] = ()
    seconds: float = 0.0


def settle(obligation: Obligation, seconds: float) -> Answer:
    """The answer of z3, by the first of several ways that gives one."""
    began, reasons = time.monotonic(), [SECONDS]
    terms = [part.term for part in obligation.parts]
    for way in _ways(terms):
        left = seconds - (time.monotonic() - began)
        if left <= 0:
            break
        answer = _asked(obligation.parts, way, left * way.share)
        if answer.status != UNKNOWN:
            return replace(answer, seconds=time.monotonic() - began)
        reasons.append(answer.reason)
    told = [reason for reason in reasons if reason != SECONDS]
    return Answer(UNKNOWN, (told or reasons)[0], seconds=time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class _Way:
    """A solver, the share of the time left it may take, and whether it names what it used."""

    make: Callable[[], z3.Solver]
    share: float
    cores: bool = True


def _ways(terms: Sequence[z3.BoolRef]) -> Iterator[_Way]:
    """Ways to decide the terms, the likeliest first; what it did not use of its time is left."""
    goal = z3.Goal()
    goal.add(*terms)
    if _is(goal, "is-qfbv") and not goal.inconsistent():  # a goal that is `false` fits any logic
        yield _Way(lambda: z3.SolverFor("QF_FD"), 1.0)
    elif _is(goal, "has-quantifiers"):
        yield _Way(z3.Solver, 0.5)
        yield _Way(lambda: _with(z3.SimpleSolver(), auto_config=False, mbqi=False), 0.5)
        yield _Way(lambda: _with(z3.SimpleSolver(), **{"smt.arith.solver": 2}), 1.0)
    elif _is(goal, "is-qflia"):
        yield _Way(z3.Solver, 1.0)
    else:
        yield _Way(z3.Solver, 0.4)
        yield _Way(lambda: z3.Tactic("qfnia").solver(), 0.5, cores=False)
        yield _Way(lambda: _with(z3.SimpleSolver(), **{"smt.arith.solver": 2}), 1.0)


def _is(goal: z3.Goal, probe: str) -> bool:
    return bool(z3.Probe(probe)(goal))


def _with(solver: z3.Solver, **options: Any) -> z3.Solver:
    solver.set(**options)
    return solver


def _asked(parts: Sequence[Part], way: _Way, seconds: float) -> Answer:
    """One solver's answer.  Parts hang on assumed literals, so that a core is a set of labels."""
    solver = way.make()
    solver.set("timeout", max(1, int(seconds * 1000)))
    marks = {f"part!{i}": part for i, part in enumerate(parts)}
    if way.cores:
        solver.add(*(z3.Implies(z3.Bool(mark), part.term) for mark, part in marks.items()))
        answer = solver.check(*map(z3.Bool, marks))
    else:
        solver.add(*(part.term for part in parts))
        answer = solver.check()
    if answer == z3.sat:
        return Answer(SAT, model=solver.model())
    if answer == z3.unsat:
        used = {c.decl().name() for c in solver.unsat_core()} if way.cores else set(marks)
        return Answer(UNSAT, core=tuple(p.label for mark, p in marks.items() if mark in used))
    return Answer(UNKNOWN, why(solver.reason_unknown()))


def why(reason: str) -> str:
    """z3's reason in our words; an interrupt from the keyboard is raised again."""
    if "interrupt" in reason:
        raise KeyboardInterrupt
    return SECONDS if reason in {"timeout", "canceled"} else reason


_PATIENCE = 10.0
"""A part is dropped if that leaves a proof within this factor of the time of the first one."""


def minimal_core(
    obligation: Obligation, droppable: Callable[[str], bool], seconds: float
) -> tuple[str, ...]:
    """Labels that still give unsat, none of the droppable ones superfluous.

    A part without which there is no answer in time is kept.  Empty if the whole is not unsat.
    """
    answer = settle(obligation, seconds)
    if answer.status != UNSAT:
        return ()
    limit = min(seconds, max(5.0, _PATIENCE * answer.seconds))
    kept = [p for p in obligation.parts if p.label in answer.core or not droppable(p.label)]
    for part in [p for p in kept if droppable(p.label)]:
        fewer = tuple(p for p in kept if p is not part)
        if settle(replace(obligation, parts=fewer), limit).status == UNSAT:
            kept = list(fewer)
    return tuple(p.label for p in kept)


def second_opinion(obligation: Obligation, seconds: float) -> Answer:
    """The answer of cvc5 to the text of the obligation; it runs in a process of its own."""
    return asked_aside(obligation)(seconds)


def asked_aside(obligation: Obligation) -> Callable[[float], Answer]:
    """A question to cvc5 that any thread may put: it holds the text, and no term of z3."""
    from checker.certificates.second import ask

    from .certificate import question

    text = question(obligation)

    def answer(seconds: float) -> Answer:
        reply = ask(text, seconds)
        return Answer(reply.status, reply.reason, seconds=reply.seconds)

    return answer
