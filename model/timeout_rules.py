"""The system *timeout_rules*: one candidate under two statements of the timeout rule, side by side.

The three statements are the variants of `availability_timeout` (§2.5.5); here two of them watch
the same core.  A candidate is backed in any block of a rotation and never becomes available; from
then on each rule removes it when it first fires, and what one has removed the other still has to.
When both have, or the session ends, the core is free for the next candidate.

Variant `rules`: which two, "the one in the other": whether all that the first removes
has been removed by the second by then.  The first three pairs hold for any periods, the other
three for some: properties/theorems/timeouts.py says which.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from .config import Config, Rules
from .language import Action, And, Bool, If, Min, Nat, Not, Or, State, System
from .scheduler import availability_timeout

SECTION = "§2.5.5, §1.7.1"
SUMMARY = "two statements of the timeout rule side by side"
GATED = ("tiny", "long")

VARIANTS = {
    "rules": (
        "prose_in_predicate",
        "prose_in_algorithm",
        "predicate_in_algorithm",
        "predicate_in_prose",
        "algorithm_in_prose",
        "algorithm_in_predicate",
    )
}

INSTANCES: Mapping[str, Mapping[str, int]] = {
    "tiny": dict(  # each window is wider than the one before it
        chain_availability_period=2, thread_availability_period=3, group_rotation_frequency=4
    ),
    "long": dict(  # every window is the whole rotation
        chain_availability_period=4, thread_availability_period=4, group_rotation_frequency=3
    ),
    "short": dict(  # the prose has no window
        chain_availability_period=1, thread_availability_period=1, group_rotation_frequency=3
    ),
    "small": dict(
        chain_availability_period=5, thread_availability_period=9, group_rotation_frequency=12
    ),
}


def configure(sizes: Mapping[str, int], rules: Rules) -> Config:
    """The configuration of an instance: its sizes and what follows from them."""
    periods = sizes["chain_availability_period"], sizes["thread_availability_period"]
    oldest = max(*periods, sizes["group_rotation_frequency"]) + 1
    return Config(sizes, rules, VARIANTS, {"age_bound": oldest})


def storage(cfg: Config):
    """The block as all three rules see it, and a candidate as each of the two does."""
    return dict(
        parachains=Nat(1),  # with one, core 0 is its core; with none, a parathread core
        since_rotation=Nat(cfg.group_rotation_frequency - 1),
        waits=Bool,  # a candidate was backed, and one of the two still has it
        age=Nat(cfg.age_bound),  # for how many blocks
        one=Bool,  # the first has removed it
        other=Bool,  # the second has
    )


def pair(cfg: Config):
    """The names of the two rules."""
    return cfg.variant("rules").split("_in_")


def times_out(s, rule):
    """§2.5.5/availability_timeout_predicate of the core, by one of the three statements.

    They are §2.5.5/description.5.6, §2.5.5/availability_timeout_predicate.3, §1.7.1/alg-10.4.2.
    """
    names = ("chain_availability_period", "thread_availability_period", "group_rotation_frequency")
    cfg = SimpleNamespace(
        **{name: getattr(s.cfg, name) for name in names}, variant=lambda _name: rule
    )
    state: Any = SimpleNamespace(cfg=cfg, block=s.since_rotation, parachains=s.parachains)
    return availability_timeout(state, 0, s.age)


def genesis(s: State, kind):
    """A session begins, on a core of either kind (§2.5.5/description.5.5)."""
    s.parachains = kind


def block(s: State, backed):
    """One block: each rule removes what is late; then a candidate may be backed on a free core."""
    with s.when(s.waits):
        s.age = Min(s.age + 1, s.cfg.age_bound)
    one, other = pair(s.cfg)
    gone = And(s.waits, times_out(s, one)), And(s.waits, times_out(s, other))
    for flag, now in zip(("one", "other"), gone, strict=True):
        setattr(s, flag, Or(getattr(s, flag), now))
    s.assume(Or(Not(backed), Not(s.waits)))
    with s.when(backed):
        s.waits = True
    s.since_rotation = If(
        s.since_rotation + 1 < s.cfg.group_rotation_frequency, s.since_rotation + 1, 0
    )


def settle(s: State):
    """Both rules have removed the candidate: the core is free."""
    s.assume(And(s.waits, s.one, s.other))
    _free(s)


def session_change(s: State, kind):
    """§2.5.5/session-change.0.2, §2.5.5/session-change.1: the core is free, blocks count anew."""
    s.parachains, s.since_rotation = kind, 0
    _free(s)


def _free(s):
    s.waits, s.age, s.one, s.other = False, 0, False, False


def system(cfg: Config) -> System:
    """A core, block by block, under two rules."""
    return System(
        "timeout_rules",
        cfg,
        storage(cfg),
        Action(genesis, kind=Nat(1)),
        [
            Action(session_change, actor="runtime", kind=Nat(1)),
            Action(block, actor="author", backed=Bool),
            Action(settle, actor="runtime"),
        ],
    )
