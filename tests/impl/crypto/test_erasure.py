"""Merkle proofs and pieces: what is under a root, and whose fault it is if it is no code."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.crypto import errors, merkle
from impl.crypto.encoding import decode, encode
from impl.crypto.erasure import (
    MOST_HASHES,
    ErasurePiece,
    erasure_encode,
    piece_codec,
    reconstruct,
    verify_piece,
)
from impl.crypto.merkle import MerkleTree
from impl.crypto.reed_solomon import UNITS, ErasureCode
from impl.errors import BadValue

pieces_of = st.lists(st.binary(max_size=6), min_size=1, max_size=20)


def hashed(person, data):
    return hashlib.blake2b(data, digest_size=32, person=b"parascope " + person).digest()


def number(value):
    return value.to_bytes(4, "little")


def naive_top(leaves):
    """The tree of RFC 6962: the left part is the largest power of two that leaves a right one."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    return hashed(b"inner", naive_top(leaves[:split]) + naive_top(leaves[split:]))


@settings(max_examples=300)
@given(pieces_of)
def test_every_leaf_is_proved_and_the_shape_is_the_known_one(pieces):
    tree = MerkleTree.over(pieces)
    count = len(pieces)
    assert tree.count == count
    leaves = [
        hashed(b"piece", number(at) + number(count) + piece) for at, piece in enumerate(pieces)
    ]
    assert tree.root == hashed(b"root", number(count) + naive_top(leaves))
    for index, piece in enumerate(pieces):
        merkle.verify(tree.root, index, count, piece, tree.prove(index))


def commit(code, pieces):
    """Root and pieces as somebody commits to them who need not be honest."""
    tree = MerkleTree.over(pieces)
    return tree.root, [
        ErasurePiece(index, piece, tree.prove(index)) for index, piece in enumerate(pieces)
    ]


@settings(max_examples=300)
@given(pieces_of, pieces_of)
def test_two_lists_have_two_roots(first, second):
    same = MerkleTree.over(first).root == MerkleTree.over(second).root
    assert same == (first == second)
    assert MerkleTree.over(first).root != MerkleTree.over([*first, first[-1]]).root


@settings(max_examples=1000)
@given(pieces_of, st.data())
def test_a_proof_is_for_one_piece_at_one_index_of_one_count(pieces, data):
    tree, count = MerkleTree.over(pieces), len(pieces)
    index = data.draw(st.integers(0, count - 1))
    proof, piece = tree.prove(index), pieces[index]
    other_index = data.draw(st.integers(0, count + 2))
    other_count = data.draw(st.integers(1, 24))
    other_piece = data.draw(st.sampled_from([piece, piece + b"\0", piece[:-1], b"?"]))
    claim = (other_index, other_count, other_piece)
    if claim == (index, count, piece):
        return
    with pytest.raises((errors.NoSuchPiece, errors.WrongProofLength, errors.ProofMismatch)):
        merkle.verify(tree.root, *claim, proof)


