"""The system *inclusion*: §2.5.6 and §2.5.7 block by block, with stand-ins for §2.5.4 and §2.5.5.

A block is `begin_block`, the entry-point of §2.5.7, `end_block`.  The entry-point is in
micro-steps: `call_inclusion`, any number of `process_bitfield`, `free_and_schedule`, any number of
`back_candidate`, `occupy`.  As written it may be called again in the same block, or not at all.
A session changes between two blocks, as in the system *scheduler*.

The scheduler's stand-in gives any free core to any para with no candidate pending, and lets
timeouts fire in whichever blocks it likes: that covers every rotation and each statement of the
timeout rule.  That of paras remembers whose head was
noted; upgrades are in the system *paras*.  The author includes what
it likes of the bitfields that validators have signed: an honest validator signs one for each
block, about what is pending in the state of that block (§1.7/bit.1); one of the first
`cfg.faulty` signs anything, or nothing.
"""

from collections.abc import Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

from . import inclusion as module
from . import inclusion_inherent as inherent
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
    Min,
    Nat,
    Not,
    Or,
    Record,
    Set,
    State,
    Sum,
    System,
    exists,
    forall,
)

# between blocks; in one; bitfields come; candidates come; the last block of a session is over
IDLE, OPEN, BITFIELDS, CANDIDATES, ENDING = PHASE = Enum("idle open bitfields candidates ending")
NOTHING, SAME, OTHER = SEEN = Enum("nothing same other")  # as what is pending now

SECTION = "§2.5.6"
SUMMARY = "bitfields and votes, candidates backed, enacted and timed out, the inherent"
GATED = ("tiny", "third")

VARIANTS = module.VARIANTS

_TINY = dict(
    paras=2,
    cores=2,
    min_validators=2,
    max_validators=2,
    faulty=1,
    availability_period=1,
    keep_bitfields=0,
)
_FOUR = dict(min_validators=3, max_validators=4, availability_period=2)

INSTANCES: Mapping[str, Mapping[str, int]] = {
    "tiny": _TINY,
    # the most faulty validators that the text assumes (§2.3/description.6.6)
    "third": {**_TINY, **_FOUR, "paras": 1, "cores": 1},
    "small": {**_TINY, **_FOUR},
}

REMEMBERED = (
    "session_blocks",
    "silent",
    "behind",
    "further_behind",
    "runs",
    "noted",
    "stray",
    "lost_vote",
    "lost_candidate",
    "unsigned",
)

OLDEST_PARENT = 2  # blocks further back than the grandparent differ from it in nothing


def configure(sizes: Mapping[str, int], rules: Rules) -> Config:
    """The configuration of an instance: its sizes and what follows from them."""
    derived = dict(
        para=Index("para", sizes["paras"]),
        core=Index("core", sizes["cores"]),
        validator=Index("validator", sizes["max_validators"]),
        age_bound=sizes["availability_period"],
        oldest_parent=OLDEST_PARENT,
        validation_upgrade_delay=1,  # nothing is upgraded here
        validation_upgrade_frequency=1,
        members=Nat(min(2, sizes["max_validators"])),
        parent_only=rules.amended("bitfields-of-parent"),
    )
    return Config(sizes, rules, VARIANTS, derived)


def _changes_late(cfg):
    """Whether sessions change at the end of a block, not at the start of one."""
    return cfg.amended("session-change-at-block-end")


