"""Lowered programs on disk: found again, made again when damaged or when anything changed."""

from __future__ import annotations

import pytest

from checker.compile import programs
from checker.compile.digest import terms_digest
from checker.compile.lower import lower
from model.language import Action, Nat, System
from properties.kinds import invariant

pytestmark = pytest.mark.kept_programs


def counter(most: int = 3) -> System:
    def genesis(s):
        pass

    def tick(s):
        s.n = (s.n + 1) % (most + 1)

    return System("counter", None, dict(n=Nat(most)), genesis, [Action(tick)])


@invariant("§2.5.5")
def small(s):
    """The number is small."""
    return s.n <= 2


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PARASCOPE_CACHE", str(tmp_path))
    return tmp_path / "programs"


def test_an_unchanged_model_is_not_lowered_again(cache, monkeypatch):
    first = lower(counter(), [small])
    (kept,) = cache.iterdir()
    written = kept.stat().st_mtime_ns
    monkeypatch.setattr("checker.compile.lower.Planner", None)  # lowering would need it
    again = lower(counter(), [small])
    assert again == first
    assert kept.stat().st_mtime_ns == written


def test_another_model_property_or_option_is_another_program(cache):
    lower(counter(), [small])
    lower(counter(4), [small])
    lower(counter(), [])
    lower(counter(), [small], lanes=8)
    assert len(list(cache.iterdir())) == 4


def test_a_damaged_file_is_made_again(cache):
    first = lower(counter(), [small])
    (kept,) = cache.iterdir()
    kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    assert programs.load(kept) is None
    assert lower(counter(), [small]) == first
    assert programs.load(kept) is not None


def test_the_digest_is_that_of_the_terms():
    assert terms_digest(counter(), [small]) == terms_digest(counter(), [small])
    assert terms_digest(counter(), [small]) != terms_digest(counter(4), [small])
    assert terms_digest(counter(), [small]) != terms_digest(counter())
