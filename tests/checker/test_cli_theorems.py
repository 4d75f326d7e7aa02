"""Theorems on the command line and in the gate: what is settled, kept, pinned, and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker import subjects
from checker.cli import run
from model.language import And, Implies, Nat
from properties.theorem import Theorem, assumption, theorem

NUMBERS = dict(n=Nat(), f=Nat(), a=Nat(), b=Nat())


@assumption()
def few_faults(n, f):
    """Fewer than a third are faulty."""
    return 3 * f < n


@theorem("§1.10.3", item=8, subject="tank", over=NUMBERS, given=[few_faults], small=4)
def quorums_meet(n, f, a, b):
    """Two sets of more than two thirds share more than are faulty."""
    return Implies(And(3 * a > 2 * n, 3 * b > 2 * n), a + b - n > f)


@theorem("§1.10.3", item=6, subject="pond", over=NUMBERS)
def halves_meet(n, a, b):
    """Two halves share somebody."""
    return Implies(And(2 * a >= n, 2 * b >= n), a + b > n)


@pytest.fixture(autouse=True)
def stated(toys: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found: tuple[Theorem, ...] = (halves_meet, quorums_meet)
    monkeypatch.setattr(subjects, "theorems", lambda: found)
    return toys


def call(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(list(arguments))
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def prove(capsys, *arguments: str) -> tuple[int, str, str]:
    return call(capsys, "prove", *arguments, "--engine", "parametric")


def test_a_proved_theorem_is_green_and_names_what_it_assumes(capsys):
    code, out, _ = prove(capsys, "tank")
    assert code == 0
    assert "proved  quorums_meet" in out
    assert "assumes few_faults" in out
    assert "cvc5 agrees" in out
    assert "halves_meet" not in out


def test_a_refuted_theorem_is_not_green_and_shows_the_numbers(capsys):
    code, out, _ = prove(capsys, "all")
    assert code == 12
    assert "smallest counterexample: n = 0" in out


def test_a_question_has_its_theorems(capsys):
    assert "halves_meet" in prove(capsys, "disputes")[1]


def test_a_certificate_is_kept_and_verified(stated, capsys):
    code, out, _ = prove(capsys, "tank", "--out", "kept")
    kept = list((stated / "kept" / "certificates").iterdir())
    assert code == 0
    assert [path.name for path in kept] == ["quorums_meet.cert.smt2"]
    assert "check them: parascope verify" in out
    assert call(capsys, "verify", str(kept[0]))[0] == 0


def test_machines_are_told_the_same(capsys):
    code, out, _ = prove(capsys, "all", "--format", "json")
    said = {v["property"]: v for v in json.loads(out)["verdicts"]}
    assert code == json.loads(out)["exit_code"] == 12
    assert said["quorums_meet"]["assumptions"] == ["few_faults"]
    assert said["quorums_meet"]["verdict"] == "proved"
    assert said["halves_meet"]["verdict"] == "VIOLATED"
    for layout in ("junit", "sarif", "github"):
        assert "halves_meet" in prove(capsys, "all", "--format", layout)[1]


def test_the_page_lists_theorem_engine_assumptions_and_seconds(capsys):
    _, out, _ = prove(capsys, "tank", "--format", "markdown")
    assert "### quorums_meet" in out
    assert "* **proved** by arithmetic, " in out
    assert "assumes `few_faults`" in out
    assert "* `few_faults`: Fewer than a third are faulty." in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pool",), "no subject of theorems 'pool'"),
        (("tank", "quorum_meet"), "did you mean 'quorums_meet'"),
        (("tank", "--instance", "tiny"), "a theorem is about all sizes"),
        (("tank", "--as-written"), "a theorem is about all sizes"),
        (("tank", "--budget", "states=3"), "theorems have seconds only"),
    ],
)
def test_what_has_no_meaning_is_refused(capsys, arguments, said):
    code, out, err = prove(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_page_of_properties_is_refused(capsys):
    code, _, err = call(capsys, "prove", "tank", "--format", "markdown")
    assert code == 2
    assert "--engine parametric" in err


@pytest.mark.parametrize("subject", ["pond", "disputes", "all"])
def test_what_has_only_theorems_says_so(capsys, subject):
    code, _, err = call(capsys, "prove", subject)
    assert code == 2
    assert f"{subject} is no system; there are theorems about it" in err


def test_they_are_listed_and_explained(capsys):
    assert (
        "tank 1, pond 1" in call(capsys, "list")[1] or "pond 1, tank 1" in call(capsys, "list")[1]
    )
    assert "Two halves share somebody." in call(capsys, "list", "pond")[1]
    assert "Two sets of more than" in call(capsys, "list", "tank")[1]
    out = call(capsys, "explain", "quorums_meet")[1]
    assert "given few_faults" in out
    assert "parascope prove tank quorums_meet --engine parametric" in out


def gate(capsys, *arguments: str) -> tuple[int, str, str]:
    return call(capsys, "gate", "--expected", "pins", "--system", "tank", *arguments)


def test_the_gate_proves_them_again(stated, capsys):
    (stated / "pins").mkdir()
    assert gate(capsys, "--update")[0] == 0
    code, out, _ = gate(capsys)
    assert code == 0
    assert "1 theorem for all sizes: 1 proved; as expected" in out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('verdict = "proved"', 'verdict = "VIOLATED"', "proved"),
        ("few_faults", "no_faults", "assumptions: few_faults"),
        ('obligations = "', 'obligations = "0', "obligations: "),
        ("agreed = true", "agreed = false", "agreed: True"),
        ('name = "quorums_meet"', 'name = "quorums_part"', "not pinned"),
    ],
)
def test_the_gate_names_what_differs(stated, capsys, old, new, said):
    (stated / "pins").mkdir()
    gate(capsys, "--update")
    path = stated / "pins" / "proofs.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    code, out, _ = gate(capsys)
    assert code == 33
    assert "quorums_" in out
    assert said in out


def test_the_gate_accepts_no_theorem_that_stays_open(stated, capsys):
    (stated / "pins").mkdir()
    gate(capsys, "--update")
    path = stated / "pins" / "proofs.toml"
    more = '\n[[proof]]\nname = "halves_meet"\nverdict = "undetermined(solver: timeout)"\n'
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    code, out, _ = gate(capsys)
    assert code == 33
    assert "a theorem that is proved, refuted or measured" in out