def storage(cfg: Config):
    """The storage of both sections, of the stand-ins, and what properties remember."""
    readings = module.open_readings(cfg)
    return dict(
        phase=PHASE,
        validators=Nat(cfg.max_validators),
        **module.storage(cfg),
        **inherent.storage(cfg),
        **({"reading": Record(**readings)} if readings else {}),
        # scheduler
        Scheduled=Array(cfg.core, Record(some=Bool, para=cfg.para)),
        AvailabilityCores=Array(cfg.core, Record(some=Bool, para=cfg.para)),
        # for properties and the environment
        session_blocks=Nat(OLDEST_PARENT),  # how many blocks the state of this session goes back
        **({} if cfg.amended("bitfield-count") else {"silent": Set(cfg.validator)}),
        behind=Array(cfg.core, SEEN),  # what the parent's state has pending
        **({} if cfg.parent_only else {"further_behind": Array(cfg.core, SEEN)}),
        runs=Nat(2),  # how often the entry-point has run in this block
        noted=Set(cfg.para),  # whose head the latest call in this block has noted
        stray=Array(cfg.para, Set(cfg.validator)),  # honest votes, cast for another candidate
        lost_vote=Bool,  # an honest vote was not counted
        lost_candidate=Bool,  # a candidate was replaced by another one
        unsigned=Bool,  # a candidate was backed that nobody has signed
    )


def genesis(s: State, number, **readings):
    """A chain on which nothing is pending; each open reading is chosen once and for all."""
    for flag, taken in readings.items():
        setattr(s.reading, flag, taken)
    s.assume(number >= s.cfg.min_validators)
    s.validators = number
    s.session_blocks = OLDEST_PARENT


def session_change(s: State, number):
    """§2.5.6/session-change, and the scheduler's: every core is free (§2.5.5/session-change.2)."""
    s.assume(s.phase == (ENDING if _changes_late(s.cfg) else IDLE))
    s.assume(Or(s.phase == ENDING, s.session_blocks > 0))  # one change between two blocks
    s.assume(number >= s.cfg.min_validators)
    s.validators = number
    module.on_new_session(s)
    for c in s.each(s.cfg.core):
        s.AvailabilityCores[c] = {}
    for p in s.each(s.cfg.para):
        s.stray[p] = set()
    _forget(s, s.cfg.core.set(lambda _core: True))
    s.session_blocks = 1 if _changes_late(s.cfg) else 0
    s.phase = IDLE


def begin_block(s: State, mute, assigned):
    """§2.5.5/initialization.1: a block begins, free cores are scheduled."""
    s.assume(s.phase == IDLE)
    s.assume(forall(s.cfg.validator, lambda v: Implies(mute[v], _may_be_silent(s, v))))
    if not s.cfg.amended("bitfield-count"):
        s.silent = mute
    module.begin_block(s)
    _assign(s, assigned)
    s.phase = OPEN


def _may_be_silent(s, v):
    """Whether it makes a difference that a faulty validator signs nothing for this block."""
    return (
        False if s.cfg.amended("bitfield-count") else And(v < s.cfg.faulty, s.reading.one_of_each)
    )


def call_inclusion(s: State):
    """§2.5.7/description.1.2: the author calls the entry-point."""
    s.assume(s.phase == OPEN)
    inherent.begin(s)
    s.runs, s.noted = Min(s.runs + 1, 2), set()
    s.phase = BITFIELDS


def process_bitfield(s: State, validator, bits, form, signed_for):
    """§2.5.6/process_bitfields, one bitfield, signed for a block `signed_for` blocks back."""
    core = s.cfg.core
    s.assume(s.phase == BITFIELDS)
    s.assume(signed_for > 0)
    s.assume(Or(form == module.GOOD, And(signed_for == 1, forall(core, lambda c: Not(bits[c])))))
    honest = validator >= s.cfg.faulty
    told = forall(core, lambda c: Implies(bits[c], _seen(s, c, signed_for) != NOTHING))
    s.assume(Implies(honest, told))
    if not s.cfg.amended("bitfield-count"):
        s.assume(Not(s.silent[validator]))
    bitfield: Any = SimpleNamespace(
        validator=validator, bits=bits, form=form, signed_for=signed_for
    )
    counted = module.is_regarded(s, bits, OUTSIDE)
    for p in s.each(s.cfg.para):
        votes = s.PendingAvailability[p].availability_votes
        new = And(counted, module.applies(s, bits, p, OUTSIDE), Not(votes[validator]))
        with s.when(And(honest, new, _means_other(s, bits, p, signed_for))):
            s.stray[p][validator] = True
    lost = exists(core, lambda c: And(bits[c], _seen(s, c, signed_for) == SAME))
    with s.when(And(honest, lost, Not(counted))):
        s.lost_vote = True
    module.note_bitfield(s, bitfield, OUTSIDE)


