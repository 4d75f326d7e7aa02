"""The page about scenarios names everything that there is."""

from __future__ import annotations

import re
from pathlib import Path

from checker.scenarios import vocabulary

PAGE = Path(__file__).parents[3] / "docs" / "scenarios.md"


def test_the_page_names_the_whole_vocabulary():
    named = set(re.findall(r"`([\w.]+)", PAGE.read_text("utf-8")))
    assert set(vocabulary.CALLS) <= named
    assert set(vocabulary.OBSERVED) <= named
    assert set(vocabulary.SETUP) <= named
