"""Whether a certificate is about this model: its obligations are built again and compared.

Without z3 there is no model.  Then the digest is compared with the one that is pinned, if there is
one; that says what the model was when it was pinned, and is no more than that.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from checker.files import InputError, read_text

from .file import Head, Written

FILE = "proofs.toml"

BUILDERS: Mapping[str, str] = {
    "parametric": "checker.smt.rebuilding:theorem",
    "induction": "checker.smt.rebuilding:induction",
}
"""Engine -> module and function that give a certificate of a head, or None if it has no subject."""

BOUND, CHANGED, PINNED, LOOSE = "bound", "changed", "pinned", "loose"


class Built(Protocol):
    """A certificate that was made from the model."""

    @property
    def digest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Binding:
    """`status` is bound, changed, pinned or loose; `text` says so to a reader."""

    status: str
    text: str


def binding(written: Written, where: Path | None = None) -> Binding:
    """How a certificate is bound to the model that is installed, or what is pinned in `where`."""
    engine = written.head.one("engine")
    if not has_model():
        return _by_pin(written, where, "z3 is not installed")
    if engine not in BUILDERS:
        return _by_pin(written, where, f"nothing builds proofs by {engine or 'no engine'} again")
    built = rebuild(written.head)
    if built is None:
        return Binding(CHANGED, f"the model has no proof of {written.head.one('property')}")
    if built.digest != written.digest:
        return Binding(CHANGED, "the model has changed since, or this is not about it")
    return Binding(BOUND, "bound to this model: its obligations were built again and are the same")


def has_model() -> bool:
    """Whether terms can be built here."""
    try:
        importlib.import_module("z3")
    except ImportError:
        return False
    return True


def rebuild(head: Head) -> Built | None:
    """The certificate that the model gives now for what a head is about."""
    module, _, function = BUILDERS[head.one("engine")].partition(":")
    built: Built | None = getattr(importlib.import_module(module), function)(head)
    return built


def _by_pin(written: Written, where: Path | None, why: str) -> Binding:
    expected = pinned(written.head.name, where)
    not_rebuilt = f"not compared with the model, {why}"
    if expected is None:
        return Binding(LOOSE, f"NOT BOUND: {not_rebuilt}, and no digest is pinned")
    if expected != written.digest:
        return Binding(CHANGED, f"{not_rebuilt}; another digest is pinned in {FILE}")
    return Binding(PINNED, f"{not_rebuilt}; the digest is the one pinned in {FILE}")


def pinned(name: str, where: Path | None = None) -> str | None:
    """The digest of obligations that is pinned under a name; None if there is none.

    Raises InputError for a file that is malformed.
    """
    path = (where or _folder()) / FILE
    if not path.exists():
        return None
    try:
        data: dict[str, Any] = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InputError(str(path), "", str(error)) from None
    entries = data.get("proof", [])
    if not isinstance(entries, list):
        raise InputError(str(path), "proof", "expected tables, each under [[proof]]")
    for entry in entries:
        if isinstance(entry, dict) and entry.get("name") == name:
            found = entry.get("obligations")
            return found if isinstance(found, str) and found else None
    return None


def _folder() -> Path:
    """The folder of what is pinned: the installed one, or the clone's."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "data" / "counterexamples"
    return installed if installed.is_dir() else package.parent / "counterexamples"
