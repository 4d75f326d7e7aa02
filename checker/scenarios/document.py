"""Reading a scenario file: everything in it is checked before any of it is used.

What is no JSON object is an InputError (exit code 151); what is one and no scenario is `Refused`
(22).  Both name the file and the place inside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker import strict_json
from checker.files import STANDARD, InputError, read_bytes, shown
from checker.values import Json, brief

from . import vocabulary
from .errors import Refused, Wrong
from .shapes import as_object, check_keys, flag, listed, maybe, name, record, text

SIZE_LIMIT, STEP_LIMIT = 4 << 20, 10_000
"""Largest file in bytes, most steps."""

_SOURCE = maybe(record({}, dict.fromkeys(("repo", "path", "commit", "date", "test"), text)))
_META = {
    "name": name,
    "module": vocabulary.module,
    "source": _SOURCE,
    "beyond_spec": flag,
    "spec_sections": listed(name),
    "agrees_with_spec": text,
    "notes": listed(text),
}
_REQUIRED = ("name", "module", "steps")


@dataclass(frozen=True, slots=True)
class Step:
    """One call; `expect` is None where the file expects nothing of it."""

    place: str
    call: str
    args: dict[str, Any]
    expect: dict[str, Any] | None


@dataclass(frozen=True)
class Scenario:
    """A file that is in the vocabulary throughout."""

    path: str
    name: str
    module: str
    beyond_spec: bool
    agrees_with_spec: str
    spec_sections: tuple[str, ...]
    config: dict[str, Any]
    setup: dict[str, Any]
    steps: tuple[Step, ...]
    source: dict[str, Any] = field(default_factory=dict)


def read(path: str | Path) -> Scenario:
    """The scenario in a file (`-`: standard input).  Raises InputError and Refused."""
    data = read_bytes(path, most=SIZE_LIMIT)
    stem = "" if str(path) == STANDARD else Path(path).name.removesuffix(".json")
    return parse(data, shown(path, reading=True), stem)


def parse(data: bytes, path: str, stem: str = "") -> Scenario:
    """The scenario in `data`; `path` is its name in messages, `stem` what it has to be called."""
    content = _object(strict_json.parse(_decode(data, path), path, "a scenario"), path)
    try:
        return _scenario(content, path, stem)
    except Wrong as wrong:
        raise Refused(path, wrong.place, wrong.problem) from None


def _scenario(content: dict[str, Json], path: str, stem: str) -> Scenario:
    check_keys(content, "", (*_META, "config", "setup", "steps"), _REQUIRED)
    for key, shape in _META.items():
        if key in content:
            shape(content[key], key)
    if stem and content["name"] != stem:
        problem = f"expected {stem!r}, the name of the file, found {brief(content['name'])}"
        raise Wrong("name", problem)
    config = as_object(content.get("config", {}), "config")
    setup = as_object(content.get("setup", {}), "setup")
    vocabulary.check_members(config, "config")
    vocabulary.check_setup(setup, "setup")
    given: Any = content
    return Scenario(
        path=path,
        name=given["name"],
        module=given["module"],
        beyond_spec=given.get("beyond_spec", False),
        agrees_with_spec=given.get("agrees_with_spec", ""),
        spec_sections=tuple(given.get("spec_sections", ())),
        config=config,
        setup=setup,
        steps=_steps(content["steps"]),
        source=given.get("source") or {},
    )


def _steps(data: Json) -> tuple[Step, ...]:
    if not isinstance(data, list) or not data:
        raise Wrong("steps", f"expected a list of at least one step, found {brief(data)}")
    if len(data) > STEP_LIMIT:
        raise Wrong("steps", f"more than {STEP_LIMIT} steps")
    return tuple(_step(item, f"steps[{i}]") for i, item in enumerate(data))


def _step(data: Json, place: str) -> Step:
    step = as_object(data, place)
    check_keys(step, place, ("call", "args", "expect", "note"), ("call",))
    if "note" in step:
        text(step["note"], f"{place}.note")
    call = vocabulary.call_named(step["call"], f"{place}.call")
    args = as_object(step.get("args", {}), f"{place}.args")
    call.args(args, f"{place}.args")
    if "expect" not in step:
        if step["call"] == vocabulary.OBSERVE:
            raise Wrong(place, "an observation without 'expect' observes nothing")
        return Step(place, str(step["call"]), args, None)
    expect = as_object(step["expect"], f"{place}.expect")
    call.expect(expect, f"{place}.expect")
    return Step(place, str(step["call"]), args, expect)


# ---- JSON


def _decode(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"expected UTF-8 text, found the byte 0x{data[error.start]:02x}"
        raise InputError(path, f"byte {error.start}", problem) from None


def _object(data: Json, path: str) -> dict[str, Json]:
    if not isinstance(data, dict):
        raise InputError(path, "", f"expected a scenario, a JSON object, found {brief(data)}")
    return data
