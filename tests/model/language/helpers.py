"""Small systems for the tests of the language, and one step of them in both modes."""

from __future__ import annotations

import inspect
import itertools
from types import SimpleNamespace
from typing import Any

from model.language import Action, Index, ModelError, Outcome, System
from properties.kinds import Property
from tests.agreement.terms import Sentence, Step, agree

CORE = Index("core", 3)
THREAD = Index("thread", 2)
EMPTY = Index("empty", 0)
CFG = SimpleNamespace(core=CORE, thread=THREAD, n=2, none=0)


def nothing(s: Any) -> None:
    """Leave the all-zero state."""


def system(storage: dict[str, Any], *actions: Any, init: Any = nothing, cuts: Any = ()) -> System:
    """A system; a bare function is an action without choices."""
    table = [a if isinstance(a, Action) else Action(a) for a in actions] or [Action(idle)]
    return System("small", CFG, storage, init, table, cuts)


def idle(s: Any) -> None:
    """Change nothing."""


def run(model: System, name: str, /, before: dict[str, Any], **choices: Any) -> Outcome:
    """The outcome of one step, after both modes agreed on it for every value of nothing."""
    transition = model.transition(name)
    state = model.encode({**model.decode(model.zero), **before})
    chosen = model.encode_choices(transition, choices)
    return agree(model, transition, Step(model, transition), state, chosen)


def after(model: System, name: str, /, before: dict[str, Any], **choices: Any) -> dict[str, Any]:
    """The state that a step leads to, as plain data."""
    outcome = run(model, name, before, **choices)
    assert outcome.state is not None, outcome
    return model.decode(outcome.state)


def agree_everywhere(model: System, most: int = 4000) -> set[Outcome]:
    """Both modes on every state within the declared ranges and every choice; what came out."""
    seen = set()
    ranges = [range(leaf.low, leaf.high + 1) for leaf in model.leaves]
    for transition in model.transitions:
        step = Step(model, transition)
        chosen = list(model.choices(transition))
        cases = itertools.product(itertools.product(*ranges), chosen)
        for state, choices in itertools.islice(cases, most):
            seen.add(agree(model, transition, step, state, choices))
    return seen


def value(model: System, function: Any, before: dict[str, Any]) -> bool:
    """A property's value in one state, the same in both modes."""
    prop = Property("invariant", function.__name__, "", "", function)
    state = model.encode({**model.decode(model.zero), **before})
    found = model.holds(prop, state)
    assert Sentence(model, prop).holds(state) == found
    return found


def message(error: ModelError, function: Any) -> str:
    """The text of an error, which must begin with a line of the function."""
    lines, first = inspect.getsourcelines(function)
    file, line, text = str(error).split(":", 2)
    assert file == inspect.getsourcefile(function).rsplit("/", 1)[-1]  # type: ignore[union-attr]
    assert first <= int(line) < first + len(lines), f"{line} is not in {first}+{len(lines)}"
    return text.strip()
