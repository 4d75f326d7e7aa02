"""`parascope show` and `replay`: pictures of traces that run, refusals of those that do not."""

from __future__ import annotations

import io
import json

import pytest

from checker.cli import run

TRACE = ".parascope/tank/level_within_capacity.itf.json"


@pytest.fixture
def trace(toys, capsysbinary):
    """A trace of `tank`, just found; its path."""
    assert run(["check", "tank", "--as-written"]) == 12
    capsysbinary.readouterr()
    return toys / TRACE


def call(capsysbinary, *arguments: str) -> tuple[int, bytes, str]:
    code = run(list(arguments))
    out, err = capsysbinary.readouterr()
    assert b"Traceback" not in out + err
    return code, out, err.decode()


@pytest.mark.parametrize(
    ("layout", "head"),
    [
        ("text", b"level_within_capacity: The level never passes the capacity."),
        ("svg", b"<?xml"),
        ("html", b"<!doctype html>"),
        ("mermaid", b"sequenceDiagram"),
        ("dot", b"digraph"),
        ("json", b'{\n "#meta"'),
    ],
)
def test_a_trace_is_shown(trace, capsysbinary, layout, head):
    code, out, _ = call(capsysbinary, "show", TRACE, "--format", layout)
    assert code == 0
    assert out.lstrip().lower().startswith(head.lower()) or (layout == "svg" and b"<svg" in out)


def test_json_is_the_file_itself(trace, capsysbinary):
    assert call(capsysbinary, "show", TRACE, "--format", "json")[1] == trace.read_bytes()


def test_a_picture_goes_to_a_file_and_says_how_it_was_drawn(trace, capsysbinary, toys):
    code, out, err = call(capsysbinary, "show", TRACE, "--format", "svg", "--out", "picture.svg")
    assert (code, out) == (0, b"")
    assert "drawn" in err
    assert b"<svg" in (toys / "picture.svg").read_bytes()


def test_a_trace_can_come_from_standard_input(trace, capsysbinary, monkeypatch):
    class Input:
        buffer = io.BytesIO(trace.read_bytes())

    monkeypatch.setattr("sys.stdin", Input)
    code, out, _ = call(capsysbinary, "replay", "-")
    assert code == 0
    assert out.startswith(b"replayed  standard input: tank tiny, 4 steps")


def test_replay_takes_many_and_the_worst_wins(trace, capsysbinary, toys):
    (toys / "broken.itf.json").write_bytes(trace.read_bytes()[:300])
    code, out, err = call(capsysbinary, "replay", TRACE, "broken.itf.json", "none.itf.json")
    assert code == 151
    assert out.count(b"replayed") == 1
    assert err.count("parascope: ") == 2


def test_every_way_to_cut_a_file_short_is_refused(trace, capsysbinary, toys):
    whole = trace.read_bytes()
    for size in range(0, len(whole) - 1, 97):
        (toys / "cut.itf.json").write_bytes(whole[:size])
        code, out, err = call(capsysbinary, "replay", "cut.itf.json")
        assert (code, out) == (151, b"")
        assert err.startswith("parascope: cut.itf.json")


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ('"level": {"#bigint": "2"}', '"level": {"#bigint": "1"}', 22, "step 3 (fill)"),
        ('"level": {"#bigint": "2"}', '"level": {"#bigint": "9"}', 151, "from 0 to 3"),
        ('"action": "fill"', '"action": "drain"', 151, "mbt::actionTaken"),
        ('"system": "tank"', '"system": "tonk"', 151, "did you mean 'tank'?"),
        ('"instance": "tiny"', '"instance": "tini"', 151, "did you mean 'tiny'?"),
        ('"amendments": "none"', '"amendments": "some"', 151, "set of amendments 'some'"),
        ('"amendments": "none"', '"amendments": "all"', 22, "refused by the check"),
        ('"variant": "default"', '"variant": "drain=none"', 151, "drain of tank is never 'none'"),
        ('"property": "level_within_capacity"', '"property": "other"', 2, "does not state"),
    ],
)  # fmt: skip
def test_a_file_changed_by_hand_is_refused(trace, capsysbinary, toys, old, new, code, said):
    text = trace.read_text("utf-8")
    assert old in text
    (toys / "changed.itf.json").write_text(text.replace(old, new, 1), "utf-8")
    found, out, err = call(capsysbinary, "replay", "changed.itf.json")
    assert (found, out) == (code, b"")
    assert any(part in err for part in said.split("|")), err


def test_a_witness_of_an_expression_needs_the_expression(toys, capsysbinary):
    goal = "And(s.level == 2, s.pump == OFF)"
    assert call(capsysbinary, "check", "tank", "--reach", goal)[0] == 0
    path = ".parascope/tank/reach.amended.itf.json"
    code, _, err = call(capsysbinary, "replay", path)
    assert code == 2
    assert "--reach EXPR" in err
    assert call(capsysbinary, "replay", path, "--reach", goal)[0] == 0
    assert call(capsysbinary, "replay", path, "--reach", "s.level == 1")[0] == 22


def test_shown_json_is_parsable(trace, capsysbinary):
    assert (
        json.loads(call(capsysbinary, "show", TRACE, "--format", "json")[1])["#meta"]["format"]
        == "ITF"
    )
