"""Terms in one form, however z3 numbered them.

z3 orders the operands of a conjunction, a sum or an equation by when it first met them, which is
another order in every process.  Here they are ordered by what they say, and terms that are then the
same are one node.  Bound variables stay indices, as z3 has them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import z3
from z3 import z3core as core

from model.language.errors import ModelError

COMMUTATIVE = frozenset({
    z3.Z3_OP_AND, z3.Z3_OP_OR, z3.Z3_OP_XOR, z3.Z3_OP_EQ, z3.Z3_OP_IFF, z3.Z3_OP_DISTINCT,
    z3.Z3_OP_ADD, z3.Z3_OP_MUL,
    z3.Z3_OP_BADD, z3.Z3_OP_BMUL, z3.Z3_OP_BAND, z3.Z3_OP_BOR, z3.Z3_OP_BXOR,
})  # fmt: skip


class NotStandard(ModelError):
    """A term that standard SMT-LIB has no words for."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before operands; `text` tells it from all others."""

    text: str
    kind: int
    name: str
    sort: z3.SortRef
    domain: tuple[z3.SortRef, ...] = ()
    params: tuple[int, ...] = ()


@dataclass(slots=True, eq=False)
class Node:
    """A term: an application, a number, a bound variable, or a quantifier.

    `open` is how many enclosing quantifiers it may refer to: 0 if it stands for itself.
    """

    digest: bytes
    order: tuple[Any, ...]
    parts: tuple[Node, ...] = ()
    open: int = 0
    head: Head | None = None
    value: int | None = None
    index: int | None = None
    sort: z3.SortRef | None = None
    binds: tuple[tuple[str, z3.SortRef], ...] = ()
    forall: bool = False


@dataclass
class Terms:
    """Nodes of terms of one context; each different one exists once."""

    nodes: dict[bytes, Node] = field(default_factory=dict)
    _by_id: dict[int, Node] = field(default_factory=dict)
    _heads: dict[int, Head] = field(default_factory=dict)
    _kept: list[Any] = field(default_factory=list)
    """An id is only valid while its term lives."""

    def __post_init__(self) -> None:
        """Nodes are walked by handle, without an object of z3's for each."""
        self._context = z3.main_ctx().ref()

    def node(self, term: z3.ExprRef) -> Node:
        """The node of a term.  Cost: one visit per distinct subterm.  Raises NotStandard."""
        self._kept.append(term)
        context, found = self._context, self._by_id
        stack = [term.as_ast()]
        while stack:
            ast = stack[-1]
            ident = core.Z3_get_ast_id(context, ast)
            if ident in found:
                stack.pop()
                continue
            parts = self._parts(ast)
            missing = [p for p in parts if core.Z3_get_ast_id(context, p) not in found]
            if missing:
                stack += reversed(missing)
                continue
            stack.pop()
            found[ident] = self._made(ast, [found[core.Z3_get_ast_id(context, p)] for p in parts])
        return found[core.Z3_get_ast_id(context, term.as_ast())]

    def _parts(self, ast: Any) -> list[Any]:
        context = self._context
        kind = core.Z3_get_ast_kind(context, ast)
        if kind == z3.Z3_QUANTIFIER_AST:
            return [core.Z3_get_quantifier_body(context, ast)]
        if kind != z3.Z3_APP_AST:
            return []
        count = core.Z3_get_app_num_args(context, ast)
        return [core.Z3_get_app_arg(context, ast, i) for i in range(count)]

    def _made(self, ast: Any, parts: Sequence[Node]) -> Node:
        context = self._context
        kind = core.Z3_get_ast_kind(context, ast)
        if kind == z3.Z3_APP_AST:
            return self._application(ast, parts)
        if kind == z3.Z3_NUMERAL_AST:
            return self._number(ast)
        if kind == z3.Z3_VAR_AST:
            index = core.Z3_get_index_value(context, ast)
            text = f"variable {index} {z3.ExprRef(ast).sort()}"
            return self._kept_once(Node(_digest(text), (0, 0, text), open=index + 1, index=index))
        return self._quantifier(ast, parts[0])

    def _application(self, ast: Any, parts: Sequence[Node]) -> Node:
        head = self._head(ast)
        text = head.text
        if head.kind in COMMUTATIVE:
            parts = sorted(parts, key=lambda p: p.order)
        digest = _digest(text, *(p.digest for p in parts))
        height = 1 + max((p.order[1] for p in parts), default=-1)
        free = max((p.open for p in parts), default=0)
        order = (0, height, text, digest)
        return self._kept_once(Node(digest, order, tuple(parts), free, head, sort=head.sort))

    def _number(self, ast: Any) -> Node:
        context = self._context
        value = int(core.Z3_get_numeral_string(context, ast))
        sort = z3.ExprRef(ast).sort()
        text = f"number {value} {sort}"
        order = (1, 0, value, text)  # numbers last: x + 1
        return self._kept_once(Node(_digest(text), order, value=value, sort=sort))

    def _quantifier(self, ast: Any, body: Node) -> Node:
        term = z3.QuantifierRef(ast)
        if term.is_lambda():
            raise NotStandard("a lambda; write a quantified condition")
        binds = tuple((term.var_name(i), term.var_sort(i)) for i in range(term.num_vars()))
        text = f"{'forall' if term.is_forall() else 'exists'} {binds}"
        digest = _digest(text, body.digest)
        order = (0, 1 + body.order[1], text, digest)
        free = max(0, body.open - len(binds))
        made = Node(digest, order, (body,), free, sort=term.sort(), binds=binds)
        made.forall = term.is_forall()
        return self._kept_once(made)

    def _head(self, ast: Any) -> Head:
        context = self._context
        declaration = core.Z3_get_app_decl(context, ast)
        ident = core.Z3_get_func_decl_id(context, declaration)
        if ident not in self._heads:
            one = z3.FuncDeclRef(declaration)
            self._kept.append(one)
            domain = tuple(one.domain(i) for i in range(one.arity()))
            params = _params(one)
            kind, name, sort = one.kind(), one.name(), one.range()
            sorts = f"{domain} {sort}" if kind == z3.Z3_OP_UNINTERPRETED else f"{sort}"
            text = f"{name} {params} {sorts}"
            self._heads[ident] = Head(text, kind, name, sort, domain, params)
        return self._heads[ident]

    def _kept_once(self, node: Node) -> Node:
        return self.nodes.setdefault(node.digest, node)


def _params(declared: z3.FuncDeclRef) -> tuple[int, ...]:
    """The numbers that an operator is indexed by; none for others."""
    if declared.kind() == z3.Z3_OP_UNINTERPRETED:
        return ()
    found = [str(p) for p in declared.params()]
    return tuple(int(p) for p in found if p.lstrip("-").isdigit())


def _digest(text: str, *parts: bytes) -> bytes:
    return hashlib.sha256(text.encode() + b"\0" + b"".join(parts)).digest()
