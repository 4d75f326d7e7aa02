"""The terms of a system, run as they stand: an interpreter that knows nothing of the engines.

Each transition's terms become one straight line of Python, one assignment for each distinct
subterm.  z3 leaves a division by zero free; here it has the value `nothing`, which the
caller chooses: what an engine may rely on must not depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import z3

from model.language import Outcome, System, Transition
from model.language.interval import euclidean

NOTHING = (0, 7, -3)  # values of a division by zero to try

_INFIX = {
    z3.Z3_OP_AND: " and ",
    z3.Z3_OP_OR: " or ",
    z3.Z3_OP_ADD: " + ",
    z3.Z3_OP_SUB: " - ",
    z3.Z3_OP_MUL: " * ",
    z3.Z3_OP_EQ: " == ",
    z3.Z3_OP_XOR: " != ",
    z3.Z3_OP_LE: " <= ",
    z3.Z3_OP_LT: " < ",
    z3.Z3_OP_GE: " >= ",
    z3.Z3_OP_GT: " > ",
}


class Plain:
    """A tuple of terms as a function of the values of some constants."""

    def __init__(self, terms: Sequence[z3.ExprRef], constants: Sequence[Any]) -> None:
        self._kept = list(terms)  # z3 reuses the number of a dead term
        self._names = {c.decl().name(): f"x{i}" for i, c in enumerate(constants)}
        self._lines: list[str] = []
        self._known: dict[int, str] = {}
        results = [self._name(t) for t in terms]
        body = "\n ".join([*self._lines, f"return ({''.join(r + ', ' for r in results)})"])
        arguments = ", ".join(["nothing", *self._names.values()])
        space: dict[str, Any] = {"div": _div, "mod": _mod}
        exec(f"def run({arguments}):\n {body}", space)  # noqa: S102 - our own text, from terms
        self.run: Callable[..., tuple[Any, ...]] = space["run"]

    def _name(self, term: Any) -> str:
        """The variable (or literal) that holds a term's value."""
        pending = [term]
        while pending:
            top = pending[-1]
            missing = [c for c in top.children() if c.get_id() not in self._known]
            if missing:
                pending.extend(missing)
                continue
            pending.pop()
            if top.get_id() not in self._known:
                self._known[top.get_id()] = self._line(top)
        return self._known[term.get_id()]

    def _line(self, term: Any) -> str:
        if z3.is_int_value(term):
            return f"({term.as_long()})"
        if z3.is_true(term) or z3.is_false(term):
            return str(z3.is_true(term))
        if term.decl().kind() == z3.Z3_OP_UNINTERPRETED and not term.children():
            return self._names[term.decl().name()]
        name = f"v{len(self._lines)}"
        self._lines.append(
            f"{name} = {self._rule(term, [self._known[c.get_id()] for c in term.children()])}"
        )
        return name

    def _rule(self, term: Any, args: list[str]) -> str:
        kind = term.decl().kind()
        if kind == z3.Z3_OP_ITE:
            return f"{args[1]} if {args[0]} else {args[2]}"
        if kind == z3.Z3_OP_NOT:
            return f"not {args[0]}"
        if kind == z3.Z3_OP_IMPLIES:
            return f"not {args[0]} or {args[1]}"
        if kind == z3.Z3_OP_UMINUS:
            return f"-{args[0]}"
        if kind == z3.Z3_OP_IDIV:
            return f"div({args[0]}, {args[1]}, nothing)"
        if kind == z3.Z3_OP_MOD:
            return f"mod({args[0]}, {args[1]}, nothing)"
        if kind == z3.Z3_OP_DISTINCT:
            return f"len({{{', '.join(args)}}}) == {len(args)}"
        return _INFIX[kind].join(args)


def _div(a: int, b: int, nothing: int) -> int:
    return euclidean(a, b)[0] if b else nothing


def _mod(a: int, b: int, nothing: int) -> int:
    return euclidean(a, b)[1] if b else nothing


class Step:
    """A transition's terms, with the meaning that engines give them."""

    def __init__(self, system: System, transition: Transition) -> None:
        self.transition = transition
        self._booleans = [leaf.boolean for leaf in (*system.leaves, *transition.choices)]
        parts = [
            list(transition.domain),
            [c.holds for c in transition.checks],
            [u.reached for u in transition.undefined],
            [limit.broken for limit in transition.limits],
            list(transition.updates),
        ]
        self._sizes = [len(p) for p in parts]
        constants = [leaf.var for leaf in (*system.leaves, *transition.choices)]
        self._run = Plain([t for p in parts for t in p], constants).run

    def outcome(self, state: Sequence[int], choices: Sequence[int], nothing: int = 0) -> Outcome:
        """What the step does, in the form `System.run` has it."""
        numbers = zip((*state, *choices), self._booleans, strict=True)
        values = iter(self._run(nothing, *[bool(v) if b else v for v, b in numbers]))
        domain, checks, undefined, limits, updates = (
            [next(values) for _ in range(size)] for size in self._sizes
        )
        t = self.transition
        if not all(domain):
            return Outcome(None, outside=True)
        for check, holds in zip(t.checks, checks, strict=True):
            if not holds:
                return Outcome(None, refused=check.label)
        for place, reached in zip(t.undefined, undefined, strict=True):
            if reached:
                return Outcome(None, undefined=place.what)
        for limit, broken in zip(t.limits, limits, strict=True):
            if broken:
                return Outcome(None, limit=limit.name)
        return Outcome(tuple(int(v) for v in updates))


class Sentence:
    """A property's term as a function of plain states."""

    def __init__(self, system: System, prop: Any) -> None:
        self._leaves = system.leaves
        constants = [*(x.var for x in system.leaves), *(x.primed for x in system.leaves)]
        self._run = Plain([system.term(prop)], constants).run

    def holds(self, before: Sequence[int], after: Sequence[int] | None = None) -> bool:
        """Whether it is true of a state, or of a step."""
        numbers = zip((*before, *(after or before)), (*self._leaves, *self._leaves), strict=True)
        (value,) = self._run(0, *[bool(v) if leaf.boolean else v for v, leaf in numbers])
        return bool(value)


def agree(system: System, transition: Transition, step: Step, state: Any, choices: Any) -> Outcome:
    """The one outcome of both modes, whatever a division by zero comes to."""
    concrete = system.run(transition, state, choices)
    for nothing in NOTHING:
        symbolic = step.outcome(state, choices, nothing)
        assert symbolic == concrete, (
            f"{transition.action.name}{tuple(choices)} from {system.decode(state)}:\n"
            f"terms say    {symbolic}\nplain values {concrete}"
        )
    return concrete
