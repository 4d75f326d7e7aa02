"""Expected results: what every explored space came to, as data under version control.

`[[space]]` pins the counts of a space, `[[result]]` one verdict in it.  In a space that leaves out
some amendments a property without a result of its own is expected to be as in the space with all.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from . import subjects
from .files import InputError, read_text
from .space import ALL, DEFAULT, NONE, WITHOUT, Amended, Space, space_by_label
from .subjects import UsageError
from .verdict import Word, parse

FILE = "expected.toml"
_KEY = ("system", "instance", "amendments", "without", "variant")
_COUNTS = ("states", "steps", "depth")
_RESULT = ("property", "verdict", "steps", "trace", "reason")
HEADER = """\
# What every explored space came to.  `parascope gate` finds exactly this or fails;
# `parascope gate --update` writes it.  README.md beside this file says how to read it.
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Distinct states, steps, and the depth of the deepest state."""

    states: int
    steps: int
    depth: int

    def __str__(self) -> str:
        return f"{self.states} states, {self.steps} steps, depth {self.depth}"


@dataclass(frozen=True, slots=True)
class Pin:
    """One expected verdict.

    `steps` is the length of the trace, None without one; `trace` its file inside the folder;
    `reason` why less than a full verdict is good enough.
    """

    verdict: str
    steps: int | None = None
    trace: str = ""
    reason: str = ""

    @property
    def word(self) -> Word:
        """The word of the verdict."""
        return parse(self.verdict)[0]


@dataclass
class Expected:
    """All that is pinned.  `stale` are the entries that name what no longer exists, with why."""

    spaces: dict[Space, Counts] = field(default_factory=dict)
    results: dict[Space, dict[str, Pin]] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)

    def pins(self, space: Space) -> dict[str, Pin]:
        """The results of one space, by property."""
        return self.results.get(space, {})

    def pin(self, space: Space, prop: str) -> tuple[Pin | None, bool]:
        """What is expected of a property, and whether the space says so itself."""
        own = self.pins(space).get(prop)
        if own is not None or space.amended.mode != WITHOUT:
            return own, True
        return self.pins(base_of(space)).get(prop), False


def base_of(space: Space) -> Space:
    """The same space with all amendments."""
    return Space(space.system, space.instance, Amended(ALL), space.settings)


def folder(given: str | None = None) -> Path:
    """The folder of expected results: the one given, the installed one, or the clone's."""
    if given is not None:
        return Path(given)
    installed = Path(__file__).resolve().parent / "data" / "counterexamples"
    return (
        installed if installed.is_dir() else Path(__file__).resolve().parents[1] / "counterexamples"
    )


def load(where: Path) -> Expected:
    """What the folder pins.  Raises InputError for a file that is missing or malformed."""
    path = where / FILE
    return parse_text(read_text(path), str(path))


