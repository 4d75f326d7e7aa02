"""Strict JSON: no repeated keys, no NaN, and a place in the file for whatever is wrong."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from .files import InputError
from .values import brief


def parse(text: str, path: str, what: str) -> Any:
    """The data in a text; `path` is its name in messages, `what` it should be: "a trace".

    Raises InputError.
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        cut = text[error.pos :].strip() == ""
        problem = "the file ends too early; is it cut off?" if cut else f"not JSON: {error.msg}"
        raise InputError(path, f"line {error.lineno}, column {error.colno}", problem) from None
    except RecursionError:
        raise InputError(path, "", f"not {what}: nested too deep") from None
    except ValueError as error:  # from the two functions below, or a number with too many digits
        raise InputError(path, "", f"not {what}: {error}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"the key {brief(twice)} occurs twice in one object"
        raise ValueError(msg)
    return found


def _constant(name: str) -> NoReturn:
    msg = f"{name} is not JSON"
    raise ValueError(msg)
