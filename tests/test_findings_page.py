"""docs/findings.md and its pictures are what the catalogue and the expected results say."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from checker import findings_page, subjects
from checker.cli import run
from checker.expected import Pin
from checker.findings import Known, Verdicts
from properties.findings import claims, findings

DOCS = Path(__file__).parents[1] / "docs"
KNOWN = Known()
DRAWN = findings_page.pictures(KNOWN)
HOW = findings_page.COMMAND


def test_the_page_is_current():
    kept = (DOCS / findings_page.PAGE).read_text("utf-8")
    assert kept == findings_page.page(KNOWN), HOW


def test_there_is_a_picture_of_every_trace_and_no_other():
    kept = {p.relative_to(DOCS).as_posix() for p in (DOCS / findings_page.PICTURES).glob("*")}
    assert kept == set(DRAWN), HOW


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_a_picture_is_drawn_from_the_stored_counterexample(name):
    assert (DOCS / name).read_text("utf-8") == DRAWN[name], HOW
    assert ET.fromstring(DRAWN[name]).tag.endswith("svg")  # noqa: S314 - our own text


def test_every_amendment_finding_and_claim_has_its_place():
    page = findings_page.page(KNOWN)
    for one in (*subjects.amendments(), *findings()):
        assert f"\n## {one.id}\n" in page
    for claim in claims():
        assert f"\n| {claim.id} | " in page


def test_every_repair_is_shown_by_a_trace_without_it():
    for shown in KNOWN.ranked("repair"):
        assert shown.verdicts is not None, shown.amendment.id
        assert shown.trace, shown.amendment.id
        assert (KNOWN.where / shown.trace).is_file()


def test_safety_comes_first_and_then_the_shortest_trace():
    ranks = [s.rank for s in KNOWN.ranked("repair")]
    assert ranks == sorted(ranks)
    assert [harm for harm, _, _ in ranks] == sorted(harm for harm, _, _ in ranks)


def test_a_verdict_that_is_not_pinned_is_told_as_such(monkeypatch):
    monkeypatch.setattr(Known, "verdicts", lambda *_args: Verdicts("p", "It is.", None, None))
    [line] = Known().finding(a_finding("scheduler/p"))
    assert line == "`scheduler/p`: as written not pinned, as amended not pinned"


def test_a_finding_links_to_the_trace_that_shows_it(monkeypatch):
    refuted = Verdicts("p", "It is.", Pin("VIOLATED", 2, "s/p.itf.json"), Pin("holds"))
    monkeypatch.setattr(Known, "verdicts", lambda *_args: refuted)
    [line] = Known().finding(a_finding("scheduler/p"))
    assert line.endswith(
        "as written VIOLATED in 2 steps, as amended holds "
        "([trace](../counterexamples/s/p.itf.json))"
    )


def a_finding(shown_by: str):
    from properties.findings import Finding

    return Finding("f", "§2.5.5", "contradiction", "a.", "b.", "clarity", (shown_by,))


def test_the_command_prints_the_list_or_the_page(capsys):
    assert run(["findings"]) == 0
    out = capsys.readouterr().out
    for amendment in subjects.amendments():
        assert f"  {amendment.id}  " in out
    assert run(["findings", "--format", "markdown"]) == 0
    assert capsys.readouterr().out == findings_page.page(KNOWN)


def test_writing_removes_pictures_of_nothing(tmp_path, capsys):
    stale = tmp_path / findings_page.PICTURES / "gone.svg"
    stale.parent.mkdir(parents=True)
    stale.write_text("<svg/>", "utf-8")
    assert run(["findings", "--out", str(tmp_path)]) == 0
    assert not stale.exists()
    assert (tmp_path / findings_page.PAGE).is_file()
    assert len(capsys.readouterr().out.splitlines()) == 1 + len(DRAWN)
