"""What an exploration returns."""

from __future__ import annotations

from dataclasses import dataclass, field

from checker.trace import Trace


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation of a property, or a witness of a goal, with a shortest trace."""

    property: str
    depth: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class Exploration:
    """Counts of complete levels, findings, and why the search ended.

    `stopped` is empty when every reachable state was visited: only then is the absence of a
    finding a verdict.  Otherwise it is "limit: NAME", "states", "depth", "seconds", "memory"
    or "first" (a finding, where the caller wanted only one).  `limit` is the trace to the
    limit that stopped it.  `undecided` names recoverable properties that could not be settled,
    with the reason, `noticed` the watched ones that have a finding.  `checked_depth` is the last
    level whose states were all generated and checked.  Bytes and seconds are those of the
    search; `compile_seconds` came before it.
    """

    states: int
    steps: int
    depth: int
    per_depth: list[int]
    per_action: dict[str, int]
    findings: dict[str, Finding]
    cuts_hit: tuple[str, ...]
    stopped: str
    seconds: float
    compile_seconds: float
    peak_memory: int
    table_bytes: int
    checked_depth: int
    limit: Trace | None = None
    undecided: dict[str, str] = field(default_factory=dict)
    noticed: frozenset[str] = frozenset()
    lanes: int = 1
    words: int = 1
