"""What a search may use at most: `--budget states=1e6,seconds=60,memory=4G,depth=20`."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from pathlib import Path

from .subjects import UsageError

EXAMPLE = "states=2e6,seconds=60,memory=4G,depth=30"
_WORDS = ("states", "seconds", "memory", "depth")
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:e[0-9]{1,2})?)\s*(?:([kmgt]?)i?b?)", re.IGNORECASE)


def parse(text: str) -> Mapping[str, float | int]:
    """The budget by word: states, depth and memory (bytes) as integers, seconds as a number.

    Raises UsageError for another word, a word given twice, or a value that is no positive number.
    """
    found: dict[str, float | int] = {}
    for part in text.split(","):
        word, equals, value = (piece.strip() for piece in part.partition("="))
        if word not in _WORDS or not equals:
            raise UsageError(f"budget {part.strip()!r}; write some of {EXAMPLE}")
        if word in found:
            raise UsageError(f"budget {word} is given twice")
        found[word] = _value(word, value)
    return found


def with_memory(budget: Mapping[str, float | int]) -> Mapping[str, float | int]:
    """The budget; where it does not bound memory, most of what the machine has free bounds it.

    A search that swaps is as good as hung, and takes the machine with it.
    """
    free = _free_memory()
    return budget if "memory" in budget or not free else {**budget, "memory": free * 4 // 5}


def _free_memory() -> int:
    """Bytes that can be had without swapping, in this control group; 0 if nobody says."""
    found = []
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        [line] = [line for line in lines if line.startswith("MemAvailable:")]
        found.append(1024 * int(line.split()[1]))
    with contextlib.suppress(OSError, ValueError):
        group = Path("/sys/fs/cgroup")
        most = int((group / "memory.max").read_text("ascii"))
        found.append(most - int((group / "memory.current").read_text("ascii")))
    return max(0, min(found, default=0))


def _value(word: str, value: str) -> float | int:
    match = _NUMBER.fullmatch(value)
    if match is None or (match.group(2) and word != "memory"):
        raise UsageError(f"budget {word}={value!r}; write a positive number, as in {EXAMPLE}")
    number = float(match.group(1)) * _UNITS[match.group(2).lower()]
    if number <= 0 or (word != "seconds" and int(number) == 0):
        raise UsageError(f"budget {word}={value!r}; write a positive number, as in {EXAMPLE}")
    return number if word == "seconds" else int(number)
