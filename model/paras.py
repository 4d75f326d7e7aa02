"""§2.5.4 Paras: heads and validation code, upgrades, code that is out of date, who comes and goes.

That is §2.5.1/module.3, and §2.5.4/description.2 together with `model/past_code.py`.

Read beside the section, in its order: storage, session change, initialization, routines; there is
no finalization (§2.5.4/finalization.1).  What an amendment of `properties/amendments.toml` changes
stands behind `cfg.amended(...)`; where the text is silent `reads` asks for the run's reading.

Block numbers are relative to now: 0 is the current block, -1 the one before, and `next_block` moves
all of them.  They stop falling at `-oldest`, which no number that is compared with them reaches: a
block that is looked up is at most as old as a candidate that was pending for as long as may be and
included an acceptance period ago, and the distance asked between upgrades is less.  Past codes
whose numbers are kept are younger, so that two of them never become one.

Merged, and undone by the refinement mapping: a list of paras is a set (ascending by construction,
§2.5.4/storage.Parachains); a map to an option is an array of records with `some`; `PastCode`
is a list for each para.  Codes and heads are names, never looked into, so that few are enough.
"""

from typing import Any, NamedTuple

from .config import Config
from .language import (
    And,
    Array,
    Bool,
    If,
    Index,
    Int,
    Max,
    Not,
    Or,
    Record,
    Seq,
    Set,
    State,
)
from .past_code import (
    READINGS,
    Found,
    either,
    note_past_code,
    open_readings,
    prune,
    reads,
    replaced_code,
    replacement_times,
)


class Planned(NamedTuple):
    """§2.5.4/storage.FutureCodeUpgrades of a para: the blocks until its upgrade is expected."""

    some: Any
    due: Any


class Done(NamedTuple):
    """The last replacement that is known of a para: the blocks since it was expected."""

    some: Any
    age: Any


def sorts(sizes):
    """The sorts that follow from the sizes of an instance."""
    looked_up = sizes["acceptance_period"] + sizes["longest_pending"] + 1
    oldest = max(looked_up, sizes["validation_upgrade_frequency"]) + 1
    return dict(
        para=Index("para", sizes["paras"]),
        code=Index("code", sizes["codes"]),
        head=Index("head", sizes["heads"]),
        oldest=oldest,
        height=Int(-oldest, sizes["validation_upgrade_delay"]),
    )


def genesis_args(cfg: Config):
    """§2.5.4/storage.ParaGenesisArgs."""
    return Record(genesis_head=cfg.head, validation_code=cfg.code, parachain=Bool)


def storage(cfg: Config):
    """§2.5.4/storage, in its order.

    What is about to come in has arguments (§2.5.4/storage.UpcomingParasGenesis), what is planned
    has code (§2.5.4/storage.FutureCode); §2.5.4/storage.PastCodeMeta outlives its para.
    """
    some_block, some_code = Record(some=Bool, block=cfg.height), Record(some=Bool, code=cfg.code)
    meta = Record(upgrade_times=Seq(replacement_times(cfg), cfg.past_codes), last_pruned=some_block)
    readings = open_readings(cfg)
    return dict(
        Parachains=Set(cfg.para),  # of parathreads the section keeps no list
        Heads=Array(cfg.para, Record(some=Bool, head=cfg.head)),
        ValidationCode=Array(cfg.para, some_code),
        PastCode=Array(cfg.para, Seq(Record(block=cfg.height, code=cfg.code), cfg.past_codes)),
        PastCodeMeta=Array(cfg.para, meta),
        PastCodePruning=Seq(Record(para=cfg.para, block=cfg.height), cfg.para.n * cfg.past_codes),
        FutureCodeUpgrades=Array(cfg.para, some_block),
        FutureCode=Array(cfg.para, some_code),
        UpcomingParas=Set(cfg.para),
        UpcomingParasGenesis=Array(cfg.para, Record(some=Bool, args=genesis_args(cfg))),
        OutgoingParas=Set(cfg.para),
        **({"reading": Record(**readings)} if readings else {}),
    )


def is_live(s, para):
    """Whether a para is live: it has code (§2.5.4/storage.ValidationCode).

    A registered one has a head (§2.5.4/storage.Heads): text and model mean the same paras.
    """
    return s.ValidationCode[para].some


