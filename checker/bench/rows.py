"""The rows of the benchmark: sizes, and the counts that every exact checker must find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from checker.progress import grouped
from checker.subjects import UsageError
from model.corepipe import INSTANCES

LETTERS = "N V T R S"  # cores, validators, timeout, rotation, session


@dataclass(frozen=True, slots=True)
class Row:
    """Sizes N V T R S with the numbers of distinct states and of steps between them.

    `costly` says what a row needs that is left out unless it is asked for.
    """

    sizes: tuple[int, int, int, int, int]
    states: int
    steps: int
    costly: str = ""

    @property
    def name(self) -> str:
        """The sizes as they are written on the command line."""
        return " ".join(map(str, self.sizes))

    @property
    def instance(self) -> str:
        """The instance of the system that has these sizes."""
        return next(n for n, sizes in INSTANCES.items() if tuple(sizes.values()) == self.sizes)

    @property
    def counts(self) -> str:
        """The exact counts, in words."""
        return f"{grouped(self.states)} states, {grouped(self.steps)} steps"


ROWS = (
    Row((2, 4, 3, 4, 8), 23_592, 117_144),
    Row((2, 5, 2, 4, 12), 143_756, 858_852),
    Row((3, 4, 3, 4, 8), 1_474_488, 10_250_640),
    Row((3, 4, 3, 5, 15), 4_872_639, 33_914_796),
    Row((3, 5, 3, 4, 8), 11_515_240, 97_462_192),
    Row((3, 5, 3, 6, 12), 41_457_260, 351_289_664),
    Row((4, 4, 3, 4, 8), 97_311_816, 869_908_392),
    Row((4, 5, 3, 4, 8), 1_510_368_392, 16_544_960_872, "10 to 20 GB of memory and many minutes"),
)
STANDARD = ROWS[3]
"""The row that checkers are compared on."""

SMALL, ALL = "small", "all"
_FEW = 2_000_000  # states: a row of less takes about as long as the start of the program


def named(text: str) -> Row:
    """The row of those sizes.  Raises UsageError: a row without known counts proves nothing."""
    for row in ROWS:
        if row.name == " ".join(text.replace(",", " ").split()):
            return row
    known = "; ".join(row.name for row in ROWS)
    raise UsageError(f"no row {text!r} with known counts; {LETTERS} is one of {known}")


def chosen(names: Iterable[str], group: str | None) -> tuple[Row, ...]:
    """The rows named, or those of a group; without either, all but the costly ones."""
    wanted = [named(name) for name in names]
    if wanted and group:
        raise UsageError("--row names rows, --rows a group of them: give one of the two")
    if wanted:
        return tuple(row for row in ROWS if row in wanted)
    if group == ALL:
        return ROWS
    most = _FEW if group == SMALL else ROWS[-1].states
    return tuple(row for row in ROWS if row.states < most and not row.costly)


def left_out(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The costly rows that somebody who asked for no row in particular does not get."""
    taken = set(rows)
    if not taken.issuperset(row for row in ROWS if not row.costly):
        return ()
    return tuple(row for row in ROWS if row not in taken)
