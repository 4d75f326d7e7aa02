"""What other checkers print is read rightly; a fault in it is never a figure."""

from __future__ import annotations

import json

import pytest

from checker.bench import peers, programs, worker
from checker.bench.programs import PROGRAMS, Counts, Unavailable
from checker.bench.rows import ROWS, STANDARD

SPIN = """
State-vector 20 byte, depth reached 87, errors: 0
    23592 states, stored
    93553 states, matched
   117145 transitions (= stored+matched)
        0 atomic steps
pan: elapsed time 0.01 seconds
"""
RUMUR = """
\t thread 0: 20000 states explored in 0s, with 49983 rules fired and 1441 states in the queue.
Status:

\tNo error found.

State Space Explored:

\t23592 states, 117144 rules fired in 0s.
"""
PLAIN = "N=2 V=4 T=3 R=4 S=8 BUG=0 distinct=23592 transitions=117144 depth=18 ok\n"
OUTPUTS = {"spin-dfs": SPIN, "rumur-2": RUMUR, "native": PLAIN, "cpython": PLAIN}


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_output_is_read(name):
    counts = PROGRAMS[name].counts(OUTPUTS[name])
    assert (counts.states, counts.steps) == (23_592, 117_144)
    assert counts.seconds == (0.01 if name == "spin-dfs" else None)


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_output_without_counts_is_no_result(name):
    with pytest.raises(Unavailable, match="printed no counts: error: out of memory"):
        PROGRAMS[name].counts("error: out of memory\n")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("spin-dfs", SPIN.replace("errors: 0", "errors: 1")),
        ("spin-dfs", "error: max search depth too small\n" + SPIN),
        ("rumur-2", RUMUR.replace("No error found", "1 error found")),
        ("native", PLAIN.replace("ok", "VIOLATION")),
    ],
)
def test_a_reported_fault_is_no_result(name, text):
    with pytest.raises(Unavailable, match="reports a fault"):
        PROGRAMS[name].counts(text)


def test_counts_agree_exactly():
    row = ROWS[0]
    assert programs.agree(row, Counts(23_592, 117_144), rounds=True)
    assert not programs.agree(row, Counts(23_592, 117_145), rounds=True)
    assert not programs.agree(row, Counts(23_591, 117_144), rounds=True)


def test_only_a_program_that_rounds_may_be_off_and_only_by_that():
    row = ROWS[5]
    printed = PROGRAMS["spin-dfs"].counts(" 41457260 states, stored\n3.5128966e+08 transitions")
    assert programs.agree(row, printed, rounds=True)
    assert not programs.agree(row, printed)
    assert not programs.agree(row, Counts(row.states, 351_289_670), rounds=True)
    assert not programs.agree(row, Counts(row.states + 1, row.steps), rounds=True)


def verdicts(**changes: object) -> str:
    one = {
        "property": "age_is_bounded",
        "verdict": "holds",
        "counts": {"states": 23_592, "steps": 117_144},
        "seconds": 0.25,
    }
    return json.dumps({"verdicts": [one | changes]})


def test_our_own_output_is_read():
    assert peers.check_counts(verdicts()) == Counts(23_592, 117_144, 0.25)


@pytest.mark.parametrize("verdict", ["VIOLATED", "undetermined(budget: memory)", "holds(cut: n)"])
def test_a_verdict_that_does_not_hold_is_no_result(verdict):
    with pytest.raises(Unavailable, match="not green: age_is_bounded"):
        peers.check_counts(verdicts(verdict=verdict))


@pytest.mark.parametrize("text", ["", "{}", '{"verdicts": [{}]}', "[]"])
def test_anything_else_is_no_result(text):
    with pytest.raises(Unavailable):
        peers.check_counts(text)
    with pytest.raises(Unavailable):
        peers.sized_counts(text)


def test_the_models_are_in_the_clone():
    for program in PROGRAMS.values():
        assert (peers.MODELS / program.model).is_file()


def test_a_model_gets_the_sizes_of_the_row(tmp_path):
    program = PROGRAMS["rumur-2"]
    program.prepare(peers.MODELS / program.model, tmp_path, STANDARD)
    text = (tmp_path / program.model).read_text(encoding="utf-8")
    assert "N: 3; V: 4; T: 3; R: 5; S: 15;" in text
    assert "core_t: scalarset(N);" in text


def test_tables_have_a_slot_for_every_state():
    assert PROGRAMS["spin-dfs"].command(STANDARD)[-1] == "-w23"
    assert PROGRAMS["spin-dfs"].command(ROWS[0])[-1] == "-w16"


def test_what_a_worker_prints_is_read_back():
    search = worker.Search(5, 8, 2, "", ("p",), 0.1, 0.2, 1.0, 64)
    result = worker.Result((search,), 100, 50, 0.3, 8, 1)
    text = json.dumps(peers.asdict(result))
    assert worker.result(text) == result