def parathreads(s):
    """§2.5.5/session-change.6: the live parathreads.  The section keeps no list of them."""
    return s.cfg.para.set(lambda para: And(s.Heads[para].some, Not(s.Parachains[para])))


def next_block(s: State):
    """A block more: every number kept is one further away, as far as it matters."""
    for para in s.each(s.cfg.para):
        meta, planned = s.PastCodeMeta[para], s.FutureCodeUpgrades[para]
        for place in range(s.cfg.past_codes):
            with s.when(place < meta.upgrade_times.len):
                for name in replacement_times(s.cfg).fields:
                    times = meta.upgrade_times[place]
                    setattr(times, name, _earlier(s, getattr(times, name)))
            with s.when(place < s.PastCode[para].len):
                s.PastCode[para][place].block = _earlier(s, s.PastCode[para][place].block)
        for noted in (meta.last_pruned, planned):
            with s.when(noted.some):
                noted.block = _earlier(s, noted.block)
    for place in range(s.cfg.para.n * s.cfg.past_codes):
        with s.when(place < s.PastCodePruning.len):
            s.PastCodePruning[place].block = _earlier(s, s.PastCodePruning[place].block)


def _earlier(s, block):
    return Max(block - 1, -s.cfg.oldest)


def planned_upgrade(s, para) -> Planned:
    """What §2.5.6/process_candidates.2 compares with."""
    planned = s.FutureCodeUpgrades[para]
    return Planned(planned.some, planned.block)


def done_upgrade(s, para) -> Done:
    """What §2.5.6/process_candidates.2, amended, compares with as well."""
    meta = s.PastCodeMeta[para]
    times, known = meta.upgrade_times, meta.upgrade_times.len > 0
    last = If(known, times[If(known, times.len - 1, 0)].expected_at, meta.last_pruned.block)
    return Done(Or(known, meta.last_pruned.some), -last)


# session change


def on_new_session(s: State, _notification=None):
    """§2.5.4/session-change: paras go, others come in, and the list of parachains follows.

    The only place where the registered paras change (§2.5.4/description.1.2), and with them the
    number of bits of a bitfield (§2.5.4/description.1.3).
    """
    for para in s.cfg.para:
        with s.when(s.OutgoingParas[para]):  # §2.5.4/storage.OutgoingParas
            _clean_up(s, para)
    for para in s.cfg.para:
        with s.when(s.UpcomingParas[para]):
            _bring_in(s, para)
    with s.when(Not(reads(s, "registrations-happen-once"))):
        for para in s.cfg.para:
            with s.when(s.UpcomingParas[para]):
                _forget_upcoming(s, para)
        s.OutgoingParas = s.cfg.para.set(lambda _para: False)


def _clean_up(s, para):
    """§2.5.4/session-change.1.1, §2.5.4/session-change.1.2: a para goes, its code is past code.

    So it stays available as other outdated code does (§2.5.4/session-change.1.3).  When that
    replacement was expected the text leaves open.
    """
    if not s.cfg.amended("cleanup-passes-over-dead"):
        s.undefined(Not(is_live(s, para)), "the removed code of a para that has none")
    expected_at = If(reads(s, "removed-code-expected-now"), -1, 0)
    with s.when(is_live(s, para)):
        note_past_code(s, para, expected_at, last_parent=-1)
    s.Heads[para], s.ValidationCode[para] = {}, {}
    s.FutureCodeUpgrades[para], s.FutureCode[para] = {}, {}
    s.Parachains[para] = False  # §2.5.4/session-change.3


def _bring_in(s, para):
    """§2.5.4/session-change.2: a para starts with its genesis parameters."""
    genesis = s.UpcomingParasGenesis[para].args
    s.Heads[para] = dict(some=True, head=genesis.genesis_head)
    s.ValidationCode[para] = dict(some=True, code=genesis.validation_code)
    s.Parachains[para] = genesis.parachain  # §2.5.4/session-change.3


def _forget_upcoming(s, para):
    s.UpcomingParas[para], s.UpcomingParasGenesis[para] = False, {}


# initialization


def on_initialize(s: State):
    """§2.5.4/initialization.1: past code whose time is over goes."""
    prune(s)


# routines


