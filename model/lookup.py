"""§2.5.4 Paras, of one para: code upgrades, past code, and which code a lookup gives.

Read beside the section, in its order, with what §2.5.6 does to the candidate of the para.  Codes
are numbered in the order in which they come into force, so that the past ones are those before
the current one, and what is pruned are the first of them.  Left out: heads, the lists of paras,
other paras, which nothing here touches.

The text does not say by which height a lookup finds a past code; it names `expected_at` as meant
for that.  Variants: `key` by which height it does, `applied` when an upgrade is (the sentences
disagree), `kept` for how long past code is, `enacted` whether an announced upgrade is planned
before the planned one is applied.
"""

from collections.abc import Mapping
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
    Not,
    Record,
    State,
    System,
    forall,
    parameter,
)

SIZES = {  # each with its least value
    "blocks": 1,
    "codes": 1,
    "acceptance_period": 0,
    "upgrade_delay": 0,
    "upgrade_frequency": 0,
}

VARIANTS = {
    "key": ("expected_at", "activated_at", "last_parent"),
    "applied": ("from", "until"),
    "kept": ("not_at_all", "acceptance_period"),
    "enacted": ("upgrade_first", "head_first"),
}


def configure(sizes: Mapping[str, int] | None, rules: Rules) -> Config:
    """Heights and codes: there is one more of each, as for every run there is for some numbers."""
    numbers: Mapping[str, Any] = sizes or {
        name: parameter(name, least) for name, least in SIZES.items()
    }
    sorts = dict(
        height=Index("height", numbers["blocks"]),
        generation=Index("generation", numbers["codes"]),
        number=Nat(sizes["blocks"] + sizes["upgrade_delay"]) if sizes else Nat(),
    )
    return Config({}, rules, VARIANTS, {**numbers, **sorts})


def storage(cfg: Config):
    """§2.5.4/storage of one para, and what properties remember of its candidates.

    `code` numbers the code in force, of a para that is not live the one it would get.  With
    the times of a replacement is noted `last_parent`, the last relay parent that the replaced code
    served.
    """
    times = Record(expected_at=cfg.number, activated_at=cfg.number, last_parent=cfg.number)
    return dict(
        now=cfg.height,  # the latest block
        live=Bool,
        code=cfg.generation,  # ValidationCode
        planned=Record(some=Bool, expected_at=cfg.number),  # FutureCodeUpgrades, FutureCode
        upgrade_times=Array(cfg.generation, times),
        pruned=cfg.generation,  # last_pruned: how many past codes are gone
        pending=Record(some=Bool, relay_parent=cfg.height, upgrade=Bool),
        included_at=Array(cfg.height, cfg.number),  # by relay parent; 0 for no candidate
        used=Array(cfg.height, cfg.generation),  # by relay parent: the code it was validated with
    )


def genesis(s: State, registered):
    """Block 0; the first code of the para is number 0."""
    s.live = registered


def session_change(s: State):
    """§2.5.4/session-change: the para goes, or comes in again.

    Its code becomes past code like one that is replaced (§2.5.4/session-change.1.2).  What was
    expected the text leaves open: here, that it serves blocks made on those before this one.
    §2.5.6/session-change.1 drops its candidate.
    """
    with s.when(s.live):
        _replace(s, s.now - 1, s.now - 1)  # §2.5.4/session-change.1.1
        s.planned, s.pending = {}, {}
    s.live = Not(s.live)


def initialize(s: State, kept):
    """§2.5.4/initialization.1: past code whose time is over goes; from `kept` on it stays."""
    s.assume(kept <= s.code)
    s.assume(
        forall(
            s.cfg.generation,
            lambda k: Implies(And(k >= s.pruned, k < s.code), (k < kept) == is_over(s, k)),
        )
    )
    s.assume(kept >= s.pruned)
    s.pruned = kept


def is_over(s, k):
    """Whether the time of a past code is over, in the block `now`.

    The text compares the block of the replacement itself with now, which keeps nothing; it is meant
    to cover the acceptance period (§2.5.4/storage.PastCodePruning.2).
    """
    replaced = s.upgrade_times[k].activated_at
    if s.cfg.variant("kept") == "acceptance_period":
        return replaced + s.cfg.acceptance_period < s.now
    return replaced <= s.now


