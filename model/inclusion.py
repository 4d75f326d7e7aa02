"""§2.5.6 Inclusion: candidates pending availability, the votes for them, and what they enact.

Of scheduled paras, that is (§2.5.6/description.1, §2.5.1/module.5).  Read beside the section, in
its order: storage, session change, routines.  The four routines have the text's names; where one
goes through a list, its items are functions of their own (`note_bitfield`, `back`), so that a
system can take one member of a block's list at a time.  All checks come before all effects in the
text, and a failed one refuses the whole block (§2.5.6/routines.1), so that it makes no difference.
Of a list that is taken so, `given` and `backed` are what was seen before.

What §2.5.6 reads and calls elsewhere stands in `Outside`.  Merged or left out, and undone by the
refinement mapping: block numbers are ages, the blocks since then, saturating where nobody asks
any more; a receipt is what its fields are compared with; a signature is good or bad.
`bitfields` (§2.5.6/storage.bitfields, §2.5.6/storage.AvailabilityBitfield) is kept only where
`cfg.keep_bitfields` says so: no sentence reads it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .availability import available
from .backing import is_backable, is_proposal
from .config import Config
from .language import (
    And,
    Array,
    Bool,
    Enum,
    If,
    Implies,
    Nat,
    Not,
    Or,
    Record,
    Set,
    State,
    exists,
    forall,
)

VARIANTS = {"backing_threshold": ("majority", "two_thirds")}

READINGS = {"bitfield-count": "one_of_each"}
"""Of the amendment that settles it, the flag of the other reading.

