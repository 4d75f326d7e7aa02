"""A system's terms as plain Python functions, for walks that also run other Python code.

Slower than the compiled search and much faster than concrete mode: each transition
becomes one generated function of the state's and the choices' numbers.  It names the
first failed check, so that a refusal can be compared with an exception.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import z3
from z3 import z3util

from model.language import Array, Enum, Record, Seq, Set, System, Transition

State = tuple[int, ...]
Put: TypeAlias = Callable[[Any, list[int]], None]


_INFIX = {
    z3.Z3_OP_LE: "<=",
    z3.Z3_OP_LT: "<",
    z3.Z3_OP_GE: ">=",
    z3.Z3_OP_GT: ">",
    z3.Z3_OP_EQ: "==",
    z3.Z3_OP_IFF: "==",
    z3.Z3_OP_XOR: "!=",
    z3.Z3_OP_ADD: "+",
    z3.Z3_OP_SUB: "-",
    z3.Z3_OP_MUL: "*",
    z3.Z3_OP_AND: "and",
    z3.Z3_OP_OR: "or",
}


class _Writer:
    """Writes terms as lines `t7 = ...`, each shared subterm once."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names, self.lines = names, list[str]()
        self._done: dict[int, str] = {}
        self._kept: list[Any] = []  # z3 reuses the ids of dead terms

    def write(self, root: z3.ExprRef) -> str:
        stack = [root]
        while stack:
            term = stack[-1]
            missing = [c for c in term.children() if c.get_id() not in self._done]
            if missing:
                stack += missing
                continue
            stack.pop()
            if term.get_id() not in self._done:
                self._kept.append(term)
                self._done[term.get_id()] = self._one(term)
        return self._done[root.get_id()]

    def _one(self, term: Any) -> str:
        kind = term.decl().kind()
        if z3.is_int_value(term):
            return str(term.as_long())
        if kind in (z3.Z3_OP_TRUE, z3.Z3_OP_FALSE):
            return str(kind == z3.Z3_OP_TRUE)
        if kind == z3.Z3_OP_UNINTERPRETED:
            return self.names[term.decl().name()]
        text = self._operator(kind, [self._done[c.get_id()] for c in term.children()])
        name = f"t{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def _operator(self, kind: int, args: list[str]) -> str:
        if kind in _INFIX:
            return f" {_INFIX[kind]} ".join(args)
        if kind == z3.Z3_OP_NOT:
            return f"not {args[0]}"
        if kind == z3.Z3_OP_UMINUS:
            return f"-{args[0]}"
        if kind == z3.Z3_OP_ITE:
            return f"{args[1]} if {args[0]} else {args[2]}"
        if kind == z3.Z3_OP_IMPLIES:
            return f"not {args[0]} or {args[1]}"
        if kind == z3.Z3_OP_DISTINCT:
            return f"len({{{', '.join(args)}}}) == {len(args)}"
        if kind in (z3.Z3_OP_IDIV, z3.Z3_OP_MOD):
            return f"_euclid({args[0]}, {args[1]})[{int(kind == z3.Z3_OP_MOD)}]"
        message = f"operator {kind} has no plain form"
        raise ValueError(message)


def _euclid(a: int, b: int) -> tuple[int, int]:
    """z3's quotient and remainder; anything where b is 0, as the value is then never used."""
    if b == 0:
        return 0, 0
    r = a % abs(b)
    return (a - r) // b, r


def conjuncts(terms: Sequence[z3.BoolRef]) -> list[z3.BoolRef]:
    """The parts of a conjunction, simplified and flattened."""
    whole = z3.simplify(z3.And(*terms)) if terms else z3.BoolVal(True)
    parts = whole.children() if z3.is_and(whole) else [whole]
    return [p for p in parts if not z3.is_true(p)]


def condition(
    system: System, transition: Transition, terms: Sequence[z3.BoolRef]
) -> Callable[[State, State], bool]:
    """The conjunction of terms as a function of state and choices."""
    writer = _Writer(_names(system, transition))
    parts = [writer.write(term) for term in terms]
    body = [*writer.lines, f"return {' and '.join(parts) or 'True'}"]
    return _define(system, transition, [f"    {line}" for line in body])