def _seen(s, c, signed_for):
    """§1.7/bit.1: what the state of a block has pending on a core."""
    if s.cfg.parent_only:
        return s.behind[c]
    return If(signed_for == 1, s.behind[c], s.further_behind[c])


def _means_other(s, bits, p, signed_for):
    """Whether a bit for the para's candidate was cast for what was pending on its core before."""
    return exists(
        s.cfg.core,
        lambda c: And(bits[c], module.holds(s, p, c, OUTSIDE), _seen(s, c, signed_for) == OTHER),
    )


def free_and_schedule(s: State, window, assigned):
    """§2.5.7/inclusion.1 to §2.5.7/inclusion.3; `window` is whether timeouts fire in this block."""
    s.assume(s.phase == BITFIELDS)

    def availability_timeout(s, _core, age):
        return And(window, age >= s.cfg.availability_period)

    def schedule(s, concluded, timed_out):
        freed = concluded | timed_out
        for c in s.each(s.cfg.core):
            with s.when(freed[c]):
                s.AvailabilityCores[c] = {}
        _forget(s, freed)
        _assign(s, assigned)

    scheduler = inherent.Scheduler(availability_timeout, schedule, _occupied)
    inherent.free_and_schedule(s, OUTSIDE, scheduler)
    for p in s.each(s.cfg.para):
        with s.when(Not(s.PendingAvailability[p].some)):
            s.stray[p] = set()
    s.phase = CANDIDATES


def back_candidate(s: State, offered, members):
    """§2.5.6/process_candidates, one candidate; the group on its core has so many `members`."""
    s.assume(s.phase == CANDIDATES)
    s.assume(And(offered.relay_parent > 0, offered.signatures <= members))
    of = offered.receipt
    s.assume(Not(of.upgrade))
    flaws = [offered.relay_parent > 1, Not(of.on_head), Not(of.of_claimant), Not(of.collated)]
    s.assume(Sum([If(flaw, 1, 0) for flaw in flaws]) <= If(offered.para == 0, 1, 0))
    with s.when(s.backed[offered.para]):
        s.lost_candidate = True
    with s.when(offered.signatures == 0):
        s.unsigned = True
    module.back(s, offered, _outside(members))


def occupy(s: State):
    """§2.5.7/inclusion.4 to §2.5.7/inclusion.6: the backed candidates' cores become occupied."""
    s.assume(s.phase == CANDIDATES)
    scheduler = inherent.Scheduler(module.absent, module.absent, _occupied)
    inherent.occupy(s, scheduler)
    s.phase = OPEN


def end_block(s: State, last):
    """§2.5.7/finalization and §2.5.5/finalization; perhaps the `last` block of its session."""
    s.assume(s.phase == OPEN)
    s.assume(Implies(last, _changes_late(s.cfg)))
    inherent.on_finalize(s)
    for c in s.each(s.cfg.core):
        s.Scheduled[c] = {}
        if not s.cfg.parent_only:
            s.further_behind[c] = s.behind[c]
        s.behind[c] = If(s.AvailabilityCores[c].some, SAME, NOTHING)
    s.runs, s.noted = 0, set()
    s.lost_vote, s.lost_candidate, s.unsigned = False, False, False
    if not s.cfg.amended("bitfield-count"):
        s.silent = set()
    s.session_blocks = Min(s.session_blocks + 1, OLDEST_PARENT)
    s.phase = If(last, ENDING, IDLE)


