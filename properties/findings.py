"""What was found besides amendments: findings, claims with what settles them, what is dead."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

from .catalogue import HARMS, CatalogueError

KINDS = ("contradiction", "theorem", "dead", "intended")
TO_COME = "to come"
THEOREM, DEAD = "theorem:", "dead:"


@dataclass(frozen=True)
class Finding:
    """Something found in the text that no amendment repairs.

    `contradiction`: two sentences that disagree.  `theorem`: a fact for all sizes, proved or
    refuted.  `dead`: text without any effect.  `intended`: odd at first sight and right.
    `shown_by` names what shows it: "system/property", "theorem:NAME", "dead:SYSTEM/ITEM".
    """

    id: str
    token: str
    kind: str
    says: str
    consequence: str
    harm: str
    shown_by: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """A claim about the text, and the properties ("system/property") and theorems that settle it.

    `decision` says in a sentence why nothing does, or what the answer rests on besides.
    """

    id: str
    says: str
    tokens: tuple[str, ...]
    properties: tuple[str, ...] = ()
    theorems: tuple[str, ...] = ()
    decision: str = ""


@dataclass(frozen=True)
class Excuse:
    """Parts of models that look dead to the machine and are none of the text's faults."""

    item: tuple[str, ...]
    why: str


@cache
def findings() -> tuple[Finding, ...]:
    """Every finding, in the order of the file."""
    return read_findings(_data("findings.toml"))


@cache
def claims() -> tuple[Claim, ...]:
    """Every claim, in the order of the file."""
    return read_claims(_data("claims.toml"))


@cache
def excuses() -> tuple[Excuse, ...]:
    """Every excuse for something that looks dead, in the order of the file."""
    return read_excuses(_data("dead.toml"))


def read_findings(text: str) -> tuple[Finding, ...]:
    """Findings from TOML text; raises `CatalogueError` naming the entry and the field."""
    found = _entries("findings.toml", "finding", text, Finding)
    for f in found:
        _one_of("findings.toml", f.id, "kind", f.kind, KINDS)
        _one_of("findings.toml", f.id, "harm", f.harm, HARMS)
        if not f.shown_by:
            raise _error("findings.toml", f.id, "shown_by names nothing")
        for name in f.shown_by:
            if "/" not in name and not name.startswith(THEOREM):
                problem = f"shown_by {name!r} is not system/property or {THEOREM}NAME"
                raise _error("findings.toml", f.id, problem)
    return found


def read_claims(text: str) -> tuple[Claim, ...]:
    """Claims from TOML text; raises `CatalogueError` naming the entry and the field."""
    found = _entries("claims.toml", "claim", text, Claim)
    for c in found:
        if not c.tokens:
            raise _error("claims.toml", c.id, "tokens names nothing")
        if not (c.properties or c.theorems or c.decision):
            raise _error("claims.toml", c.id, "neither a property, nor a theorem, nor a decision")
    return found


def read_excuses(text: str) -> tuple[Excuse, ...]:
    """Excuses from TOML text; raises `CatalogueError` naming the entry and the field."""
    return _entries("dead.toml", "excuse", text, Excuse)


def _data(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _entries(file: str, table: str, text: str, make: Callable[..., Any]) -> tuple[Any, ...]:
    """The entries of the one table of a file, each of them whole, with distinct names."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{file}: {error}"
        raise CatalogueError(message) from error
    for stranger in sorted(set(tables) - {table}):
        raise _error(file, stranger, f"only [[{table}]] is known here")
    found = tuple(_entry(file, entry, make) for entry in tables.get(table, []))
    names = [_name(vars(e)) for e in found]
    for name in names:
        if names.count(name) > 1:
            raise _error(file, name, "is listed twice")
    return found


def _entry(file: str, entry: Mapping[str, Any], make: Any) -> Any:
    kinds = {f.name: f.type for f in fields(make)}
    values = {k: _value(file, entry, k, kinds.get(k, "str")) for k in entry}
    try:
        return make(**values)
    except TypeError as error:
        raise _error(file, _name(entry), str(error)) from error


def _value(file: str, entry: Mapping[str, Any], field: str, kind: Any) -> Any:
    """A string, or names in a tuple; one name may stand without brackets."""
    value = entry[field]
    if kind == "str":
        if isinstance(value, str) and (value.strip() or field == "decision"):
            return value
        raise _error(file, _name(entry), f"{field} {value!r} is not some text")
    names = [value] if isinstance(value, str) else value
    if isinstance(names, list) and all(isinstance(n, str) and n for n in names):
        return tuple(names)
    raise _error(file, _name(entry), f"{field} {value!r} is not a list of names")


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry.get("id", entry.get("item", "?")))


def _one_of(file: str, name: str, field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise _error(file, name, f"{field} {value!r} is not {' or '.join(allowed)}")


def _error(file: str, name: str, problem: str) -> CatalogueError:
    return CatalogueError(f"{file}: {name}: {problem}")
