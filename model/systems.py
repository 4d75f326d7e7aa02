"""The systems that can be checked: how each is built, its instances, its variants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from . import corepipe, scheduler_system
from .config import Config, Rules, resized
from .language import System
from .language.errors import UnknownName, suggest


@dataclass(frozen=True)
class Family:
    """One system in all its sizes.

    `configure` turns sizes and rules into a configuration, `build` that into a system.
    `instances` are the named sizes, the smallest first; `variants` the exclusive alternatives,
    default first.  `gated` are the instances that every run of the gate explores.
    """

    name: str
    section: str
    summary: str
    configure: Callable[[Mapping[str, int], Rules], Config]
    build: Callable[[Config], System]
    instances: Mapping[str, Mapping[str, int]]
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gated: tuple[str, ...] = ("tiny",)

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


SYSTEMS: Mapping[str, Family] = {
    family.name: family
    for family in (
        Family(
            "scheduler",
            "§2.5.5",
            "validator groups, availability cores, parathread claims over session changes",
            scheduler_system.configure,
            scheduler_system.system,
            scheduler_system.INSTANCES,
            scheduler_system.VARIANTS,
            gated=("tiny", "timeouts"),
        ),
        Family(
            "corepipe",
            "",
            "the benchmark: cores backed, voted for and freed, block by block",
            corepipe.configure,
            corepipe.system,
            corepipe.INSTANCES,
        ),
    )
}


def family(name: str) -> Family:
    """The system of that name."""
    if name not in SYSTEMS:
        raise UnknownName(f"no system {name!r}{suggest(name, SYSTEMS)}")
    return SYSTEMS[name]
