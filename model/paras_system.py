"""The system *paras*: §2.5.4 block by block, with stand-ins for inclusion and for the registrar.

A block begins, includes the candidates that became available, and backs others on its parent; one
candidate of a para at a time is pending, and for `longest_pending` blocks after its relay parent
at most.  A session changes at the start of a block, as §2.5.1 has it, or with an amendment at the
end of the one before.  Whoever registers paras calls the two routines at any time.

Of all codes the environment marks one, that of `MARKED`; all others look alike.  A model that never
looks into a code treats it like any other, so that what happens to it can happen to every code.
`watched` is an included candidate that was validated with the marked code, `wanted` the paras that
are to be live by the last call for each, `first` tells that the parent of the block belongs to
another session: they serve properties only.
"""

from collections.abc import Mapping
from typing import Any

from . import inclusion, paras
from .config import Config, Rules
from .language import (
    Action,
    And,
    Array,
    Bool,
    Implies,
    Nat,
    Not,
    Or,
    Record,
    Set,
    State,
    System,
    exists,
    forall,
)
from .paras import is_live

SECTION = "§2.5.4"
SUMMARY = "paras come and go, code is upgraded, looked up and pruned"

MARKED = 1  # the code that the environment has marked

INSTANCES: Mapping[str, Mapping[str, int]] = {
    "tiny": dict(
        paras=1,
        codes=2,
        heads=1,
        past_codes=3,
        acceptance_period=1,
        longest_pending=2,
        validation_upgrade_delay=2,
        validation_upgrade_frequency=4,
    ),
    "small": dict(
        paras=2,
        codes=2,
        heads=1,
        past_codes=3,
        acceptance_period=1,
        longest_pending=2,
        validation_upgrade_delay=2,
        validation_upgrade_frequency=4,
    ),
}


def configure(sizes: Mapping[str, int], rules: Rules) -> Config:
    """The configuration of an instance: its sizes and what follows from them."""
    return Config(sizes, rules, {}, paras.sorts(sizes))


def _changes_late(cfg):
    """Whether sessions change at the end of a block, not at the start of one."""
    return cfg.amended("session-change-at-block-end")


def receipt(cfg: Config):
    """What enacting a candidate needs of its receipt; `code` counts if it upgrades."""
    return Record(upgrade=Bool, code=cfg.code, head=cfg.head)


def storage(cfg: Config):
    """The section's storage; what inclusion holds; what properties remember."""
    candidate = Record(
        some=Bool,
        available=Bool,
        relay_parent_age=Nat(cfg.longest_pending),
        receipt=receipt(cfg),
    )
    watched = Record(some=Bool, para=cfg.para, relay_parent=cfg.height, included_at=cfg.height)
    return dict(
        changed=Bool,  # the session has changed, and no block has begun in it
        **paras.storage(cfg),
        pending=Array(cfg.para, candidate),
        watched=watched,
        wanted=Set(cfg.para),
        first=Bool,
    )


def genesis(s: State, live, parachains, **readings):
    """Some paras are live; each open reading is chosen once and for all."""
    s.assume(parachains <= live)
    for flag, taken in readings.items():
        setattr(s.reading, flag, taken)
    for para in s.each(s.cfg.para):
        with s.when(live[para]):
            s.Heads[para], s.ValidationCode[para] = dict(some=True), dict(some=True)
    s.Parachains, s.wanted = parachains, live


def _next_block(s):
    """Every number is one block further away."""
    paras.next_block(s)
    for para in s.each(s.cfg.para):
        candidate = s.pending[para]
        with s.when(And(candidate.some, candidate.relay_parent_age == s.cfg.longest_pending)):
            s.pending[para] = {}
        with s.when(candidate.some):
            candidate.relay_parent_age = candidate.relay_parent_age + 1
    with s.when(s.watched.some):
        s.watched.relay_parent = s.watched.relay_parent - 1
        s.watched.included_at = s.watched.included_at - 1
    with s.when(s.watched.included_at + s.cfg.acceptance_period < 0):
        s.watched = {}


def _no_available(s):
    return forall(s.cfg.para, lambda para: Not(s.pending[para].available))


