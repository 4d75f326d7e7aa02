"""§2.5.5 The Scheduler Module: how validators are shuffled and cut into groups."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from impl.errors import BadValue
from impl.primitives import SEED_BYTES, ValidatorIndex, require_bytes

WORD_BYTES = 8
"""Length of one draw from the stream."""


def shuffled(validators: Sequence[ValidatorIndex], seed: bytes) -> tuple[ValidatorIndex, ...]:
    """Return the validators in an order given by the seed. §2.5.5/session-change.8.

    Fisher and Yates, from the last position down.  The text does not say which shuffle; this one
    is uniform over all orders if the seed is, up to SHA-256.
    """
    require_bytes("seed", seed, length=SEED_BYTES)
    order = list(validators)
    words = _words(seed)
    for last in range(len(order) - 1, 0, -1):
        chosen = _draw_below(last + 1, words)
        order[last], order[chosen] = order[chosen], order[last]
    return tuple(order)


def fixed_order(
    order: Sequence[ValidatorIndex],
) -> Callable[[Sequence[ValidatorIndex], bytes], tuple[ValidatorIndex, ...]]:
    """Return a shuffle that ignores the seed: a test bed goes through all orders by itself."""

    def prescribed(validators: Sequence[ValidatorIndex], seed: bytes) -> tuple[ValidatorIndex, ...]:
        """Return the prescribed order; `BadValue` if it is none of these validators."""
        del seed
        if sorted(order) != sorted(validators):
            raise BadValue("order", f"an order of the {len(validators)} validators", tuple(order))
        return tuple(order)

    return prescribed


def compute_group_sizes(validators: int, groups: int) -> tuple[int, ...]:
    """Return the members per group: the first V % N have one more. §2.5.5/session-change.9."""
    larger, size = validators % groups, validators // groups
    return (size + 1,) * larger + (size,) * (groups - larger)


def compute_validator_groups(
    shuffled_validators: Sequence[ValidatorIndex], groups: int
) -> tuple[tuple[ValidatorIndex, ...], ...]:
    """Cut the shuffled validators into consecutive runs. §2.5.5/session-change.9."""
    members = iter(shuffled_validators)
    sizes = compute_group_sizes(len(shuffled_validators), groups)
    return tuple(tuple(next(members) for _ in range(size)) for size in sizes)


def _words(seed: bytes) -> Iterator[int]:
    """Yield numbers below 2**64 for ever: SHA-256 of the seed and a counter, cut into words."""
    counter = 0
    while True:
        digest = hashlib.sha256(seed + counter.to_bytes(WORD_BYTES, "little")).digest()
        for start in range(0, len(digest), WORD_BYTES):
            yield int.from_bytes(digest[start : start + WORD_BYTES], "little")
        counter += 1


def _draw_below(bound: int, words: Iterator[int]) -> int:
    """Draw a number below `bound`; words past its last multiple would favour the low ones."""
    full = (1 << (8 * WORD_BYTES)) // bound * bound
    return next(word for word in words if word < full) % bound
