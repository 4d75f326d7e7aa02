"""Ask the compiled search what the plain one was asked, in the same form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from checker.explicit.explore import Budget, Options, explore
from model.language import System
from tests.agreement.naive import Found


def compiled(
    system: System,
    properties: Iterable[Any],
    *,
    depth: int | None = None,
    states: int = 0,
    **options: Any,
) -> Found:
    """What `explore` finds; `options` are those of the search, which must not matter."""
    budget = Budget(depth=depth, states=states)
    x = explore(system, properties, budget=budget, options=Options(**options))
    for finding in x.findings.values():
        assert finding.depth == finding.trace.length
    return Found(
        x.states,
        x.steps,
        x.depth,
        x.per_depth,
        x.per_action,
        {name: _length(finding) for name, finding in x.findings.items()},
        x.cuts_hit,
        x.stopped,
        x.undecided,
    )


def _length(finding: Any) -> int:
    """Steps of a trace; of a lasso those of its stem, the only part that is the shortest."""
    return finding.depth if finding.trace.loop is None else finding.trace.loop


def differences(plain: Found, other: Found) -> list[str]:
    """In which figures two searches differ, named."""
    return [
        f"{name}: {getattr(plain, name)} by plain values, {getattr(other, name)} compiled"
        for name in plain.__dataclass_fields__
        if getattr(plain, name) != getattr(other, name)
    ]
