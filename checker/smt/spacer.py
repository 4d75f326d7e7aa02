"""Spacer, the solver of Horn clauses in z3 (Komuravelli, Gurfinkel, Chaki, 2014), over the terms.

One unknown predicate over the leaves holds at the start, is kept by every action, and excludes the
violation; a broken limit counts as one.  Spacer finds such a predicate, or a run to a violation, or
nothing in the time there is.  What it finds is not believed: the conjuncts of the predicate are
lemmas that `induction` proves again, and a violation is looked for anew by `bmc`.

Two encodings are tried.  Over integers the lemmas are short, but division is beyond it and many
goals too; over the bits of the numbers, as Booleans, everything is within its language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import z3

from checker.replay import WELL_DEFINED
from model.language.errors import ModelError

from .conjuncts import Conjunct, numbered, split
from .encoding import INTEGERS
from .induction import Clock, Progress
from .unroll import Unrolling

FOUND, REFUTED, UNKNOWN = "found", "refuted", "unknown"
LEMMA = "lemma found"
SHORT = 5.0
"""Seconds for the integers, which either succeed at once or hardly ever."""
STRICT = 20.0
"""Seconds for an invariant that excludes the cuts as well."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Spacer says: lemmas over an unrolling in bits, their texts, or why there are none."""

    status: str
    encoding: str
    lemmas: tuple[Conjunct, ...] = ()
    texts: tuple[str, ...] = ()
    reason: str = ""


def generalise(unrolling: Unrolling, goal: Any, clock: Clock, progress: Progress) -> Answer:
    """An inductive invariant that implies the goal, in the first encoding that finds one.

    The goal is an invariant, a step property or `well_defined`; the unrolling is one in bits.  For
    a while a cut counts as a violation too: what is proved then has its full extent.
    """
    cuts = unrolling.system.cuts
    if cuts:
        left = clock.left()
        short = Clock(STRICT if left is None else min(STRICT, left / 4))
        found = _first(unrolling, goal, frozenset(), short, progress)
        if found.status == FOUND:
            return found
    return _first(unrolling, goal, cuts, clock, progress)


def _first(
    unrolling: Unrolling, goal: Any, cuts: frozenset[str], clock: Clock, progress: Progress
) -> Answer:
    """The answer of the first encoding that has one; these cuts do not count as violations."""
    reasons = []
    for name, horn in (("integers", _integers), ("Booleans", _booleans)):
        progress(f"Spacer over {name}: {goal.name}", {})
        left = clock.left()
        if name == "integers":
            left = SHORT if left is None else min(SHORT, left / 4)
        try:
            status, found = horn(unrolling).solve(goal, cuts, left)
            if status != UNKNOWN:
                known = [(term, text) for term, text in found if not z3.is_true(z3.simplify(term))]
                lemmas = numbered(LEMMA, [term for term, _ in known])
                return Answer(status, name, lemmas, tuple(text for _, text in known))
            reasons.append(f"{name}: {found}")
        except (z3.Z3Exception, ModelError) as error:
            reasons.append(f"{name}: {_short(error)}")
    return Answer(UNKNOWN, "", reason="; ".join(reasons))


class _Horn:
    """The clauses of one system; `low` brings a formula into Spacer's language.

    `state`, `after` and `others` are its variables, `back` makes a lemma of the unrolling in
    bits out of a conjunct of its answer.
    """

    def __init__(
        self,
        unrolling: Unrolling,
        variables: Callable[[Any], Sequence[z3.ExprRef]],
        low: Callable[[z3.BoolRef], z3.BoolRef],
        back: Callable[[z3.BoolRef], z3.BoolRef],
    ) -> None:
        self.unrolling, self.low, self.back = unrolling, low, back
        u = unrolling
        self.state = [v for c in u.state if c is not None for v in variables(c)]
        self.after = [v for c in u.after if c is not None for v in variables(c)]
        choices = [c for m in (u.initial, *u.moves) for c in m.choices if c is not None]
        self.others = [v for c in choices for v in variables(c)]

    def solve(self, goal: Any, cuts: frozenset[str], seconds: float | None) -> tuple[str, Any]:
        """The status, and the conjuncts with their texts or the reason there is no answer."""
        solver = z3.Fixedpoint()
        solver.set("engine", "spacer")
        for name in ("xform.inline_linear", "xform.inline_eager", "xform.slice"):
            solver.set(name, False)
        if seconds is not None:
            solver.set("timeout", max(1, int(seconds * 1000)))
        holds, bad = self._clauses(solver, goal, cuts)
        try:
            answer = solver.query(bad())
        except z3.Z3Exception as error:
            if "canceled" not in str(error):
                raise
            return UNKNOWN, "seconds"
        if answer == z3.sat:
            return REFUTED, ()
        if answer == z3.unknown:
            return UNKNOWN, solver.reason_unknown()
        predicate = z3.substitute_vars(solver.get_cover_delta(-1, holds), *self.state)
        parts = [part for part in split(predicate) if not z3.is_true(part)]
        return FOUND, tuple((self.back(part), _text(part)) for part in parts)

    def _clauses(
        self, solver: z3.Fixedpoint, goal: Any, cuts: frozenset[str]
    ) -> tuple[z3.FuncDeclRef, z3.FuncDeclRef]:
        u = self.unrolling
        holds = z3.Function("holds", *(v.sort() for v in self.state), z3.BoolSort())
        bad = z3.Function("bad", z3.BoolSort())
        for relation in (holds, bad):
            solver.register_relation(relation)
        for variable in (*self.state, *self.after, *self.others):
            solver.declare_var(variable)
        before, after = holds(*self.state), holds(*self.after)
        solver.rule(before, [self.low(u.started)])
        moves = [(m, u.taken(m)) for m in u.moves]
        for _, step in moves:
            solver.rule(after, [before, self.low(step)])
        exits = [m.limited_here(lambda n: n not in cuts) for m in u.moves]
        if goal.name == WELL_DEFINED:
            exits += [m.undefined_here() for m in u.moves]
        else:
            broken = z3.Not(u.condition(u.system.term(goal)))
            exits += (
                [z3.And(step, broken) for _, step in moves] if goal.kind == "step" else [broken]
            )
        for condition in exits:
            if not z3.is_false(z3.simplify(condition)):
                solver.rule(bad(), [before, self.low(condition)])
        return holds, bad


