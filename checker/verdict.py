"""Verdicts: the words, the record that carries one, and the exit code of each.

The words are the whole vocabulary; a reason, a bound or a cut stands in parentheses behind one.
Only a verdict with its full extent is green: whatever is unfinished has an exit code of its own.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .trace import Trace
from .version import VERSION

SCHEMA = "parascope-verdict"
SCHEMA_VERSION = 1

BUILTIN = "builtin"
DEADLOCK_FREE = "deadlock_free"
WELL_DEFINED = "well_defined"
EVERY_ACTION_FIRES = "every_action_fires"


class Word(StrEnum):
    """What can be said of a property."""

    PROVED = "proved"
    INDUCTIVE = "inductive"
    HOLDS = "holds"
    BOUNDED = "bounded"
    VIOLATED = "VIOLATED"
    REACHED = "reached"
    UNREACHED = "UNREACHED"
    VACUOUS = "vacuous"
    REFINES = "refines"
    BISIMILAR = "bisimilar"
    MEASURED = "measured"
    UNDETERMINED = "undetermined"
    ERROR = "error"


MEANINGS: Mapping[Word, str] = {
    Word.PROVED: "true for all sizes, over the model's own functions",
    Word.INDUCTIVE: "true in this instance for unbounded time, by induction",
    Word.HOLDS: "true in all reachable states of this instance",
    Word.BOUNDED: "not refuted by any run of at most so many steps",
    Word.VIOLATED: "refuted; the trace shows how",
    Word.REACHED: "the goal can be reached; the trace shows how",
    Word.UNREACHED: "no reachable state of this instance is the goal",
    Word.VACUOUS: "true only because its premise never is",
    Word.REFINES: "every behaviour is one of the more abstract model's",
    Word.BISIMILAR: "the two have the same behaviours",
    Word.MEASURED: "a proportion that was counted",
    Word.UNDETERMINED: "the work was not finished, for the reason given",
    Word.ERROR: "the property or its evaluation is at fault",
}

_FULL = {
    Word.PROVED,
    Word.INDUCTIVE,
    Word.HOLDS,
    Word.REACHED,
    Word.REFINES,
    Word.BISIMILAR,
    Word.MEASURED,
}
_NEEDS_DETAIL = {Word.BOUNDED, Word.MEASURED, Word.UNDETERMINED}
_REFUTED = {"invariant": 12, "step": 13, "leads_to": 13, "recoverable": 13}
_BY_WORD = {Word.UNREACHED: 20, Word.VACUOUS: 20, Word.BOUNDED: 30}
_BY_REASON = {
    "solver": 31,
    "certificate": 32,
    "evaluation": 76,
    "model": 150,
}
CONFORMANCE = 12
_WORST_FIRST = (255, 153, 152, 151, 150, 33, 32, 12, 11, 13, 10, 77, 76, 75, 22, 20, 21, 31, 30, 0)

EXIT_CODES: Mapping[int, str] = {
    0: "every verdict asked for, with its full extent",
    2: "wrong usage",
    10: "an assumption is false",
    11: "a deadlock",
    12: "an invariant, a scenario's expectation or the conformance is refuted",
    13: "a liveness or step property is refuted",
    20: "a goal is unreached, or a property vacuous",
    21: "the mutation score is too low",
    22: "a log, trace or scenario is refused",
    30: "undetermined, cut, or only bounded where more was asked",
    31: "the solver answered unknown",
    32: "a certificate is rejected",
    33: "the results differ from the expected ones",
    75: "the model cannot be evaluated",
    76: "a property cannot be evaluated",
    77: "a liveness property cannot be evaluated",
    130: "interrupted",
    150: "a model is written wrongly",
    151: "an input file or a configuration is unreadable",
    152: "the system is too large to be represented",
    153: "the machine: disk, memory",
    255: "a fault of the tool itself",
}


@dataclass(frozen=True, slots=True)
class Effort:
    """What the answer cost: counts of the space, seconds, bytes.  None where it has no meaning."""

    states: int | None = None
    steps: int | None = None
    depth: int | None = None
    seconds: float = 0.0
    compile_seconds: float = 0.0
    peak_memory: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One property of one instance, and what an engine says about it.

    `length` is the number of steps of the trace, None without one.  `assumptions` are what the
    answer depends on beyond the model itself; `note` one more remark for readers; `confirmed`
    whether the reference implementation runs the trace too, None if it was not asked.
    """

    word: Word
    detail: str
    system: str
    property: str
    kind: str
    token: str = ""
    sentence: str = ""
    instance: str = ""
    variant: str = "default"
    amendments: str = "all"
    engine: str = "explicit"
    extent: str = ""
    assumptions: tuple[str, ...] = ()
    effort: Effort = Effort()
    length: int | None = None
    note: str = ""
    confirmed: bool | None = None
    trace_file: str = ""
    hashes: Mapping[str, str] = field(default_factory=dict, compare=False)
    trace: Trace | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse a word without the reason it needs: a programming error."""
        if self.word in _NEEDS_DETAIL and not self.detail:
            msg = f"{self.word} says why or how far: the detail is missing"
            raise ValueError(msg)

    @builtins.property
    def text(self) -> str:
        """The verdict as it is printed and pinned: the word, and what qualifies it."""
        return f"{self.word}({self.detail})" if self.detail else str(self.word)

    @builtins.property
    def full(self) -> bool:
        """Whether the verdict is good and has its full extent."""
        return is_full(self.word, self.detail)

    @builtins.property
    def exit_code(self) -> int:
        """The exit code of this verdict alone."""
        if self.confirmed is False:
            return CONFORMANCE
        if self.full:
            return 0
        if self.word is Word.VIOLATED:
            return 11 if self.property == DEADLOCK_FREE else _REFUTED.get(self.kind, 12)
        if self.word in {Word.UNDETERMINED, Word.ERROR}:
            otherwise = 30 if self.word is Word.UNDETERMINED else 255
            if self.kind == "leads_to" and self.detail.startswith("evaluation:"):
                return 77
            return _BY_REASON.get(self.detail.partition(":")[0], otherwise)
        return _BY_WORD.get(self.word, 30)


def is_full(word: Word, detail: str) -> bool:
    """Whether a word says something good without reserve: `holds(cut: x)` does not."""
    return word in _FULL and not detail.startswith("cut")


def parse(text: str) -> tuple[Word, str]:
    """Word and detail of a printed verdict.  Raises ValueError for any other word."""
    match = re.fullmatch(r"(\w+)(?:\((.+)\))?", text, re.DOTALL)
    if match is None or match.group(1) not in set(Word):
        msg = f"{text!r} is no verdict; the words are {', '.join(Word)}"
        raise ValueError(msg)
    word, detail = Word(match.group(1)), match.group(2) or ""
    if word in _NEEDS_DETAIL and not detail:
        msg = f"{text!r} is incomplete; write {word}(...)"
        raise ValueError(msg)
    return word, detail


def severity(code: int) -> int:
    """The place of an exit code, worst first; an unknown one is worse than all known."""
    return _WORST_FIRST.index(code) if code in _WORST_FIRST else -1


def worst(codes: Iterable[int]) -> int:
    """The exit code that wins; 0 if there is none."""
    return min(codes, key=severity, default=0)


def record(verdict: Verdict, versions: Mapping[str, str]) -> dict[str, object]:
    """The verdict as versioned JSON data, every field present."""
    effort = verdict.effort
    return {
        "schema": SCHEMA,
        "version": SCHEMA_VERSION,
        "system": verdict.system,
        "property": verdict.property,
        "kind": verdict.kind,
        "token": verdict.token,
        "sentence": verdict.sentence,
        "instance": verdict.instance,
        "variant": verdict.variant,
        "amendments": verdict.amendments,
        "engine": verdict.engine,
        "verdict": verdict.text,
        "word": str(verdict.word),
        "detail": verdict.detail,
        "extent": verdict.extent,
        "assumptions": list(verdict.assumptions),
        "counts": {"states": effort.states, "steps": effort.steps},
        "depth": effort.depth,
        "length": verdict.length,
        "seconds": round(effort.seconds, 6),
        "compile_seconds": round(effort.compile_seconds, 6),
        "peak_memory": effort.peak_memory,
        "note": verdict.note,
        "confirmed": verdict.confirmed,
        "trace": verdict.trace_file or None,
        "exit_code": verdict.exit_code,
        "versions": {"parascope": VERSION, **versions},
        "hashes": {"terms": None, "engine": None, "certificate": None, **verdict.hashes},
    }