def session_change(s: State):
    """§2.5.4/session-change, with the candidates that inclusion then drops.

    §2.5.6/session-change.1: nothing is enacted across a session change (§2.5.6/enact_candidate.1).
    """
    s.assume(And(Not(s.changed), _no_available(s)))
    if not _changes_late(s.cfg):
        _next_block(s)
    paras.on_new_session(s)
    for para in s.each(s.cfg.para):
        s.pending[para] = {}
    s.changed = True


def begin_block(s: State, available):
    """§2.5.4/initialization: a block begins; `available` of what is pending it will enact."""
    s.assume(_no_available(s))
    with s.when(Or(_changes_late(s.cfg), Not(s.changed))):
        _next_block(s)
    paras.on_initialize(s)
    s.first, s.changed = And(s.changed, not _changes_late(s.cfg)), False
    for para in s.each(s.cfg.para):
        s.assume(Implies(available[para], s.pending[para].some))
        s.pending[para].available = available[para]


def include(s: State, para, watch):
    """§2.5.6/enact_candidate: a candidate is available, and takes effect."""
    candidate = s.pending[para]
    s.assume(candidate.available)
    s.assume(Implies(watch, And(Not(s.watched.some), s.ValidationCode[para].code == MARKED)))
    with s.when(watch):
        s.watched = dict(some=True, para=para, relay_parent=-candidate.relay_parent_age)
    inclusion.enact_candidate(s, para, candidate.relay_parent_age, candidate.receipt, OUTSIDE)
    s.pending[para] = {}


def back(s: State, para, given):
    """§2.5.6/process_candidates: a candidate is made on the parent, with the code in force."""
    s.assume(And(Not(s.changed), _no_available(s), is_live(s, para), Not(s.pending[para].some)))
    s.assume(Implies(Not(given.upgrade), given.code == 0))
    s.assume(Implies(given.code == MARKED, Not(is_marked(s))))
    with s.when(given.upgrade):
        inclusion.check_upgrade(s, para, 1, OUTSIDE)
    s.pending[para] = dict(some=True, relay_parent_age=1, receipt=given)


def is_marked(s):
    """Whether the marked code is anywhere already."""

    def has(para):
        return Or(
            s.ValidationCode[para].code == MARKED,
            s.FutureCode[para].code == MARKED,
            s.UpcomingParasGenesis[para].args.validation_code == MARKED,
            s.pending[para].receipt.code == MARKED,
            s.PastCode[para].any(code=MARKED),
        )

    return Or(s.watched.some, exists(s.cfg.para, has))


def register(s: State, para, args):
    """§2.5.4/schedule_para_initialize, called by the registration process."""
    s.assume(Implies(args.validation_code == MARKED, Not(is_marked(s))))
    paras.schedule_para_initialize(s, para, args)
    s.wanted[para] = True


def deregister(s: State, para):
    """§2.5.4/schedule_para_cleanup, called by the registration process."""
    paras.schedule_para_cleanup(s, para)
    s.wanted[para] = False


def _schedule_code_upgrade(s, para, of, due):
    paras.schedule_code_upgrade(s, para, of.code, due)


def _note_new_head(s, para, of, age):
    paras.note_new_head(s, para, of.head, -age)


OUTSIDE = inclusion.Outside(
    core_para=inclusion.absent,
    scheduled=inclusion.absent,
    group_size=inclusion.absent,
    planned_upgrade=paras.planned_upgrade,
    done_upgrade=paras.done_upgrade,
    schedule_code_upgrade=_schedule_code_upgrade,
    note_new_head=_note_new_head,
)


def system(cfg: Config) -> System:
    """§2.5.4 on one fork, block by block."""
    readings: dict[str, Any] = paras.open_readings(cfg)
    every, genesis_args = Set(cfg.para), paras.genesis_args(cfg)
    return System(
        "paras",
        cfg,
        storage(cfg),
        Action(genesis, **readings, live=every, parachains=every),
        [
            Action(session_change, actor="runtime"),
            Action(begin_block, actor="runtime", available=every),
            Action(include, actor="author", para=cfg.para, watch=Bool),
            Action(back, actor="author", para=cfg.para, given=receipt(cfg)),
            Action(register, actor="registrar", para=cfg.para, args=genesis_args),
            Action(deregister, actor="registrar", para=cfg.para),
        ],
    )
