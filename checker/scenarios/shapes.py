"""What a value of a scenario file may look like: small checkers, put together.

A shape takes a JSON value and its place in the file, and raises `Wrong` with what was expected.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import pairwise

from checker.values import Json, brief
from model.language.errors import suggest

from .errors import Wrong

Shape = Callable[[Json, str], None]

NUMBER_LIMIT = 1 << 32
"""Numbers of the protocol are unsigned and have 32 bits."""

TEXT_LIMIT, LIST_LIMIT, BYTES_LIMIT = 4000, 10_000, 1 << 20
"""Longest text, longest list, longest list of bytes."""

FEW = 8
"""As many names as a message still lists."""


def anything(data: Json, place: str) -> None:
    """Every JSON value."""


def nothing(data: Json, place: str) -> None:
    """null."""
    if data is not None:
        raise Wrong(place, f"expected null, found {brief(data)}")


def flag(data: Json, place: str) -> None:
    """true or false."""
    if not isinstance(data, bool):
        raise Wrong(place, f"expected true or false, found {brief(data)}")


def number(data: Json, place: str) -> None:
    """A natural number of 32 bits."""
    if isinstance(data, bool) or not isinstance(data, int):
        raise Wrong(place, f"expected a natural number, found {brief(data)}")
    if not 0 <= data < NUMBER_LIMIT:
        raise Wrong(place, f"expected a number from 0 to 2**32 - 1, found {brief(data)}")


def text(data: Json, place: str) -> None:
    """A string."""
    if not isinstance(data, str):
        raise Wrong(place, f"expected a string, found {brief(data)}")
    if len(data) > TEXT_LIMIT:
        raise Wrong(place, f"longer than {TEXT_LIMIT} characters")


def name(data: Json, place: str) -> None:
    """A short string that can be printed."""
    text(data, place)
    if not (isinstance(data, str) and data and data.isprintable() and len(data) <= 100):  # noqa: PLR2004 - what "short" means
        raise Wrong(place, f"expected a short name, found {brief(data)}")


def bits(data: Json, place: str) -> None:
    """A string of 0 and 1."""
    text(data, place)
    if not (isinstance(data, str) and set(data) <= {"0", "1"}):
        raise Wrong(place, f"expected a string of 0 and 1, found {brief(data)}")


def octets(data: Json, place: str) -> None:
    """A list of byte values."""
    if not isinstance(data, list):
        raise Wrong(place, f"expected a list of byte values, found {brief(data)}")
    if len(data) > BYTES_LIMIT:
        raise Wrong(place, f"more than {BYTES_LIMIT} bytes")
    for i, item in enumerate(data):
        if isinstance(item, bool) or not isinstance(item, int) or not 0 <= item <= 255:  # noqa: PLR2004 - a byte
            raise Wrong(f"{place}[{i}]", f"expected a byte, 0 to 255, found {brief(item)}")


def word(*options: str) -> Shape:
    """One of these strings."""

    def shape(data: Json, place: str) -> None:
        if not isinstance(data, str) or data not in options:
            near = suggest(data, options) if isinstance(data, str) else ""
            expected = f"expected {' or '.join(map(repr, options))}"
            raise Wrong(place, f"{expected}, found {brief(data)}{near}")

    return shape


def maybe(shape: Shape) -> Shape:
    """null, or a value of the shape."""

    def optional(data: Json, place: str) -> None:
        if data is not None:
            shape(data, place)

    return optional


def either(*shapes: Shape) -> Shape:
    """A value of one of the shapes; if it is of none, the last one says what is wrong."""

    def shape(data: Json, place: str) -> None:
        for each in shapes[:-1]:
            try:
                each(data, place)
            except Wrong:
                continue
            return
        shapes[-1](data, place)

    return shape


def listed(shape: Shape, *, distinct: bool = False, ascending: bool = False) -> Shape:
    """A list of such values; `distinct` and `ascending` are for numbers and names."""

    def items(data: Json, place: str) -> None:
        if not isinstance(data, list):
            raise Wrong(place, f"expected a list, found {brief(data)}")
        if len(data) > LIST_LIMIT:
            raise Wrong(place, f"longer than {LIST_LIMIT} entries")
        for i, item in enumerate(data):
            shape(item, f"{place}[{i}]")
        if distinct and len(set(map(str, data))) != len(data):
            raise Wrong(place, f"expected each entry once, found {brief(data)}")
        if ascending and any(str(a) == str(b) or a > b for a, b in pairwise(data)):  # type: ignore[operator]
            raise Wrong(place, f"expected strictly ascending entries, found {brief(data)}")

    return items


def pair(first: Shape, second: Shape) -> Shape:
    """A list of two values."""

    def shape(data: Json, place: str) -> None:
        if not isinstance(data, list) or len(data) != 2:  # noqa: PLR2004 - a pair
            raise Wrong(place, f"expected a list of two, found {brief(data)}")
        first(data[0], f"{place}[0]")
        second(data[1], f"{place}[1]")

    return shape


def numbered(shape: Shape) -> Shape:
    """An object whose keys are numbers, as strings without leading zeros."""

    def entries(data: Json, place: str) -> None:
        if not isinstance(data, dict):
            raise Wrong(place, f"expected an object with numbers as keys, found {brief(data)}")
        if len(data) > LIST_LIMIT:
            raise Wrong(place, f"more than {LIST_LIMIT} entries")
        for key, item in data.items():
            plain = key.isascii() and key.isdigit() and str(int(key[:11])) == key
            if not plain or int(key) >= NUMBER_LIMIT:
                raise Wrong(place, f"expected numbers as keys, found {brief(key)}")
            shape(item, f"{place}.{key}")

    return entries


def record(required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """An object with these keys: all of `required`, any of `optional`, no others."""
    known = {**required, **(optional or {})}

    def shape(data: Json, place: str) -> None:
        fields = as_object(data, place)
        check_keys(fields, place, known, required)
        for key, item in fields.items():
            known[key](item, f"{place}.{key}")

    return shape


def any_of(known: Mapping[str, Shape]) -> Shape:
    """An object with some of these keys."""
    return record({}, known)


def as_object(data: Json, place: str) -> dict[str, Json]:
    """The value as an object."""
    if not isinstance(data, dict):
        raise Wrong(place, f"expected an object, found {brief(data)}")
    return data


def nearest(key: str, known: Collection[str]) -> str:
    """A hint: the nearest name, all of them if they are few, else nothing."""
    hint = suggest(key, list(known)) if known else "; there is none"
    return hint if "did you mean" in hint or len(known) <= FEW else ""


def check_keys(
    data: Mapping[str, Json], place: str, known: Collection[str], required: Collection[str]
) -> None:
    """Refuse a key that does not exist, and the lack of one that must."""
    for key in data:
        if key not in known:
            raise Wrong(place, f"no such key here: {brief(key)}{nearest(key, known)}")
    for key in required:
        if key not in data:
            raise Wrong(place, f"the key {key!r} is missing")