def mentions(term: z3.ExprRef, names: frozenset[str]) -> bool:
    """Whether a term mentions one of the constants."""
    return any(v.decl().name() in names for v in z3util.get_vars(term))


def compiled(
    system: System, transition: Transition
) -> Callable[[State, State], tuple[str, State | None]]:
    """The transition as a function of state and choices: a refusal and the state after.

    The refusal is "" for a step, a check's label, `undefined: ...`, `limit: ...` or "outside"
    (the environment does not choose this).
    """
    writer, body = _Writer(_names(system, transition)), list[str]()

    def emit(lines: Sequence[str]) -> None:
        body.extend(f"    {line}" for line in (*writer.lines[len(written) :], *lines))
        written[:] = writer.lines

    written: list[str] = []
    for term in transition.domain:
        emit([f"if not {writer.write(z3.simplify(term))}: return 'outside', None"])
    for check in transition.checks:
        emit([f"if not {writer.write(z3.simplify(check.holds))}: return {check.label!r}, None"])
    for place in transition.undefined:
        reached = writer.write(z3.simplify(place.reached))
        emit([f"if {reached}: return {'undefined: ' + place.what!r}, None"])
    for limit in transition.limits:
        broken = writer.write(z3.simplify(limit.broken))
        emit([f"if {broken}: return {'limit: ' + limit.name!r}, None"])
    updates = [writer.write(z3.simplify(u)) for u in transition.updates]
    emit([f"return '', ({''.join(f'int({u}), ' for u in updates)})"])
    return _define(system, transition, body)


def _names(system: System, transition: Transition) -> dict[str, str]:
    names = {leaf.name: f"s{i}" for i, leaf in enumerate(system.leaves)}
    return names | {leaf.name: f"c{i}" for i, leaf in enumerate(transition.choices)}


def _define(system: System, transition: Transition, body: list[str]) -> Callable[..., Any]:
    used = set(_WORDS.findall("\n".join(body)))
    unpack = [
        f"    {prefix}{i} = {'bool(' if leaf.boolean else '('}{source}[{i}])"
        for prefix, source, leaves in (
            ("s", "state", system.leaves),
            ("c", "choices", transition.choices),
        )
        for i, leaf in enumerate(leaves)
        if f"{prefix}{i}" in used
    ]
    text = "\n".join(["def run(state, choices):", *unpack, *body])
    scope: dict[str, Any] = {"_euclid": _euclid}
    exec(text, scope)  # noqa: S102 - generated from terms, never from input
    run: Callable[..., Any] = scope["run"]
    return run


def flattener(kind: Any) -> Put:
    """A function that appends the leaf numbers of a type's plain data to a list."""
    if isinstance(kind, Record):
        return _fields([(name, flattener(part)) for name, part in kind.fields.items()])
    if isinstance(kind, Set):
        members = range(kind.index.n)
        return lambda data, into: into.extend([int(i in data) for i in members])
    if isinstance(kind, Array):
        return _entries(flattener(kind.element))
    if isinstance(kind, Seq):
        zero = [int(v) for v in kind.element.flatten(kind.element.zero())]
        return _places(flattener(kind.element), zero, kind.capacity)
    if isinstance(kind, Enum):
        numbers = {name: i for i, name in enumerate(kind.names)}
        return lambda data, into: into.append(numbers[data])
    return lambda data, into: into.append(int(data))


def _fields(fields: list[tuple[str, Put]]) -> Put:
    def record(data: Any, into: list[int]) -> None:
        for name, put in fields:
            put(data[name], into)

    return record


def _entries(put: Put) -> Put:
    def array(data: Any, into: list[int]) -> None:
        for part in data:
            put(part, into)

    return array


def _places(put: Put, zero: list[int], capacity: int) -> Put:
    def queue(data: Any, into: list[int]) -> None:
        into.append(len(data))
        for part in data:
            put(part, into)
        into.extend(zero * (capacity - len(data)))

    return queue


_WORDS = re.compile(r"\b[sc]\d+\b")
