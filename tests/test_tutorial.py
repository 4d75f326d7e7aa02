"""The tutorial runs: each block of Python in order, in one namespace, and its question."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checker.cli import main

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"


def blocks(language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )


def test_every_block_of_python_runs() -> None:
    scope: dict[str, object] = {}
    assert len(blocks("python")) >= 6
    for number, block in enumerate(blocks("python"), 1):
        exec(compile(block, f"tutorial block {number}", "exec"), scope)  # noqa: S102 - our own page


def test_the_question_as_an_expression_is_answered(tmp_path: Path) -> None:
    reach = re.search(r'--reach "(.*?)"', PAGE.read_text("utf-8"))
    assert reach
    with pytest.raises(SystemExit) as end:
        main(["check", "scheduler", "--reach", reach[1], "--out", str(tmp_path)])
    assert end.value.code == 0
