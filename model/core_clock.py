"""One availability core against the clock of its session, for any periods and any frequency.

An abstraction of the system *scheduler*.  Of the cores one is left, core 0; of the block number
the blocks since the last rotation; of paras whether the core is a parachain's.  What becomes
available, what is backed and when sessions change is the environment's choice.  When the core
times out is not: that is `availability_timeout` of the scheduler's model, in its three variants.
"""

from collections.abc import Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

from .config import Config, Rules
from .language import Action, And, Bool, Enum, If, Min, Nat, Not, Or, Record, State, System
from .scheduler import availability_timeout
from .scheduler_system import VARIANTS

IDLE, OPEN, CLOSED = PHASE = Enum("idle open closed")  # between blocks; begun; inherent done

MEMBERS = "chain_availability_period", "thread_availability_period", "group_rotation_frequency"


def configuration(sizes: Mapping[str, int] | None):
    """The members that tell time, any numbers; `sizes` are the largest of a finite instance."""
    return Record(**{name: Nat(sizes[name]) if sizes else Nat() for name in MEMBERS})


def storage(sizes: Mapping[str, int] | None):
    """`age` is the number of blocks since the core was occupied, 0 in that block itself."""
    return dict(
        configuration=configuration(sizes),  # chosen once and for all
        phase=PHASE,
        parachains=Nat(1),  # with one, core 0 is its core; with none, a parathread core
        since_rotation=Nat(sizes["group_rotation_frequency"]) if sizes else Nat(),
        occupied=Bool,
        age=Nat(_oldest(sizes)) if sizes else Nat(),
    )


def _oldest(sizes):
    """Where ages saturate in a finite instance, as the scheduler's do: beyond all bounds."""
    return max(sizes.values()) + 1


def times_out(s):
    """§2.5.5/availability_timeout_predicate, asked of the core as the scheduler's model asks it.

    The rule sees the block only modulo the frequency, so the blocks since a rotation will do.
    """
    members = {name: getattr(s.configuration, name) for name in MEMBERS}
    cfg = SimpleNamespace(**members, variant=s.cfg.variant)
    core_and_block: Any = SimpleNamespace(cfg=cfg, block=s.since_rotation, parachains=s.parachains)
    return availability_timeout(core_and_block, 0, s.age)


def genesis(s: State, members, kind):
    """A session begins with any configuration, on a core of either kind."""
    s.configuration = members
    s.parachains = kind


def session_change(s: State, kind):
    """§2.5.5/session-change.0.2 and §2.5.5/session-change.1: nothing is pending, blocks count anew.

    It may come between any two blocks.
    """
    s.assume(s.phase == IDLE)
    s.parachains = kind
    s.since_rotation = 0
    _free(s)


def begin_block(s: State):
    """A block begins; a candidate that is pending has waited one block more."""
    s.assume(s.phase == IDLE)
    with s.when(s.occupied):
        s.age = Min(s.age + 1, _oldest(s.cfg.sizes)) if s.cfg.sizes else s.age + 1
    s.phase = OPEN


def inherent(s: State, available, backed):
    """§2.5.7/inclusion: the core is freed if available or late, and occupied if then backed."""
    s.assume(s.phase == OPEN)
    with s.when(And(s.occupied, Or(available, times_out(s)))):
        _free(s)
    with s.when(And(backed, Not(s.occupied))):
        s.occupied = True
    s.phase = CLOSED


def end_block(s: State):
    """A block ends; the groups rotate at fixed intervals (§2.5.5/description.4.1)."""
    s.assume(s.phase == CLOSED)
    later = s.since_rotation + 1
    s.since_rotation = If(later < s.configuration.group_rotation_frequency, later, 0)
    s.phase = IDLE


def _free(s):
    s.occupied = False
    s.age = 0


def system(sizes: Mapping[str, int] | None, rule: str = "predicate") -> System:
    """The clock under one of the three rules; `sizes` are the largest members, None for any."""
    return System(
        "core_clock",
        Config(sizes or {}, Rules(variants={"timeout_rule": rule}), VARIANTS),
        storage(sizes),
        Action(genesis, members=configuration(sizes), kind=Nat(1)),
        [
            Action(session_change, actor="runtime", kind=Nat(1)),
            Action(begin_block, actor="runtime"),
            Action(inherent, actor="author", available=Bool, backed=Bool),
            Action(end_block, actor="runtime"),
        ],
    )


RULES = {rule: partial(system, rule=rule) for rule in VARIANTS["timeout_rule"]}
"""For each statement of the timeout rule the system that follows it."""