# the scheduler and paras, as far as they are needed


def _assign(s, assigned):
    """§2.5.5/schedule: free cores are scheduled for paras that have no candidate pending."""
    core = s.cfg.core

    def busy(c, p):
        here = And(s.Scheduled[c].some, s.Scheduled[c].para == p)
        there = And(s.AvailabilityCores[c].some, s.AvailabilityCores[c].para == p)
        return Or(here, there)

    for c in core:
        some, p = assigned[c].some, assigned[c].para
        s.assume(If(some, Not(Or(s.Scheduled[c].some, s.AvailabilityCores[c].some)), p == 0))
        s.assume(Implies(some, Not(exists(core, partial(busy, p=p)))))
        with s.when(some):
            s.Scheduled[c] = dict(some=True, para=p)


def _occupied(s, cores):
    """§2.5.5/occupied: what was scheduled on the cores occupies them."""
    for c in s.each(s.cfg.core):
        with s.when(cores[c]):
            s.require(s.Scheduled[c].some, "CoreNotScheduled")
            s.AvailabilityCores[c] = s.Scheduled[c]
            s.Scheduled[c] = {}


def _forget(s, freed):
    """What was pending on freed cores is not what may be pending on them from now on."""
    for c in s.each(s.cfg.core):
        for seen in (s.behind,) if s.cfg.parent_only else (s.behind, s.further_behind):
            with s.when(And(freed[c], seen[c] == SAME)):
                seen[c] = OTHER


def _core_para(s, c):
    """§2.5.5/core_para."""
    core = If(s.Scheduled[c].some, s.Scheduled[c].para, s.AvailabilityCores[c].para)
    return SimpleNamespace(some=Or(s.Scheduled[c].some, s.AvailabilityCores[c].some), para=core)


def _no_upgrade(_s, _para):
    return SimpleNamespace(some=False, due=0, age=0)


def _schedule_code_upgrade(s, *_upgrade):
    """§2.5.4/schedule_code_upgrade: in the system *paras*."""


def _note_new_head(s, p, _receipt, _number):
    """§2.5.4/note_new_head: the para has another head."""
    s.noted[p] = True


def _outside(members):
    """What §2.5.6 sees of the other modules, where the group on the core has `members`."""
    return module.Outside(
        core_para=_core_para,
        scheduled=lambda s, c: SimpleNamespace(
            some=s.Scheduled[c].some, para=s.Scheduled[c].para, group=members, claimed=True
        ),
        group_size=lambda _s, group: group,
        planned_upgrade=_no_upgrade,
        done_upgrade=_no_upgrade,
        schedule_code_upgrade=_schedule_code_upgrade,
        note_new_head=_note_new_head,
    )


OUTSIDE = _outside(0)


def system(cfg: Config) -> System:
    """§2.5.6 and §2.5.7 on one fork, block by block."""
    assigned = Array(cfg.core, Record(some=Bool, para=cfg.para))
    count = Nat(cfg.max_validators)
    readings: dict[str, Any] = module.open_readings(cfg)
    return System(
        "inclusion",
        cfg,
        storage(cfg),
        Action(genesis, **readings, number=count),
        [
            Action(session_change, actor="runtime", number=count),
            Action(begin_block, actor="runtime", mute=Set(cfg.validator), assigned=assigned),
            Action(call_inclusion, actor="author"),
            Action(
                process_bitfield,
                actor="author",
                validator=cfg.validator,
                bits=Set(cfg.core),
                form=module.FORM,
                signed_for=Nat(OLDEST_PARENT),
            ),
            Action(free_and_schedule, actor="runtime", window=Bool, assigned=assigned),
            Action(
                back_candidate, actor="author", offered=module.candidate(cfg), members=cfg.members
            ),
            Action(occupy, actor="runtime"),
            Action(end_block, actor="runtime", last=Bool),
        ],
    )