def schedule_para_initialize(s: State, para, genesis):
    """§2.5.4/schedule_para_initialize: a para is to come in at the next session.

    Whoever registers paras calls it at any time, although the list of upcoming paras is to be
    updated at session changes only (§2.5.4/storage.UpcomingParas).
    """
    if s.cfg.amended("initialize-only-unregistered"):
        stays = And(is_live(s, para), Not(s.OutgoingParas[para]))
        s.require(Not(Or(stays, s.UpcomingParas[para])), "AlreadyRegistered")
    s.UpcomingParas[para] = True
    s.UpcomingParasGenesis[para] = dict(some=True, args=genesis)


def schedule_para_cleanup(s: State, para):
    """§2.5.4/schedule_para_cleanup: a para is to be cleaned up at the next session.

    One that is about to come in would come in all the same, as paras go first; the other
    reading is that it does not.
    """
    cancels = And(s.UpcomingParas[para], Not(reads(s, "cleanup-cancels-upcoming")))
    with s.when(cancels):
        _forget_upcoming(s, para)
    with s.when(Not(cancels)):
        s.OutgoingParas[para] = True


def schedule_code_upgrade(s: State, para, code, expected_at):
    """§2.5.4/schedule_code_upgrade.

    There is place for one plan for each para; what becomes of the one before, the text leaves open.
    """
    s.undefined(Not(is_live(s, para)), "an upgrade of a para that is not live")
    stays = And(s.FutureCodeUpgrades[para].some, Not(reads(s, "planned-upgrade-stays")))
    with s.when(Not(stays)):
        s.FutureCodeUpgrades[para] = dict(some=True, block=expected_at)
        s.FutureCode[para] = dict(some=True, code=code)


def note_new_head(s: State, para, head, number):
    """§2.5.4/note_new_head.1: a new head, made in the context of the relay block of that number.

    By that number the planned upgrade applies (§2.5.4/note_new_head.2).
    """
    s.undefined(Not(is_live(s, para)), "a new head of a para that is not live")
    s.Heads[para] = dict(some=True, head=head)
    with s.when(is_upgraded_by(s, para, number)):
        note_past_code(s, para, s.FutureCodeUpgrades[para].block, number)
        s.ValidationCode[para] = dict(some=True, code=s.FutureCode[para].code)
        s.FutureCodeUpgrades[para], s.FutureCode[para] = {}, {}


def is_upgraded_by(s, para, number):
    """Whether a para's block made on a relay block brings the planned upgrade into force.

    §2.5.4/schedule_code_upgrade has it up to the expected block, §2.5.4/storage.FutureCodeUpgrades
    and §2.5.4/storage.ReplacementTimes.expected_at from there on.
    """
    planned = s.FutureCodeUpgrades[para]
    if s.cfg.amended("upgrade-applies-from-expected"):
        return And(planned.some, number >= planned.block)
    return And(planned.some, number <= planned.block)


def validation_code_at(s: State, para, at, assume_intermediate=None) -> Found:
    """§2.5.4/validation_code_at.1: the code for a block in the context of a relay height.

    The intermediate block must be before it (§2.5.4/validation_code_at.3).
    """
    if assume_intermediate is not None:
        s.require(assume_intermediate < at, "IntermediateNotBefore")
    return code_at(s, para, at, assume_intermediate)


def code_at(s, para, at, assume_intermediate=None) -> Found:
    """What `validation_code_at` returns: past, current or future code, or none."""
    current = Found(is_live(s, para), s.ValidationCode[para].code)
    found = replaced_code(s, para, at, current)
    if assume_intermediate is None:
        return found
    # §2.5.4/validation_code_at.2
    future = Found(s.FutureCode[para].some, s.FutureCode[para].code)
    return either(is_upgraded_by(s, para, assume_intermediate), future, found)


__all__ = [
    "READINGS",
    "Found",
    "code_at",
    "done_upgrade",
    "genesis_args",
    "is_live",
    "is_upgraded_by",
    "next_block",
    "note_new_head",
    "on_initialize",
    "on_new_session",
    "open_readings",
    "parathreads",
    "planned_upgrade",
    "schedule_code_upgrade",
    "schedule_para_cleanup",
    "schedule_para_initialize",
    "sorts",
    "storage",
    "validation_code_at",
]
