"""What a model author can do wrong, in the author's words.

Every error says what was written and what to write instead.  `where` is filled in
by `System` with the author's own line, so that no reader has to search a stack.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import z3

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

# Frames that are nobody's line: the language, z3, `with` itself, a dataclass's constructor.
_OURS = (
    str(Path(__file__).parent) + os.sep,
    str(Path(z3.__file__).parent) + os.sep,
    contextlib.__file__,
    "<string>",
)

# What a slip in a body raises by itself, before the language sees it.
_SLIPS = (
    z3.Z3Exception,
    TypeError,
    AttributeError,
    LookupError,
    NameError,
    ValueError,
    ArithmeticError,
    AssertionError,
    RecursionError,
)


class ModelError(Exception):
    """A model or a property is written wrongly.  Exit code 150."""

    exit_code = 150
    where: str = ""

    def __str__(self) -> str:
        text = super().__str__()
        return f"{self.where}: {text}" if self.where else text


class SymbolicTruth(ModelError, TypeError):
    """A symbolic term was used as a Python truth value, index or loop bound."""


class UnknownName(ModelError, AttributeError):
    """A state variable, field, choice or amendment that does not exist."""


class BadValue(ModelError, TypeError):
    """A value of the wrong kind: a number for a Boolean, a missing dict, a float."""


class SimultaneousWrite(ModelError):
    """An `each` body touched an entry that is not its own."""


class EvaluationError(ModelError):
    """A property has no value in some state: a division by zero, an absent entry.  Exit code 76."""

    exit_code = 76


def suggest(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest known name, or the list of what exists."""
    names = [str(k) for k in known]
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return "; there is " + ", ".join(sorted(names)) if names else ""


def authors_line(error: BaseException) -> str:
    """`file.py:12` of the innermost frame outside the language itself."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if not _own(frame.filename):
            return f"{Path(frame.filename).name}:{frame.lineno}"
    return ""


def place_of(function: Callable[..., Any]) -> str:
    """`file.py:12` where a function is written, if Python knows."""
    code = getattr(function, "__code__", None)
    return f"{Path(code.co_filename).name}:{code.co_firstlineno}" if code else ""


E = TypeVar("E", bound=ModelError)


def placed(error: E) -> E:
    """The error with the running line of the author in it, for what is built outside a body."""
    frame = sys._getframe(1)
    while _own(frame.f_code.co_filename) and frame.f_back is not None:
        frame = frame.f_back
    error.where = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
    return error


def _own(filename: str) -> bool:
    return filename.startswith(_OURS)


def unbounded(name: str) -> ModelError:
    """What an engine says that goes through the values of a number without bound."""
    return ModelError(
        f"{name} is unbounded: only `parascope prove --engine parametric` can settle it; "
        "give it a bound for this engine"
    )


class authors_place:  # noqa: N801 - reads as a word in `with`
    """Give an error the author's own line; turn solver errors into the author's words."""

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.name, self.function = name, function

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if isinstance(error, ModelError):
            error.where = error.where or authors_line(error) or place_of(self.function)
        elif isinstance(error, _SLIPS):
            hint = ""
            if isinstance(error, z3.Z3Exception) or "z3" in str(error):
                hint = "; import And, Or, Not, Implies, If from model.language, not from z3"
            wrapped = ModelError(f"{self.name}: {type(error).__name__}: {error}{hint}")
            wrapped.where = authors_line(error) or place_of(self.function)
            raise wrapped from error
