"""Findings, claims and excuses are read strictly, and name only what exists."""

from __future__ import annotations

import pytest

from checker import subjects
from properties.catalogue import LONGEST, CatalogueError
from properties.findings import (
    DEAD,
    THEOREM,
    TO_COME,
    claims,
    excuses,
    findings,
    read_claims,
    read_excuses,
    read_findings,
)

FINDING = """
[[finding]]
id = "one"
token = "§2.5.5/schedule.1"
kind = "dead"
says = "This."
consequence = "Nothing."
harm = "clarity"
shown_by = "dead:scheduler/unread:a"
"""
CLAIM = """
[[claim]]
id = "one"
says = "This."
tokens = ["§2.5.5/schedule.1"]
properties = ["scheduler/a"]
"""
EXCUSE = """
[[excuse]]
item = "scheduler/unread:a"
why = "Read elsewhere."
"""
CLAIMS = frozenset(
    [f"I{number}" for number in range(1, 21)]
    + ["2.5.5-next-assignments", "2.5.5-runs-for-ever", "2.5.5-group-sizes", "2.5.5-live-claims"]
    + ["timeout-rules", "2.5.4-upgrades", "2.5.6-a-backer", "2.5.6-votes", "2.5.7-once"]
    + ["backable", "reconstruction", "1.10.3-outcome", "two-chapters"]
    + ["2.5.8-open-disputes", "2.5.8-abandoned"]
)


def test_entries_are_read_field_by_field():
    [finding] = read_findings(FINDING)
    assert (finding.id, finding.kind, finding.harm) == ("one", "dead", "clarity")
    assert finding.shown_by == ("dead:scheduler/unread:a",)
    [claim] = read_claims(CLAIM)
    assert (claim.properties, claim.theorems, claim.decision) == (("scheduler/a",), (), "")
    [excuse] = read_excuses(EXCUSE)
    assert (excuse.item, excuse.why) == (("scheduler/unread:a",), "Read elsewhere.")


@pytest.mark.parametrize("reader", [read_findings, read_claims, read_excuses])
def test_an_empty_file_has_no_entries(reader):
    assert reader("") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[finding]", "findings.toml: "),
        (FINDING + "colour = 3\n", "one: colour 3 is not some text"),
        (FINDING + 'colour = "red"\n', "one: .*'colour'"),
        (FINDING.replace('harm = "clarity"\n', ""), "one: .*'harm'"),
        (FINDING.replace('id = "one"\n', ""), "\\?: .*'id'"),
        (FINDING.replace('"dead"', '"deaf"'), "one: kind 'deaf' is not contradiction or"),
        (FINDING.replace('"clarity"', '"small"'), "one: harm 'small' is not safety or"),
        (FINDING.replace('"This."', '" "'), "one: says ' ' is not some text"),
        (FINDING.replace('"dead:scheduler/unread:a"', "[]"), "one: shown_by names nothing"),
        (FINDING.replace('"dead:scheduler/unread:a"', '"a"'), "one: shown_by 'a' is not"),
        (FINDING.replace('"dead:scheduler/unread:a"', "[3]"), "one: shown_by \\[3\\] is not a"),
        (FINDING + FINDING, "one: is listed twice"),
        (FINDING.replace("[[finding]]", "[[findings]]"), "findings: only \\[\\[finding\\]\\]"),
    ],
)
def test_a_malformed_finding_is_refused_with_the_entry_and_the_reason(text, message):
    with pytest.raises(CatalogueError, match=message) as error:
        read_findings(text)
    assert error.value.exit_code == 151


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CLAIM.replace('properties = ["scheduler/a"]', ""), "one: neither a property, nor a"),
        (CLAIM.replace('["§2.5.5/schedule.1"]', "[]"), "one: tokens names nothing"),
        (CLAIM + "theorems = 3\n", "one: theorems 3 is not a list of names"),
    ],
)
def test_a_malformed_claim_is_refused_with_the_entry_and_the_reason(text, message):
    with pytest.raises(CatalogueError, match=message):
        read_claims(text)


def test_every_claim_is_listed():
    assert {c.id for c in claims()} == CLAIMS


@pytest.mark.parametrize("claim", claims(), ids=lambda c: c.id)
def test_a_claim_is_settled_by_what_exists_or_by_a_decision(claim):
    known = {t.name for t in subjects.theorems()}
    assert set(claim.theorems) <= known
    for name in claim.properties:
        assert_property(name)
    assert claim.decision != TO_COME
    assert claim.properties or claim.theorems or claim.decision.endswith(".")


@pytest.mark.parametrize("finding", findings(), ids=lambda f: f.id)
def test_a_finding_is_shown_by_what_exists(finding):
    known = {t.name for t in subjects.theorems()}
    for name in finding.shown_by:
        if name.startswith(THEOREM):
            assert name.removeprefix(THEOREM) in known
        elif name.startswith(DEAD):
            assert finding.kind == "dead"
        else:
            assert_property(name)


def test_sentences_are_whole_and_short():
    sentences = [t for f in findings() for t in (f.says, f.consequence)]
    sentences += [c.says for c in claims()] + [e.why for e in excuses()]
    for sentence in sentences:
        assert sentence.endswith("."), sentence
        assert len(sentence) <= LONGEST, sentence


def assert_property(name):
    system, _, prop = name.partition("/")
    assert system in subjects.families(), name
    assert prop in {p.name for p in subjects.properties(system)}, name