def parse_text(text: str, path: str) -> Expected:
    """The expected results in TOML text; `path` is its name in messages.  Raises InputError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(path, "", str(error)) from None
    for name in data:
        if name not in {"space", "result"}:
            raise InputError(path, name, "expected [[space]] and [[result]] only")
    found = Expected()
    for number, entry in enumerate(_tables(data, "space", path), 1):
        _Entry(path, f"space {number}", entry).space(found)
    for number, entry in enumerate(_tables(data, "result", path), 1):
        _Entry(path, f"result {number}", entry).result(found)
    return found


def _tables(data: Mapping[str, Any], name: str, path: str) -> list[Mapping[str, Any]]:
    entries = data.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise InputError(path, name, f"expected tables, each under [[{name}]]")
    return entries


@dataclass(frozen=True)
class _Entry:
    """One table of the file, with where it is for messages."""

    path: str
    place: str
    data: Mapping[str, Any]

    def space(self, found: Expected) -> None:
        """Add the counts of a space."""
        self._known((*_KEY, *_COUNTS))
        counts = Counts(*(self._number(name) for name in _COUNTS))
        space = self._space(found)
        if space is None:
            return
        if space in found.spaces:
            self._fail("", f"{space.title} is pinned twice")
        found.spaces[space] = counts

    def result(self, found: Expected) -> None:
        """Add a verdict."""
        self._known((*_KEY, *_RESULT))
        name, verdict = self._text("property"), self._text("verdict")
        try:
            parse(verdict)
        except ValueError as error:
            self._fail("verdict", str(error))
        steps = self._number("steps") if "steps" in self.data else None
        trace = self._text("trace") if "trace" in self.data else ""
        if trace and (PurePosixPath(trace).is_absolute() or ".." in PurePosixPath(trace).parts):
            self._fail("trace", f"{trace!r} leaves the folder")
        reason = self._text("reason") if "reason" in self.data else ""
        space = self._space(found)
        if space is None:
            return
        pins = found.results.setdefault(space, {})
        if name in pins:
            self._fail("property", f"{name} is pinned twice for {space.title}")
        pins[name] = Pin(verdict, steps, trace, reason)

    def _space(self, found: Expected) -> Space | None:
        """The space an entry is about; None, noted, if there is no longer any such space."""
        system, instance = self._text("system"), self._text("instance")
        variant = self._text("variant") if "variant" in self.data else DEFAULT
        if ("without" in self.data) == ("amendments" in self.data):
            self._fail("", 'expected either amendments = "all" or "none", or without = ["id"]')
        label = self._text("amendments") if "amendments" in self.data else ""
        if not label:
            ids = self.data["without"]
            if not isinstance(ids, list) or not ids or not all(isinstance(i, str) for i in ids):
                self._fail("without", "expected a list of ids of amendments")
            label = f"{WITHOUT}: {', '.join(sorted(ids))}"
        try:
            return space_by_label(system, instance, label, variant)
        except UsageError as error:
            found.stale.append(f"{self.place}: {error}")
            return None

    def _known(self, names: Iterable[str]) -> None:
        for name in self.data:
            if name not in names:
                self._fail(name, f"no such key; there is {', '.join(names)}")

    def _text(self, name: str) -> str:
        value = self.data.get(name)
        if not isinstance(value, str) or not value:
            self._fail(name, f"expected a text, found {value!r}")
        return value

    def _number(self, name: str) -> int:
        value = self.data.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self._fail(name, f"expected a natural number, found {value!r}")
        return value

    def _fail(self, name: str, problem: str) -> NoReturn:
        raise InputError(self.path, f"{self.place}, {name}" if name else self.place, problem)


def to_text(expected: Expected) -> str:
    """The TOML text: spaces in a fixed order, each followed by its results."""
    blocks = [HEADER]
    for space in sorted(expected.spaces, key=order):
        counts = expected.spaces[space]
        numbers = [f"{name} = {getattr(counts, name)}" for name in _COUNTS]
        blocks.append("\n".join(["[[space]]", *_key(space), *numbers]) + "\n")
        for name, pin in expected.pins(space).items():
            lines = [
                "[[result]]",
                *_key(space),
                f'property = "{name}"',
                f"verdict = {_quoted(pin.verdict)}",
            ]
            lines += [f"steps = {pin.steps}"] if pin.steps is not None else []
            lines += [f"trace = {_quoted(pin.trace)}"] if pin.trace else []
            lines += [f"reason = {_quoted(pin.reason)}"] if pin.reason else []
            blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def order(space: Space) -> tuple[Any, ...]:
    """The order of spaces: by system and instance as listed, then all, none, the others."""
    systems = list(subjects.families())
    instances = list(subjects.family(space.system).instances)
    modes = (ALL, NONE, WITHOUT)
    mode = modes.index(space.amended.mode) if space.amended.mode in modes else len(modes)
    place = systems.index(space.system), instances.index(space.instance)
    return (*place, mode, space.amended.ids, space.settings)


def _key(space: Space) -> list[str]:
    lines = [f'system = "{space.system}"', f'instance = "{space.instance}"']
    if space.settings:
        lines.append(f"variant = {_quoted(space.variant)}")
    if space.amended.mode == WITHOUT:
        ids = ", ".join(f'"{name}"' for name in space.amended.ids)
        return [*lines, f"without = [{ids}]"]
    return [*lines, f'amendments = "{space.amended.label}"']


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    plain = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped)
    return f'"{plain}"'
