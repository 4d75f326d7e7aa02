"""The vectors of other implementations, under the text as amended and as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.scenarios import document
from checker.scenarios.amendments import hangs
from checker.scenarios.run import Word, run
from tests.checker.scenarios.scenes import AMENDED, WRITTEN

VECTORS = sorted((Path(__file__).parent / "vectors").glob("*.json"))
LATER = {"overseer-01-start-stop"}
CLAIMS = "scheduler-01-add-parathread-claim"


def test_there_are_vectors():
    assert len(VECTORS) == 8


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_vector_has_its_result(path):
    scenario = document.read(path)
    result = run(scenario, AMENDED)
    expected = Word.UNSUPPORTED if scenario.name in LATER else Word.PASSED
    assert result.word is expected
    if scenario.agrees_with_spec == "yes" and scenario.name not in LATER:
        assert run(scenario, WRITTEN).word is Word.PASSED


def test_the_node_side_is_named():
    [path] = [path for path in VECTORS if path.stem in LATER]
    result = run(document.read(path), AMENDED)
    assert result.stopped == "overseer.run: the node side comes later"


def test_the_vector_that_the_text_does_not_agree_with_names_its_amendment():
    [path] = [path for path in VECTORS if path.stem == CLAIMS]
    result = run(document.read(path), WRITTEN)
    assert result.word is Word.FAILED
    [failing] = [told for told in result.steps if told.mismatches]
    assert failing.step.place == "steps[9]"
    assert [each.path for each in failing.mismatches] == ["queue", "next_core_offset"]
    [hang] = hangs(result)
    assert hang.place == "steps[9]"
    assert hang.passes == ("with claim-names-live-parathread",)


def test_a_passing_vector_says_what_it_hangs_on():
    [path] = [path for path in VECTORS if path.stem == CLAIMS]
    [hang] = hangs(run(document.read(path), AMENDED))
    assert hang.fails == ("without claim-names-live-parathread",)
