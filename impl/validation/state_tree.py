"""The state of a parachain as a tree of hashes, and the part of it that a witness shows.

A binary tree of fixed depth: leaf k holds the value of key k, and the hash of an empty subtree is
the same wherever it stands, so an almost empty tree is cheap.  `Partial` is what a validator has
instead of the state: the leaves that the witness brings, with the hashes beside their paths.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from impl.primitives import require_bytes
from impl.validation.block import HASH_BYTES

DEPTH = 16
"""Levels below the root, so keys are below 2**16."""

KEY_LIMIT = 1 << DEPTH


def compute_leaf(value: bytes | None) -> bytes:
    """Return the hash of a leaf; None is the value of a key that is absent."""
    content = b"" if value is None else b"\x01" + value
    return hashlib.blake2b(content, digest_size=HASH_BYTES, person=b"parascope leaf").digest()


def compute_node(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node with two children."""
    return hashlib.blake2b(left + right, digest_size=HASH_BYTES, person=b"parascope state").digest()


def _empty_hashes() -> tuple[bytes, ...]:
    hashes = [compute_leaf(None)]
    for _ in range(DEPTH):
        hashes.append(compute_node(hashes[-1], hashes[-1]))
    return tuple(hashes)


EMPTY = _empty_hashes()
"""Hash of an empty subtree, by its height."""


@dataclass(frozen=True, slots=True)
class StateTree:
    """All hashes of a state that differ from those of an empty one, by height and place."""

    nodes: Mapping[tuple[int, int], bytes]

    @classmethod
    def over(cls, values: Mapping[int, bytes]) -> StateTree:
        """Build the tree of a state."""
        nodes = {(0, key): compute_leaf(value) for key, value in values.items()}
        places = set(values)
        for height in range(1, DEPTH + 1):
            places = {place // 2 for place in places}
            for place in places:
                left, right = (
                    nodes.get((height - 1, child), EMPTY[height - 1])
                    for child in (2 * place, 2 * place + 1)
                )
                nodes[height, place] = compute_node(left, right)
        return cls(nodes)

    @property
    def root(self) -> bytes:
        """The state root."""
        return self.nodes.get((DEPTH, 0), EMPTY[DEPTH])

    def prove(self, key: int) -> tuple[bytes, ...]:
        """Return the hashes beside the path of a key, from the leaf upwards."""
        return tuple(
            self.nodes.get((height, key >> height ^ 1), EMPTY[height]) for height in range(DEPTH)
        )


@dataclass(slots=True)
class Partial:
    """The part of a tree that a witness shows; it changes while a block is executed."""

    root: bytes
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def admit(self, key: int, value: bytes | None, path: tuple[bytes, ...]) -> bool:
        """Take in a leaf with its path; return whether it is the one under the root.

        Only while nothing has been changed: the path of a later leaf would be outdated.
        """
        found = {(0, key): compute_leaf(value)}
        for height, beside in enumerate(path):
            require_bytes("a hash of the path", beside, length=HASH_BYTES)
            place = key >> height
            found[height, place ^ 1] = beside
            children = found[height, place & ~1], found[height, place | 1]
            found[height + 1, place // 2] = compute_node(*children)
        if found.get((DEPTH, 0)) != self.root:
            return False
        self.nodes |= found
        return True

    def put(self, key: int, value: bytes) -> None:
        """Change the value of an admitted key, and with it the root."""
        self.nodes[0, key] = compute_leaf(value)
        for height in range(DEPTH):
            place = key >> height
            children = self.nodes[height, place & ~1], self.nodes[height, place | 1]
            self.nodes[height + 1, place // 2] = compute_node(*children)
        self.root = self.nodes[DEPTH, 0]
