"""`parascope explore`: what it prints, and its exit status."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from checker.cli import run
from checker.forks import node
from checker.forks import run as forks
from impl.runtime.host import relay_chain


def call(capsys, *arguments: object) -> tuple[int, str, str]:
    code = run(["explore", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


@pytest.mark.parametrize("text", [(), ("--as-written",), ("--without", "freed-core-cleared")])
def test_forks_that_do_not_touch(capsys, text):
    code, out, err = call(capsys, "--depth", 2, *text)
    assert (code, err) == (0, "")
    assert "6 of 6 interleavings, 9 distinct trees, 144 equalities checked" in out
    assert "holds  forks_do_not_touch_each_other  6 interleavings to depth 2" in out


def test_the_same_question_has_the_same_answer_and_another_seed_is_another_question(capsys):
    asked = ("--depth", 1, "--instance", "small", "--seed")
    assert call(capsys, *asked, 5) == call(capsys, *asked, 5)
    assert "seed 6" in call(capsys, *asked, 6)[1]


def test_json_says_the_same(capsys):
    code, out, _ = call(capsys, "--depth", 2, "--format", "json")
    told = json.loads(out)
    assert (code, told["exit_code"], told["verdict"], told["difference"]) == (0, 0, "holds", None)
    assert told["interleavings"] == {"total": 6, "done": 6, "differing": 0}
    assert (told["trees"], told["equalities"]) == (9, 144)
    assert told["forks"]["a"]["blocks"] == told["forks"]["b"]["blocks"] == 2


@pytest.fixture
def leaky(monkeypatch):
    """Nodes of a runtime that keeps, for all forks, the first session it saw at each height."""
    sessions = {}

    def finalize(state, runtime):
        first = sessions.setdefault(state.now, state.session_index)
        return replace(state, session_index=first)

    def make(rules, size, **parts):
        def leaking(chosen):
            made = relay_chain(chosen)
            return replace(made, finalizers=(*made.finalizers, finalize))

        return node.Node(rules, size, make_runtime=leaking, **parts)

    monkeypatch.setattr(forks, "Node", make)


def test_a_fault_is_shown_as_a_sequence_of_events(capsys, leaky):
    """Both forks at one height in different sessions: only after the session change of one."""
    code, out, err = call(capsys, "--depth", 3)
    assert (code, err) == (12, "")
    lines = [line.split() for line in out.splitlines()]
    [events] = [line[1:] for line in lines if line[:1] == ["events"]]
    assert {"a3", "b3"} <= set(events)
    assert ["state", "behind", events[-1]] in lines
    assert ["differs", "session_index"] in lines
    assert "VIOLATED: forks_do_not_touch_each_other; exit status 12" in out
    code, out, _ = call(capsys, "--depth", 3, "--format", "json")
    told = json.loads(out)
    assert (code, told["exit_code"], told["verdict"]) == (12, 12, "VIOLATED")
    assert told["difference"]["events"] == events
    assert told["difference"]["item"] == "session_index"


def test_too_little_time_is_no_success(capsys):
    code, out, _ = call(capsys, "--depth", 6, "--budget", "seconds=0.01")
    assert code == 30
    assert "0 of 924 interleavings" in out
    assert "undetermined(seconds: 0.01; 0 of 924 interleavings)" in out


def test_long_work_says_how_far_it_is(capsys, monkeypatch):
    monkeypatch.setattr("checker.progress.PATIENCE", 0.02)
    code, _, err = call(capsys, "--depth", 2)
    assert code == 0
    assert err.startswith("explore: forks 0 s")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--instance", "tinny"), "no instance 'tinny'; did you mean 'tiny'?"),
        (("--without", "freed-core-cleard"), "did you mean 'freed-core-cleared'?"),
        (("--as-written", "--without", "freed-core-cleared"), "give one of them"),
        (("--depth", "0"), "0 is not in the range"),
        (("--depth", "many"), "'many' is not a valid integer"),
        (("--seed", "-1"), "-1 is not in the range"),
        (("--format", "junit"), "'junit' is not one of"),
        (("--budget", "states=5"), "bounded by seconds= and --depth"),
        (("--budget", "seconds=0"), "write a positive number"),
        (("extra",), "unexpected extra argument"),
    ],
)
def test_a_wrong_option_is_one_message(capsys, arguments, message):
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_help_shows_examples(capsys):
    code, out, _ = call(capsys, "--help")
    assert code == 0
    assert "parascope explore --depth 4 --as-written" in out
