"""z3 terms to nodes: a closed list of operators, anything else is an error."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import z3
from z3 import z3core as core

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
    return graph.and_([test(a, b) for a, b in itertools.pairwise(args)])


SHOWN = 200  # characters of a term in an error

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

    `memo` is keyed by z3's node id.  z3 gives the id of a dead term to the next one, so `kept`
    holds every root term (and with it all its parts) as long as the memo lives.  The walk
    uses z3's C interface: its Python wrappers make an object per term and cost ten times more.
    """

    graph: Graph
    variables: Mapping[str, Node]
    memo: dict[int, Node] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)

    def node(self, term: Any, place: str) -> Node:
        """Convert one Boolean or integer term; `place` says where it stands, for errors."""
        context = term.ctx.ref()
        self.kept.append(term)
        memo, ident = self.memo, core.Z3_get_ast_id
        root = term.as_ast()
        stack = [(root, ident(context, root))]
        while stack:
            top, key = stack[-1]
            if key in memo:
                stack.pop()
                continue
            keys, waiting = [], False
            if core.Z3_is_app(context, top):
                app = core.Z3_to_app(context, top)
                for i in range(core.Z3_get_app_num_args(context, app)):
                    child = core.Z3_get_app_arg(context, app, i)
                    number = ident(context, child)
                    keys.append(number)
                    if number not in memo:
                        stack.append((child, number))
                        waiting = True
            if not waiting:
                stack.pop()
                memo[key] = self._apply(context, top, [memo[k] for k in keys], place)
        return memo[ident(context, root)]

    def _apply(self, context: Any, top: Any, args: list[Node], place: str) -> Node:
        if core.Z3_get_ast_kind(context, top) == z3.Z3_NUMERAL_AST:
            return self.graph.const(int(core.Z3_get_numeral_string(context, top)))
        if not core.Z3_is_app(context, top):
            shown = core.Z3_ast_to_string(context, top)[:SHOWN]
            raise CompileError(f"{place}: quantifiers cannot be compiled: {shown}")
        declaration = core.Z3_get_app_decl(context, core.Z3_to_app(context, top))
        kind = core.Z3_get_decl_kind(context, declaration)
        builder = BUILDERS.get(kind)
        if builder is not None:
            return builder(self.graph, args)
        name = core.Z3_get_symbol_string(context, core.Z3_get_decl_name(context, declaration))
        if kind == z3.Z3_OP_UNINTERPRETED and not args:
            known = self.variables.get(name)
            if known is not None:
                return known
            raise CompileError(f"{place}: {name!r} is neither a state variable nor a choice here")
        shown = core.Z3_ast_to_string(context, top)[:SHOWN]
        raise CompileError(f"{place}: the operator {name!r} cannot be compiled: {shown}")
