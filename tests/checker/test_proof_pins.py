"""Pinned theorems: what is read is what was written, and every difference is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker import proof_pins
from checker.files import InputError
from checker.proof_pins import Pinned, parse_text, to_text, unsettled

PINS = [
    Pinned("one", "proved", ("few_faults",), agreed=True, obligations="ab" * 32),
    Pinned("two", "VIOLATED", counterexample='n = 3, "odd"'),
    Pinned("three", "proved(abstract votes, checked scheduler tiny)"),
]


def test_what_is_written_is_read_back():
    assert list(parse_text(to_text(PINS), "x").values()) == PINS


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[proof]]\nname = 1\nverdict = 'proved'", "expected a text"),
        ("[[proof]]\nname = 'a'", "expected a name and a verdict"),
        ("[[proof]]\nname = 'a'\nverdict = 'true'", "no verdict"),
        ("[[proof]]\nname = 'a'\nverdict = 'proved'\nagreed = 1", "true or false"),
        ("[[proof]]\nname = 'a'\nverdict = 'proved'\nassumptions = [1]", "a list of texts"),
        ("[[proof]]\nname = 'a'\nverdict = 'proved'\nother = 1", "no such key"),
        ("[[proof]]\nname = 'a'\nverdict = 'proved'\n" * 2, "pinned twice"),
        ("[[other]]", "[[proof]]"),
        ("proof = 3", "[[proof]]"),
        ("proof = [3]", "expected a table"),
        ("[[proof", "Expected"),
    ],
)
def test_a_malformed_file_is_refused_with_the_place(text: str, problem: str):
    with pytest.raises(InputError) as caught:
        parse_text(text, "proofs.toml")
    assert problem in str(caught.value)
    assert "proofs.toml" in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(InputError):
        proof_pins.load(tmp_path)


def test_a_pin_that_settles_nothing_is_named():
    open_ones = [Pinned("open", "undetermined(solver: timeout)"), Pinned("empty", "vacuous")]
    assert [one.name for one in unsettled([*PINS, *open_ones])] == ["open", "empty"]
