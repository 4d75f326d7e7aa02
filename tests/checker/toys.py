"""Families of small systems for tests of the command line, in place of the real ones.

`tank` is filled and drained; as written it can overflow, and its valve may start open.  `odd` has
one fault per variant, each with a verdict of its own; `endless` is for budgets.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from checker import subjects
from model.config import Config
from model.language import Action, And, Bool, Enum, Implies, Nat, Not, System
from model.systems import Family
from properties.catalogue import Amendment
from properties.kinds import Property, invariant, leads_to, reachable, recoverable, step

OFF, ON = PUMP = Enum("off on")
TANK_VARIANTS = {"drain": ("one", "all")}
TOKEN = "§2.5.5/schedule.1"  # noqa: S105 - no secret: any that exists

AMENDMENTS = (
    Amendment(
        "full-is-full",
        TOKEN,
        "repair",
        "Fill while the level is at most the capacity.",
        "Fill while it is below.",
        "safety",
        "tank",
        refutes="level_within_capacity",
    ),
    Amendment(
        "starts-shut",
        TOKEN,
        "reading",
        "The valve is in any position at first.",
        "It is shut at first.",
        "clarity",
        "tank",
    ),
)


def tank(cfg: Config) -> System:
    def start(s, position) -> None:
        if not cfg.amended("starts-shut"):
            s.open = position

    def switch(s) -> None:
        s.pump = ON - s.pump

    def fill(s) -> None:
        """§2.5.5/schedule.1: one more."""
        s.require(s.pump == ON, "PumpOff")
        most = cfg.capacity if cfg.amended("full-is-full") else cfg.capacity + 1
        s.require(s.level < most, "TankFull")
        s.level = s.level + 1

    def drain(s) -> None:
        s.require(s.level > 0, "TankEmpty")
        s.level = 0 if cfg.variant("drain") == "all" else s.level - 1

    storage = {"level": Nat(cfg.capacity + 1), "open": Bool, "pump": PUMP}
    actions = [Action(switch), Action(fill, actor="pump"), Action(drain, actor="user", fair="weak")]
    return System("tank", cfg, storage, Action(start, position=Bool), actions)


@invariant(TOKEN)
def level_within_capacity(s):
    """The level never passes the capacity."""
    return s.level <= s.cfg.capacity


@step(TOKEN)
def level_moves_by_one(before, after):
    """A step changes the level by one at most."""
    return And(after.level <= before.level + 1, before.level <= after.level + 1)


@reachable(TOKEN)
def tank_is_full(s):
    """The tank can be full."""
    return s.level == s.cfg.capacity


@recoverable(TOKEN)
def tank_can_be_emptied(s):
    """There is always a way to an empty tank."""
    return s.level == 0


TANK = (level_within_capacity, level_moves_by_one, tank_is_full, tank_can_be_emptied)

FAULTS = ("none", "deadlock", "limit", "cut", "undefined", "idle", "nowhere")


def odd(cfg: Config) -> System:
    fault = cfg.variant("fault")

    def start(s) -> None:
        if fault == "nowhere":
            s.require(s.n == 1, "NeverTrue")

    def up(s) -> None:
        if fault == "deadlock":
            s.require(s.n < 2, "Enough")
        if fault == "undefined":
            s.n = s.n + 1 + 0 / (2 - s.n)
        elif fault in {"limit", "cut"}:
            s.n = s.n + 1
        else:
            s.n = (s.n + 1) % 4

    def never(s) -> None:
        s.require(s.n > 3, "TooSmall")
        s.n = 0

    actions = [Action(up)] + ([Action(never)] if fault == "idle" else [])
    return System("odd", cfg, {"n": Nat(3)}, start, actions, ["n"] if fault == "cut" else [])


def endless(cfg: Config) -> System:
    """More states than any test should wait for: every use of it has a budget."""

    def start(s) -> None:
        pass

    def up(s) -> None:
        s.n = s.n + 1

    return System("endless", cfg, {"n": Nat(2**40)}, start, [Action(up)])


@invariant(TOKEN)
def large_is_even(s):
    """A number above three is even."""
    return Implies(s.n > 3, s.n % 2 == 0)


@invariant(TOKEN)
def number_is_small(s):
    """The number stays below a hundred."""
    return s.n < 100


@reachable(TOKEN)
def number_is_three(s):
    """The number can be three."""
    return s.n == 3


@reachable(TOKEN)
def number_is_nine(s):
    """The number can be nine."""
    return s.n == 9


@leads_to(TOKEN)
def number_returns(s):
    """The number is zero again and again."""
    return Not(s.n == 0), s.n == 0


ODD = (large_is_even, number_is_small, number_is_three, number_is_nine, number_returns)


def configure(variants):
    return lambda sizes, rules: Config(sizes, rules, variants)


FAMILIES = {
    "tank": Family(
        "tank",
        "§2.5.5",
        "a tank with a pump",
        configure(TANK_VARIANTS),
        tank,
        {"tiny": {"capacity": 2}, "small": {"capacity": 5}},
        TANK_VARIANTS,
    ),
    "odd": Family(
        "odd",
        "",
        "a number with faults",
        configure({"fault": FAULTS}),
        odd,
        {"tiny": {"unused": 1}},
        {"fault": FAULTS},
    ),
    "endless": Family("endless", "", "it counts", configure({}), endless, {"tiny": {"unused": 1}}),
}
STATED: dict[str, tuple[Property, ...]] = {"tank": TANK, "odd": ODD, "endless": ODD}


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The toys in place of the real systems, in an empty folder."""
    install(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("checker.progress.PATIENCE", 600.0)  # a kernel may be compiled meanwhile
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return tmp_path


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "families", lambda: FAMILIES)
    monkeypatch.setattr(subjects, "stated", STATED.__getitem__)
    monkeypatch.setattr(subjects, "amendments", lambda: AMENDMENTS)
    monkeypatch.setattr(subjects, "theorems", lambda: ())
