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
    """The last relay parent that the replaced code served; only with `past_code_key=last_parent`.

    Not in the text's structure.  Between `expected_at` and this number the para had made no block,
    so its next one was still made with the replaced code.
    """

    def __post_init__(self) -> None:
        """Refuse what is no block number."""
        require_u32("expected_at", self.expected_at)
        require_u32("activated_at", self.activated_at)
        if self.last_parent is not None:
            require_u32("last_parent", self.last_parent)

    @property
    def serves_up_to(self) -> BlockNumber:
        """The last relay parent for which a lookup takes the replaced code."""
        return self.expected_at if self.last_parent is None else self.last_parent


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
    for times in meta.upgrade_times:
        if at <= times.serves_up_to:
            return ReplacedAt(times.expected_at)
    return Current()


def prune_up_to(
    meta: ParaPastCodeMeta, limit: int
) -> tuple[ParaPastCodeMeta, tuple[BlockNumber, ...]]:
    """Forget what was activated at `limit` or before; return the expected blocks of that, too."""
    gone = [times for times in meta.upgrade_times if times.activated_at <= limit]
    if not gone:
        return meta, ()
    kept = tuple(times for times in meta.upgrade_times if times.activated_at > limit)
    before = [] if meta.last_pruned is None else [meta.last_pruned]
    last = max([*before, *(times.serves_up_to for times in gone)])
    return ParaPastCodeMeta(kept, last), tuple(times.expected_at for times in gone)


def most_recent_change(meta: ParaPastCodeMeta) -> BlockNumber | None:
    """Return the expected block of the latest replacement that is still known."""
    return meta.upgrade_times[-1].expected_at if meta.upgrade_times else None
