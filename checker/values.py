"""Plain values of model types: as ITF JSON, as Apalache types, as short text.

A plain value is what `System.decode` gives: bool, int, str (a member of an Enum), frozenset of
int, list (array or queue) or dict (record).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from model.language.errors import suggest
from model.language.types import Array, Enum, Record, Scalar, Seq, Set, Type

Value: TypeAlias = "bool | int | str | frozenset[int] | list[Value] | dict[str, Value]"
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_NUMERAL = re.compile(r"-?(0|[1-9][0-9]{0,17})")  # 18 digits: no model goes past 63 bits


class BadJson(ValueError):
    """A JSON value that is not a value of its type; `place` is the path inside the file."""

    def __init__(self, place: str, problem: str) -> None:
        self.place = place
        self.problem = problem
        super().__init__(f"{place}: {problem}")


def to_json(kind: Type, value: Value) -> Json:
    """A plain value in ITF: integers as `#bigint`, sets sorted, record fields as declared."""
    if isinstance(kind, Record):
        assert isinstance(value, dict)  # noqa: S101 - narrows the type
        return {name: to_json(field, value[name]) for name, field in kind.fields.items()}
    if isinstance(kind, Set):
        assert isinstance(value, frozenset)  # noqa: S101 - narrows the type
        return {"#set": [{"#bigint": str(member)} for member in sorted(value)]}
    if isinstance(kind, Array | Seq):
        assert isinstance(value, list)  # noqa: S101 - narrows the type
        return [to_json(kind.element, item) for item in value]
    if isinstance(value, bool | str):
        return value
    return {"#bigint": str(value)}


def from_json(kind: Type, data: Json, place: str) -> Value:
    """The plain value of ITF JSON.  Raises BadJson with the place and what was expected."""
    if isinstance(kind, Record):
        return _record(kind, data, place)
    if isinstance(kind, Set):
        return _set(kind, data, place)
    if isinstance(kind, Array | Seq):
        return _list(kind, data, place)
    if isinstance(kind, Enum):
        if not isinstance(data, str) or data not in kind.names:
            near = suggest(data, kind.names) if isinstance(data, str) else ""
            raise BadJson(
                place, f"expected one of {', '.join(kind.names)}, found {brief(data)}{near}"
            )
        return data
    if isinstance(kind, Scalar) and kind.boolean:
        if not isinstance(data, bool):
            raise BadJson(place, f"expected true or false, found {brief(data)}")
        return data
    assert isinstance(kind, Scalar)  # noqa: S101 - narrows the type
    return _integer(data, kind.low, kind.high, place)


def _integer(data: Json, low: int, high: int, place: str) -> int:
    expected = f'expected {{"#bigint": "N"}} with N from {low} to {high}'
    if not isinstance(data, dict) or set(data) != {"#bigint"}:
        raise BadJson(place, f"{expected}, found {brief(data)}")
    digits = data["#bigint"]
    if not isinstance(digits, str) or not _NUMERAL.fullmatch(digits) or digits == "-0":
        raise BadJson(place, f"{expected}, found {brief(data)}")
    if not low <= int(digits) <= high:
        raise BadJson(place, f"expected a number from {low} to {high}, found {digits}")
    return int(digits)


def _record(kind: Record, data: Json, place: str) -> Value:
    if not isinstance(data, dict):
        raise BadJson(place, f"expected a record of {', '.join(kind.fields)}, found {brief(data)}")
    for name in data:
        if name not in kind.fields:
            raise BadJson(f"{place}.{name}", f"no such field{suggest(name, kind.fields)}")
    for name in kind.fields:
        if name not in data:
            raise BadJson(place, f"the field {name!r} is missing")
    return {f: from_json(t, data[f], f"{place}.{f}") for f, t in kind.fields.items()}


def _set(kind: Set, data: Json, place: str) -> frozenset[int]:
    members = data.get("#set") if isinstance(data, dict) and set(data) == {"#set"} else None
    if not isinstance(members, list):
        raise BadJson(place, f'expected {{"#set": [...]}}, found {brief(data)}')
    found = [
        _integer(member, 0, kind.index.n - 1, f"{place}.#set[{i}]")
        for i, member in enumerate(members)
    ]
    if len(set(found)) != len(found):
        raise BadJson(place, "expected each member of a set once")
    return frozenset(found)


def _list(kind: Array | Seq, data: Json, place: str) -> list[Value]:
    most = kind.capacity if isinstance(kind, Seq) else kind.index.n
    least = 0 if isinstance(kind, Seq) else most
    wanted = f"at most {most}" if isinstance(kind, Seq) else f"exactly {most}"
    if not isinstance(data, list):
        raise BadJson(place, f"expected a list of {wanted} entries, found {brief(data)}")
    if not least <= len(data) <= most:
        raise BadJson(place, f"expected {wanted} entries, found {len(data)}")
    return [from_json(kind.element, item, f"{place}[{i}]") for i, item in enumerate(data)]


def apalache_type(kind: Type) -> str:
    """The type in Apalache's notation, as `#meta.varTypes` wants it."""
    if isinstance(kind, Record):
        fields = ", ".join(f"{name}: {apalache_type(t)}" for name, t in kind.fields.items())
        return "{ " + fields + " }"
    if isinstance(kind, Set):
        return "Set(Int)"
    if isinstance(kind, Array | Seq):
        return f"Seq({apalache_type(kind.element)})"
    if isinstance(kind, Enum):
        return "Str"
    return "Bool" if isinstance(kind, Scalar) and kind.boolean else "Int"


def brief(data: object, width: int = 60) -> str:
    """JSON or Python data in a message: short, on one line."""
    text = repr(data) if not isinstance(data, bool) else str(data).lower()
    text = "nothing" if data is None else text
    return text if len(text) <= width else text[: width - 3] + "..."


def show(value: Value) -> str:
    """A plain value in a few characters, as every picture and transcript writes it.

    A record with a field `some` is an optional value; a set is in ascending order.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return "{" + ", ".join(str(member) for member in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(show(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return _show_record(value)
    return str(value)


def _show_record(value: Mapping[str, Value]) -> str:
    fields = dict(value)
    some = fields.pop("some", None)
    if some is False:
        return "none"
    text = ", ".join(f"{name} {show(item)}" for name, item in fields.items())
    return f"some ({text})" if some is True and fields else f"({text})" if fields else "some"
