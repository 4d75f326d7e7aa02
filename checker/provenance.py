"""What an answer rests on: versions of the programs, digests of terms and sources."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import z3

if TYPE_CHECKING:
    from model.language import System

_TOOLS = ("z3-solver", "numpy", "llvmlite", "numba", "cvc5")
_ENGINES = {"explicit": ("compile", "explicit"), "bmc": ("smt",)}


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of every program an engine runs on, as installed."""
    found = {"python": platform.python_version()}
    for name in _TOOLS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


@cache
def engine_digest(engine: str) -> str:
    """A digest of the sources of an engine."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for folder in _ENGINES[engine]:
        for path in sorted((here / folder).glob("*.py")):
            digest.update(f"{folder}/{path.name}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def terms_digest(system: System, properties: Iterable[Any] = ()) -> str:
    """A digest of everything engines see of a system and of the terms of properties.

    Equal for equal models in any process: it depends on the structure of the terms, not on how z3
    numbers or prints them.  Linear in the number of distinct subterms.
    """
    hasher = _Terms()
    digest = hashlib.sha256()
    for leaf in system.leaves:
        digest.update(f"leaf {leaf.name} {leaf.low} {leaf.high} {leaf.boolean}\n".encode())
    for cut in sorted(system.cuts):
        digest.update(f"cut {cut}\n".encode())
    for transition in (system.initial, *system.transitions):
        for line in _lines(transition, hasher):
            digest.update(line)
    for prop in properties:
        digest.update(f"{prop.kind} {prop.name} ".encode() + hasher.of(system.term(prop)))
    return digest.hexdigest()


def _lines(transition: Any, hasher: _Terms) -> Iterator[bytes]:
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


class _Terms:
    """Digests of terms, shared subterms once."""

    def __init__(self) -> None:
        self._known: dict[int, bytes] = {}
        self._kept: list[Any] = []  # an id is only valid while its term lives

    def of(self, term: z3.ExprRef) -> bytes:
        """The digest of a term, 32 bytes."""
        stack = [term]
        while stack:
            top = stack[-1]
            if top.get_id() in self._known:
                stack.pop()
                continue
            children = top.children()
            missing = [c for c in children if c.get_id() not in self._known]
            if missing:
                stack += missing
                continue
            parts = b"".join(self._known[c.get_id()] for c in children)
            head = f"{_head(top)}/{len(children)}\0".encode()
            self._known[top.get_id()] = hashlib.sha256(head + parts).digest()
            self._kept.append(top)
            stack.pop()
        return self._known[term.get_id()]


def _head(term: z3.ExprRef) -> str:
    """The operator of a term, or the name or value of a leaf of it."""
    if z3.is_int_value(term):
        return f"int {term.as_string()}"
    return f"{term.decl().kind()} {term.decl().name()} {term.sort().name()}"
