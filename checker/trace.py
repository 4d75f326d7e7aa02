"""A trace: the states a run goes through and the step into each of them.

Every engine returns its counterexamples and witnesses in this form; `checker.replay` confirms
them, `checker.itf` stores them, `checker.render` shows them.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass

Choices = tuple[int, ...]
States = tuple[tuple[int, ...], ...]

ANY_STATE = ""
"""Name of the step into a state that need not be reachable (a step that is not inductive)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action with its choices fixed; `choices` has one integer per choice leaf, in order."""

    action: str
    choices: Choices = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """States of one run of `system`, leaf by leaf, with the step that leads into each.

    `steps[0]` is the initial action; it leads to `states[0]`.  `final` is a last step without a
    successor: it reaches something undefined, breaks a limit, or leads back to `states[loop]`.
    A trace whose initial action already does that has no states, and that action as `final`.
    """

    system: str
    instance: str
    amendments: str
    """"all", "none", "without: id, id" or "only: id, id"."""
    variant: str
    """"default" or "name=value,..."."""
    property: str
    kind: str
    token: str
    sentence: str
    engine: str
    states: States
    steps: tuple[Step, ...]
    loop: int | None = None
    """Index of the state a lasso returns to."""
    final: Step | None = None

    def __post_init__(self) -> None:
        """Refuse what no engine can mean: a programming error, hence ValueError."""
        if not self.states and self.final is None:
            msg = "a trace has an initial state, or a final step that is the initial action"
            raise ValueError(msg)
        if len(self.states) != len(self.steps):
            msg = f"a trace has one step per state, not {len(self.steps)} for {len(self.states)}"
            raise ValueError(msg)
        if len({len(state) for state in self.states}) > 1:
            msg = "the states of a trace have the same leaves"
            raise ValueError(msg)
        if self.loop is not None and not 0 <= self.loop < len(self.states):
            msg = f"the loop of a trace starts at one of its {len(self.states)} states"
            raise ValueError(msg)

    @builtins.property  # `property` is a field here
    def length(self) -> int:
        """Number of steps after the initial one, the final step included."""
        return max(0, len(self.steps) - 1 + (self.final is not None))

    @builtins.property
    def from_any_state(self) -> bool:
        """Whether the first state need not be reachable."""
        return bool(self.steps) and self.steps[0].action == ANY_STATE