def _integers(bits: Unrolling) -> _Horn:
    """Spacer's own integers; its answer is over the leaves, and lowered like a property."""
    unrolling = Unrolling(bits.system, INTEGERS)
    return _Horn(unrolling, lambda const: [const], lambda term: term, bits.condition)


def _booleans(bits: Unrolling) -> _Horn:
    """One Boolean for each bit of a number."""
    u = bits
    choices = [c for m in (u.initial, *u.moves) for c in m.choices]
    consts = [c for c in (*u.state, *u.after, *choices) if c is not None]
    flags = {c.decl().name(): _bits(c) for c in consts}
    wide = [(c, _joined(flags[c.decl().name()])) for c in consts if z3.is_bv(c)]
    narrow = [
        (flag, z3.Extract(i, i, c) == 1)
        for c in consts
        if z3.is_bv(c)
        for i, flag in enumerate(flags[c.decl().name()])
    ]
    blast = z3.Then("simplify", "bit-blast", "simplify")

    def low(term: z3.BoolRef) -> z3.BoolRef:
        goal = z3.Goal()
        goal.add(z3.substitute(term, *wide))
        return z3.And(*blast(goal)[0])

    return _Horn(
        u, lambda c: flags[c.decl().name()], low, lambda term: z3.substitute(term, *narrow)
    )


def _bits(const: z3.ExprRef) -> list[z3.ExprRef]:
    if not z3.is_bv(const):
        return [const]
    return [z3.Bool(f"bit {i} of {const.decl().name()}") for i in range(const.size())]


def _joined(flags: Sequence[z3.BoolRef]) -> z3.ExprRef:
    bits = [z3.If(f, z3.BitVecVal(1, 1), z3.BitVecVal(0, 1)) for f in reversed(flags)]
    return z3.Concat(*bits) if len(bits) > 1 else bits[0]


_TURNED = {z3.Z3_OP_LE: ">", z3.Z3_OP_GE: "<"}
_WORDS = {z3.Z3_OP_OR: " or ", z3.Z3_OP_AND: " and ", z3.Z3_OP_EQ: " = ", z3.Z3_OP_IFF: " = "}


def _text(term: z3.ExprRef) -> str:
    """A lemma in a line: `not phase or block <= 3`."""
    word = _WORDS.get(term.decl().kind())
    if word is not None and all(z3.is_bool(c) for c in term.children()):
        return word.join(_inner(c) for c in term.children())
    if z3.is_not(term):
        inside = term.arg(0)
        turned = _TURNED.get(inside.decl().kind())
        if turned is not None:
            return f"{_text(inside.arg(0))} {turned} {_text(inside.arg(1))}"
        return f"not {_inner(inside)}"
    if z3.is_const(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
        return str(term.decl().name())
    return " ".join(str(term).split())


def _inner(term: z3.ExprRef) -> str:
    """A part of a lemma, in parentheses where it needs them."""
    text = _text(term)
    return f"({text})" if len(term.children()) > 1 else text


def _short(error: Exception) -> str:
    """The first words of a solver's complaint, which quotes whole clauses."""
    value = getattr(error, "value", str(error))
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.splitlines()[0][:80] if text else type(error).__name__
