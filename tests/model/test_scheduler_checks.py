"""Checks of §2.5.5 are neither dead nor idle: a search finds each failing alone, and passing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from checker.conformance.plain import condition
from checker.conformance.walk import Table, tables
from model.config import Rules
from model.language import System
from model.systems import family
from tests.model.scheduler_cases import IDS, WRITTEN

ACTIONS = ("session_change", "begin_block", "add_claim", "inherent", "end_block")
CHECKS = {
    "add_claim": ("NotAParathread", "ClaimAlreadyIndexed", "QueueFull"),
    "inherent": ("CoreNotScheduled", "CoresNotSorted"),
}
MOST = 3000
"""States to search; all is found within the first 1,000 or so."""


@cache
def searched(amendments: frozenset[str]) -> tuple[frozenset[str], dict[str, tuple]]:
    """The actions that take a step, and for each check a state and choices at which it fails alone.

    Breadth first, until everything is found.
    """
    system = family("scheduler").system("tiny", Rules(amendments, IDS), {"max_validators": 1})
    actions = tables(system)
    watched = {t.transition.action.name: _checks(system, t) for t in actions}
    labels = {label for each in watched.values() for label in each}
    taken, alone = set(), {}
    for state, table, choices in _tries(system, actions):
        name = table.transition.action.name
        refused, target = table.run(state, choices)
        if target is not None:
            taken.add(name)
        elif refused in watched[name]:
            failing = [label for label, holds in watched[name].items() if not holds(state, choices)]
            if failing == [refused]:
                alone.setdefault(refused, (state, name, choices))
        if len(taken) == len(actions) and labels == set(alone):
            break
    return frozenset(taken), alone


def _checks(system: System, table: Table) -> dict:
    """For each name of a check, whether all checks of that name hold."""
    found: dict[str, list] = {}
    for check in table.transition.checks:
        found.setdefault(check.label, []).append(check.holds)
    return {k: condition(system, table.transition, terms) for k, terms in found.items()}


def _tries(system: System, actions: list[Table]) -> Iterator[tuple]:
    """Everything that the environment may try in the first states."""
    seen = dict.fromkeys(o.state for _, o in system.initial_states() if o.state)
    states = list(seen)
    for state in states:
        if len(seen) > MOST:
            return
        for table in actions:
            for choices, _ in table.choices if table.starts(state, ()) else ():
                refused, target = table.run(state, choices)
                if refused != "outside":
                    yield state, table, choices
                if target is not None and target not in seen:
                    seen[target] = None
                    states.append(target)


@pytest.mark.parametrize("amendments", [IDS, WRITTEN], ids=["amended", "written"])
@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_takes_a_step_from_some_reachable_state(amendments, action):
    assert action in searched(amendments)[0]


@pytest.mark.parametrize("amendments", [IDS, WRITTEN], ids=["amended", "written"])
@pytest.mark.parametrize("label", [c for each in CHECKS.values() for c in each])
def test_every_check_is_the_only_one_to_fail_in_some_reachable_state(amendments, label):
    alone = searched(amendments)[1]
    if label == "NotAParathread" and amendments == WRITTEN:
        assert label not in alone  # the amendment brings the check
        return
    system = family("scheduler").system("tiny", Rules(amendments, IDS), {"max_validators": 1})
    state, action, choices = alone[label]
    assert label in CHECKS[action]
    assert system.run(system.transition(action), state, choices).refused == label


def test_these_are_all_the_checks():
    system = family("scheduler").system("tiny", Rules(IDS, IDS))
    found = {
        t.action.name: tuple(dict.fromkeys(check.label for check in t.checks))
        for t in system.transitions
    }
    assert found == {name: CHECKS.get(name, ()) for name in ACTIONS}
