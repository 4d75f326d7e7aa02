"""Every item of a modelled section is in a model and in a property, or excused in a sentence."""

from __future__ import annotations

import pytest

from checker import citations, coverage
from checker.citations import Citation, parse_outline
from checker.cli import run

SIGN = citations.SIGN
HASH = "0123456789ab"
SMALL = f"""
"{SIGN}2" = {{ title = "chapter", hash = "{HASH}" }}
"{SIGN}2/a" = {{ title = "a routine", hash = "{HASH}" }}
"{SIGN}2/a.1" = {{ class = "rule", text = "one", hash = "{HASH}" }}
"{SIGN}2/a.2" = {{ class = "promise", text = "two", hash = "{HASH}" }}
"{SIGN}2/a.3" = {{ class = "motivation", text = "why", hash = "{HASH}" }}
"{SIGN}2/a.4" = {{ class = "rule", text = "left open", hash = "{HASH}", gap = true }}
"{SIGN}2/a.5" = {{ class = "goal", text = "excused", hash = "{HASH}" }}
"""


@pytest.fixture
def small(monkeypatch):
    """A small outline, and a function that says what is cited in it."""
    outline = parse_outline(SMALL)
    monkeypatch.setattr(citations, "load_outline", lambda: outline)
    monkeypatch.setattr(citations, "load_excuses", lambda: {f"{SIGN}2/a.5": "No need."})

    def cited(*pairs: tuple[str, str]) -> None:
        found = tuple(Citation(SIGN + token, "f", 1, kind) for token, kind in pairs)
        monkeypatch.setattr(coverage, "_cited", lambda: found)

    return cited


def missing() -> dict[str, str]:
    return {m.row.entry.token.removeprefix(SIGN): m.said for m in coverage.missing(f"{SIGN}2")}


def test_what_neither_a_model_nor_a_property_cites_is_missing(small):
    small()
    assert missing() == {"2/a.1": "no model no property", "2/a.2": "no model no property"}


def test_both_are_needed_and_nothing_else_serves(small):
    small(("2/a.1", "model"), ("2/a.1", "test"), ("2/a.2", "property"), ("2/a.2", "amendment"))
    assert missing() == {"2/a.1": "no property", "2/a.2": "no model"}
    small(("2/a.1", "model"), ("2/a.1", "property"), ("2/a.2", "property"), ("2/a.2", "model"))
    assert missing() == {}


def test_a_citation_of_the_routine_does_not_serve_its_items(small):
    small(("2/a", "model"), ("2/a", "property"))
    assert set(missing()) == {"2/a.1", "2/a.2"}


def test_the_command_counts_and_fails_while_something_is_missing(small, capsys):
    small(("2/a.1", "model"), ("2/a.1", "property"), ("2/a.2", "property"))
    assert run(["coverage", "--strict", f"{SIGN}2"]) == 33
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"{SIGN}2: 3 items, 2 in a model and a property, or excused"
    assert out[1].split() == ["no", "model", f"{SIGN}2/a.2", "two"]
    small(*((token, kind) for token in ("2/a.1", "2/a.2") for kind in ("model", "property")))
    assert run(["coverage", "--strict", f"{SIGN}2"]) == 0


def test_a_section_that_does_not_exist_is_a_wrong_use(capsys):
    assert run(["coverage", "--strict", f"{SIGN}9"]) == 2
    assert "nearest:" in capsys.readouterr().err


def test_the_questions_exclude_each_other(capsys):
    assert run(["coverage", "--strict", "--dead"]) == 2
    assert "give one of them" in capsys.readouterr().err


@pytest.mark.parametrize("section", coverage.MODELLED)
def test_a_modelled_section_is_covered_as_a_whole(section):
    found = [f"{m.row.entry.token}: {m.said}" for m in coverage.missing(section)]
    assert not found, "\n".join(["", *found])
