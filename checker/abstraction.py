"""Whether an abstract system allows all that a concrete one does, through a mapping of states.

Every reachable state of a small concrete instance is mapped.  The image of an initial state must
be an initial abstract state, and the image of a step an abstract step, or no change at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.config import Rules
from model.language.errors import ModelError
from model.systems import family
from properties import catalogue

from .values import show

if TYPE_CHECKING:
    from model.language import System
    from properties.theorem import Abstraction

State = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """What mapping an instance came to; `problem` is empty if the abstract system allows it all.

    `states` and `steps` are counts of the abstract image, `concrete` of the mapped states.
    """

    concrete: int
    states: int
    steps: int
    problem: str = ""

    @property
    def text(self) -> str:
        """One line for readers."""
        if self.problem:
            return self.problem
        return f"{self.concrete} states map to {self.states}, with {self.steps} different steps"


def checked(abstraction: Abstraction, abstract: System) -> Image:
    """Map every reachable state and step of the concrete instance, as amended."""
    from .explicit.statespace import state_space

    amendments = frozenset(a.id for a in catalogue.amendments())
    rules = Rules(amendments, amendments, dict(abstraction.variants))
    concrete = family(abstraction.family).system(abstraction.instance, rules)
    space = state_space(concrete)
    if space.stopped or space.cuts:
        reason = space.stopped or f"cut: {', '.join(space.cuts)}"
        return Image(0, 0, 0, f"the concrete instance was not explored: {reason}")
    images: dict[State, int] = {}
    numbers = np.zeros(len(space.states), np.int64)
    for i, state in enumerate(space.states):
        mapped = abstraction.of(concrete, concrete.decode(state))
        try:
            numbers[i] = images.setdefault(abstract.encode(mapped), len(images))
        except ModelError as error:
            return Image(len(space.states), len(images), 0, f"no abstract state: {error}")
    known = list(images)
    starts = {known[i] for i in set(numbers[: space.initial].tolist())}
    pairs = np.unique(np.stack([numbers[space.sources], numbers[space.targets]]), axis=1)
    moves = {(known[a], known[b]) for a, b in pairs.T.tolist() if a != b}
    problem = _not_initial(abstract, starts) or _not_a_step(abstract, moves)
    return Image(len(space.states), len(images), len(moves), problem)


def _not_initial(abstract: System, starts: set[State]) -> str:
    allowed = {outcome.state for _, outcome in abstract.initial_states()}
    for state in sorted(starts - allowed):
        return f"not an initial abstract state: {_shown(abstract, state)}"
    return ""


def _not_a_step(abstract: System, moves: set[tuple[State, State]]) -> str:
    """The first image of a step that no abstract action takes.

    Images of initial states are reachable, and so is what abstract steps lead to: the abstract
    system's own state space has all steps that are needed.
    """
    from .explicit.statespace import state_space

    space = state_space(abstract)
    pairs = np.unique(np.stack([space.sources, space.targets]), axis=1).T.tolist()
    steps = {(space.states[a], space.states[b]) for a, b in pairs}
    complete = not (space.stopped or space.cuts)
    for before, after in sorted(moves - steps):
        if complete or after not in _successors(abstract, before):
            before_text, after_text = _shown(abstract, before), _shown(abstract, after)
            return f"no abstract step leads from {before_text} to {after_text}"
    return ""


def _successors(abstract: System, state: State) -> list[State | None]:
    outcomes = [
        abstract.run(transition, state, choices)
        for transition in abstract.transitions
        for choices in abstract.choices(transition)
    ]
    return [o.state for o in outcomes]


def _shown(system: System, state: State) -> str:
    return ", ".join(f"{name} {show(value)}" for name, value in system.decode(state).items())
