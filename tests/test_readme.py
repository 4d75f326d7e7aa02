"""The README: its picture is drawn from the stored counterexample, its commands run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from checker import evidence
from checker.cli import main
from checker.render.strip import render_strip

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "pictures" / "freed-core.svg"
TRACE = re.compile(r"parascope show (\S+\.itf\.json)")
QUICK = ("list", "show", "explain", "describe")


def commands() -> list[str]:
    page = (ROOT / "README.md").read_text("utf-8")
    lines = re.findall(r"^\.venv/bin/parascope (.*)$", page, re.MULTILINE)
    return [line.split("#")[0].strip() for line in lines]


def test_the_picture_is_drawn_from_the_stored_counterexample() -> None:
    trace = TRACE.search((ROOT / "README.md").read_text("utf-8"))
    assert trace
    story = evidence.read(str(ROOT / trace[1])).story()
    drawn = render_strip(story)
    assert drawn == PICTURE.read_text("utf-8"), f"draw {PICTURE.name} again from {trace[1]}"


@pytest.mark.parametrize("command", [c for c in commands() if c.startswith(QUICK)])
def test_quick_commands_of_the_readme_run(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as end:
        main(shlex.split(command))
    assert end.value.code in (0, None)


def test_every_command_of_the_readme_is_one() -> None:
    from checker.cli import COMMANDS

    assert len(commands()) >= 6
    assert {c.split()[0] for c in commands()} <= set(COMMANDS)
