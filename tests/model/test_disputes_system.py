"""Checks of §2.5.8 are neither dead nor idle: a search finds each failing alone."""

from __future__ import annotations

from functools import cache

import pytest

from checker.conformance.plain import condition
from checker.conformance.walk import Table, tables
from model.config import Rules
from model.language import System
from model.systems import family
from properties.catalogue import known_ids

IDS = known_ids()
WITHOUT = IDS - {"duty-until-closed", "only-validators-dispute", "escalated-need-no-vrf"}
VOTES = ("DisputeEnded", "NotIncludedHere", "NotYetAvailable", "AcceptancePeriodOver")
CHECKS = {
    "check": ("DisputeEnded", "NotYetAvailable"),
    "volunteer": ("AcceptancePeriodOver",),
    "attest_at_will": (*VOTES, "AlreadyAttested"),
    "attest_as_another": ("BadStatementSignature",),
}
ONLY_WITHOUT = {"attest_at_will": ("SessionNotKept", "NotAssigned"), "report": VOTES[1::2]}
SIZES = {"min_validators": 4, "max_validators": 4}
MOST = 4000
"""States to search; all is found within them."""


@cache
def built(amendments: frozenset[str]) -> System:
    return family("disputes").system("tiny", Rules(amendments, IDS), SIZES)


@cache
def searched(amendments: frozenset[str]) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The actions that take a step, and for each the checks that fail alone; breadth first."""
    system = built(amendments)
    actions = [(t, _checks(system, t)) for t in tables(system)]
    states = [o.state for _, o in system.initial_states() if o.state]
    seen, taken, alone = set(states), set(), set()
    for state in states:
        if len(seen) > MOST:
            break
        for table, checks in actions:
            name = table.transition.action.name
            for choices, _ in table.choices if table.starts(state, ()) else ():
                refused, target = table.run(state, choices)
                if target is not None:
                    taken.add(name)
                    if target not in seen:
                        seen.add(target)
                        states.append(target)
                elif refused in checks:
                    failing = {
                        label for label, holds in checks.items() if not holds(state, choices)
                    }
                    if failing == {refused}:
                        alone.add((name, refused))
    return frozenset(taken), frozenset(alone)


def _checks(system: System, table: Table) -> dict:
    """For each name of a check, whether all checks of that name hold."""
    found: dict[str, list] = {}
    for check in table.transition.checks:
        found.setdefault(check.label, []).append(check.holds)
    return {k: condition(system, table.transition, terms) for k, terms in found.items()}


@pytest.mark.parametrize("amendments", [IDS, WITHOUT], ids=["amended", "without"])
def test_every_action_takes_a_step_but_that_of_a_stranger(amendments):
    names = {t.action.name for t in built(amendments).transitions}
    assert names - searched(amendments)[0] == {"attest_as_another"}


@pytest.mark.parametrize("action", CHECKS)
def test_every_check_is_the_only_one_to_fail_in_some_reachable_state(action):
    alone = {label for name, label in searched(IDS)[1] if name == action}
    assert alone == set(CHECKS[action])


@pytest.mark.parametrize("action", ONLY_WITHOUT)
def test_so_is_every_check_that_an_amendment_takes_away(action):
    alone = {label for name, label in searched(WITHOUT)[1] if name == action}
    assert alone >= set(ONLY_WITHOUT[action])


def test_these_are_all_the_checks():
    def labels(amendments):
        return {c.label for t in built(amendments).transitions for c in t.checks}

    named = {"SessionNotKept", *(label for each in CHECKS.values() for label in each)}
    assert labels(IDS) == named
    assert labels(WITHOUT) == named | {"NotAssigned"}
