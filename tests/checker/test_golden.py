"""Transcripts of the command line, to the letter; tests/golden/README.md says how to change one."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from checker.cli import run

FOLDER = Path(__file__).resolve().parents[1] / "golden"
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))


def again(commands: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The transcript of the commands as they run now."""
    text = ""
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "parascope"
        code = run(arguments)
        out, err = capsys.readouterr()
        text += f"$ {command}\n{out}{err}" + (f"[{code}]\n" if code else "")
    return text


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_is_what_is_printed(path, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("checker.progress.PATIENCE", 600.0)
    expected = path.read_text("utf-8")
    commands = [line[2:] for line in expected.splitlines() if line.startswith("$ ")]
    found = again(commands, capsys)
    if os.environ.get("PARASCOPE_GOLDEN") == "update":
        path.write_text(found, "utf-8")
    else:
        assert found == expected


def test_there_are_transcripts():
    assert TRANSCRIPTS
