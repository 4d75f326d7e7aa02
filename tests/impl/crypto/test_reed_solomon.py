"""The erasure code against its definition, and every way to lose pieces."""

from __future__ import annotations

import contextlib
import itertools
import threading

import numpy as np
import pytest
import reedsolo
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.crypto import errors
from impl.crypto.reed_solomon import (
    LOG,
    POWER,
    UNITS,
    ErasureCode,
    Weights,
    combine,
    combine_by_tables,
    log_own_products,
    log_products,
)
from impl.errors import BadValue

# One field of reedsolo in this process, never another: its tables are globals.
FIELD = {"c_exp": 16, "prim": 0x1002D}


def by_definition(code, blob):
    """The pieces as reedsolo makes them."""
    columns = code.compute_columns(len(blob))
    framed = (len(blob).to_bytes(8, "little") + blob).ljust(2 * columns * code.needed, b"\0")
    symbols = np.frombuffer(framed, dtype="<u2").tolist()
    word = []
    codec = reedsolo.RSCodec(code.count - code.needed, nsize=code.count, **FIELD)
    for start in range(0, len(symbols), code.needed):
        word += codec.encode(symbols[start : start + code.needed])
    return tuple(
        np.array(word[place :: code.count], dtype="<u2").tobytes() for place in range(code.count)
    )


CODES = [
    *((k, n) for n in range(1, 9) for k in range(1, n + 1)),
    *((4, 10), (7, 10), (34, 100), (67, 100), (85, 255), (86, 256), (171, 256), (334, 1000)),
    *((667, 1000), (342, 1023), (342, 1024), (1, 300), (300, 300), (299, 300)),
]


@pytest.mark.parametrize(("needed", "count"), CODES)
def test_pieces_are_those_of_the_definition(needed, count, rng):
    code = ErasureCode(needed, count)
    sizes = (0, 1, 2 * needed, 37) if count < 50 else (2 * needed + 1,)
    for size in sizes:
        blob = rng.bytes(size)
        pieces = code.encode(blob)
        assert pieces == by_definition(code, blob)
        chosen = rng.permutation(count)[:needed]
        assert code.decode({int(place): pieces[place] for place in chosen}) == blob


def test_many_columns_and_few_are_coded_alike(rng):
    for needed, count, columns in ((10, 40, 700), (40, 100, 300), (5, 300, 97)):
        symbols = rng.integers(0, UNITS + 1, (needed, columns)).astype(np.uint16)
        symbols[rng.random(symbols.shape) < 0.1] = 0
        places = rng.permutation(count)
        weights = Weights.between(count, places[:needed], places[needed:])
        few = combine(weights, symbols)
        assert few.shape == (columns, count - needed)
        assert np.array_equal(few, combine_by_tables(weights, symbols))


@pytest.mark.parametrize(("needed", "count", "size"), [(34, 100, 20_000), (67, 100, 20_000)])
def test_real_sizes_are_coded_by_definition_too(needed, count, size, rng):
    code, blob = ErasureCode(needed, count), rng.bytes(size)
    pieces = code.encode(blob)
    assert pieces == by_definition(code, blob)
    assert code.decode(dict(list(enumerate(pieces))[-needed:])) == blob


def test_reedsolo_decodes_the_pieces(rng):
    code, blob = ErasureCode(4, 10), rng.bytes(50)
    pieces = code.encode(blob)
    lost = [0, 2, 3, 5, 7, 8]
    word = [
        symbol
        for column in zip(*(np.frombuffer(p, dtype="<u2").tolist() for p in pieces), strict=True)
        for symbol in column
    ]
    decoded = []
    for start in range(0, len(word), 10):
        column = [0 if at in lost else each for at, each in enumerate(word[start : start + 10])]
        codec = reedsolo.RSCodec(6, nsize=10, **FIELD)
        decoded += codec.decode(column, erase_pos=lost, only_erasures=True)[0]
    framed = np.array(decoded, dtype="<u2").tobytes()
    assert framed[: 8 + len(blob)] == len(blob).to_bytes(8, "little") + blob


@pytest.mark.parametrize(
    ("needed", "count"), [(k, n) for n in range(1, 8) for k in range(1, n + 1)]
)
def test_any_set_of_enough_pieces_decodes(needed, count, rng):
    code = ErasureCode(needed, count)
    blob = rng.bytes(23)
    pieces = code.encode(blob)
    for chosen in itertools.combinations(range(count), needed):
        assert code.decode({place: pieces[place] for place in chosen}) == blob
    assert code.decode(dict(enumerate(pieces))) == blob


codes = st.integers(1, 60).flatmap(
    lambda count: st.builds(ErasureCode, st.integers(1, count), st.just(count))
)


@settings(max_examples=1000)
@given(codes, st.binary(max_size=300), st.randoms(use_true_random=False))
def test_blobs_of_any_length_survive_any_loss(code, blob, random):
    pieces = code.encode(blob)
    assert len(pieces) == code.count
    assert {len(piece) for piece in pieces} == {2 * code.compute_columns(len(blob))}
    kept = random.sample(range(code.count), random.randint(code.needed, code.count))
    assert code.decode({place: pieces[place] for place in kept}) == blob


@settings(max_examples=300)
@given(codes, st.binary(max_size=300), st.randoms(use_true_random=False))
def test_too_few_pieces_are_refused(code, blob, random):
    pieces = code.encode(blob)
    kept = random.sample(range(code.count), code.needed - 1)
    with pytest.raises(errors.TooFewPieces) as caught:
        code.decode({place: pieces[place] for place in kept})
    assert (caught.value.given, caught.value.needed) == (code.needed - 1, code.needed)


