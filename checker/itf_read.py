"""Reading ITF files that `checker.itf` wrote, perhaps edited by hand since.

Everything is checked before it is believed: the form of the JSON, the schema, every name, every
value against its type.  What is wrong is an InputError with the file, the place inside it and
what was expected.  Whether the trace is one of the system is `checker.replay`'s question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from model.language.errors import suggest

from . import strict_json
from .files import InputError, read_text, shown
from .itf import ACTION, HEADER, PICKS, SCHEMA, SCHEMA_VERSION, mbt_values, pick_types, step_meta
from .trace import ANY_STATE, Step, Trace
from .values import BadJson, Json, brief, from_json

if TYPE_CHECKING:
    from model.language.system import System
    from model.language.types import Type

_STEP = ("action", "actor", "token", "choices")


@dataclass(frozen=True, slots=True)
class Header:
    """What a trace file says about itself: enough to build its system."""

    system: str
    instance: str
    amendments: str
    variant: str
    property: str
    kind: str
    token: str
    sentence: str
    engine: str
    project: str
    """Name and version of the program that wrote the file."""


@dataclass(frozen=True)
class Document:
    """A trace file after the checks that need no system."""

    path: str
    header: Header
    data: dict[str, Any]

    def fail(self, place: str, problem: str) -> NoReturn:
        """Raise InputError for a place in this file."""
        raise InputError(self.path, place, problem)


def read_document(path: str | Path) -> Document:
    """Read a file and check everything that can be checked without its system."""
    return parse_document(read_text(path), shown(path, reading=True))


def parse_document(text: str, path: str) -> Document:
    """The document in `text`; `path` is its name in messages.  Raises InputError."""
    data = strict_json.parse(text, path, "a trace")
    if not isinstance(data, dict):
        raise InputError(path, "", f"expected an ITF object, found {brief(data)}")
    meta = data.get("#meta")
    if not isinstance(meta, dict):
        raise InputError(path, "#meta", f"expected an object, found {brief(meta)}")
    if meta.get("schema") != SCHEMA:
        problem = f"expected {SCHEMA!r}, found {brief(meta.get('schema'))}; "
        raise InputError(path, "#meta.schema", problem + "this file was not written by parascope")
    version = meta.get("version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        problem = f"expected {SCHEMA_VERSION}, found {brief(version)}"
        raise InputError(path, "#meta.version", problem)
    fields: dict[str, str] = {}
    for name in (*HEADER, "project"):
        fields[name] = _line(meta.get(name), path, f"#meta.{name}")
    for name in data:
        if name not in {"#meta", "params", "vars", "states", "loop"}:
            raise InputError(path, name, "no such key in an ITF trace")
    if not isinstance(data.get("states"), list) or not (data["states"] or "final" in meta):
        raise InputError(path, "states", "expected a list of at least one state")
    return Document(path, Header(**fields), data)


def to_trace(document: Document, system: System) -> Trace:
    """The trace of a document over its system.  Raises InputError."""
    data, header = document.data, document.header
    if header.system != system.name:
        document.fail("#meta.system", f"expected {system.name!r}, found {header.system!r}")
    names = [*system.storage, ACTION, PICKS]
    if data.get("vars") != names:
        _wrong_variables(document, names)
    try:
        read = [_state(system, i, state) for i, state in enumerate(data["states"])]
        final = data["#meta"].get("final")
        first = not read  # the initial action itself has no successor
        last = None if final is None else _step(system, final, "#meta.final", initial=first)
    except BadJson as error:
        document.fail(error.place, error.problem)
    return Trace(
        **{name: getattr(header, name) for name in HEADER},
        states=tuple(state for state, _ in read),
        steps=tuple(step for _, step in read),
        loop=_loop(document),
        final=last,
    )


def _line(value: Json, path: str, place: str) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise InputError(path, place, f"expected a line of text, found {brief(value)}")
    return value


def _wrong_variables(document: Document, names: list[str]) -> NoReturn:
    found = document.data.get("vars")
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        document.fail("vars", f"expected a list of names, found {brief(found)}")
    for i, name in enumerate(found):
        if name not in names:
            system = document.header.system
            document.fail(f"vars[{i}]", f"{system} has no variable {name!r}{suggest(name, names)}")
    missing = [name for name in names if name not in found]
    if missing:
        document.fail("vars", f"the variable {missing[0]!r} is missing")
    document.fail("vars", "expected each variable once, in this order: " + ", ".join(names))


def _state(system: System, index: int, data: Json) -> tuple[tuple[int, ...], Step]:
    place = f"states[{index}]"
    if not isinstance(data, dict):
        raise BadJson(place, f"expected a state, found {brief(data)}")
    meta = data.get("#meta")
    if not isinstance(meta, dict) or meta.get("index") != index or meta.get("index") is True:
        raise BadJson(f"{place}.#meta", f"expected an object with index {index}")
    known = {"#meta", *system.storage, ACTION, PICKS}
    for name in data:
        if name not in known:
            raise BadJson(f"{place}.{name}", f"no such variable{suggest(name, system.storage)}")
    values = {
        name: from_json(kind, _get(data, name, place), f"{place}.{name}")
        for name, kind in system.storage.items()
    }
    rest = {name: value for name, value in meta.items() if name != "index"}
    step = _step(system, rest, f"{place}.#meta", initial=index == 0)
    expected = mbt_values(pick_types(system), step_meta(system, step))
    for name in (ACTION, PICKS):
        if _get(data, name, place) != expected[name]:
            raise BadJson(
                f"{place}.{name}", "contradicts action and choices in #meta of this state"
            )
    return system.encode(values), step


def _get(data: dict[str, Json], name: str, place: str) -> Json:
    if name not in data:
        raise BadJson(place, f"the variable {name!r} is missing")
    return data[name]


def _step(system: System, meta: Json, place: str, *, initial: bool) -> Step:
    if not isinstance(meta, dict) or any(name not in _STEP for name in meta):
        raise BadJson(place, f"expected {', '.join(_STEP)} and nothing else")
    action, choices = meta.get("action"), meta.get("choices")
    if action == ANY_STATE and initial and choices == {}:
        return Step(ANY_STATE, ())
    first = system.initial.action.name
    names = [first] if initial else [t.action.name for t in system.transitions]
    if not isinstance(action, str) or action not in names:
        near = suggest(action, names) if isinstance(action, str) else ""
        raise BadJson(f"{place}.action", f"no such action here: {brief(action)}{near}")
    transition = system.initial if initial else system.transition(action)
    kinds = transition.action.choices
    values = _choices(kinds, choices, f"{place}.choices")
    return Step(action, system.encode_choices(transition, values))


def _choices(kinds: Mapping[str, Type], data: Json, place: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise BadJson(place, f"expected an object, found {brief(data)}")
    for name in data:
        if name not in kinds:
            raise BadJson(f"{place}.{name}", f"no such choice{suggest(name, kinds)}")
    for name in kinds:
        if name not in data:
            raise BadJson(place, f"the choice {name!r} is missing")
    return {name: from_json(kind, data[name], f"{place}.{name}") for name, kind in kinds.items()}


def _loop(document: Document) -> int | None:
    if "loop" not in document.data:
        return None
    loop, last = document.data["loop"], len(document.data["states"]) - 1
    if not isinstance(loop, int) or isinstance(loop, bool) or not 0 <= loop <= last:
        document.fail("loop", f"expected the index of a state, 0 to {last}, found {brief(loop)}")
    return loop
