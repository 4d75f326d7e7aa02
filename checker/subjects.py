"""What a user can name: systems, instances, variants, properties, amendments; the nearest name.

Everything the command line looks up goes through here, so that a name that does not exist has one
kind of answer, and a test can put a small system in place of the real ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar

from model.language.errors import suggest
from properties import catalogue
from properties.kinds import Property

from .files import ToolError
from .verdict import BUILTIN, DEADLOCK_FREE, EVERY_ACTION_FIRES, WELL_DEFINED

if TYPE_CHECKING:
    from model.systems import Family
    from properties.catalogue import Amendment
    from properties.theorem import Theorem

GROUPS: Mapping[str, tuple[str, ...]] = {
    "rotation": ("scheduler", "host"),
    "timeouts": ("timeout_rules", "inclusion", "scheduler"),
    "session": ("session",),
    "disputes": ("disputes",),
}
"""The four questions that stand first, and the systems that answer them.

A question that has the name of a system means that system.
"""

ITEMS: Mapping[str, tuple[int, ...]] = {
    "rotation": (1, 2),
    "timeouts": (12, 13),
    "session": (15, 16),
    "disputes": (5, 6, 7),
}
"""The same four, and the questions among the theorems (`properties.theorems.QUESTIONS`)."""


_MOST = 8


class UsageError(ToolError):
    """Something asked for in a way that has no meaning: a wrong name, options that contradict."""

    exit_code: ClassVar[int] = 2


def builtin(name: str, sentence: str) -> Property:
    """A property that every system has, and no file states."""
    return Property(BUILTIN, name, "", sentence, lambda _state: True)


BUILTINS = (
    builtin(DEADLOCK_FREE, "In every reachable state some action is possible."),
    builtin(WELL_DEFINED, "No step reaches what the text leaves undefined."),
    builtin(EVERY_ACTION_FIRES, "Every action takes some step from some reachable state."),
)


def families() -> Mapping[str, Family]:
    """Every system, by name, in the order they are listed."""
    from model.systems import SYSTEMS

    return SYSTEMS


def family(name: str) -> Family:
    """The system of that name.  Raises UsageError."""
    if name in GROUPS and name not in families():
        meant = ", ".join(members(name))
        raise UsageError(f"{name} is a question; name one system of it: {meant}")
    return families()[one_of(name, families(), "system")]


def members(name: str) -> tuple[str, ...]:
    """The systems that a name means: those of a question that exist, or one.  Raises UsageError."""
    if name in GROUPS:
        return tuple(system for system in GROUPS[name] if system in families())
    return (family(name).name,)


def instance(subject: Family, name: str | None) -> str:
    """The name of an instance, the first one by default.  Raises UsageError."""
    if name is None:
        return next(iter(subject.instances))
    return one_of(name, subject.instances, f"instance of {subject.name}")


def stated(system: str) -> tuple[Property, ...]:
    """The properties that the file of a system states."""
    return catalogue.properties_of(system)


def properties(system: str) -> tuple[Property, ...]:
    """All properties of a system: the stated ones in the order of their file, then the built-in."""
    return (*stated(system), *BUILTINS)


def chosen(system: str, names: Iterable[str]) -> tuple[Property, ...]:
    """The properties of those names, in the order of the file; all if none is named."""
    known, wanted = properties(system), set(names)
    for name in wanted:
        one_of(name, [p.name for p in known], f"property of {system}")
    return tuple(p for p in known if not wanted or p.name in wanted)


def theorems() -> tuple[Theorem, ...]:
    """Every theorem for all sizes."""
    from properties.theorems import theorems as stated_theorems

    return stated_theorems()


def amendments() -> tuple[Amendment, ...]:
    """Every amendment of the catalogue."""
    return catalogue.amendments()


def amendment_ids() -> tuple[str, ...]:
    """The ids of all amendments, in the order of the file."""
    return tuple(a.id for a in amendments())


def one_of(name: str, known: Iterable[str], what: str) -> str:
    """The name itself if it is known.  Raises UsageError with the nearest one that is."""
    names = list(known)
    if name in names:
        return name
    near = suggest(name, names)
    if len(names) > _MOST and "did you mean" not in near:
        near = (
            f"; there is {', '.join(names[:_MOST])} and {len(names) - _MOST} more: parascope list"
        )
    raise UsageError(f"no {what} {name!r}{near}")
