"""The systems that can be checked: how each is built, its instances, its variants.

Each system describes itself in a module of its own: `SECTION` and `SUMMARY` in words, `configure`
and `system`, its `INSTANCES`, and where they differ from the usual, `VARIANTS`, `GATED` and
`REMEMBERED`.  A module is imported when somebody asks for its system.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from .config import Config, Rules, resized
from .language import System
from .language.errors import UnknownName, suggest


@dataclass(frozen=True)
class Family:
    """One system in all its sizes.

    `configure` turns sizes and rules into a configuration, `build` that into a system.
    `instances` are the named sizes, the smallest first; `variants` the exclusive alternatives,
    default first.  `gated` are the instances that every run of the gate explores, `remembered` the
    state variables that the text does not have: they are there for properties.
    """

    name: str
    section: str
    summary: str
    configure: Callable[[Mapping[str, int], Rules], Config]
    build: Callable[[Config], System]
    instances: Mapping[str, Mapping[str, int]]
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gated: tuple[str, ...] = ("tiny",)
    remembered: frozenset[str] = frozenset()

    def system(
        self, instance: str, rules: Rules, overrides: Mapping[str, int] | None = None
    ) -> System:
        """The system at an instance's sizes; raises `UnknownName`, `BadValue` or `ModelError`."""
        if instance not in self.instances:
            raise UnknownName(
                f"{self.name} has no instance {instance!r}{suggest(instance, self.instances)}"
            )
        sizes = resized(self.instances[instance], overrides or {})
        return self.build(self.configure(sizes, rules))


class Table(Mapping[str, Family]):
    """Families by name, in the order listed; each is made when it is first asked for."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules, self._made = dict(modules), dict[str, Family]()

    def __getitem__(self, name: str) -> Family:
        """The family of that name."""
        if name not in self._made:
            self._made[name] = _described(name, self._modules[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is a family of that name; imports nothing."""
        return name in self._modules

    def __iter__(self) -> Iterator[str]:
        """The names, in the order listed."""
        return iter(self._modules)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._modules)


def _described(name: str, module: str) -> Family:
    """The family that a module describes."""
    m = importlib.import_module(f"{__package__}.{module}")
    return Family(
        name,
        m.SECTION,
        m.SUMMARY,
        m.configure,
        m.system,
        m.INSTANCES,
        getattr(m, "VARIANTS", {}),
        getattr(m, "GATED", ("tiny",)),
        frozenset(getattr(m, "REMEMBERED", ())),
    )


SYSTEMS: Mapping[str, Family] = Table(
    {
        "host": "host_system",
        "scheduler": "scheduler_system",
        "session": "session_system",
        "paras": "paras_system",
        "inclusion": "inclusion_system",
        "pipeline": "pipeline_system",
        "overall_process": "overall_process",
        "backing": "backing_system",
        "availability": "availability_system",
        "disputes": "disputes_system",
        "timeout_rules": "timeout_rules",
        "corepipe": "corepipe",
    }
)


def family(name: str) -> Family:
    """The system of that name."""
    if name not in SYSTEMS:
        raise UnknownName(f"no system {name!r}{suggest(name, SYSTEMS)}")
    return SYSTEMS[name]
