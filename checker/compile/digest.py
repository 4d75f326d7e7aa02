"""Digests of terms: what a model says, independent of how z3 numbers or prints it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

import z3
from z3 import z3core

from checker import lasso

_hashers: WeakKeyDictionary[Any, TermHasher] = WeakKeyDictionary()


def terms_digest(system: Any, properties: Iterable[Any] = ()) -> str:
    """A digest of everything engines see of a system and of the terms of properties.

    Equal for equal models in any process.  Linear in the number of distinct subterms, each of
    which is digested once in the life of the system.
    """
    hasher = _hasher(system)
    digest = hashlib.sha256()
    for leaf in system.leaves:
        digest.update(f"leaf {leaf.name} {leaf.low} {leaf.high} {leaf.boolean}\n".encode())
    for cut in sorted(system.cuts):
        digest.update(f"cut {cut}\n".encode())
    for transition in (system.initial, *system.transitions):
        for line in _lines(transition, hasher):
            digest.update(line)
    for prop in properties:
        digest.update(f"{prop.kind} {prop.name} ".encode())
        if prop.kind == "leads_to":
            digest.update(f"{lasso.fairness(system, prop)} ".encode())
            parts = [p for h in lasso.promises(system, prop) for p in (h.premise, h.goal)]
        else:
            parts = [] if prop.kind == "builtin" else [prop]
        for part in parts:
            digest.update(hasher.of(system.term(part)))
    return digest.hexdigest()


def _hasher(system: Any) -> TermHasher:
    try:
        return _hashers.setdefault(system, TermHasher())
    except TypeError:  # a system made by hand that cannot be a key
        return TermHasher()


def _lines(transition: Any, hasher: TermHasher) -> Iterator[bytes]:
    """A transition as bytes, item by item."""
    action = transition.action
    yield f"action {action.name} {action.fair}\n".encode()
    for leaf in transition.choices:
        yield f"choice {leaf.name} {leaf.low} {leaf.high} {leaf.boolean}\n".encode()
    for term in transition.domain:
        yield b"domain " + hasher.of(term)
    for check in transition.checks:
        yield f"check {check.label} ".encode() + hasher.of(check.holds)
    for term in transition.updates:
        yield b"update " + hasher.of(term)
    for limit in transition.limits:
        yield f"limit {limit.name} ".encode() + hasher.of(limit.broken)
    for place in transition.undefined:
        yield f"undefined {place.what} ".encode() + hasher.of(place.reached)


class TermHasher:
    """Digests of terms, shared subterms once.

    It walks z3's nodes by handle, without a Python object for each: this runs before every search.
    """

    def __init__(self) -> None:
        self._context = z3.main_ctx().ref()
        self._known: dict[int, bytes] = {}
        self._heads: dict[int, bytes] = {}
        self._kept: list[z3.ExprRef] = []  # an id is only valid while its term lives

    def of(self, term: z3.ExprRef) -> bytes:
        """The digest of a term, 32 bytes."""
        context, known = self._context, self._known
        self._kept.append(term)
        stack = [term.as_ast()]
        while stack:
            top = stack[-1]
            ident = z3core.Z3_get_ast_id(context, top)
            if ident in known:
                stack.pop()
                continue
            count = z3core.Z3_get_app_num_args(context, top)
            children = [z3core.Z3_get_app_arg(context, top, i) for i in range(count)]
            parts = [known.get(z3core.Z3_get_ast_id(context, c)) for c in children]
            if None in parts:
                stack += [c for c, part in zip(children, parts, strict=True) if part is None]
                continue
            stack.pop()
            known[ident] = hashlib.sha256(self._head(top) + b"".join(parts)).digest()  # type: ignore[arg-type]
        return known[z3core.Z3_get_ast_id(context, term.as_ast())]

    def _head(self, node: Any) -> bytes:
        """The operator of a node, or the name or value of a leaf, with its number of children."""
        context = self._context
        if z3core.Z3_get_ast_kind(context, node) == z3.Z3_NUMERAL_AST:
            return f"int {z3core.Z3_get_numeral_string(context, node)}\0".encode()
        declaration = z3core.Z3_get_app_decl(context, node)
        ident = z3core.Z3_get_func_decl_id(context, declaration)
        if ident not in self._heads:
            one = z3.FuncDeclRef(declaration)
            sort = one.range().name()
            self._heads[ident] = f"{one.kind()} {one.name()} {sort}/".encode()
            self._kept.append(one)
        return self._heads[ident] + str(z3core.Z3_get_app_num_args(context, node)).encode() + b"\0"
