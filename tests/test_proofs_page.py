"""docs/proofs.md says of every theorem what is pinned, and of nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checker import proof_pins, subjects
from checker.theorems import engine_of

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "proofs.md").read_text("utf-8")
ENTRIES = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
PINNED = proof_pins.load(ROOT / "counterexamples")
HOW = "parascope prove all --engine parametric --format markdown > docs/proofs.md"


def test_every_theorem_has_an_entry_and_every_entry_a_theorem():
    assert set(ENTRIES) == {t.name for t in subjects.theorems()} == set(PINNED), HOW


@pytest.mark.parametrize("theorem", subjects.theorems(), ids=lambda t: t.name)
def test_an_entry_has_sentence_verdict_engine_and_assumptions(theorem):
    entry, pinned = ENTRIES[theorem.name], PINNED[theorem.name]
    assert f"{theorem.sentence} ({theorem.token})" in entry, HOW
    verdict = re.search(r"^\* \*\*(.*)\*\* by (.*), ([\d.]+) s", entry, re.MULTILINE)
    assert verdict is not None
    assert (verdict[1], verdict[2]) == (pinned.verdict, engine_of(theorem)), HOW
    assumed = re.search(r"^\* assumes (.*?)(;|$)", entry, re.MULTILINE)
    names = re.findall(r"`(\w+)`", assumed[1]) if assumed else []
    assert names == list(pinned.assumptions), HOW
    if pinned.counterexample:
        assert pinned.counterexample in entry, HOW
    assert ("cvc5 agrees" in entry) == pinned.agreed, HOW


def test_at_least_25_are_settled_for_all_sizes_by_both_solvers():
    settled = [p for p in PINNED.values() if p.verdict.startswith("proved") and p.agreed]
    assert len(settled) >= 25
    assert {t.item for t in subjects.theorems()} == set(range(1, 20))
