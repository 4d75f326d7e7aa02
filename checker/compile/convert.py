"""z3 terms to nodes: a closed list of operators, anything else is an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import z3

from checker.compile.errors import CompileError
from checker.compile.nodes import Graph, Node


def _left(apply: Callable[[Node, Node], Node], args: list[Node]) -> Node:
    """Fold a binary operator from the left, as z3 reads an n-ary application."""
    result = args[0]
    for arg in args[1:]:
        result = apply(result, arg)
    return result


def _implies(graph: Graph, args: list[Node]) -> Node:
    """Implication; z3's is binary, and more arguments associate to the right."""
    result = args[-1]
    for arg in reversed(args[:-1]):
        result = graph.or_((graph.not_(arg), result))
    return result


def _distinct(graph: Graph, args: list[Node]) -> Node:
    pairs = ((a, b) for i, a in enumerate(args) for b in args[i + 1 :])
    return graph.and_([graph.not_(graph.eq(a, b)) for a, b in pairs])


def _chain(graph: Graph, test: Callable[[Node, Node], Node], args: list[Node]) -> Node:
    return graph.and_([test(a, b) for a, b in zip(args, args[1:], strict=False)])


BUILDERS: dict[int, Callable[[Graph, list[Node]], Node]] = {
    z3.Z3_OP_TRUE: lambda g, _: g.truth(True),
    z3.Z3_OP_FALSE: lambda g, _: g.truth(False),
    z3.Z3_OP_AND: lambda g, a: g.and_(a),
    z3.Z3_OP_OR: lambda g, a: g.or_(a),
    z3.Z3_OP_NOT: lambda g, a: g.not_(a[0]),
    z3.Z3_OP_IMPLIES: _implies,
    z3.Z3_OP_XOR: lambda g, a: _left(lambda x, y: g.not_(g.iff(x, y)), a),
    z3.Z3_OP_IFF: lambda g, a: _left(g.iff, a),
    z3.Z3_OP_EQ: lambda g, a: _chain(g, g.eq, a),
    z3.Z3_OP_DISTINCT: _distinct,
    z3.Z3_OP_ITE: lambda g, a: g.ite(a[0], a[1], a[2]),
    z3.Z3_OP_ADD: lambda g, a: g.add(a),
    z3.Z3_OP_SUB: lambda g, a: _left(g.sub, a),
    z3.Z3_OP_UMINUS: lambda g, a: g.mul(a[0], g.const(-1)),
    z3.Z3_OP_MUL: lambda g, a: _left(g.mul, a),
    z3.Z3_OP_IDIV: lambda g, a: _left(g.div, a),
    z3.Z3_OP_MOD: lambda g, a: g.mod(a[0], a[1]),
    z3.Z3_OP_LE: lambda g, a: _chain(g, g.le, a),
    z3.Z3_OP_LT: lambda g, a: _chain(g, g.lt, a),
    z3.Z3_OP_GE: lambda g, a: _chain(g, lambda x, y: g.le(y, x), a),
    z3.Z3_OP_GT: lambda g, a: _chain(g, lambda x, y: g.lt(y, x), a),
}


@dataclass(slots=True)
class Converter:
    """Turns z3 terms into nodes under one reading of the variable names.

    `memo` is keyed by z3's node id and holds the term beside the result: z3 gives the id of a
    dead term to the next one, and a table without the term would then return another's node.
    """

    graph: Graph
    variables: Mapping[str, Node]
    memo: dict[int, tuple[Any, Node]] = field(default_factory=dict)

    def node(self, term: Any, place: str) -> Node:  # noqa: ANN401 - z3 has no types
        """Convert one Boolean or integer term; `place` says where it stands, for errors."""
        stack = [term]
        while stack:
            top = stack[-1]
            key = top.get_id()
            if key in self.memo:
                stack.pop()
                continue
            children = top.children() if z3.is_app(top) else []
            waiting = [c for c in children if c.get_id() not in self.memo]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            args = [self.memo[c.get_id()][1] for c in children]
            self.memo[key] = (top, self._apply(top, args, place))
        return self.memo[term.get_id()][1]

    def _apply(self, term: Any, args: list[Node], place: str) -> Node:  # noqa: ANN401
        if z3.is_int_value(term):
            return self.graph.const(term.as_long())
        if not z3.is_app(term):
            message = f"{place}: quantifiers and bound variables cannot be compiled: {term}"
            raise CompileError(message)
        declaration = term.decl()
        kind = declaration.kind()
        builder = BUILDERS.get(kind)
        if builder is not None:
            return builder(self.graph, args)
        if kind == z3.Z3_OP_UNINTERPRETED and not args:
            known = self.variables.get(declaration.name())
            if known is not None:
                return known
            message = f"{place}: {declaration.name()!r} is neither a state variable nor a choice here"
            raise CompileError(message)
        shown = str(term)[:200]
        message = f"{place}: the operator {declaration.name()!r} cannot be compiled: {shown}"
        raise CompileError(message)
