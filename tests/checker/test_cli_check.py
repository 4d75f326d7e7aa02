"""`parascope check` on small systems: words, exit status, traces, formats."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from checker.cli import run

pytestmark = pytest.mark.usefixtures("toys")


def check(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(["check", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def words(out: str) -> dict[str, str]:
    """Verdict by property, from the table."""
    rows = [line.split("  ") for line in out.splitlines() if line.startswith("  ")]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    return {row[1]: row[0] for row in cells if len(row) > 1 and row[1].islower()}


def test_a_sound_system_is_green(capsys):
    code, out, err = check(capsys, "tank")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "tank tiny, as amended: capacity 2",
        "explored 6 states, 12 steps, depth 4",
        "",
        "  holds    level_within_capacity  6 states   §2.5.5/schedule.1",
        "  holds    level_moves_by_one     6 states   §2.5.5/schedule.1",
        "  reached  tank_is_full           3 steps    §2.5.5/schedule.1",
        "  holds    tank_can_be_emptied    6 states   §2.5.5/schedule.1",
        "  holds    deadlock_free          6 states",
        "  holds    well_defined           6 states",
        "  holds    every_action_fires     3 actions",
        "",
        "wrote .parascope/tank/tank_is_full.amended.itf.json",
        "look at it: parascope show .parascope/tank/tank_is_full.amended.itf.json",
    ]


def test_a_violation_is_shown_with_its_trace(capsys, toys):
    code, out, _ = check(capsys, "tank", "--as-written")
    assert code == 12
    assert "  VIOLATED  level_within_capacity  4 steps" in out
    assert "4  fill  [pump]\n      level  2 -> 3\n" in out
    assert "(amendment full-is-full)" in out
    assert out.endswith(
        "VIOLATED: level_within_capacity; exit status 12, an invariant, a scenario's expectation "
        "or the conformance is refuted\n"
    )
    assert (toys / ".parascope/tank/level_within_capacity.itf.json").is_file()


def test_a_step_property_has_an_exit_status_of_its_own(capsys):
    code, out, _ = check(capsys, "tank", "--set", "drain=all")
    assert code == 13
    assert words(out)["level_moves_by_one"] == "VIOLATED"


@pytest.mark.parametrize(
    ("fault", "code", "expected"),
    [
        ("none", 20, {"large_is_even": "vacuous", "number_is_three": "reached",
                      "number_is_nine": "UNREACHED", "number_is_small": "holds",
                      "number_returns": "holds"}),
        ("deadlock", 11, {"deadlock_free": "VIOLATED", "number_is_three": "UNREACHED",
                          "number_returns": "VIOLATED"}),
        ("undefined", 12, {"well_defined": "VIOLATED", "deadlock_free": "holds"}),
        ("limit", 30, {"number_is_three": "reached", "number_is_nine": "undetermined(limit: n)",
                       "number_is_small": "undetermined(limit: n)",
                       "deadlock_free": "undetermined(limit: n)",
                       "number_returns": "undetermined(limit: n)"}),
        ("cut", 30, {"number_is_three": "reached", "number_is_small": "holds(cut: n)",
                     "number_is_nine": "undetermined(cut: n)", "deadlock_free": "holds(cut: n)",
                     "large_is_even": "holds(cut: n)",
                     "number_returns": "undetermined(cut: n)"}),
        ("idle", 20, {"every_action_fires": "vacuous"}),
        ("nowhere", 20, {"number_is_small": "vacuous", "deadlock_free": "vacuous",
                         "every_action_fires": "vacuous", "number_is_three": "UNREACHED",
                         "number_returns": "vacuous"}),
    ],
)  # fmt: skip
def test_every_fault_has_its_word(capsys, fault, code, expected):
    names = [*expected, "every_action_fires"]
    found, out, _ = check(capsys, "odd", *names, "--set", f"fault={fault}")
    told = words(out)
    assert {name: told[name] for name in expected} == expected
    assert found == code


def test_a_limit_is_told_with_the_way_to_it(capsys, toys):
    _, out, _ = check(capsys, "odd", "number_is_small", "--set", "fault=limit")
    assert "stopped before the end: limit: n" in out
    assert "the step leaves the model's limit n" in out
    assert (toys / ".parascope/odd/limit-n.amended.fault-limit.itf.json").is_file()


def test_an_idle_action_is_named(capsys):
    _, out, _ = check(capsys, "odd", "every_action_fires", "--set", "fault=idle")
    assert "never possible: never" in out


@pytest.mark.parametrize(
    ("budget", "reason"),
    [("states=50", "states"), ("depth=20", "depth"), ("seconds=0.02", "seconds")],
)
def test_a_budget_leaves_the_rest_undetermined_but_keeps_what_was_found(capsys, budget, reason):
    names = ("number_is_small", "number_is_three", "large_is_even")
    code, out, _ = check(capsys, "endless", *names, "--budget", f"{budget},memory=1G")
    told = words(out)
    assert told["number_is_three"] == "reached"
    assert told["large_is_even"] == "VIOLATED"
    if reason != "seconds":  # how far it comes in that time is up to the machine
        assert told["number_is_small"] == f"undetermined(budget: {reason})"
    assert code == 12
    assert f"stopped before the end: budget: {reason}" in out


def test_one_property_can_be_asked_for(capsys):
    code, out, _ = check(capsys, "tank", "tank_is_full", "--as-written")
    assert code == 0
    assert list(words(out)) == ["tank_is_full"]


def test_an_amendment_that_changes_nothing_is_mentioned(capsys):
    _, out, _ = check(capsys, "odd", "deadlock_free", "--without", "starts-shut")
    assert "the amendment starts-shut changes nothing in odd" in out


def test_sets_of_amendments(capsys):
    assert check(capsys, "tank", "--without", "starts-shut")[0] == 0
    assert check(capsys, "tank", "--without", "full-is-full")[0] == 12
    code, out, _ = check(capsys, "tank", "--with", "full-is-full")
    assert code == 0
    assert out.startswith("tank tiny, only: full-is-full: capacity 2\n")


def test_sizes_can_be_set(capsys):
    _, out, _ = check(capsys, "tank", "--set", "capacity=4", "deadlock_free")
    assert out.startswith("tank tiny, as amended: capacity 4\nset: capacity=4\nexplored 10 states")


# formats


def test_json_has_a_record_per_property(capsys, toys):
    code, out, _ = check(capsys, "tank", "--as-written", "--format", "json")
    data = json.loads(out)
    assert (data["schema"], data["version"], data["exit_code"]) == ("parascope-verdicts", 1, 12)
    assert code == 12
    by_name = {record["property"]: record for record in data["verdicts"]}
    broken = by_name["level_within_capacity"]
    assert (broken["verdict"], broken["length"], broken["amendments"]) == ("VIOLATED", 4, "none")
    assert broken["counts"] == {"states": 16, "steps": 34}
    assert (toys / broken["trace"]).is_file()
    assert len(broken["hashes"]["terms"]) == 64


def test_equal_models_have_equal_digests(capsys):
    digests = []
    for more in ((), (), ("--set", "drain=all")):
        _, out, _ = check(capsys, "tank", "--format", "json", *more)
        digests.append(json.loads(out)["verdicts"][0]["hashes"]["terms"])
    assert digests[0] == digests[1] != digests[2]


def test_junit_counts_what_failed(capsys):
    _, out, _ = check(capsys, "odd", "large_is_even", "deadlock_free", "--format", "junit")
    root = ET.fromstring(out)  # noqa: S314 - our own
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", "1", "0")
    [failure] = root.iter("failure")
    assert failure.get("type") == "vacuous"


def test_sarif_tells_the_trace_by_actor(capsys):
    _, out, _ = check(capsys, "tank", "--as-written", "--format", "sarif")
    [result] = json.loads(out)["runs"][0]["results"]
    assert (result["level"], result["ruleId"]) == ("error", "tank/level_within_capacity")
    threads = result["codeFlows"][0]["threadFlows"]
    assert [thread["id"] for thread in threads] == ["environment", "pump"]
    order = [place["executionOrder"] for thread in threads for place in thread["locations"]]
    assert sorted(order) == [1, 2, 3, 4, 5]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] > 1


def test_github_annotates_and_sums_up(capsys, toys, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(toys / "summary.md"))
    code, out, _ = check(capsys, "tank", "--as-written", "--format", "github")
    assert code == 12
    [line] = out.splitlines()
    assert line.startswith("::error file=tests/checker/toys.py,line=")
    assert (
        "title=tank%3A level_within_capacity::level_within_capacity[tiny, amendments: none]" in line
    )
    assert "**VIOLATED**" in (toys / "summary.md").read_text("utf-8")


def test_a_folder_of_results(capsys, toys):
    code, _, _ = check(capsys, "tank", "--as-written", "--out", "kept")
    assert code == 12
    names = {path.relative_to(toys / "kept").as_posix() for path in (toys / "kept").rglob("*.*")}
    assert {"verdicts.json", "junit.xml", "results.sarif", "summary.md", "report.html"} <= names
    assert {"tank/level_within_capacity.itf.json", "tank/level_within_capacity.svg"} <= names
    page = (toys / "kept" / "report.html").read_text("utf-8")
    assert 'src="tank/level_within_capacity.svg"' in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_progress_speaks_in_plain_lines_where_there_is_no_terminal(capsys, monkeypatch):
    monkeypatch.setattr("checker.progress.PATIENCE", 0.0)
    monkeypatch.setattr("checker.progress.ELSEWHERE", 0.001)
    _, _, err = check(capsys, "tank")
    assert "\r" not in err
    assert "tank tiny, amendments: all: " in err
