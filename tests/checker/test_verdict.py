"""The words of verdicts, their exit codes, and which of them wins."""

from __future__ import annotations

import pytest

from checker.verdict import EXIT_CODES, Verdict, Word, is_full, parse, record, worst


def verdict(word: Word, detail: str = "", kind: str = "invariant", name: str = "p") -> Verdict:
    return Verdict(word, detail, system="s", property=name, kind=kind)


@pytest.mark.parametrize(
    ("word", "detail", "kind", "name", "code"),
    [
        (Word.HOLDS, "", "invariant", "p", 0),
        (Word.HOLDS, "cut: n", "invariant", "p", 30),
        (Word.PROVED, "", "invariant", "p", 0),
        (Word.PROVED, "abstract M, checked n<=3", "invariant", "p", 0),
        (Word.INDUCTIVE, "", "invariant", "p", 0),
        (Word.REACHED, "", "reachable", "p", 0),
        (Word.VIOLATED, "", "invariant", "p", 12),
        (Word.VIOLATED, "", "step", "p", 13),
        (Word.VIOLATED, "", "leads_to", "p", 13),
        (Word.VIOLATED, "", "recoverable", "p", 13),
        (Word.VIOLATED, "", "builtin", "deadlock_free", 11),
        (Word.VIOLATED, "", "builtin", "well_defined", 12),
        (Word.UNREACHED, "", "reachable", "p", 20),
        (Word.VACUOUS, "", "invariant", "p", 20),
        (Word.BOUNDED, "4", "invariant", "p", 30),
        (Word.UNDETERMINED, "limit: n", "invariant", "p", 30),
        (Word.UNDETERMINED, "solver: timeout", "invariant", "p", 31),
        (Word.ERROR, "certificate: rejected", "invariant", "p", 32),
        (Word.ERROR, "evaluation: no value", "invariant", "p", 76),
        (Word.ERROR, "model: no such variable", "invariant", "p", 150),
        (Word.ERROR, "the trace does not replay", "invariant", "p", 255),
    ],
)
def test_each_verdict_has_its_exit_code(word, detail, kind, name, code):
    assert verdict(word, detail, kind, name).exit_code == code
    assert code in EXIT_CODES


def test_nothing_unfinished_is_green():
    for word in Word:
        green = verdict(word, "x").exit_code == 0
        assert green == is_full(word, "x")
        assert verdict(word, "cut: n").exit_code != 0
    unfinished = {Word.BOUNDED, Word.UNDETERMINED, Word.UNREACHED, Word.VACUOUS, Word.ERROR}
    assert all(not is_full(word, "") for word in unfinished)


def test_the_worst_wins():
    order = [255, 153, 152, 33, 32, 12, 11, 13, 10, 76, 22, 20, 21, 31, 30, 0]
    for place, code in enumerate(order):
        assert worst(order[place:]) == code
        assert worst(reversed(order[place:])) == code
    assert worst([]) == 0
    assert worst([0, 12, 99]) == 99  # one that nobody knows is no reason to be calm


@pytest.mark.parametrize(
    "text", ["holds", "holds(cut: a, b)", "bounded(12)", "VIOLATED", "error(x (y))"]
)
def test_a_printed_verdict_is_read_back(text):
    assert verdict(*parse(text)).text == text


@pytest.mark.parametrize(
    "text", ["", "HOLDS", "holds()", "bounded", "undetermined", "holds (x)", "ok"]
)
def test_other_words_are_refused(text):
    with pytest.raises(ValueError, match=r"verdict|incomplete"):
        parse(text)


def test_a_word_that_needs_a_reason_has_one():
    with pytest.raises(ValueError, match="detail"):
        verdict(Word.UNDETERMINED)


def test_the_record_has_every_field():
    data = record(verdict(Word.HOLDS), {"z3-solver": "1"})
    assert data["schema"], data["version"] == ("parascope-verdict", 1)
    assert list(data) == [
        "schema", "version", "system", "property", "kind", "token", "sentence", "instance",
        "variant", "amendments", "engine", "verdict", "word", "detail", "extent", "assumptions",
        "counts", "depth", "length", "seconds", "compile_seconds", "peak_memory", "note",
        "confirmed", "trace",
        "exit_code", "versions", "hashes",
    ]  # fmt: skip
    assert data["hashes"] == {"terms": None, "engine": None, "certificate": None}
