"""Traces in ITF, Apalache's JSON trace format (its ADR-015), one variable to a line.

Integers are always `#bigint`, sets are sorted, the order of everything is fixed: the same trace
gives the same bytes.  `#meta` of the trace carries schema, version and what the trace shows;
`#meta` of a state the step into it.  `mbt::actionTaken` and `mbt::nondetPicks` say the same once
more for drivers made for Quint.  `checker.itf_read` reads such a file back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .trace import ANY_STATE, Step, Trace
from .values import Json, apalache_type, to_json
from .version import VERSION

if TYPE_CHECKING:
    from model.language.system import System, Transition
    from model.language.types import Type

SCHEMA = "parascope-trace"
SCHEMA_VERSION = 1
SUFFIX = ".itf.json"
ACTION, PICKS = "mbt::actionTaken", "mbt::nondetPicks"
ADR = "Apalache ITF, ADR-015 of 2025-11-11"
HEADER = (  # the fields of a trace that are kept as they are, in this order
    "system",
    "instance",
    "amendments",
    "variant",
    "property",
    "kind",
    "token",
    "sentence",
    "engine",
)


def format_itf(trace: Trace, system: System) -> str:
    """The trace as ITF text, ending in a line feed; equal traces give equal bytes."""
    picks = pick_types(system)
    states = [
        _state(system, picks, index, step, state)
        for index, (step, state) in enumerate(zip(trace.steps, trace.states, strict=True))
    ]
    parts = [
        f' "#meta": {_lines(_meta(trace, system, picks), "  ")}',
        f' "vars": {_compact([*system.storage, ACTION, PICKS])}',
        ' "states": [\n' + ",\n".join(f"  {_lines(state, '   ')}" for state in states) + "\n ]",
    ]
    if trace.loop is not None:
        parts.append(f' "loop": {trace.loop}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def step_meta(system: System, step: Step) -> dict[str, Json]:
    """Action, actor, token and choices of a step, as `#meta` has them."""
    if step.action == ANY_STATE:
        return {"action": ANY_STATE, "actor": "", "token": "", "choices": {}}
    transition = system.transition(step.action)
    action = transition.action
    choices = to_json_all(action.choices, system.decode_choices(transition, step.choices))
    return {
        "action": action.name,
        "actor": action.actor,
        "token": action.token,
        "choices": choices,
    }


def to_json_all(kinds: Mapping[str, Type], values: Mapping[str, Any]) -> dict[str, Json]:
    """Named plain values in ITF, in the order of their types."""
    return {name: to_json(kind, values[name]) for name, kind in kinds.items()}


def pick_types(system: System) -> dict[tuple[str, str], tuple[str, str]]:
    """For each (action, choice): its name among all picks, and its Apalache type.

    A pick has the name of its choice; where actions use one name for choices of different types,
    the name of the action goes before it.
    """
    transitions: tuple[Transition, ...] = (system.initial, *system.transitions)
    kinds = {
        (t.action.name, choice): apalache_type(kind)
        for t in transitions
        for choice, kind in t.action.choices.items()
    }
    found: dict[str, set[str]] = {}
    for (_, choice), kind in kinds.items():
        found.setdefault(choice, set()).add(kind)
    return {
        (action, choice): (choice if len(found[choice]) == 1 else f"{action}.{choice}", kind)
        for (action, choice), kind in kinds.items()
    }


def mbt_values(
    picks: dict[tuple[str, str], tuple[str, str]], meta: dict[str, Json]
) -> dict[str, Json]:
    """The two variables that Quint's drivers read: the action, and an option per pick."""
    action, choices = meta["action"], meta["choices"]
    assert isinstance(action, str)  # noqa: S101 - narrows the type
    assert isinstance(choices, dict)  # noqa: S101 - narrows the type
    values: dict[str, Json] = {
        name: {"tag": "None", "value": {"#tup": []}} for name, _ in picks.values()
    }
    for choice, value in choices.items():
        values[picks[action, choice][0]] = {"tag": "Some", "value": value}
    return {ACTION: action, PICKS: values}


def _meta(trace: Trace, system: System, picks: dict[tuple[str, str], tuple[str, str]]) -> Json:
    types = {name: apalache_type(kind) for name, kind in system.storage.items()}
    options = {name: f"None(UNIT) | Some({kind})" for name, kind in picks.values()}
    types[ACTION] = "Str"
    types[PICKS] = "{ " + ", ".join(f"{name}: {kind}" for name, kind in options.items()) + " }"
    meta: dict[str, Json] = {
        "format": "ITF",
        "format-description": ADR,
        "schema": SCHEMA,
        "version": SCHEMA_VERSION,
        "project": f"parascope {VERSION}",
    }
    meta |= {name: getattr(trace, name) for name in HEADER}
    if trace.final is not None:
        meta["final"] = step_meta(system, trace.final)
    meta["varTypes"] = dict(types)
    return meta


def _state(
    system: System,
    picks: dict[tuple[str, str], tuple[str, str]],
    index: int,
    step: Step,
    state: tuple[int, ...],
) -> Json:
    meta = step_meta(system, step)
    data: dict[str, Json] = {"#meta": {"index": index, **meta}}
    data |= to_json_all(system.storage, system.decode(state))
    return data | mbt_values(picks, meta)


def _lines(data: Json, indent: str) -> str:
    """An object with one key to a line, so that a changed variable is a changed line."""
    assert isinstance(data, dict)  # noqa: S101 - narrows the type
    lines = ",\n".join(f"{indent}{_compact(key)}: {_compact(data[key])}" for key in data)
    return "{\n" + lines + "\n" + indent[:-1] + "}"


def _compact(data: Json | list[str]) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False)
