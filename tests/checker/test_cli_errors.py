"""Wrong use, broken files, a full disk: a message and an exit status, never a stack trace."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from checker import session
from checker.cli import COMMANDS, run

pytestmark = pytest.mark.usefixtures("toys")
ROOT = Path(__file__).resolve().parents[2]


def call(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(list(arguments))
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chekc"], "no command 'chekc'; did you mean 'check'?"),
        (["check", "tonk"], "no system 'tonk'; did you mean 'tank'?"),
        (["check", "tank", "level_in_capacity"], "did you mean 'level_within_capacity'?"),
        (["check", "tank", "--instance", "smal"], "did you mean 'small'?"),
        (["check", "tank", "--without", "full-is-ful"], "did you mean 'full-is-full'?"),
        (
            ["check", "tank", "--with", "full-is-full", "--without", "starts-shut"],
            "give one of them",
        ),
        (["check", "tank", "--without", "starts-shut", "--as-written"], "give one of them"),
        (["check", "tank", "--set", "drian=all"], "did you mean 'drain'?"),
        (["check", "tank", "--set", "drain=al"], "did you mean 'all'?"),
        (["check", "tank", "--set", "capacity=two"], "it is a natural number"),
        (["check", "tank", "--set", "capacity"], "write name=value"),
        (["check", "tank", "--budget", "steps=3"], "write some of states="),
        (["check", "tank", "--budget", "states=-3"], "a positive number"),
        (["check", "tank", "--budget", "states=0.5"], "a positive number"),
        (["check", "tank", "--budget", "states=1,states=2"], "given twice"),
        (["check", "tank", "--budget", "states=1G"], "a positive number"),
        (["check", "tank", "--workers", "3"], "one thread for now"),
        (["check", "tank", "--workers", "0"], "not in the range"),
        (["check", "tank", "--format", "yaml"], "is not one of"),
        (["prove", "tank", "--engine", "magic"], "is not one of 'bmc', 'induction'"),
        (["prove", "tank", "--budget", "states=3"], "has no meaning for bmc"),
        (["prove", "tank", "every_action_fires"], "does not decide"),
        (["gate", "--system", "tonk"], "did you mean 'tank'?"),
        (["gate", "--instance", "huge"], "no system has an instance 'huge'"),
        (["describe", "tonk"], "did you mean 'tank'?"),
        (["list", "tonk"], "did you mean 'tank'?"),
        (["explain", "level_within_capacty"], "did you mean 'level_within_capacity'?"),
        (["explain", "\u00a72.5.5/shedule"], "nearest:"),
        (["coverage", "\u00a79"], "nearest:"),
        (["show"], "Missing argument 'TRACE'"),
    ],
)
def test_wrong_use_has_a_message_and_status_2(capsys, arguments, said):
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("parascope: ")
    assert said in err


def test_an_unknown_name_among_many_does_not_list_them_all(capsys):
    _, _, err = call(capsys, "check", "tank", "xyz")
    assert len(err) < 400


# the machine


def test_a_folder_that_cannot_be_made(capsys):
    code, _, err = call(capsys, "check", "tank", "--out", "/dev/null/x")
    assert code == 153
    assert err.startswith("parascope: cannot write /dev/null/x")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk(capsys, toys):
    call(capsys, "check", "tank", "--as-written")
    trace = ".parascope/tank/level_within_capacity.itf.json"
    code, _, err = call(capsys, "show", trace, "--out", "/dev/full")
    assert code == 153
    assert "the disk is full" in err


def test_traces_that_nobody_asked_for_may_fail_to_be_kept(capsys, toys):
    (toys / ".parascope").write_text("a file where a folder would be")
    code, out, err = call(capsys, "check", "tank")
    assert code == 0
    assert "traces are not kept" in err
    assert "holds" in out


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 153, "No space left on device"),
        (MemoryError(), 153, "out of memory"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (ZeroDivisionError("oh"), 255, "internal error, ZeroDivisionError: oh; please report it"),
        (RecursionError("deep\nindeed"), 255, "RecursionError: deep indeed"),
    ],
)
def test_whatever_goes_wrong_is_one_message(capsys, monkeypatch, tmp_path, error, code, said):
    monkeypatch.setenv("PARASCOPE_CACHE", str(tmp_path / "cache"))

    def fail(*_args, **_more):
        raise error

    monkeypatch.setattr(session, "run", fail)
    found, out, err = call(capsys, "check", "tank")
    assert (found, out) == (code, "")
    assert err.strip().count("\n") == 0
    assert said in err


def test_an_internal_error_leaves_its_trace_in_a_file(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PARASCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(session, "run", lambda *_args, **_more: 1 // 0)
    _, _, err = call(capsys, "check", "tank")
    [kept] = (tmp_path / "cache" / "errors").iterdir()
    assert str(kept) in err
    assert "ZeroDivisionError" in kept.read_text("utf-8")


# files of properties, expressions


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("x = (", 150, "mine.py:1: "),
        ("import nothing_like_it", 150, "mine.py:1: ModuleNotFoundError"),
        ("\n1/0", 150, "mine.py:2: ZeroDivisionError"),
        ("raise SystemExit", 150, "mine.py:1: SystemExit"),
        ("x = 1", 151, "no property in it"),
        ("from properties.kinds import invariant\n@invariant('')\ndef p(s):\n    return True", 150,
         "no docstring"),
        ("\0", 150, "mine.py"),
    ],
)  # fmt: skip
def test_a_broken_file_of_properties(capsys, toys, text, code, said):
    (toys / "mine.py").write_text(text)
    found, out, err = call(capsys, "check", "tank", "--property", "mine.py")
    assert (found, out) == (code, "")
    assert said in err


def test_a_property_that_cannot_be_evaluated_is_an_error_of_its_own(capsys, toys):
    lines = ["from properties.kinds import invariant, reachable"]
    for name, body in (
        ("misspelt", "s.levl == 0"),
        ("divides", "1 / s.level == 0"),
        ("fine", "s.level >= 0"),
    ):
        lines += [
            "@invariant('')",
            f"def {name}(s):",
            '    """A sentence."""',
            f"    return {body}",
        ]
    (toys / "mine.py").write_text("\n".join(lines))
    code, out, _ = call(capsys, "check", "tank", "--property", "mine.py")
    assert code == 150
    assert "did you mean 'level'?" in out
    assert "error(evaluation: mine.py:" in out
    assert "  holds" in out


def test_properties_of_a_file_are_checked(capsys, toys):
    text = "from properties.kinds import reachable\n@reachable('')\ndef half(s):\n"
    (toys / "mine.py").write_text(text + "    '''Half full.'''\n    return s.level == 1\n")
    code, out, _ = call(capsys, "check", "tank", "--property", "mine.py")
    assert code == 0
    assert "  reached  half" in out


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("s.level == 1 and s.open", "write And(a, b)"),
        ("not s.open", "write Not(a)"),
        ("1 if s.open else 2", "write If"),
        ("s.level in (1, 2)", "write set[i]"),
        ("[x for x in s]", "is not a part of the language"),
        ("s._tree", "'_tree' is no name here"),
        ("s.cfg.__class__", "'__class__' is no name here"),
        ("(lambda __x: 1)(1)", "'__x' is no name here"),
        ("__import__('os')", "no name here"),
        ("s.level == 'full'", "write a number"),
        ("s.level == 0.5", "write a number"),
        ("s.level ** 2 == 4", "no powers"),
        ("1 << 1000000", "no shifts"),
        ("s.level ==", "at character"),
        ("(" * 500 + "1" + ")" * 500, "--reach"),
        ("x" * 5000, "write a property file"),
        ("f'{s}'", "is not a part of the language"),
        ("(y := 1)", "is not a part of the language"),
        ("print(1)", "no name 'print'"),
        ("eval(1)", "no name 'eval'"),
    ],
)
def test_an_expression_that_is_not_of_the_language(capsys, expression, said):
    code, out, err = call(capsys, "check", "tank", "--reach", expression)
    assert code in {2, 150}
    assert said in out + err


def test_names_of_enums_and_variables_are_known_in_an_expression(capsys):
    code, out, _ = call(
        capsys, "check", "tank", "--reach", "And(s.pump == on, s.level == cfg.capacity)"
    )
    assert code == 0
    assert "3  fill  [pump]" in out  # the witness is what was asked for
    _, out, _ = call(capsys, "check", "tank", "--reach", "s.levl == 1")
    assert "did you mean 'level'?" in out


# light commands


@pytest.mark.parametrize(
    "arguments", [["--help"], ["list"], ["check", "--help"], ["explain", "33"]]
)
def test_light_commands_load_no_compiler(arguments):
    code = (
        "import sys\nfrom checker.cli import run\n"
        f"status = run({arguments!r})\n"
        "heavy = {'numba', 'llvmlite', 'cvc5', 'jinja2'} & set(sys.modules)\n"
        "sys.exit(99 if heavy else status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_with_an_example(capsys, command):
    code, out, _ = call(capsys, command, "--help")
    assert "\\b" not in out
    assert code == 0
    assert f"  parascope {command}" in out


def test_a_reader_that_leaves_early_is_no_error_with_a_trace():
    line = f"{sys.executable} -m checker coverage | head -n 1"
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
