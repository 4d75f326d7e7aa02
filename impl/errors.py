"""What can go wrong in the runtime: one class for each check the specification makes.

* `CheckFailed`: a check of the text failed, so the block that contains the call is invalid.
* `Undefined`: the text was followed to a place where it says nothing (a division by zero).
* `Unrecoverable`: the text itself asks for a panic.
* `InvalidInput`: a caller handed over something that is no value of the protocol at all.

Routines are functions from storage to storage, so whoever catches one of these still holds the
storage from before the call.  Every error carries its values as attributes and can be pickled;
the text of the first three ends with the token of the sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar


class HostError(Exception):
    """Common base.  Subclasses are dataclasses: their fields are the offending values."""

    def __str__(self) -> str:
        """Return the sentence alone; `repr` shows class and values."""
        return self.describe()

    def describe(self) -> str:
        """Say in one sentence what happened."""
        raise NotImplementedError

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from the fields, so that an error survives the way back from a worker."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))  # type: ignore[arg-type]


class InvalidInput(HostError, ValueError):
    """A value that the protocol cannot contain: wrong type, out of range, unknown name."""


@dataclass(eq=False)
class BadValue(InvalidInput):
    """`name` should be `expected`, and is `got`."""

    name: str
    expected: str
    got: object

    def describe(self) -> str:
        """Name the member, what was wanted and what came."""
        return f"{self.name} must be {self.expected}, got {self.got!r}"


@dataclass(eq=False)
class UnknownName(InvalidInput):
    """No `kind` (amendment, reading, variant, ...) is called `name`."""

    kind: str
    name: str
    near: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    def describe(self) -> str:
        """Offer the nearest names, or all of them if none is near."""
        hint = (
            f"did you mean {' or '.join(map(repr, self.near))}?"
            if self.near
            else f"known: {', '.join(self.known)}"
        )
        return f"no {self.kind} {self.name!r}; {hint}"


@dataclass(eq=False)
class MissingReading(InvalidInput):
    """The text is silent at `reading`, and neither an amendment nor the caller has decided."""

    reading: str
    options: tuple[str, ...]

    def describe(self) -> str:
        """Name the reading and what can be chosen."""
        choice = " or ".join(map(repr, self.options))
        return f"the text leaves {self.reading!r} open: choose {choice}"


@dataclass(eq=False)
class ContradictoryReading(InvalidInput):
    """`reading` is amended, which decides it, and `given` says something else."""

    reading: str
    given: str
    decided: str

    def describe(self) -> str:
        """Name both decisions."""
        return (
            f"{self.reading!r} is amended to {self.decided!r} and cannot be read as {self.given!r}"
        )


@dataclass(eq=False)
class Undefined(HostError):
    """The sentence `token` asks for something that does not exist."""

    what: str
    token: str

    def describe(self) -> str:
        """Say what does not exist."""
        return f"undefined: {self.what} {self.token}"


@dataclass(eq=False)
class Unrecoverable(HostError):
    """The sentence `token` asks for a panic: no block can be built from here."""

    what: str
    token: str

    def describe(self) -> str:
        """Say why the chain cannot go on."""
        return f"unrecoverable: {self.what} {self.token}"


class CheckFailed(HostError):
    """A check of the specification failed: the block is invalid."""

    token: ClassVar[str]

    def __init_subclass__(cls, token: str = "", **arguments: Any) -> None:
        """Take the token from the class statement, where it stands beside the name."""
        super().__init_subclass__(**arguments)
        cls.token = token

    def __str__(self) -> str:
        """End with the token of the check."""
        return f"{self.describe()} {self.token}"


# ---- §2.5.5 The Scheduler Module


@dataclass(eq=False)
class ClaimAlreadyIndexed(CheckFailed, token="§2.5.5/add_parathread_claim.1"):
    """A claim on the same parathread is queued, scheduled or on a core."""

    para: int
    indexed: tuple[int, ...]

    def describe(self) -> str:
        """Name the parathread and the claim index."""
        return (
            f"parathread {self.para} already has a claim: the claim index is {list(self.indexed)}"
        )


@dataclass(eq=False)
class QueueFull(CheckFailed, token="§2.5.5/add_parathread_claim.2"):
    """`length` claims (queued ones, or all of them as amended) reach `limit`."""

    length: int
    limit: int

    def describe(self) -> str:
        """Give the number of claims and the limit."""
        return f"no room for another claim: {self.length} claims, limit {self.limit}"


@dataclass(eq=False)
class NotAParathread(CheckFailed, token="§2.5.5/add_parathread_claim"):
    """The claim names a para that is no live parathread (amended text only)."""

    para: int

    def describe(self) -> str:
        """Name the para."""
        return f"para {self.para} is not a live parathread"


@dataclass(eq=False)
class CoreNotScheduled(CheckFailed, token="§2.5.5/occupied.1"):
    """`core` is said to have become occupied, and only the cores `scheduled` could."""

    core: int
    scheduled: tuple[int, ...]

    def describe(self) -> str:
        """Name the core and those that are scheduled."""
        return f"core {self.core} is not scheduled: the scheduled cores are {list(self.scheduled)}"


@dataclass(eq=False)
class CoresNotSorted(CheckFailed, token="§2.5.5/occupied.2"):
    """The newly occupied cores are not strictly ascending."""

    cores: tuple[int, ...]

    def describe(self) -> str:
        """Show the list as it was given."""
        return f"cores are not strictly ascending: {list(self.cores)}"