`bitfields-ascending` and `candidates-ascend-strictly` need none: what they leave open, a block
may do as it likes.
"""

GOOD, WRONG_SIZE, BAD_SIGNATURE = FORM = Enum("good wrong_size bad_signature")


@dataclass(frozen=True)
class Outside:
    """What the routines read and call of other modules; each a function of the state.

    `core_para(s, c)` and `scheduled(s, c)` give something with `some` and `para`; the latter has
    `group` and `claimed`, whether it names a collator, as well; `group_size(s, g)` is the number of
    a group's members.  `planned_upgrade(s, p)` has `some` and `due`, the blocks until it is
    expected; `done_upgrade(s, p)` has `some` and `age`, the blocks since the last one was expected.
    """

    core_para: Callable[..., Any]  # §2.5.5/core_para
    scheduled: Callable[..., Any]  # §2.5.5/scheduled
    group_size: Callable[..., Any]  # §2.5.5/group_validators
    planned_upgrade: Callable[..., Any]  # §2.5.4/storage.FutureCodeUpgrades
    done_upgrade: Callable[..., Any]  # §2.5.4/storage.ParaPastCodeMeta.upgrade_times
    schedule_code_upgrade: Callable[..., Any]  # §2.5.4/schedule_code_upgrade: s, para, receipt, due
    note_new_head: Callable[..., Any]  # §2.5.4/note_new_head: s, para, receipt, relay parent's age


def absent(*_):
    """In place of what a system does not have, and none of its routines calls."""
    raise NotImplementedError


def receipt(_cfg: Config):
    """What is asked of an `AbridgedCandidateReceipt`."""
    return Record(
        upgrade=Bool,  # it announces new code
        on_head=Bool,  # it extends the head that its para had when it was backed
        of_claimant=Bool,  # its collator is the one who made the claim
        collated=Bool,  # that collator has signed it
    )


def candidate(cfg: Config):
    """A member of `BackedCandidates`: a receipt, its relay parent, and who signed for it."""
    return Record(
        para=cfg.para,
        receipt=receipt(cfg),
        relay_parent=Nat(cfg.oldest_parent),  # 1 is the parent of the block that is being built
        signatures=Nat(cfg.max_validators),  # of members of the group on its core
    )


def open_readings(cfg: Config):
    """The flags of the readings that are not settled."""
    return {flag: Bool for amendment, flag in READINGS.items() if not cfg.amended(amendment)}


def storage(cfg: Config):
    """§2.5.6/storage, without the flags of `open_readings`; `given` and `backed` of one block.

    §2.5.6/storage.PendingAvailability has an entry for each para, which may be none; a number in
    §2.5.6/storage.CandidatePendingAvailability is the age of its block.
    """
    pending = Record(
        some=Bool,
        core=cfg.core,
        receipt=receipt(cfg),
        availability_votes=Set(cfg.validator),
        relay_parent_number=Nat(cfg.oldest_parent + cfg.age_bound),
        backed_in_number=Nat(cfg.age_bound),
    )
    latest = Record(some=Bool, bitfield=Set(cfg.core), submitted_at=Nat(cfg.age_bound))
    return dict(
        PendingAvailability=Array(cfg.para, pending),
        **(dict(bitfields=Array(cfg.validator, latest)) if cfg.keep_bitfields else {}),
        given=Set(cfg.validator),  # whose bitfields this block has brought so far
        backed=Set(cfg.para),  # whose candidates
    )


def _reads(s, amendment):
    """Whether this run takes the reading that the amendment rules out."""
    return False if s.cfg.amended(amendment) else getattr(s.reading, READINGS[amendment])


def on_new_session(s: State, _session=None):
    """§2.5.6/session-change."""
    for p in s.each(s.cfg.para):
        s.PendingAvailability[p] = {}  # §2.5.6/session-change.1
    if s.cfg.keep_bitfields:
        for v in s.each(s.cfg.validator):
            s.bitfields[v] = {}  # §2.5.6/session-change.2


def begin_block(s: State):
    """A block begins: all block numbers lie one block further back."""
    for p in s.each(s.cfg.para):
        pending = s.PendingAvailability[p]
        with s.when(And(pending.some, pending.backed_in_number < s.cfg.age_bound)):
            pending.backed_in_number = pending.backed_in_number + 1
            pending.relay_parent_number = pending.relay_parent_number + 1
    if s.cfg.keep_bitfields:
        for v in s.each(s.cfg.validator):
            latest = s.bitfields[v]
            with s.when(And(latest.some, latest.submitted_at < s.cfg.age_bound)):
                latest.submitted_at = latest.submitted_at + 1


# process_bitfields


def process_bitfields(s: State, bitfields, outside: Outside):
    """§2.5.6/process_bitfields, of a queue of bitfields: the set of the freed cores."""
    for i in range(s.cfg.validator.n):
        with s.when(i < bitfields.len):
            note_bitfield(s, bitfields[i], outside)
    close_bitfields(s)
    return enact_available(s, outside)


def note_bitfield(s: State, bitfield, outside: Outside):
    """§2.5.6/process_bitfields.1 to §2.5.6/process_bitfields.5.1, for one more bitfield.

    `bitfield` has `validator`, `bits`, `form` and `signed_for`, the age of a block of this chain.
    """
    v, bits = bitfield.validator, bitfield.bits
    later = forall(s.cfg.validator, lambda w: Implies(s.given[w], w < v))
    # §2.5.6/process_bitfields.1
    s.require(s.given.size() < s.validators, "WrongBitfieldCount")
    s.require(bitfield.form != WRONG_SIZE, "WrongBitfieldSize")
    s.require(Not(s.given[v]), "DuplicateBitfield")  # §2.5.6/process_bitfields.2
    if s.cfg.amended("bitfields-ascending"):
        s.require(later, "BitfieldsNotAscending")
    s.require(v < s.validators, "NoKeyForBitfield")
    if s.cfg.amended("bitfields-of-parent"):
        s.require(bitfield.signed_for == 1, "BitfieldOfAnotherBlock")
    # §2.5.6/process_bitfields.3
    s.require(bitfield.form != BAD_SIGNATURE, "BadBitfieldSignature")
    s.given[v] = True
    regarded = is_regarded(s, bits, outside)
    with s.when(regarded):
        for p in s.each(s.cfg.para):
            with s.when(applies(s, bits, p, outside)):
                s.PendingAvailability[p].availability_votes[v] = True
        if s.cfg.keep_bitfields:
            s.bitfields[v] = dict(some=True, bitfield=bits, submitted_at=0)


def is_regarded(s, bits, outside: Outside):
    """§2.5.6/process_bitfields.4.2: no bit is set for a free core.

    A core is free here, as long as no candidate is pending on it: a scheduled one is.
    """
    return forall(s.cfg.core, lambda c: Implies(bits[c], is_occupied(s, c, outside)))


def is_occupied(s, c, outside: Outside):
    """Whether a candidate of the core's para is pending on the core."""
    return exists(s.cfg.para, lambda p: holds(s, p, c, outside))


