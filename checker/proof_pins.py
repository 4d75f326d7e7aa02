"""Pinned theorems: what each came to, as data under version control.

The file stands beside `expected.toml`.  The digest of the obligations binds an entry to the model:
another model, premise or claim gives another digest.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import theorems as settled
from .files import InputError, read_text, write_text
from .finite import shown
from .verdict import Word, parse

if TYPE_CHECKING:
    from .smt.theorem import Proof

FILE = "proofs.toml"
HEADER = """\
# What every theorem for all sizes came to.  `parascope gate` finds exactly this or fails;
# `parascope gate --update` writes it.  `obligations` is the digest of what two solvers answered.
"""
_TEXTS = ("name", "verdict", "counterexample", "obligations")
_KEYS = (*_TEXTS, "assumptions", "agreed")


@dataclass(frozen=True, slots=True)
class Pinned:
    """One theorem: verdict, assumptions it needs, what refutes it, whether both solvers agree."""

    name: str
    verdict: str
    assumptions: tuple[str, ...] = ()
    counterexample: str = ""
    agreed: bool = False
    obligations: str = ""


@dataclass(frozen=True, slots=True)
class Unlike:
    """A theorem that is not as pinned."""

    name: str
    expected: str
    seen: str


def load(where: Path) -> dict[str, Pinned]:
    """The pinned theorems by name.  Raises InputError for a file that is missing or malformed."""
    path = where / FILE
    return parse_text(read_text(path), str(path))


def parse_text(text: str, path: str) -> dict[str, Pinned]:
    """The pinned theorems in TOML text; `path` is its name in messages.  Raises InputError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(path, "", str(error)) from None
    entries = data.get("proof", [])
    if set(data) - {"proof"} or not isinstance(entries, list):
        raise InputError(path, "", "expected tables, each under [[proof]]")
    found: dict[str, Pinned] = {}
    for number, entry in enumerate(entries, 1):
        pinned = _entry(entry, path, f"proof {number}")
        if pinned.name in found:
            raise InputError(path, f"proof {number}", f"{pinned.name} is pinned twice")
        found[pinned.name] = pinned
    return found


def _entry(entry: Any, path: str, place: str) -> Pinned:
    if not isinstance(entry, dict):
        raise InputError(path, place, "expected a table")
    for name, value in entry.items():
        wanted = str if name in _TEXTS else bool if name == "agreed" else list
        if name not in _KEYS:
            raise InputError(path, f"{place}, {name}", f"no such key; there is {', '.join(_KEYS)}")
        texts = not isinstance(value, list) or all(isinstance(text, str) for text in value)
        if not isinstance(value, wanted) or not texts:
            raise InputError(path, f"{place}, {name}", f"expected {_said(wanted)}")
    if not entry.get("name") or not entry.get("verdict"):
        raise InputError(path, place, "expected a name and a verdict")
    try:
        parse(entry["verdict"])
    except ValueError as error:
        raise InputError(path, f"{place}, verdict", str(error)) from None
    return Pinned(**{**entry, "assumptions": tuple(entry.get("assumptions", ()))})


def _said(wanted: type) -> str:
    return {str: "a text", bool: "true or false"}.get(wanted, "a list of texts")


def pin(proof: Proof) -> Pinned:
    """What is pinned of a proof."""
    from .smt.certificate import obligations_digest

    refuted = shown(proof.counterexample) if proof.counterexample is not None else ""
    if proof.trace is not None:
        refuted = proof.remarks[0]
    digest = obligations_digest(proof.obligations) if proof.word is Word.PROVED else ""
    agreed = proof.agreed
    return Pinned(proof.theorem.name, proof.text, proof.core, refuted, agreed, digest)


def compare(proofs: Sequence[Proof], pinned: Mapping[str, Pinned]) -> Iterator[Unlike]:
    """Every theorem that is not as pinned, and every pin that names none."""
    for proof in proofs:
        name, seen, wanted = proof.theorem.name, pin(proof), pinned.get(proof.theorem.name)
        if wanted is None:
            yield Unlike(name, "not pinned", seen.verdict)
            continue
        for field in _KEYS[1:]:
            if getattr(seen, field) != getattr(wanted, field):
                yield Unlike(name, _field(field, wanted), _field(field, seen))
    known = {t.name for t in settled.chosen(settled.EVERYTHING)}
    for name in pinned:
        if name not in known:
            yield Unlike(name, pinned[name].verdict, "there is no such theorem")


def _field(field: str, pinned: Pinned) -> str:
    value = getattr(pinned, field)
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return text if field == "verdict" else f"{field}: {text or 'none'}"


def unsettled(pinned: Iterable[Pinned]) -> Iterator[Unlike]:
    """Pins that settle nothing: no theorem may stay open."""
    for one in pinned:
        if parse(one.verdict)[0] not in {Word.PROVED, Word.VIOLATED, Word.MEASURED}:
            yield Unlike(one.name, "a theorem that is proved, refuted or measured", one.verdict)


def write(where: Path, pinned: Iterable[Pinned]) -> None:
    """Write the file.  Raises OutputError."""
    write_text(where / FILE, to_text(pinned))


def to_text(pinned: Iterable[Pinned]) -> str:
    """The TOML text, in the order given."""
    blocks = [HEADER]
    for one in pinned:
        lines = ["[[proof]]", f"name = {_quoted(one.name)}", f"verdict = {_quoted(one.verdict)}"]
        if one.assumptions:
            lines.append(f"assumptions = [{', '.join(map(_quoted, one.assumptions))}]")
        if one.counterexample:
            lines.append(f"counterexample = {_quoted(one.counterexample)}")
        lines += ["agreed = true"] if one.agreed else []
        if one.obligations:
            lines.append(f"obligations = {_quoted(one.obligations)}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's too."""
    return json.dumps(text, ensure_ascii=False)
