"""§2.5.1 and §2.5.2: sessions, and which session it is whose business a block judges.

A block comes as `begin_block`, `inherent`, `end_block`; a session as long as the environment
likes.  What authors, backers and voters make for a block they make on the state behind its
parent, so in the session which that state shows: `shown`.  It is judged in the session that is
then in force: `session`, which numbers validators, groups and configuration at once.

Variant `changes`: whether a session changes at the start of a block, before initialization, as
§2.5.1/description.8.5 wants it, or at the end of the block before, after finalization.
"""

from collections.abc import Mapping
from typing import Any

from .config import Config, Rules
from .language import (
    Action,
    And,
    Array,
    Bool,
    Enum,
    If,
    Implies,
    Index,
    Nat,
    Not,
    Or,
    Record,
    Set,
    State,
    System,
    forall,
    parameter,
)

# between blocks; the session has changed; initialized; inherent done; the last block of a session
IDLE, CHANGED, OPEN, CLOSED, ENDING = PHASE = Enum("idle changed open closed ending")

SIZES = ("cores", "max_validators")

VARIANTS = {"changes": ("block_start", "block_end")}


def configure(sizes: Mapping[str, int] | None, rules: Rules) -> Config:
    """Any number of cores and validators; a finite instance has as many sessions as it says."""
    numbers: Mapping[str, Any] = sizes or {name: parameter(name, 1) for name in SIZES}
    derived = dict(
        core=Index("core", numbers["cores"]),
        validator=Index("validator", numbers["max_validators"]),
        last_session=sizes["sessions"] - 1 if sizes else None,
        number=Nat(sizes["sessions"] - 1) if sizes else Nat(),
    )
    return Config({}, rules, VARIANTS, {**numbers, **derived})


def storage(cfg: Config):
    """§2.5.2/storage.HasInitialized, and the business of which session is at hand."""
    made = Record(some=Bool, session=cfg.number)  # in which session it was made
    return dict(
        phase=PHASE,
        has_initialized=Bool,
        session=cfg.number,  # in force
        shown=cfg.number,  # by the state behind the latest block
        pending=Array(cfg.core, made),  # PendingAvailability
        bitfields=Array(cfg.validator, made),  # the latest of each validator
        enacted=Array(cfg.core, made),  # in this block
    )


def genesis(s: State):
    """Session 0 begins."""


def session_change(s: State):
    """§2.5.2/session-change, §2.5.6/session-change: what is under way is dropped."""
    late = s.cfg.variant("changes") == "block_end"
    s.assume(s.phase == (ENDING if late else IDLE))
    s.require(Not(s.has_initialized), "AlreadyInitialized")  # §2.5.2/session-change.1
    if s.cfg.last_session is not None:
        s.assume(s.session < s.cfg.last_session)
    s.session = s.session + 1
    for c in s.each(s.cfg.core):
        s.pending[c] = {}
    for v in s.each(s.cfg.validator):
        s.bitfields[v] = {}
    if late:
        s.shown = s.session
    s.phase = IDLE if late else CHANGED


def begin_block(s: State):
    """§2.5.2/initialization.7: a block begins."""
    s.assume(Or(s.phase == CHANGED, s.phase == IDLE))
    s.has_initialized = True
    s.phase = OPEN


def inherent(s: State, votes, available, timed_out, backed):
    """§2.5.7/inclusion: bitfields, what they enact and what times out, new candidates.

    Bitfields and candidates were made on the state behind the parent (§1.7/bit.1).
    """
    s.assume(s.phase == OPEN)
    s.assume(forall(s.cfg.core, lambda c: Implies(available[c], s.pending[c].some)))
    for v in s.each(s.cfg.validator):
        with s.when(votes[v]):
            s.bitfields[v] = dict(some=True, session=s.shown)
    for c in s.each(s.cfg.core):
        with s.when(available[c]):
            s.enacted[c] = dict(some=True, session=s.pending[c].session)
        with s.when(Or(available[c], timed_out[c])):
            s.pending[c] = {}
        with s.when(And(backed[c], Not(s.pending[c].some))):
            s.pending[c] = dict(some=True, session=s.shown)
    s.phase = CLOSED


def end_block(s: State, last):
    """§2.5.2/finalization: a block ends, perhaps as the `last` before a change at its end."""
    s.assume(s.phase == CLOSED)
    s.assume(Implies(last, s.cfg.variant("changes") == "block_end"))
    for c in s.each(s.cfg.core):
        s.enacted[c] = {}
    s.has_initialized = False
    s.shown = s.session
    s.phase = If(last, ENDING, IDLE)


def system(sizes: Mapping[str, int] | None, changes: str = "block_start") -> System:
    """Sessions of any length; with None, of any number, with any number of cores."""
    cfg = configure(sizes, Rules(variants={"changes": changes}))
    return System(
        "sessions",
        cfg,
        storage(cfg),
        genesis,
        [
            Action(session_change, actor="runtime"),
            Action(begin_block, actor="runtime"),
            Action(
                inherent,
                actor="author",
                votes=Set(cfg.validator),
                available=Set(cfg.core),
                timed_out=Set(cfg.core),
                backed=Set(cfg.core),
            ),
            Action(end_block, actor="runtime", last=Bool),
        ],
    )
