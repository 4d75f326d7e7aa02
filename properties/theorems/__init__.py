"""All theorems, by the questions they answer.  Each module states those of one topic."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from functools import cache

from properties.theorem import Theorem

MODULES = (
    "rotation",
    "turns",
    "groups",
    "backing",
    "quorums",
    "pieces",
    "votes",
    "disputes",
    "slashing",
    "checks",
    "timing",
    "timeouts",
    "timeout_pairs",
    "life",
    "claims",
    "liveness",
    "authoring",
    "session",
    "lookup",
    "draws",
)

QUESTIONS: Mapping[int, str] = {
    1: "Do rotations keep groups and cores one to one?",
    2: "Are group sizes fair?",
    3: "Can what was voted available be reconstructed?",
    4: "Is a candidate enacted only by votes for it?",
    5: "Does an escalation have one outcome that stays?",
    6: "Do the two descriptions of a dispute agree?",
    7: "Is an honest validator ever slashed?",
    8: "Do two quorums meet in an honest validator?",
    9: "Is more than two thirds the same as n - f?",
    10: "Which groups can be outvoted, and what do empty groups decide?",
    11: "Do enough validators check a block?",
    12: "How long can a core stay occupied?",
    13: "How long can a claim stay?",
    14: "Does the claim index tell the truth?",
    15: "Which configurations run for ever?",
    16: "Is one session's business kept from the next?",
    17: "Does the lookup of past code answer rightly?",
    18: "Has an honest author always a valid next block?",
    19: "How likely is a dishonest group?",
}


@cache
def theorems() -> tuple[Theorem, ...]:
    """Every theorem, by question, then in the order of the files.  Names are unique."""
    found: dict[str, Theorem] = {}
    for module in MODULES:
        if importlib.util.find_spec(f"{__name__}.{module}") is None:
            continue
        for value in vars(importlib.import_module(f"{__name__}.{module}")).values():
            if isinstance(value, Theorem):
                if found.get(value.name, value) is not value:
                    message = f"two theorems are called {value.name}"
                    raise ValueError(message)
                found[value.name] = value
    return tuple(sorted(found.values(), key=lambda t: t.item))