@settings(max_examples=500)
@given(codes, st.binary(max_size=100), st.data())
def test_a_wrong_piece_is_never_repaired(code, blob, data):
    """What is decoded from exactly enough pieces is theirs: another blob, or none."""
    pieces = dict(list(enumerate(code.encode(blob)))[: code.needed])
    place = data.draw(st.integers(0, code.needed - 1))
    changed = bytearray(pieces[place])
    bit = data.draw(st.integers(0, 8 * len(changed) - 1))
    changed[bit // 8] ^= 1 << bit % 8
    pieces[place] = bytes(changed)
    with contextlib.suppress(errors.WrongBlobLength, errors.PaddingNotZero):
        assert code.decode(pieces) != blob


@settings(max_examples=500)
@given(codes, st.integers(1, 4), st.data())
def test_whatever_decodes_is_the_code_of_a_blob(code, columns, data):
    """Padding is part of the definition: two sets of pieces never decode to one blob."""
    size = 2 * columns
    kept = {
        place: data.draw(st.binary(min_size=size, max_size=size)) for place in range(code.needed)
    }
    try:
        blob = code.decode(kept)
    except (errors.WrongBlobLength, errors.PaddingNotZero):
        return
    assert code.encode(blob)[: code.needed] == tuple(kept.values())


def test_pieces_that_cannot_belong_together_are_refused():
    code = ErasureCode(2, 4)
    pieces = dict(enumerate(code.encode(b"abcdefgh")))
    for index in (-1, 4):
        with pytest.raises(errors.NoSuchPiece):
            code.decode({**pieces, index: pieces[0]})
    with pytest.raises(errors.UnequalPieces) as caught:
        code.decode({**pieces, 3: pieces[3] + b"\0\0"})
    assert caught.value.lengths == (8, 10)
    for length in (0, 3):
        with pytest.raises(errors.NotSymbols):
            code.decode({0: bytes(length), 1: bytes(length)})
    with pytest.raises(BadValue):
        code.decode({0: "ab", 1: "cd"})


def framed(code, data):
    """Pieces that carry `data` where length, blob and padding should be."""
    rows = np.frombuffer(data, dtype="<u2").reshape(-1, code.needed).T
    return {place: row.tobytes() for place, row in enumerate(rows)}


def test_a_length_that_does_not_fit_is_refused():
    code = ErasureCode(2, 4)
    for length in (9, 1 << 63, (1 << 64) - 1):
        with pytest.raises(errors.WrongBlobLength) as caught:
            code.decode(framed(code, length.to_bytes(8, "little") + bytes(8)))
        assert (caught.value.length, caught.value.columns) == (length, 4)
    with pytest.raises(errors.WrongBlobLength):  # a column too many
        code.decode(framed(code, (4).to_bytes(8, "little") + bytes(8)))
    with pytest.raises(errors.WrongBlobLength):  # not even room for a length
        code.decode({0: b"\0\0", 1: b"\0\0"})
    assert code.decode(framed(code, (8).to_bytes(8, "little") + bytes(8))) == bytes(8)


def test_padding_is_zero():
    code = ErasureCode(2, 4)
    with pytest.raises(errors.PaddingNotZero):
        code.decode(framed(code, (5).to_bytes(8, "little") + b"abcde\0\0\1"))
    assert code.decode(framed(code, (5).to_bytes(8, "little") + b"abcde\0\0\0")) == b"abcde"


@pytest.mark.parametrize(
    ("needed", "count"), [(0, 1), (2, 1), (-1, 4), (1, 0), (1, UNITS + 1), (True, 1), (1, 2.0)]
)
def test_there_are_codes_of_one_to_65535_pieces(needed, count):
    with pytest.raises(BadValue):
        ErasureCode(needed, count)


def test_the_longest_code():
    code = ErasureCode(3, UNITS)
    pieces = code.encode(b"ab")
    assert code.decode({place: pieces[place] for place in (UNITS - 1, 7, 40_000)}) == b"ab"


@pytest.mark.parametrize("count", [1, 2, 3, 10, 1000])
def test_the_products_of_all_differences_are_what_the_short_cut_says(count):
    points = POWER[:count][::-1]
    assert np.array_equal(log_own_products(count), log_products(points, points))


def test_a_blob_is_bytes():
    with pytest.raises(BadValue):
        ErasureCode(1, 1).encode("blob")


def test_the_tables_are_constants():
    for table in (POWER, LOG):
        with pytest.raises(ValueError, match="read-only"):
            table[0] = 1
    # 2 generates the whole group: every element but zero is met once
    assert sorted(POWER[:UNITS].tolist()) == list(range(1, UNITS + 1))
    assert not POWER[2 * UNITS :].any()


def test_threads_with_different_codes_do_not_disturb_each_other(rng):
    blob = rng.bytes(3000)
    plans = [ErasureCode(k, n) for k, n in ((2, 5), (34, 100), (90, 260), (5, 7))]
    expected = {code: code.encode(blob) for code in plans}
    wrong = []

    def work(code):
        for _ in range(20):
            pieces = code.encode(blob)
            last = dict(list(enumerate(pieces))[-code.needed :])
            if pieces != expected[code] or code.decode(last) != blob:
                wrong.append(code)

    threads = [threading.Thread(target=work, args=(code,)) for code in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
