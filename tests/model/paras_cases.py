"""Short ways to write states of §2.5.4: two paras, two codes, three past codes, heights -5 to 2.

Every step is run in both modes, over terms and on plain values, and must come out the same.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from model import paras
from model.config import Config, Rules
from model.language import Action, Outcome, System
from properties.catalogue import known_ids
from tests.agreement.terms import Step, agree

SIZES = dict(
    paras=2,
    codes=3,
    heads=2,
    past_codes=3,
    acceptance_period=1,
    longest_pending=2,
    validation_upgrade_delay=2,
    validation_upgrade_frequency=1,
)
IDS = known_ids()
NONE = {"some": False, "block": 0}
NO_CODE = {"some": False, "code": 0}
NO_META = {"upgrade_times": [], "last_pruned": NONE}
READINGS = dict.fromkeys(paras.READINGS.values(), False)


def without(*amendments: str) -> frozenset[str]:
    """All amendments but these."""
    assert IDS.issuperset(amendments)
    return IDS - frozenset(amendments)


def nothing(s: Any) -> None:
    """Leave the all-zero state."""


def session_change(s: Any) -> None:
    """§2.5.4/session-change."""
    paras.on_new_session(s)


def look_up(s: Any, para: Any, at: Any, intermediate: Any) -> None:
    """§2.5.4/validation_code_at; what it finds becomes the planned code of the other para."""
    found = paras.validation_code_at(s, para, at, intermediate)
    s.FutureCode[1 - para] = dict(some=found.some, code=found.code)


@cache
def routines(amendments: frozenset[str] = IDS) -> System:
    """The routines of the section as actions of their own, over its storage."""
    cfg = Config(SIZES, Rules(amendments, IDS), {}, paras.sorts(SIZES))
    table = [
        Action(session_change),
        Action(paras.on_initialize),
        Action(paras.next_block),
        Action(paras.schedule_para_initialize, para=cfg.para, genesis=paras.genesis_args(cfg)),
        Action(paras.schedule_para_cleanup, para=cfg.para),
        Action(paras.schedule_code_upgrade, para=cfg.para, code=cfg.code, expected_at=cfg.height),
        Action(paras.note_new_head, para=cfg.para, head=cfg.head, number=cfg.height),
        Action(look_up, para=cfg.para, at=cfg.height, intermediate=cfg.height),
    ]
    return System("paras", cfg, paras.storage(cfg), nothing, table)


def state(amendments: frozenset[str] = IDS, **changes: Any) -> dict[str, Any]:
    """A state in which para 0 is a live parachain with head 1 and code 1, and para 1 is nothing.

    Readings are flags by name; those of an amended reading do not exist.
    """
    taken = {f: changes.pop(f, False) for f in READINGS}
    open_readings = {f: taken[f] for a, f in paras.READINGS.items() if a not in amendments}
    assert not any(taken[f] for f in READINGS if f not in open_readings), "settled by amendment"
    reading = {"reading": open_readings} if open_readings else {}
    plain = {
        "Parachains": frozenset({0}),
        "Heads": [{"some": True, "head": 1}, {"some": False, "head": 0}],
        "ValidationCode": [{"some": True, "code": 1}, NO_CODE],
    }
    return {**plain, **reading, **changes}


def run(
    routine: str, before: dict[str, Any], amendments: frozenset[str] = IDS, **choices: Any
) -> Outcome:
    """The outcome of a routine, after both modes agreed on it."""
    model, step = routines(amendments), _step(amendments, routine)
    full = model.encode({**model.decode(model.zero), **before})
    chosen = model.encode_choices(step.transition, choices)
    return agree(model, step.transition, step, full, chosen)


@cache
def _step(amendments: frozenset[str], routine: str) -> Step:
    model = routines(amendments)
    return Step(model, model.transition(routine))


def after(
    routine: str, before: dict[str, Any], amendments: frozenset[str] = IDS, **choices: Any
) -> dict[str, Any]:
    """The state a routine leads to."""
    outcome = run(routine, before, amendments, **choices)
    assert outcome.state is not None, outcome
    return routines(amendments).decode(outcome.state)


def refusal(
    routine: str, before: dict[str, Any], amendments: frozenset[str] = IDS, **choices: Any
) -> Any:
    """The check that refuses a routine; empty if it is taken."""
    return run(routine, before, amendments, **choices).refused


def past(*codes: tuple[int, int]) -> list[list[dict[str, int]]]:
    """Past codes of para 0, each with its number."""
    return [[{"block": block, "code": code} for block, code in codes], []]


def meta(*times: tuple[int, int, int], pruned: int | None = None) -> list[dict[str, Any]]:
    """Replacements of para 0: expected, activated, last parent."""
    names = ("expected_at", "activated_at", "last_parent")
    last = NONE if pruned is None else {"some": True, "block": pruned}
    known = [dict(zip(names, each, strict=True)) for each in times]
    return [{"upgrade_times": known, "last_pruned": last}, NO_META]


def to_prune(*blocks: int) -> list[dict[str, int]]:
    """Entries of para 0 in the list of what to prune."""
    return [{"para": 0, "block": block} for block in blocks]


def upcoming(head: int = 0, code: int = 2, *, parachain: bool = True) -> dict[str, Any]:
    """Para 1 is about to come in."""
    args = {"genesis_head": head, "validation_code": code, "parachain": parachain}
    none = {"genesis_head": 0, "validation_code": 0, "parachain": False}
    return {
        "UpcomingParas": frozenset({1}),
        "UpcomingParasGenesis": [{"some": False, "args": none}, {"some": True, "args": args}],
    }


def planned(block: int, code: int = 2) -> dict[str, Any]:
    """An upgrade of para 0 is planned."""
    return {
        "FutureCodeUpgrades": [{"some": True, "block": block}, NONE],
        "FutureCode": [{"some": True, "code": code}, NO_CODE],
    }
