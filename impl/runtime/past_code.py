"""§2.5.4 The Paras Module: which code was in force when, as far as it is still known."""

from __future__ import annotations

from dataclasses import dataclass, replace

from impl.primitives import BlockNumber, require_tuple, require_u32


@dataclass(frozen=True, slots=True)
class ReplacementTimes:
    """The times of one code replacement. §2.5.4/storage.ReplacementTimes."""

    expected_at: BlockNumber
    """When the para expected it. §2.5.4/storage.ReplacementTimes.expected_at."""

    activated_at: BlockNumber
    """When the block that brought it was included. §2.5.4/storage.ReplacementTimes.activated_at."""

    last_parent: BlockNumber | None = None
    """The last relay parent that the replaced code served; only with `lookup-by-last-parent`.

    Not in the text's structure.  Between `expected_at` and this number the para had made no block,
    so its next one was still made with the replaced code; one that goes has made none since.
    """

    def __post_init__(self) -> None:
        """Refuse what is no block number."""
        require_u32("expected_at", self.expected_at)
        require_u32("activated_at", self.activated_at)
        if self.last_parent is not None:
            require_u32("last_parent", self.last_parent)

    @property
    def serves_up_to(self) -> BlockNumber:
        """The number up to which a lookup takes the replaced code."""
        if self.last_parent is None:
            return self.expected_at
        return min(self.expected_at, self.last_parent)

    def serves(self, at: BlockNumber) -> bool:
        """Tell whether the replaced code is the one for a block made on relay block `at`."""
        return at <= self.serves_up_to or at == self.last_parent


@dataclass(frozen=True, slots=True)
class ParaPastCodeMeta:
    """What is known of a para's past code. §2.5.4/storage.ParaPastCodeMeta."""

    upgrade_times: tuple[ReplacementTimes, ...] = ()
    """In the order of activation. §2.5.4/storage.ParaPastCodeMeta.upgrade_times."""

    last_pruned: BlockNumber | None = None
    """The highest replacement pruned. §2.5.4/storage.ParaPastCodeMeta.last_pruned.

    As the number up to which a lookup took the code that is gone, to be compared with lookups.
    """

    def __post_init__(self) -> None:
        """Refuse a list."""
        require_tuple("upgrade_times", self.upgrade_times)


@dataclass(frozen=True, slots=True)
class Current:
    """Use the current code. §2.5.4/storage.UseCodeAt.Current."""


@dataclass(frozen=True, slots=True)
class ReplacedAt:
    """Use the code that was replaced at this block. §2.5.4/storage.UseCodeAt.ReplacedAt."""

    block: BlockNumber
    """The expected block of the replacement: the index into `PastCode`."""


UseCodeAt = Current | ReplacedAt
"""Which code to use. §2.5.4/storage.UseCodeAt."""


def note_replacement(meta: ParaPastCodeMeta, times: ReplacementTimes) -> ParaPastCodeMeta:
    """Add a replacement, the latest one."""
    return replace(meta, upgrade_times=(*meta.upgrade_times, times))


def code_at(meta: ParaPastCodeMeta, at: BlockNumber) -> UseCodeAt | None:
    """Return which code a block made on relay block `at` needs; None if it is pruned.

    The code changes after the first block made at or after `expected_at`
    (§2.5.4/storage.ReplacementTimes.expected_at): at that number the replaced code still serves.
    """
    if meta.last_pruned is not None and at <= meta.last_pruned:
        return None
    times = replacement_at(meta, at)
    return Current() if times is None else ReplacedAt(times.expected_at)


def replacement_at(meta: ParaPastCodeMeta, at: BlockNumber) -> ReplacementTimes | None:
    """Return the first replacement of the code that a block made on `at` needs, if it is known."""
    return next((times for times in meta.upgrade_times if times.serves(at)), None)


def prune_up_to(
    meta: ParaPastCodeMeta, limit: int, *, by_activation: bool = False
) -> tuple[ParaPastCodeMeta, tuple[BlockNumber, ...]]:
    """Forget what was activated at `limit` or before; return the expected blocks of that, too.

    The highest of them is noted by the number of its lookup, or `by_activation`.
    """
    gone = activated_up_to(meta, limit)
    if not gone:
        return meta, ()
    kept = tuple(times for times in meta.upgrade_times if times.activated_at > limit)
    before = [] if meta.last_pruned is None else [meta.last_pruned]
    pruned = (times.activated_at if by_activation else times.serves_up_to for times in gone)
    last = max([*before, *pruned])
    return ParaPastCodeMeta(kept, last), tuple(times.expected_at for times in gone)


def activated_up_to(meta: ParaPastCodeMeta, limit: int) -> tuple[ReplacementTimes, ...]:
    """Return the replacements that were activated at `limit` or before."""
    return tuple(times for times in meta.upgrade_times if times.activated_at <= limit)


def most_recent_change(meta: ParaPastCodeMeta) -> BlockNumber | None:
    """Return the expected block of the latest replacement that is still known."""
    return meta.upgrade_times[-1].expected_at if meta.upgrade_times else None
