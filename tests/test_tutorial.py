"""The tutorial runs: its Python in order, in one namespace, and its command lines in a folder."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from checker.cli import run

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
MINE = '''
from properties.kinds import reachable


@reachable("§2.5.5")
def a_claim_waits(s):
    """A claim is in the queue."""
    return s.ParathreadQueue.queue.len == 1
'''


def blocks(language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )


def commands() -> list[str]:
    """The lines of blocks that name no language, which are command lines."""
    whole = re.DOTALL | re.MULTILINE
    plain = re.sub(r"^```python\n.*?^```$", "", PAGE.read_text("utf-8"), flags=whole)
    found = re.findall(r"^```\n(.*?)^```$", plain, whole)
    return [line for block in found for line in block.splitlines()]


def test_every_block_of_python_runs() -> None:
    scope: dict[str, object] = {}
    assert len(blocks("python")) >= 12
    for number, block in enumerate(blocks("python"), 1):
        exec(compile(block, f"tutorial block {number}", "exec"), scope)  # noqa: S102 - our own page


def test_every_command_line_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that stands on a line of its own, in order; mine.py is a property file as above."""
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(MINE, "utf-8")
    assert len(commands()) >= 5
    for command in commands():
        program, *words = shlex.split(command)
        assert program == "parascope"
        assert run([path for word in words for path in expanded(word)]) == 0, command
    out = capsys.readouterr().out
    for said in ("reached  a_claim_waits", "inductive  at_most_one_", "verified  sizes_differ_"):
        assert said in out
    assert "bound to this model" in out


def expanded(word: str) -> list[str]:
    """A word of a command line as a shell would pass it on."""
    found = sorted(map(str, Path().glob(word))) if "*" in word and "/" in word else []
    return found or [word]
