"""What a bounded search returns: an outcome for each property, and how far it came."""

from __future__ import annotations

from dataclasses import dataclass, field

from checker.files import ToolError
from checker.trace import Trace

VIOLATED, REACHED, BOUNDED = "violated", "reached", "bounded"
EXHAUSTED = "exhausted"
UNDETERMINED, UNKNOWN = "undetermined", "unknown"
LEADS_TO = "leads_to"
SECONDS = "seconds"
"""The reason of an outcome that ran out of time."""


class UnsoundRun(ToolError):
    """The solver's run is not a run of the model: a mistake in the encoding."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of one property.

    `depth` is the length of the trace (`violated`, `reached`), else the number of steps
    up to which all runs were examined; -1 if not even the initial states were.
    """

    property: str
    status: str
    depth: int
    reason: str = ""
    trace: Trace | None = None


@dataclass(slots=True)
class BmcResult:
    """`outcomes` by name of property, in the order asked.

    `depth` is the last depth completed.  `exhausted` is the least number of steps no run has, if it
    was met: then every run was examined, up to the cuts in `cuts_hit`.  `stopped` is "" or why the
    search ended early ("limit: NAME", "seconds", "solver: REASON"); `limit` is the trace to that
    limit.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    depth: int = -1
    exhausted: int | None = None
    cuts_hit: tuple[str, ...] = ()
    stopped: str = ""
    limit: Trace | None = None
    seconds: float = 0.0
    depth_seconds: list[float] = field(default_factory=list)
