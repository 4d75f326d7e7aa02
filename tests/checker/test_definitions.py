"""Every numbered definition and algorithm of the text is one class or function of `impl`."""

from __future__ import annotations

from pathlib import Path

from checker import definitions

ROOT = Path(__file__).parents[2]


def test_each_is_there_once():
    found = definitions.places(ROOT)
    assert len(definitions.numbered()) == 20 + 17
    assert sorted(found) == sorted(definitions.numbered())
    assert {len(places) for places in found.values()} == {1}


def test_the_page_is_up_to_date():
    page = (ROOT / "docs" / "impl" / "map.md").read_text("utf-8")
    assert page == "\n".join(definitions.page()) + "\n", f"{definitions.COMMAND} > docs/impl/map.md"


def test_one_that_is_missing_is_said(tmp_path: Path, monkeypatch):
    (tmp_path / "impl").mkdir()
    monkeypatch.setattr(definitions.citations, "root", lambda: tmp_path)
    assert any("| missing |" in line for line in definitions.page())