def holds(s, p, c, outside: Outside):
    """§2.5.6/process_bitfields.4.1: whether the core lookup leads to the para's candidate."""
    looked_up, pending = outside.core_para(s, c), s.PendingAvailability[p]
    return And(looked_up.some, looked_up.para == p, pending.some, pending.core == c)


def applies(s, bits, p, outside: Outside):
    """§2.5.6/process_bitfields.5.1: whether a bit is for the candidate of a para."""
    return exists(s.cfg.core, lambda c: And(bits[c], holds(s, p, c, outside)))


def close_bitfields(s: State):
    """§2.5.6/process_bitfields.1: the number of bitfields is correct, whichever that is."""
    everyone = forall(s.cfg.validator, lambda v: s.given[v] == (v < s.validators))
    s.require(Implies(_reads(s, "bitfield-count"), everyone), "WrongBitfieldCount")


def is_available(s, p):
    """§2.5.6/process_bitfields.5.2: more than two thirds of the bits are set."""
    pending = s.PendingAvailability[p]
    return And(pending.some, available(pending.availability_votes.size(), s.validators))


def enact_available(s: State, outside: Outside):
    """§2.5.6/process_bitfields.6 and §2.5.6/process_bitfields.8: enact; return the freed cores."""
    gone = s.cfg.para.set(lambda p: is_available(s, p))
    freed = _cores_of(s, gone)
    for p in s.cfg.para:
        with s.when(gone[p]):
            enact_candidate(
                s,
                p,
                s.PendingAvailability[p].relay_parent_number,
                s.PendingAvailability[p].receipt,
                outside,
            )
    _drop(s, gone)
    return freed


def _cores_of(s, paras):
    """The cores of the candidates of some paras."""
    return s.cfg.core.set(
        lambda c: exists(s.cfg.para, lambda p: And(paras[p], s.PendingAvailability[p].core == c))
    )


def _drop(s, paras):
    for p in s.each(s.cfg.para):
        with s.when(paras[p]):
            s.PendingAvailability[p] = {}


# process_candidates


def process_candidates(s: State, candidates, outside: Outside):
    """§2.5.6/process_candidates, of a queue of candidates: the set of the newly occupied cores."""
    for i in range(s.cfg.para.n):
        with s.when(i < candidates.len):
            back(s, candidates[i], outside)
    return newly_occupied(s)


def back(s: State, given, outside: Outside):
    """§2.5.6/process_candidates.1 to §2.5.6/process_candidates.4, for one more candidate."""
    p = given.para
    s.require(is_scheduled(s, p, outside), "CandidateNotScheduled")  # §2.5.6/process_candidates.1
    core = core_of(s, p, outside)
    assignment = outside.scheduled(s, core)
    _check_place(s, given, assignment)
    with s.when(given.receipt.upgrade):
        check_upgrade(s, p, given.relay_parent, outside)
    _check_backing(s, given, outside.group_size(s, assignment.group))
    s.PendingAvailability[p] = dict(  # §2.5.6/process_candidates.4
        some=True,
        core=core,
        receipt=given.receipt,
        relay_parent_number=given.relay_parent,
        backed_in_number=0,
    )
    s.backed[p] = True