def schedule_code_upgrade(s: State, expected_at):
    """§2.5.4/schedule_code_upgrade."""
    s.planned = dict(some=True, expected_at=expected_at)


def note_new_head(s: State, number):
    """§2.5.4/note_new_head.2: the planned upgrade applies by the relay block of the new head."""
    with s.when(And(s.planned.some, is_applied(s, number))):
        _replace(s, s.planned.expected_at, number)
        s.planned = {}


def is_applied(s, number):
    """Whether a block made on this relay block brings the planned upgrade into force.

    `from` its expected time on (§2.5.4/storage.FutureCodeUpgrades), or `until` then
    (§2.5.4/schedule_code_upgrade).
    """
    if s.cfg.variant("applied") == "from":
        return number >= s.planned.expected_at
    return number <= s.planned.expected_at


def _replace(s, expected_at, last_parent):
    """§2.5.4/storage.ReplacementTimes: the code in force becomes past code, in the block now."""
    s.upgrade_times[s.code] = dict(
        expected_at=expected_at, activated_at=s.now, last_parent=last_parent
    )
    s.code = s.code + 1


def enact_candidate(s: State):
    """§2.5.6/enact_candidate, in the order of its items, or with the new head first."""
    relay_parent = s.pending.relay_parent
    upgrade_first = s.cfg.variant("enacted") == "upgrade_first"
    if not upgrade_first:
        note_new_head(s, relay_parent)
    with s.when(s.pending.upgrade):
        schedule_code_upgrade(s, relay_parent + s.cfg.upgrade_delay)
    if upgrade_first:
        note_new_head(s, relay_parent)
    s.included_at[relay_parent] = s.now
    s.pending = {}


def process_candidate(s: State, upgrade):
    """§2.5.6/process_candidates: a candidate made on the parent block, with the code then in force.

    It is not accepted with an upgrade too near to the planned one (§2.5.6/process_candidates.2).
    """
    parent = s.now - 1
    soon = parent + s.cfg.upgrade_delay < s.planned.expected_at + s.cfg.upgrade_frequency
    s.require(Not(And(upgrade, s.planned.some, soon)), "UpgradeTooSoon")
    s.pending = dict(some=True, relay_parent=parent, upgrade=upgrade)
    s.used[parent] = s.code


def replaced_at(s, k):
    """The height up to which a lookup takes a past code."""
    return getattr(s.upgrade_times[k], s.cfg.variant("key"))


def validation_code_at(s, at, code):
    """§2.5.4/validation_code_at: whether the lookup at a height gives this code.

    It gives the first one that was replaced at that height or later, else the current one; none
    if that is pruned (§2.5.4/validation_code_at.4), or if the para has no current code.
    """
    earlier = forall(s.cfg.generation, lambda k: Implies(k < code, replaced_at(s, k) < at))
    past = And(code >= s.pruned, at <= replaced_at(s, code))
    return And(earlier, If(code < s.code, past, And(code == s.code, s.live)))


def foreseen(s, intermediate):
    """§2.5.4/validation_code_at.2: the code as if a block made on that height were included."""
    return If(And(s.planned.some, is_applied(s, intermediate)), s.code + 1, s.code)


def block(s: State, session, kept, available, backed, upgrade):
    """One relay block: perhaps a new `session` of this para, then §2.5.7/inclusion for it."""
    s.assume(And(s.now + 1 < s.cfg.blocks, s.code + 2 < s.cfg.codes))
    s.now = s.now + 1
    with s.when(session):
        session_change(s)
    initialize(s, kept)
    s.assume(Implies(available, s.pending.some))
    with s.when(available):
        enact_candidate(s)
    s.assume(Implies(backed, And(s.live, Not(s.pending.some))))
    s.assume(Implies(upgrade, backed))
    with s.when(backed):
        process_candidate(s, upgrade)


def system(sizes: Mapping[str, int] | None, **variants: str) -> System:
    """One para on one fork, block by block; with None, of any height and any number of codes."""
    cfg = configure(sizes, Rules(variants=variants))
    return System(
        "lookup",
        cfg,
        storage(cfg),
        Action(genesis, registered=Bool),
        [
            Action(
                block,
                actor="author",
                session=Bool,
                kept=cfg.generation,
                available=Bool,
                backed=Bool,
                upgrade=Bool,
            )
        ],
    )


REPAIRED = dict(key="last_parent", applied="from", kept="acceptance_period", enacted="head_first")
