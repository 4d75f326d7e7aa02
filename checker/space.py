"""Which space: a system at some sizes, under some amendments, with some variants chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.language.errors import suggest

from . import subjects
from .subjects import UsageError

if TYPE_CHECKING:
    from model.language import System
    from model.systems import Family

DEFAULT = "default"
ALL, NONE, WITHOUT, ONLY = "all", "none", "without", "only"


@dataclass(frozen=True, slots=True)
class Amended:
    """Which amendments are in force: all, none, all without some, or only some."""

    mode: str = ALL
    ids: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Either "all", "none", "without: id, id" or "only: id, id"."""
        return f"{self.mode}: {', '.join(self.ids)}" if self.ids else self.mode

    def in_force(self) -> frozenset[str]:
        """The ids in force, of those in the catalogue."""
        known = frozenset(subjects.amendment_ids())
        if self.mode in {ALL, WITHOUT}:
            return known - frozenset(self.ids)
        return frozenset(self.ids)


AS_AMENDED, AS_WRITTEN = Amended(ALL), Amended(NONE)


def amended(*, as_written: bool, without: Iterable[str], only: Iterable[str]) -> Amended:
    """What the options ask for: `--with` starts from the text as written, `--without` from all."""
    left_out, put_in = tuple(sorted(set(without))), tuple(sorted(set(only)))
    if left_out and (put_in or as_written):
        raise UsageError(
            "--without starts from the text as amended, --with and --as-written from the text as "
            "written: give one of them"
        )
    for name in (*left_out, *put_in):
        subjects.one_of(name, subjects.amendment_ids(), "amendment")
    if left_out:
        return Amended(WITHOUT, left_out)
    return Amended(ONLY, put_in) if put_in else AS_WRITTEN if as_written else AS_AMENDED


def amended_by_label(label: str) -> Amended:
    """The inverse of `Amended.label`.  Raises UsageError."""
    mode, _, rest = label.partition(":")
    ids = tuple(name.strip() for name in rest.split(",")) if rest else ()
    if (mode in {ALL, NONE} and not ids) or (mode in {WITHOUT, ONLY} and ids):
        for name in ids:
            subjects.one_of(name, subjects.amendment_ids(), "amendment")
        return Amended(mode, ids)
    raise UsageError(
        f"no set of amendments {label!r}; it is all, none, 'without: id, id' or 'only: id, id'"
    )


@dataclass(frozen=True, slots=True)
class Space:
    """What is explored: enough to build the system again, and to name it in a record.

    `settings` are pairs of a name and a value, sorted: sizes that differ from the instance's and
    variants that differ from the default.
    """

    system: str
    instance: str
    amended: Amended = AS_AMENDED
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def variant(self) -> str:
        """Either "default" or "name=value,name=value"."""
        return ",".join(f"{name}={value}" for name, value in self.settings) or DEFAULT

    @property
    def title(self) -> str:
        """The space in a few words."""
        parts = [f"{self.system} {self.instance}", f"amendments: {self.amended.label}"]
        if self.settings:
            parts.append(f"variant: {self.variant}")
        return ", ".join(parts)

    def build(self) -> System:
        """The system itself.  Raises ModelError (exit code 150) for a model written wrongly."""
        from model.config import Rules

        subject = subjects.family(self.system)
        variants, sizes = _sorted_out(subject, self.instance, self.settings)
        rules = Rules(self.amended.in_force(), frozenset(subjects.amendment_ids()), variants)
        return subject.system(self.instance, rules, sizes)

    def sizes(self) -> dict[str, int]:
        """The sizes of the instance, overrides included."""
        subject = subjects.family(self.system)
        _, overrides = _sorted_out(subject, self.instance, self.settings)
        return {**subject.instances[self.instance], **overrides}


def space(
    system: str,
    instance: str | None = None,
    *,
    amended: Amended = AS_AMENDED,
    settings: Iterable[str] = (),
) -> Space:
    """The space that options describe, every name checked.  Raises UsageError."""
    subject = subjects.family(system)
    chosen = subjects.instance(subject, instance)
    pairs = dict(_pair(setting) for setting in settings)
    kept = _without_defaults(subject, chosen, pairs)
    return Space(system, chosen, amended, tuple(sorted(kept.items())))


def space_by_label(system: str, instance: str, amendments: str, variant: str) -> Space:
    """The space of a record or a trace.  Raises UsageError."""
    settings = () if variant == DEFAULT else variant.split(",")
    return space(system, instance, amended=amended_by_label(amendments), settings=settings)


def _pair(setting: str) -> tuple[str, str]:
    name, equals, value = setting.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise UsageError(f"{setting!r}; write name=value, for example --set cores=2")
    return name.strip(), value.strip()


def _without_defaults(subject: Family, instance: str, pairs: Mapping[str, str]) -> dict[str, str]:
    """The pairs that change something: the same space has one name only."""
    variants, sizes = _sorted_out(subject, instance, tuple(pairs.items()))
    kept = {n: v for n, v in variants.items() if v != subject.variants[n][0]}
    normal = subject.instances[instance]
    return kept | {n: str(v) for n, v in sizes.items() if v != normal[n]}


def _sorted_out(
    subject: Family, instance: str, settings: tuple[tuple[str, str], ...]
) -> tuple[dict[str, str], dict[str, int]]:
    """Variants and sizes apart; every name must be one of the two."""
    variants: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for name, value in settings:
        if name in subject.variants:
            options = subject.variants[name]
            if value not in options:
                near = suggest(value, options)
                raise UsageError(f"variant {name} of {subject.name} is never {value!r}{near}")
            variants[name] = value
            continue
        known = (*subject.variants, *subject.instances[instance])
        subjects.one_of(name, known, f"variant or size of {subject.name}")
        if not (value.isascii() and value.isdigit()):
            raise UsageError(f"size {name}={value!r}; it is a natural number")
        sizes[name] = int(value)
    return variants, sizes
