"""Plain scalars of concrete mode: numbers that divide as z3 does, and the value of nothing."""

from __future__ import annotations

from typing import Any

from . import interval as iv
from .errors import BadValue, ModelError, SymbolicTruth


class Operators:
    """What neither terms nor undefined values can do."""

    def __hash__(self) -> int:
        raise SymbolicTruth(
            "a state value used as a member of a Python set or a key of a dict; "
            "compare it with each, or loop over the index sort"
        )

    def __floordiv__(self, _other: object) -> Any:
        raise BadValue("`//` on a state value; write `/`, which is z3's integer division")

    def __and__(self, _other: object) -> Any:
        raise BadValue("`&`, `|`, `^` or `~` on a state value; write And, Or, Xor, Not")

    __rfloordiv__ = __floordiv__
    __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __and__

    def __invert__(self) -> Any:
        return self.__and__(self)


class Undefined(Operators):
    """The value of what the text leaves undefined: neither a number nor a truth value."""

    def _same(self, *_others: object) -> Undefined:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = _same
    __truediv__ = __rtruediv__ = __mod__ = __rmod__ = _same
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _same  # type: ignore[assignment]
    __hash__ = Operators.__hash__

    def __bool__(self) -> bool:
        raise ModelError("the truth of an undefined value was asked for")

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = Undefined()


class Num(int):
    """A plain number whose `/` and `%` are z3's."""

    def __add__(self, other: Any) -> Any:
        return number(int.__add__(self, other))

    def __sub__(self, other: Any) -> Any:
        return number(int.__sub__(self, other))

    def __rsub__(self, other: Any) -> Any:
        return number(int.__rsub__(self, other))

    def __mul__(self, other: Any) -> Any:
        return number(int.__mul__(self, other))

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Num:
        return Num(int.__neg__(self))

    def __truediv__(self, other: Any) -> Any:
        return _divided(self, other, 0)

    def __rtruediv__(self, other: Any) -> Any:
        return _divided(other, self, 0)

    def __mod__(self, other: Any) -> Any:
        return _divided(self, other, 1)

    def __rmod__(self, other: Any) -> Any:
        return _divided(other, self, 1)

    def __floordiv__(self, _other: Any) -> Any:
        raise BadValue("`//` on a state value; write `/`, which is z3's integer division")

    __rfloordiv__ = __floordiv__

    def __repr__(self) -> str:
        return int.__repr__(self)


def number(value: Any) -> Any:
    """A plain integer as one that divides as z3 does; anything else as it is."""
    return Num(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _divided(a: Any, b: Any, part: int) -> Any:
    if not isinstance(a, int) or not isinstance(b, int):
        return NotImplemented
    return UNDEFINED if b == 0 else Num(iv.euclidean(int(a), int(b))[part])