def _check_place(s, given, assignment):
    """§2.5.6/process_candidates.1, and what amendments ask besides: may it come next here."""
    p, cfg = given.para, s.cfg
    strictly = cfg.amended("candidates-ascend-strictly")
    ascends = forall(cfg.para, lambda q: Implies(s.backed[q], q < p if strictly else q <= p))
    s.require(ascends, "CandidatesNotAscending")
    # §2.3/description.7.2
    s.require(Or(Not(s.PendingAvailability[p].some), s.backed[p]), "ParaStillPending")
    if cfg.amended("candidate-on-parent"):
        s.require(given.relay_parent == 1, "CandidateOfAnotherBlock")
    if cfg.amended("candidate-extends-head"):
        s.require(given.receipt.on_head, "NotOnCurrentHead")
    if cfg.amended("candidate-of-claimant"):
        claimed = And(assignment.some, assignment.claimed)
        s.require(Implies(claimed, given.receipt.of_claimant), "WrongCollator")


def is_scheduled(s, p, outside: Outside):
    """Whether some core is scheduled for a para."""
    return exists(s.cfg.core, lambda c: _scheduled_for(s, c, p, outside))


def _scheduled_for(s, c, p, outside):
    assignment = outside.scheduled(s, c)
    return And(assignment.some, assignment.para == p)


def core_of(s, p, outside: Outside):
    """The first core that is scheduled for a para."""
    found = 0
    for c in reversed(s.cfg.core):
        found = If(_scheduled_for(s, c, p, outside), c, found)
    return found


def check_upgrade(s, p, relay_parent, outside: Outside):
    """§2.5.6/process_candidates.2: the upgrade does not come too close to another one.

    Amended there must be none that waits, and the last one that is done counts.
    """
    cfg, planned, done = s.cfg, outside.planned_upgrade(s, p), outside.done_upgrade(s, p)
    due = cfg.validation_upgrade_delay - relay_parent
    if cfg.amended("no-upgrade-while-one-waits"):
        s.require(Not(planned.some), "UpgradeWaiting")
        s.require(Implies(done.some, _apart(cfg, due, -done.age)), "PrematureUpgrade")
    else:
        s.require(Implies(planned.some, _apart(cfg, due, planned.due)), "PrematureUpgrade")


def _apart(cfg, one, other):
    frequency = cfg.validation_upgrade_frequency
    return Or(one - other >= frequency, other - one >= frequency)


def _check_backing(s, given, size):
    """§2.5.6/process_candidates.3: enough of the group have signed.

    How many that are is said elsewhere, twice: variant `backing_threshold`.
    """
    if s.cfg.amended("collator-signs-candidate"):
        s.require(given.receipt.collated, "BadCollatorSignature")
    enough = {"majority": is_backable, "two_thirds": is_proposal}[
        s.cfg.variant("backing_threshold")
    ]
    s.require(enough(given.signatures, size), "NotEnoughBacking")


def newly_occupied(s):
    """§2.5.6/process_candidates.5: the scheduled cores for which a candidate was backed."""
    return _cores_of(s, s.backed)


# enact_candidate, collect_pending


def enact_candidate(s: State, p, relay_parent_number, of, outside: Outside):
    """§2.5.6/enact_candidate: an upgrade is planned, then the head noted."""
    due = s.cfg.validation_upgrade_delay - relay_parent_number
    with s.when(of.upgrade):
        outside.schedule_code_upgrade(s, p, of, due)  # §2.5.6/enact_candidate.1
    outside.note_new_head(s, p, of, relay_parent_number)  # §2.5.6/enact_candidate.2


def collect_pending(s: State, predicate):
    """§2.5.6/collect_pending: what waited too long goes; the set of its cores is returned.

    `predicate(s, core, age)` as §2.5.5/availability_timeout_predicate gives it.
    """
    late = s.cfg.para.set(
        lambda p: And(
            s.PendingAvailability[p].some,
            predicate(s, s.PendingAvailability[p].core, s.PendingAvailability[p].backed_in_number),
        )
    )
    freed = _cores_of(s, late)
    _drop(s, late)  # §2.5.6/collect_pending.1
    return freed  # §2.5.6/collect_pending.2
