"""The gate finds exactly what is pinned, and names every way in which it does not."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from checker import subjects
from checker.cli import run
from checker.expected import Expected, load, parse_text, to_text
from checker.files import InputError
from properties.kinds import invariant
from tests.checker import toys as small

WHERE = "pins"
SPACES = [
    "tank tiny, amendments: all",
    "tank tiny, amendments: all, variant: drain=all",
    "tank tiny, amendments: none",
    "tank tiny, amendments: without: full-is-full",
]


@pytest.fixture
def pinned(toys, capsys):
    """A folder with the expected results of `tank`, just written."""
    (toys / WHERE).mkdir()
    code, _, _ = gate(capsys, "--update")
    assert code == 0
    return toys / WHERE


def gate(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(["gate", "--expected", WHERE, "--system", "tank", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def change(pinned, old: str, new: str, count: int = 1) -> None:
    path = pinned / "expected.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), "utf-8")


def test_the_gate_passes_on_what_was_just_pinned(pinned, capsys):
    code, out, err = gate(capsys)
    assert (code, err) == (0, "")
    assert [line.split("  ")[1].strip() for line in out.splitlines()[:4]] == SPACES
    assert "sufficient: with all amendments every property of tank" in out
    assert "necessary: each of full-is-full" in out
    assert out.endswith("4 spaces, 28 verdicts: all as expected\n")


def test_an_update_that_changes_nothing_writes_the_same_bytes(pinned, capsys):
    before = {p: p.read_bytes() for p in pinned.rglob("*.*")}
    code, out, _ = gate(capsys, "--update")
    assert code == 0
    assert "nothing changed" in out
    assert {p: p.read_bytes() for p in pinned.rglob("*.*")} == before


def test_what_is_as_with_all_amendments_is_not_pinned_again(pinned):
    expected = load(pinned)
    [space] = [s for s in expected.spaces if s.amended.mode == "without"]
    assert list(expected.pins(space)) == ["level_within_capacity"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("states = 6\n", "states = 7\n", "expected  7 states, 12 steps, depth 4"),
        ("steps = 12\n", "steps = 13\n", "seen      6 states, 12 steps, depth 4"),
        ('verdict = "holds"', 'verdict = "VIOLATED"', "seen      holds"),
        ("steps = 4\ntrace", "steps = 5\ntrace", "expected  VIOLATED in 5 steps"),
        ('property = "tank_is_full"', 'property = "tank_is_empty"', "there is no such property"),
        ('trace = "tank/tank_is_full.amended', 'trace = "tank/other', "there is no such file"),
    ],
)
def test_every_difference_is_named(pinned, capsys, old, new, said):
    change(pinned, old, new)
    code, out, _ = gate(capsys)
    assert code == 33
    assert said in out
    assert "DIFFERENT  tank tiny" in out


def test_a_property_that_nothing_pins_is_a_difference(pinned, capsys, monkeypatch):
    @invariant(small.TOKEN)
    def level_is_natural(s):
        """The level is no less than zero."""
        return s.level >= 0

    stated = {**small.STATED, "tank": (*small.TANK, level_is_natural)}
    monkeypatch.setattr(subjects, "stated", stated.__getitem__)
    code, out, _ = gate(capsys)
    assert code == 33
    assert "level_is_natural\n  expected  not pinned\n  seen      holds" in out
    assert gate(capsys, "--update")[0] == 0
    assert gate(capsys)[0] == 0


def test_a_trace_is_compared_to_the_byte(pinned, capsys):
    path = pinned / "tank/level_within_capacity.itf.json"
    path.write_text(path.read_text("utf-8").replace('"engine": ', '"engine":  '), "utf-8")
    code, out, _ = gate(capsys)
    assert code == 33
    assert "expected  the trace tank/level_within_capacity.itf.json" in out
    assert "another from line" in out


def test_a_trace_that_no_result_names_is_a_difference(pinned, capsys):
    (pinned / "tank/stray.itf.json").write_text("{}", "utf-8")
    code, out, _ = gate(capsys)
    assert code == 33
    assert "DIFFERENT  tank/stray.itf.json" in out


def test_a_repair_that_breaks_nothing_when_dropped_is_a_difference(pinned, capsys, monkeypatch):
    idle = replace(small.AMENDMENTS[1], kind="repair", refutes="tank_is_full")
    monkeypatch.setattr(subjects, "amendments", lambda: (small.AMENDMENTS[0], idle))
    code, out, _ = gate(capsys)
    assert code == 33
    assert "expected  VIOLATED: the repair starts-shut is for it" in out
    code, out, _ = gate(capsys, "--update")
    assert code == 33
    assert "seen      reached" in out


def test_repairs_of_one_group_are_dropped_together(pinned, capsys, monkeypatch):
    group = tuple(
        replace(a, kind="repair", refutes="level_within_capacity", alternatives="tank")
        for a in small.AMENDMENTS
    )
    monkeypatch.setattr(subjects, "amendments", lambda: group)
    code, out, _ = gate(capsys, "--update")
    assert code == 0
    assert "amendments: without: full-is-full, starts-shut" in out
    assert "necessary: each of full-is-full, starts-shut" in out


def test_less_than_a_full_verdict_needs_a_reason(toys, capsys):
    (toys / WHERE).mkdir()
    arguments = ["gate", "--expected", WHERE, "--system", "odd"]
    assert run([*arguments, "--update"]) == 33
    assert "expected  a full verdict, or a reason why not" in capsys.readouterr().out
    path = toys / WHERE / "expected.toml"
    text = path.read_text("utf-8")
    for verdict in ("vacuous", "UNREACHED"):
        text = text.replace(f'"{verdict}"\n', f'"{verdict}"\nreason = "a toy"\n')
    path.write_text(text, "utf-8")
    assert run(arguments) == 0
    assert run([*arguments, "--update"]) == 0  # reasons written by hand stay
    assert path.read_text("utf-8").count('reason = "a toy"') == text.count('reason = "a toy"')
    capsys.readouterr()


def test_a_refutation_is_never_pinned_for_the_text_as_amended(pinned, capsys):
    change(pinned, 'verdict = "holds"', 'verdict = "VIOLATED"\nreason = "we like it"')
    _, out, _ = gate(capsys)
    assert "expected  no refutation of the text as amended" in out


def test_what_no_longer_exists_is_a_difference_and_an_update_drops_it(pinned, capsys):
    change(pinned, 'without = ["full-is-full"]', 'without = ["no-such"]', 99)
    code, out, _ = gate(capsys)
    assert code == 33
    assert "no amendment 'no-such'" in out
    code, out, _ = gate(capsys, "--update")
    assert code == 0
    assert "no-such" not in (pinned / "expected.toml").read_text("utf-8")


def test_an_update_of_one_system_leaves_the_others(pinned, capsys):
    run(["gate", "--expected", WHERE, "--system", "odd", "--update"])
    capsys.readouterr()
    assert gate(capsys)[0] == 0
    assert {s.system for s in load(pinned).spaces} == {"tank", "odd"}


def test_an_instance_can_be_chosen(pinned, capsys):
    assert gate(capsys, "--instance", "small", "--update")[0] == 0
    code, out, _ = gate(capsys, "--instance", "small")
    assert code == 0
    assert "tank small, amendments: all" in out
    assert "tiny" not in out
    assert gate(capsys)[0] == 0


def test_the_report_folder(pinned, capsys, toys):
    change(pinned, "states = 6\n", "states = 7\n")
    code, _, err = gate(capsys, "--out", "report")
    assert code == 33
    assert "wrote report/report.html" in err
    root = ET.parse(toys / "report/junit.xml").getroot()  # noqa: S314 - our own
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("29", "0", "1")
    [run_] = json.loads((toys / "report/results.sarif").read_text("utf-8"))["runs"]
    levels = sorted(result["level"] for result in run_["results"])
    assert levels == [
        "error",
        "note",
        "note",
        "note",
    ]  # the counts; and three refutations as pinned
    assert "```mermaid" in (toys / "report/summary.md").read_text("utf-8")
    assert (toys / "report/tank/level_within_capacity.svg").is_file()


def test_the_gate_as_json(pinned, capsys):
    change(pinned, "states = 6\n", "states = 7\n")
    code, out, _ = gate(capsys, "--format", "json")
    data = json.loads(out)
    assert data["exit_code"] == code == 33
    assert data["necessary"] == ["full-is-full"]
    assert data["sufficient"] == []
    [difference] = data["differences"]
    assert difference["expected"] == "7 states, 12 steps, depth 4"


# the file

KEY = 'system = "tank"\ninstance = "tiny"\namendments = "all"\n'
COUNTS = "states = 1\nsteps = 1\ndepth = 1\n"


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("[[space", "", "Expected"),
        ("[spaces]\n", "spaces", "only"),
        ("space = 3\n", "space", "tables"),
        (f"[[space]]\n{KEY}states = 1\nsteps = 1\n", "space 1, depth", "natural number"),
        (f"[[space]]\n{KEY}{COUNTS}colour = 1\n", "space 1, colour", "no such key"),
        (f"[[space]]\n{KEY}{COUNTS}" * 2, "space 2", "pinned twice"),
        (f'[[result]]\n{KEY}property = "p"\nverdict = "fine"\n', "result 1, verdict", "no verdict"),
        (
            f'[[result]]\n{KEY}property = "p"\nverdict = "bounded"\n',
            "result 1, verdict",
            "incomplete",
        ),
        (
            f'[[result]]\n{KEY}property = "p"\nverdict = "holds"\n' * 2,
            "result 2, property",
            "twice",
        ),
        (f'[[result]]\n{KEY}property = "p"\nverdict = "holds"\nsteps = true\n', "steps", "natural"),
        (
            f'[[result]]\n{KEY}property = "p"\nverdict = "VIOLATED"\ntrace = "../x"\n',
            "trace",
            "leaves",
        ),
        (f'[[space]]\n{KEY}without = ["x"]\n{COUNTS}', "space 1", "either"),
        (
            f'[[space]]\nsystem = "tank"\ninstance = "tiny"\nwithout = []\n{COUNTS}',
            "without",
            "list",
        ),
        (f'[[space]]\nsystem = "tank"\namendments = "all"\n{COUNTS}', "space 1, instance", "text"),
    ],
)
def test_a_malformed_file_is_refused_with_the_place(toys, text, place, problem):
    with pytest.raises(InputError, match=problem) as caught:
        parse_text(text, "expected.toml")
    assert place in caught.value.place


def test_the_file_is_read_as_it_is_written(pinned):
    expected = load(pinned)
    again = parse_text(to_text(expected), "again")
    assert (again.spaces, again.results) == (expected.spaces, expected.results)
    assert not Expected().spaces


def test_a_missing_file_has_its_message(toys, capsys):
    code, _, err = gate(capsys)
    assert code == 151
    assert err == "parascope: pins/expected.toml: there is no such file\n"