@settings(max_examples=1000)
@given(pieces_of, st.data())
def test_a_flipped_bit_of_root_piece_or_proof_is_refused(pieces, data):
    tree, count = MerkleTree.over(pieces), len(pieces)
    index = data.draw(st.integers(0, count - 1))
    parts = [tree.root, pieces[index], *tree.prove(index)]
    place = data.draw(st.sampled_from([at for at, part in enumerate(parts) if part]))
    bit = data.draw(st.integers(0, 8 * len(parts[place]) - 1))
    changed = bytearray(parts[place])
    changed[bit // 8] ^= 1 << bit % 8
    parts[place] = bytes(changed)
    with pytest.raises(errors.ProofMismatch) as caught:
        merkle.verify(parts[0], index, count, parts[1], tuple(parts[2:]))
    assert (caught.value.index, caught.value.root) == (index, parts[0])


@settings(max_examples=300)
@given(pieces_of, st.data())
def test_proofs_that_are_too_short_or_too_long_are_refused(pieces, data):
    tree, count = MerkleTree.over(pieces), len(pieces)
    index = data.draw(st.integers(0, count - 1))
    proof = tree.prove(index)
    shorter = proof[: data.draw(st.integers(0, max(0, len(proof) - 1)))]
    for wrong in (shorter, (*proof, bytes(32)), (bytes(32), *proof)):
        if wrong != proof:
            with pytest.raises(errors.WrongProofLength):
                merkle.verify(tree.root, index, count, pieces[index], wrong)


def test_an_inner_node_is_no_piece():
    pieces = [b"a", b"b", b"c", b"d"]
    tree = MerkleTree.over(pieces)
    left, right = tree.levels[1]
    with pytest.raises(errors.ProofMismatch):
        merkle.verify(tree.root, 0, 2, tree.levels[0][0] + tree.levels[0][1], (right,))
    with pytest.raises(errors.ProofMismatch):
        merkle.verify(tree.root, 0, 1, left + right, ())
    with pytest.raises(errors.ProofMismatch):
        merkle.verify(tree.levels[2][0], 0, 4, b"a", tree.prove(0))


def test_hashes_have_their_length_and_indices_their_range():
    tree = MerkleTree.over([b"a", b"b"])
    for root, proof in ((tree.root[:-1], tree.prove(0)), (tree.root, (bytes(33),))):
        with pytest.raises(errors.WrongLength):
            merkle.verify(root, 0, 2, b"a", proof)
    for index, count in ((-1, 2), (2, 2), (0, 0)):
        with pytest.raises(errors.NoSuchPiece):
            merkle.verify(tree.root, index, count, b"a", ())
    with pytest.raises(errors.NoSuchPiece):
        tree.prove(2)
    with pytest.raises(BadValue, match="at least one piece"):
        MerkleTree.over([])
    with pytest.raises(BadValue):
        merkle.verify(tree.root, 0, 2, "a", tree.prove(0))


# ---- pieces

codes = st.integers(1, 20).flatmap(
    lambda count: st.builds(ErasureCode, st.integers(1, count), st.just(count))
)


@settings(max_examples=500)
@given(codes, st.binary(max_size=100), st.randoms(use_true_random=False))
def test_enough_pieces_reconstruct(code, blob, random):
    root, pieces = erasure_encode(code, blob)
    for piece in pieces:
        verify_piece(code, root, piece)
    kept = random.sample(pieces, random.randint(code.needed, code.count))
    assert reconstruct(code, root, kept) == blob


@settings(max_examples=1000)
@given(codes, st.binary(max_size=40), st.data())
def test_a_changed_message_with_a_piece_is_refused(code, blob, data):
    root, pieces = erasure_encode(code, blob)
    index = data.draw(st.integers(0, code.count - 1))
    codec = piece_codec(200)
    whole = encode(codec, pieces[index])
    assert decode(codec, whole) == pieces[index]
    changed = bytearray(whole)
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    changed[bit // 8] ^= 1 << bit % 8
    for wrong in (bytes(changed), whole[: bit // 8], whole + b"\0"):
        with pytest.raises(errors.Refused):
            verify_piece(code, root, decode(codec, wrong))


@settings(max_examples=300)
@given(codes, st.binary(min_size=1, max_size=40), st.data())
def test_the_sender_of_a_wrong_piece_is_to_blame_and_not_the_coder(code, blob, data):
    root, pieces = erasure_encode(code, blob)
    index = data.draw(st.integers(0, code.count - 1))
    pieces = list(pieces)
    pieces[index] = replace(pieces[index], data=bytes(len(pieces[index].data)))
    if pieces[index].data == code.encode(blob)[index]:
        return
    with pytest.raises(errors.ProofMismatch) as caught:
        reconstruct(code, root, pieces)
    assert caught.value.index == index


@settings(max_examples=150)
@given(
    st.integers(2, 5).flatmap(lambda n: st.builds(ErasureCode, st.integers(1, n - 1), st.just(n))),
    st.binary(max_size=30),
    st.data(),
)
def test_every_checker_finds_a_wrong_code_whichever_pieces_it_has(code, blob, data):
    pieces = list(code.encode(blob))
    index = data.draw(st.integers(0, code.count - 1))
    size = len(pieces[index])
    wrong = st.binary(min_size=size, max_size=size) | st.binary(max_size=size + 2)
    pieces[index] = data.draw(wrong.filter(lambda piece: piece != pieces[index]))
    root, committed = commit(code, pieces)
    for chosen in itertools.combinations(committed, code.needed):
        with pytest.raises(errors.InvalidCode):
            reconstruct(code, root, chosen)


def test_a_code_of_another_threshold_is_found_to_be_wrong():
    root, committed = commit(None, ErasureCode(3, 4).encode(b"some blob"))
    with pytest.raises(errors.InvalidCode):
        reconstruct(ErasureCode(2, 4), root, committed)


def test_a_wrong_surplus_piece_is_found_by_coding_again():
    code = ErasureCode(2, 4)
    pieces = list(code.encode(b"blob"))
    pieces[3] = bytes(len(pieces[3]))
    root, committed = commit(code, pieces)
    with pytest.raises(errors.RootMismatch) as caught:
        reconstruct(code, root, committed[:2])
    assert caught.value.found == erasure_encode(code, b"blob")[0]


def test_too_few_or_repeated_pieces_are_nobodys_proof():
    code = ErasureCode(2, 4)
    root, pieces = erasure_encode(code, b"blob")
    with pytest.raises(errors.TooFewPieces):
        reconstruct(code, root, pieces[:1])
    with pytest.raises(errors.RepeatedPiece):
        reconstruct(code, root, [pieces[0], pieces[0]])


def test_the_longest_proof_has_room():
    assert len(merkle.partners(0, UNITS)) == MOST_HASHES
    assert len(merkle.partners(UNITS - 1, UNITS)) == MOST_HASHES
