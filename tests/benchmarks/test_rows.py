"""The rows of the benchmark: which are chosen, exact counts, and what a wrong one does."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from checker.bench import corepipe, measure, peers, programs, rows
from checker.bench.rows import ROWS, Row
from checker.cli import run
from checker.subjects import UsageError

SMALLEST, SECOND = ROWS[:2]


def bench(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(["bench", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_every_row_is_an_instance():
    assert len({row.instance for row in ROWS}) == len(ROWS)


def test_rows_are_chosen_by_group_or_by_name():
    assert rows.chosen([], None) == ROWS[:-1]
    assert rows.chosen([], "all") == ROWS
    assert rows.chosen([], "small") == ROWS[:3]
    assert rows.chosen(["4 5 3 4 8", "2,4,3,4,8"], None) == (ROWS[0], ROWS[-1])
    with pytest.raises(UsageError, match="give one of the two"):
        rows.chosen(["2 4 3 4 8"], "all")


def test_only_the_largest_row_is_left_out_and_that_is_said():
    assert rows.left_out(ROWS[:-1]) == ROWS[-1:]
    assert rows.left_out(ROWS) == rows.left_out(ROWS[:3]) == ()
    text = "\n".join(corepipe.heading(ROWS[:-1], 1, keep_levels=False))
    assert "left out: 4 5 3 4 8, 1 510 368 392 states, 16 544 960 872 steps" in text
    assert "--rows all, or name it" in text


def test_a_row_without_known_counts_is_refused(capsys):
    code, _, err = bench(capsys, "corepipe", "--row", "2 2 2 2 2")
    assert code == 2
    assert "no row '2 2 2 2 2' with known counts" in err


def test_the_smallest_rows_are_exact(capsys, tmp_path):
    out = tmp_path / "figures.json"
    code, text, _ = bench(
        capsys, "corepipe", "--row", SMALLEST.name, "--row", SECOND.name, "--runs", "2",
        "--out", str(out),
    )  # fmt: skip
    assert code == 0
    assert "median of 2 runs" in text
    assert "23 592" in text
    assert "117 144" in text
    figures = json.loads(out.read_text(encoding="utf-8"))
    for row, found in zip(ROWS, figures["rows"], strict=False):
        assert found["problem"] == ""
        for search in found["result"]["searches"]:
            assert (search["states"], search["steps"]) == (row.states, row.steps)
        assert found["result"]["peak_bytes"] >= found["result"]["start_bytes"] > 0


@pytest.mark.parametrize("wrong", [{"states": 23_593}, {"steps": 117_143}])
def test_a_wrong_count_is_a_difference(capsys, monkeypatch, wrong):
    planted = replace(SMALLEST, **wrong)
    monkeypatch.setattr(rows, "ROWS", (planted,))
    code, text, _ = bench(capsys, "corepipe", "--row", SMALLEST.name, "--runs", "1")
    assert code == 33
    assert "DIFFERENT: 23 592 states, 117 144 steps; exact: " in text


def test_one_wrong_run_among_many_is_a_difference():
    result = small_result()
    bad = replace(result.searches[0], steps=1)
    outcome = corepipe.judged(SMALLEST, replace(result, searches=(*result.searches, bad)))
    assert outcome.code == 33


def small_result(**changes: object):
    search = corepipe.worker.Search(23_592, 117_144, 17, "", (), 0.1, 0.2, 1.0, 64)
    return corepipe.worker.Result((replace(search, **changes),), 100, 50, 0.3, 8, 1)


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({}, 0, ""),
        ({"stopped": "memory"}, 30, "undetermined(memory; the table"),
        ({"findings": ("deadlock_free",)}, 33, "deadlock_free: VIOLATED"),
    ],
)
def test_only_a_complete_green_search_has_figures(changes, code, text):
    outcome = corepipe.judged(SMALLEST, small_result(**changes))
    assert outcome.code == code
    assert text in outcome.problem


def test_a_killed_process_is_said(monkeypatch, capsys):
    monkeypatch.setattr(corepipe.worker, "command", lambda _task: ["sh", "-c", "kill -9 $$"])
    code, text, _ = bench(capsys, "corepipe", "--row", SMALLEST.name, "--runs", "1")
    assert code == 153
    assert "killed by the system, most likely for want of memory" in text


def test_a_worker_that_fails_says_why_without_a_stack_trace(monkeypatch, capfd):
    task = corepipe.worker.Task("nonesuch", 1, 0)
    command = corepipe.worker.command(task)
    monkeypatch.setattr(corepipe.worker, "command", lambda _task: command)
    code = run(["bench", "corepipe", "--row", SMALLEST.name])
    out, err = capfd.readouterr()
    assert code == 2
    assert "no figures: exit status 2" in out
    assert "no instance of corepipe 'nonesuch'" in err
    assert "Traceback" not in err


def test_a_busy_machine_is_said():
    outcome = corepipe.judged(SMALLEST, small_result(share=0.5))
    assert any("busy with other work" in line for line in corepipe.remarks([outcome]))


# Beside other checkers


def test_missing_programs_are_named_with_where_to_get_them(capsys, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    code, _, err = bench(capsys, "peers")
    assert code == 153
    assert "nothing to compare with: spin-dfs left out, not on PATH: spin: the package spin" in err
    assert "rumur: the package rumur" in err
    assert "cc: a C compiler" in err


def test_one_missing_program_leaves_the_others(capsys, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "spin" else f"/bin/{name}")
    chosen = [programs.PROGRAMS[name] for name in programs.USUAL]
    assert [p.name for p in peers.available(chosen)] == ["rumur-2"]
    assert "spin-dfs left out" in capsys.readouterr().out


def test_an_unknown_peer_is_refused(capsys):
    code, _, err = bench(capsys, "peers", "--peer", "spin-dsf")
    assert code == 2
    assert "spin-dfs" in err


def test_an_installation_says_that_the_clone_is_needed(capsys, monkeypatch):
    monkeypatch.setattr(peers, "MODELS", Path("nowhere"))
    code, _, err = bench(capsys, "peers")
    assert code == 153
    assert "clone the repository" in err


@pytest.mark.slow
def test_a_peer_agrees_and_is_compared(capsys):
    code, text, _ = bench(
        capsys, "peers", "--row", SMALLEST.name, "--runs", "1", "--peer", "cpython"
    )  # fmt: skip
    assert code == 0
    assert text.count("23 592 states, 117 144 steps") == 4
    assert "cpython / parascope: search " in text


@pytest.mark.slow
def test_a_peer_that_differs_is_an_error(capsys, monkeypatch):
    planted = Row(SMALLEST.sizes, SMALLEST.states + 1, SMALLEST.steps)
    monkeypatch.setattr(rows, "ROWS", (planted,))
    code, text, _ = bench(
        capsys, "peers", "--row", SMALLEST.name, "--runs", "1", "--peer", "cpython"
    )
    assert code == 33
    assert text.count("DIFFERENT: ") == 3


# One process


def test_a_process_is_measured(tmp_path):
    done = measure.measure(["sh", "-c", "echo out; echo err >&2; exit 3"], tmp_path, limit=60)
    assert (done.status, done.text, done.errors, done.late) == (3, "out\n", "err\n", False)
    assert done.peak > 0


def test_a_process_that_takes_too_long_is_ended_with_its_children(tmp_path):
    done = measure.measure(["sh", "-c", "sleep 60 & sleep 60; wait"], tmp_path, limit=0.2)
    assert done.late
    assert done.status == -9
