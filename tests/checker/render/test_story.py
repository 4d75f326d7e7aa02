"""Who is to blame, and what a trace is evidence of."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from checker.render.story import Rule, guilty, tell, text_of
from checker.trace import Step
from tests.checker.small import small, trace_of, two_wait, violation


@dataclass(frozen=True)
class Amendment:
    id: str
    token: str
    written: str
    refutes: str = ""
    system: str = "small"


ONE = Amendment("one", "§1.3", "One is written.", "slots_are_free")
TWO = Amendment("two", "§1.4", "Two is written.", "two_wait")
ELSEWHERE = Amendment("three", "§1.5", "Three is written.", "slots_are_free", "other")


@pytest.mark.parametrize(
    ("amendments", "blamed"),
    [
        ("all", []),
        ("without: two", ["two"]),
        ("without: one, two", ["one", "two"]),
        ("none", ["one"]),
        ("only: two", ["one"]),
        ("only: one", []),
    ],
)
def test_the_guilty_rule(amendments, blamed):
    rules = guilty(replace(violation(), amendments=amendments), [ONE, TWO, ELSEWHERE])
    assert [rule.amendment for rule in rules] == blamed


def test_a_rule_says_what_is_written():
    (rule,) = guilty(replace(violation(), amendments="none"), [ONE])
    assert rule == Rule("§1.3", "One is written.", "one")


@pytest.mark.parametrize(
    ("amendments", "words"),
    [
        ("all", "text as amended"),
        ("none", "text as written"),
        ("without: a, b", "text as amended, without a, b"),
        ("only: a", "text as written, with a"),
    ],
)
def test_the_text_in_words(amendments, words):
    assert text_of(amendments) == words


@pytest.mark.parametrize(
    ("trace", "verdict"),
    [
        (violation(), "VIOLATED"),
        (trace_of(two_wait), "reached"),
        (replace(violation(), kind="limit", property="queue"), "undetermined(limit: queue)"),
        (replace(violation(), steps=(Step(""), *violation().steps[1:])), "not inductive"),
    ],
)
def test_what_a_trace_is_evidence_of(trace, verdict):
    assert tell(trace, small()).verdict == verdict
