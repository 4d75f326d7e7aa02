"""Long runs in pieces: which spaces were explored and found as pinned, when, and at what cost.

A run that is broken off goes on where it stopped.  A piece counts only as long as nothing it
rests on has changed: the sources of models, properties and checker, the versions of the programs,
and what is pinned for the space, traces included.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .expected import Expected, to_text
from .files import InputError, read_text, write_text
from .progress import grouped
from .provenance import versions

if TYPE_CHECKING:
    from .judging import Run
    from .space import Space

FILE = "done.toml"
HEADER = """\
# Spaces that were explored and found as pinned.  `parascope gate --resume` writes it after each,
# and passes over those whose key is still the same.
"""
_PACKAGES = ("checker", "model", "properties")
_FIELDS = {
    "space": str,
    "key": str,
    "date": str,
    "states": int,
    "steps": int,
    "depth": int,
    "seconds": float,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One space that was as pinned: counts, seconds of the search, and the day."""

    space: str
    key: str
    date: str
    states: int
    steps: int
    depth: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.space}: as expected on {self.date}, {grouped(self.states)} states"


@dataclass
class Ledger:
    """The pieces of a folder, for one set of pins."""

    folder: Path
    expected: Expected
    where: Path
    pieces: dict[str, Piece] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: str, expected: Expected, where: Path) -> Ledger:
        """What the folder remembers; nothing if it is new.  Raises InputError."""
        ledger = cls(Path(folder), expected, where)
        path = ledger.folder / FILE
        if path.exists():
            ledger.pieces = {p.space: p for p in parse_text(read_text(path), str(path))}
        return ledger

    def done(self, space: Space) -> Piece | None:
        """The piece of a space, if there is one and it still counts."""
        piece = self.pieces.get(space.title)
        return piece if piece is not None and piece.key == self.key(space) else None

    def add(self, run: Run) -> None:
        """A space is as pinned: write it down at once."""
        x, title = run.exploration, run.space.title
        assert x is not None  # noqa: S101 - what is pinned was explored
        today = dt.datetime.now(dt.UTC).date().isoformat()
        key, seconds = self.key(run.space), round(x.seconds, 1)
        self.pieces[title] = Piece(title, key, today, x.states, x.steps, x.depth, seconds)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text(self.folder / FILE, text_of(self.pieces.values()))

    def key(self, space: Space) -> str:
        """A digest of everything that the verdicts of a space rest on."""
        digest = hashlib.sha256(sources().encode())
        digest.update(repr(sorted(versions().items())).encode())
        of_space = Expected()
        of_space.spaces = {s: c for s, c in self.expected.spaces.items() if s == space}
        of_space.results = {space: self.expected.pins(space)}
        digest.update(to_text(of_space).encode())
        for pin in self.expected.pins(space).values():
            if pin.trace:
                digest.update(read_text(self.where / pin.trace).encode())
        return digest.hexdigest()[:16]


@cache
def sources() -> str:
    """A digest of the sources of models, properties and checker."""
    digest, root = hashlib.sha256(), Path(__file__).parents[1]
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in {".py", ".toml"}:
                digest.update(f"{path.relative_to(root)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def text_of(pieces: Iterable[Piece]) -> str:
    """The pieces as TOML."""
    blocks = [HEADER]
    for piece in pieces:
        values = {name: getattr(piece, name) for name in _FIELDS}
        lines = [f"{n} = {_written(v)}" for n, v in values.items()]
        blocks.append("\n".join(["[[piece]]", *lines]) + "\n")
    return "\n".join(blocks)


def _written(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def parse_text(text: str, path: str) -> list[Piece]:
    """The pieces in TOML text; `path` is its name in messages.  Raises InputError."""
    try:
        entries = tomllib.loads(text).get("piece", [])
    except tomllib.TOMLDecodeError as error:
        raise InputError(path, "", str(error)) from None
    return [_piece(entry, path, f"piece {number}") for number, entry in enumerate(entries, 1)]


def _piece(entry: Any, path: str, place: str) -> Piece:
    if not isinstance(entry, dict) or set(entry) != set(_FIELDS):
        raise InputError(path, place, f"expected the fields {', '.join(_FIELDS)}")
    for name, kind in _FIELDS.items():
        if type(entry[name]) is not kind:
            raise InputError(path, f"{place}, {name}", f"expected a {kind.__name__}")
    return Piece(**entry)
