"""§2.5.5 Scheduler, of groups: who serves which core, block by block, over sessions of any length.

An abstraction of the system *scheduler*: of a session are left its cores and the group of each
validator, which its seed makes anything; of a block its phases and its number in the session.
Which group is on a core is `group_on` of the scheduler's model.

Variant `changes`: whether a session changes at the start of a block, before initialization, or at
the end of the block before, after finalization.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from .config import Config, Rules
from .language import (
    Action,
    And,
    Array,
    Bool,
    If,
    Implies,
    Index,
    Nat,
    Or,
    State,
    System,
    parameter,
)
from .scheduler import cores, group_on
from .scheduler_system import CHANGED, CLOSED, ENDING, IDLE, OPEN, PHASE

SIZES = ("max_validators", "cores", "blocks", "group_rotation_frequency")

VARIANTS = {"changes": ("block_start", "block_end")}


def configure(sizes: Mapping[str, int] | None, rules: Rules) -> Config:
    """Any number of validators, cores, and blocks in a session; any frequency but 0."""
    numbers: Mapping[str, Any] = sizes or {name: parameter(name, 1) for name in SIZES}
    derived = dict(
        validator=Index("validator", numbers["max_validators"]),
        core=Index("core", numbers["cores"]),
        height=Index("height", numbers["blocks"]),
        number=Nat(sizes["cores"]) if sizes else Nat(),
    )
    return Config({}, rules, VARIANTS, {**numbers, **derived})


def storage(cfg: Config):
    """§2.5.5/storage, as far as groups go."""
    return dict(
        phase=PHASE,
        block=cfg.height,  # of the session: the current one, or between blocks the next
        parachains=cfg.number,
        parathread_cores=cfg.number,
        ValidatorGroups=Array(cfg.validator, cfg.number),  # the group of each validator
    )


def genesis(s: State, chains, threads, groups):
    """The first session begins."""
    _new_session(s, chains, threads, groups)


def _new_session(s, chains, threads, groups):
    """§2.5.5/session-change: cores and groups are new; the blocks count from here."""
    s.assume(chains + threads <= s.cfg.cores)
    s.block = 0  # §2.5.5/session-change.1
    s.parachains, s.parathread_cores, s.ValidatorGroups = chains, threads, groups


def session_change(s: State, chains, threads, groups):
    """§2.5.5/session-change, at the start of a block or at the end of a session's last."""
    late = s.cfg.variant("changes") == "block_end"
    s.assume(s.phase == (ENDING if late else IDLE))
    _new_session(s, chains, threads, groups)
    s.phase = IDLE if late else CHANGED


def begin_block(s: State):
    """§2.5.5/initialization.1."""
    s.assume(Or(s.phase == CHANGED, s.phase == IDLE))
    s.phase = OPEN


def inherent(s: State):
    """§2.5.7/inclusion, which leaves groups and cores as they are."""
    s.assume(s.phase == OPEN)
    s.phase = CLOSED


def end_block(s: State, last):
    """§2.5.5/finalization.1: a block ends, perhaps as the `last` before a change at its end."""
    s.assume(And(s.phase == CLOSED, s.block + 1 < s.cfg.blocks))
    s.assume(Implies(last, s.cfg.variant("changes") == "block_end"))
    s.block = s.block + 1
    s.phase = If(last, ENDING, IDLE)


def serves(s, v, c):
    """Whether a validator is in the group on a core, in the block that is at hand or next."""
    return serves_in(s, v, c, s.block)


def serves_in(s, v, c, block):
    """The same in any block of the session, read in this state."""
    then = SimpleNamespace(
        cfg=s.cfg, block=block, parachains=s.parachains, parathread_cores=s.parathread_cores
    )
    return And(c < cores(s), s.ValidatorGroups[v] == If(cores(s) > 0, group_on(then, c), 0))


def system(sizes: Mapping[str, int] | None, changes: str = "block_start") -> System:
    """Groups over sessions; with None, of any length, with any number of cores."""
    cfg = configure(sizes, Rules(variants={"changes": changes}))
    session = dict(chains=cfg.number, threads=cfg.number, groups=Array(cfg.validator, cfg.number))
    return System(
        "assignments",
        cfg,
        storage(cfg),
        Action(genesis, **session),
        [
            Action(session_change, actor="runtime", **session),
            Action(begin_block, actor="runtime"),
            Action(inherent, actor="author"),
            Action(end_block, actor="runtime", last=Bool),
        ],
    )
