"""Other checkers: what each needs, how its model is built, how it runs, what it prints.

Options are the best of those tried for each: see tests/benchmarks/README.md.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from checker.files import ToolError

from . import measure
from .rows import LETTERS, Row

_FEWEST = 16  # bits of the smallest table
_SLOT = 8 * 32  # bytes of Rumur's full set for each slot: that is how it reads its option
_DIGITS = 8  # of a number that SPIN prints; the rest it rounds
_CC = ("cc", "-O3", "-march=native", "-w")
_ADVICE = {
    "spin": "the package spin of Debian and Ubuntu, or spinroot.com",
    "rumur": "the package rumur of Debian and Ubuntu, or github.com/Smattr/rumur",
    "cc": "a C compiler: the package gcc of Debian and Ubuntu",
    "c++": "a C++ compiler: the package g++ of Debian and Ubuntu",
    "python3": "python.org",
}


class Unavailable(ToolError):
    """A program that is not there, or does not work here."""

    exit_code: ClassVar[int] = 153


@dataclass(frozen=True, slots=True)
class Counts:
    """What a checker says it found; `seconds` of search where it prints them."""

    states: int
    steps: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """A checker beside ours.

    `prepare` writes what is to be compiled, in a folder; `builds` and `command` run there.
    `extra` is how many more steps it prints than there are: some count the initial state.  One
    that `rounds` prints eight digits of a number.
    """

    name: str
    needs: tuple[str, ...]
    model: str
    prepare: Callable[[Path, Path, Row], None]
    builds: Callable[[Row], list[list[str]]]
    command: Callable[[Row], list[str]]
    states: str
    steps: str
    seconds: str = ""
    extra: int = 0
    rounds: bool = False
    faults: str = r"$^"

    def counts(self, text: str) -> Counts:
        """Read the output of a run.  Raises Unavailable if there are no counts in it."""
        found = [re.findall(pattern, text) for pattern in (self.states, self.steps)]
        if not all(found):
            raise Unavailable(f"{self.name} printed no counts: {_end(text)}")
        if re.search(self.faults, text):
            raise Unavailable(f"{self.name} reports a fault: {_end(text)}")
        states, steps = (round(float(hits[-1])) for hits in found)
        took = re.findall(self.seconds, text) if self.seconds else []
        return Counts(states, steps - self.extra, float(took[-1]) if took else None)


def agree(row: Row, counts: Counts, *, rounds: bool = False) -> bool:
    """Whether counts are the exact ones; of a program that `rounds`, to the digits it prints."""
    pairs = ((counts.states, row.states), (counts.steps, row.steps))
    return all(abs(seen - exact) <= _rounding(exact) * rounds for seen, exact in pairs)


def _rounding(exact: int) -> int:
    """The most that a number is off when it is printed with eight digits."""
    return int(10 ** max(0, len(str(exact)) - _DIGITS) // 2)


def missing(program: Program) -> list[str]:
    """What the program needs and is not on PATH, with where to get it."""
    return [f"{n}: {_ADVICE[n]}" for n in program.needs if shutil.which(n) is None]


def build(program: Program, models: Path, folder: Path, row: Row) -> float:
    """Build in a folder; the seconds it took.  Raises Unavailable with what the compiler said."""
    program.prepare(models / program.model, folder, row)
    seconds = 0.0
    for command in program.builds(row):
        done = measure.measure(command, folder, limit=600)
        if done.status:
            said = _end(done.text + done.errors)
            raise Unavailable(f"{program.name}: {command[0]} failed: {said}")
        seconds += done.seconds
    return seconds


def version(program: Program) -> str:
    """What the program says its version is, one line."""
    flags = {"spin": "-V"}
    done = subprocess.run(
        [program.needs[0], flags.get(program.needs[0], "--version")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return next(iter((done.stdout or done.stderr).splitlines()), "")


def _end(text: str) -> str:
    return " | ".join(text.strip().splitlines()[-3:])[-300:] or "nothing"


def _bits(row: Row) -> int:
    """Bits of the smallest table with a slot for every state."""
    return max(_FEWEST, (row.states - 1).bit_length())


def _defines(row: Row) -> list[str]:
    return [f"-D{k}={n}" for k, n in zip(LETTERS.split(), row.sizes, strict=True)]


def _copy(model: Path, folder: Path, row: Row) -> None:  # noqa: ARG001 - sizes are given later
    shutil.copy(model, folder)


def _sized(model: Path, folder: Path, row: Row) -> None:
    """Write the model with its constants replaced."""
    text = model.read_text(encoding="utf-8")
    for letter, size in zip(LETTERS.split(), row.sizes, strict=True):
        text, count = re.subn(rf"\b{letter}: \d+;", f"{letter}: {size};", text, count=1)
        if not count:
            raise Unavailable(f"{model.name} has no constant {letter}")
    (folder / model.name).write_text(text, encoding="utf-8")


def _rumur(row: Row) -> list[str]:
    """The command that turns the model into C."""
    off = ("--symmetry-reduction", "--deadlock-detection", "--pack-state")
    options = [word for name in off for word in (name, "off")]
    capacity = str(_SLOT << _bits(row))
    sizes = ["--threads", "2", "--set-capacity", capacity]
    return ["rumur", *options, *sizes, "--output", "m.c", "corepipe.m"]


PROGRAMS = {
    program.name: program
    for program in (
        Program(
            "spin-dfs",
            ("spin", "cc"),
            "corepipe.pml",
            _copy,
            lambda row: [
                ["spin", "-a", *_defines(row), "corepipe.pml"],
                [*_CC, "-DSAFETY", "-DNOBOUNDCHECK", "-DNOFAIR", "pan.c", "-o", "pan"],
            ],
            lambda row: ["./pan", "-m20000", f"-w{_bits(row)}"],
            r"([\d.e+]+) states, stored",
            r"([\d.e+]+) transitions",
            r"elapsed time ([\d.]+) seconds",
            extra=1,
            rounds=True,
            faults=r"errors: [1-9]|max search depth too small|Search not completed",
        ),
        Program(
            "rumur-2",
            ("rumur", "cc"),
            "corepipe.m",
            _sized,
            lambda row: [
                _rumur(row),
                [*_CC, "-std=c11", "-mcx16", "m.c", "-o", "m", "-lpthread"],
            ],
            lambda row: ["./m"],  # noqa: ARG005 - the sizes are compiled in
            r"(\d+) states, \d+ rules fired",
            r"(\d+) rules fired in",  # followed by whole seconds: too coarse to be used
            faults=r"[1-9]\d* errors? found|Failure",
        ),
        Program(
            "native",
            ("c++",),
            "corepipe.cc",
            _copy,
            lambda row: [
                ["c++", "-O3", "-march=native", "-w", *_defines(row), "corepipe.cc", "-o", "m"]
            ],
            lambda row: ["./m", str(_bits(row) + 1)],
            r"distinct=(\d+)",
            r"transitions=(\d+)",
            faults=r"VIOLATION",
        ),
        Program(
            "cpython",
            ("python3",),
            "corepipe.py",
            _copy,
            lambda row: [],  # noqa: ARG005 - nothing to build
            lambda row: ["python3", "corepipe.py", *map(str, row.sizes)],
            r"distinct=(\d+)",
            r"transitions=(\d+)",
            faults=r"VIOLATION",
        ),
    )
}
USUAL = ("spin-dfs", "rumur-2")
