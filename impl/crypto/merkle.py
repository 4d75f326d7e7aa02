"""Merkle tree over the pieces of a blob: BLAKE2b of 32 bytes.

The text wants a root in the receipt and a proof with every piece (§1.5/def-9, §1.10/alg-15.7),
and leaves the tree open.  Here a leaf's hash covers its index, the number of leaves and the
piece; leaves, inner nodes and the root are hashed under different personalisations, so none
passes for another; the root covers the number of leaves once more.  The last node of a level
without a partner moves up as it is, never doubled: two lists of leaves have two roots.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from impl.crypto.errors import NoSuchPiece, ProofMismatch, WrongLength, WrongProofLength
from impl.errors import BadValue
from impl.primitives import U32_LIMIT, require_bytes

HASH_BYTES = 32

Proof = tuple[bytes, ...]
"""The partners of a leaf's ancestors, from the leaf upwards."""


@dataclass(frozen=True, slots=True)
class MerkleTree:
    """All hashes of a tree, level by level, the leaves first."""

    levels: tuple[tuple[bytes, ...], ...]

    @classmethod
    def over(cls, pieces: Sequence[bytes]) -> MerkleTree:
        """Build the tree of at least one piece."""
        if not 1 <= len(pieces) < U32_LIMIT:
            raise BadValue("pieces", "at least one piece", len(pieces))
        level = [compute_leaf(index, len(pieces), piece) for index, piece in enumerate(pieces)]
        levels = [tuple(level)]
        while len(level) > 1:
            pairs = [compute_inner(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
            level = pairs + level[2 * len(pairs) :]
            levels.append(tuple(level))
        return cls(tuple(levels))

    @property
    def count(self) -> int:
        """Number of leaves."""
        return len(self.levels[0])

    @property
    def root(self) -> bytes:
        """What a receipt commits to."""
        return compute_root(self.count, self.levels[-1][0])

    def prove(self, index: int) -> Proof:
        """Return the proof for one leaf."""
        return tuple(
            self.levels[level][partner]
            for level, partner in enumerate(partners(index, self.count))
            if partner is not None
        )


def verify(root: bytes, index: int, count: int, piece: bytes, proof: Proof) -> None:
    """Raise what is wrong unless `piece` is leaf `index` of `count` under `root`."""
    for name, value in (("root", root), *(("a hash of the proof", each) for each in proof)):
        require_bytes(name, value)
        if len(value) != HASH_BYTES:
            raise WrongLength(name, HASH_BYTES, len(value))
    path = partners(index, count)
    expected = sum(partner is not None for partner in path)
    if len(proof) != expected:
        raise WrongProofLength(index, count, expected, len(proof))
    node, place, others = compute_leaf(index, count, piece), index, iter(proof)
    for partner in path:
        if partner is not None:
            other = next(others)
            node = compute_inner(node, other) if partner > place else compute_inner(other, node)
        place //= 2
    if compute_root(count, node) != root:
        raise ProofMismatch(index, root)


def partners(index: int, count: int) -> list[int | None]:
    """Return, level by level below the top, the place of the partner of a leaf's ancestor.

    None where the ancestor is the last of an odd level and moves up.
    """
    if not 0 <= index < count:
        raise NoSuchPiece(index, count)
    path: list[int | None] = []
    while count > 1:
        partner = index ^ 1
        path.append(partner if partner < count else None)
        index, count = index // 2, (count + 1) // 2
    return path


def compute_leaf(index: int, count: int, piece: bytes) -> bytes:
    """Return the hash of a leaf."""
    require_bytes("piece", piece)
    place = index.to_bytes(4, "little") + count.to_bytes(4, "little")
    return _hash(b"piece", place, piece)


def compute_inner(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node with two children."""
    return _hash(b"inner", left, right)


def compute_root(count: int, top: bytes) -> bytes:
    """Return the commitment to `count` leaves under the node `top`."""
    return _hash(b"root", count.to_bytes(4, "little"), top)


def _hash(person: bytes, *parts: bytes) -> bytes:
    state = hashlib.blake2b(digest_size=HASH_BYTES, person=b"parascope " + person)
    for part in parts:
        state.update(part)
    return state.digest()
