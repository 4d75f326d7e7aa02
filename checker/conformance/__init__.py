"""Where models and the reference implementation meet: walks of whole systems, single traces.

`confirm` runs a counterexample on the reference implementation, for the systems it contains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .benches import BENCHES

if TYPE_CHECKING:
    from checker.trace import Trace
    from model.language import System

CONFIRMED = "confirmed on the reference implementation"


@dataclass(frozen=True)
class Confirmation:
    """What the reference implementation made of a trace; `remark` is one line for the reader."""

    confirmed: bool
    remark: str


def confirm(trace: Trace, system: System) -> Confirmation | None:
    """Run a trace on the reference implementation; None if that does not contain the system.

    Confirmed means: every step is accepted and lands in the state of the trace, and a last
    step without successor is refused for the same reason.
    """
    if trace.system not in BENCHES:
        return None
    from .drive import drive

    problem = drive(trace, system)
    return Confirmation(not problem, problem or CONFIRMED)
