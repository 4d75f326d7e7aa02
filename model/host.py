"""§2.5 Runtime: what binds the modules to each other.

Their routines stand in the modules' own files and are called from here; here stands what the
initializer knows of each, what each reads and calls of the others, and what data for a block is
made on: the state behind its parent, and what that shows.

A para below `cfg.chains` is a parachain, the others are parathreads; `cfg.thread` is the same sort.
The scheduler knows parachains by their number, and the i-th core belongs to the i-th of them.
"""

from types import SimpleNamespace
from typing import Any

from . import inclusion, inclusion_inherent, initializer, paras, validity
from . import scheduler as sched
from .config import Config
from .inclusion import BAD_SIGNATURE, GOOD, WRONG_SIZE
from .language import (
    And,
    Array,
    Bool,
    If,
    Max,
    Nat,
    Not,
    Or,
    Record,
    Set,
    State,
    count,
    exists,
    forall,
)
from .language.views import value_of
from .scheduler import NONE, cores, group_on

# what each reads and calls of the others


def parachain_on(s, c):
    """§2.5.5/storage.AvailabilityCores.3: the c-th parachain in ascending order."""
    found: Any = 0
    for p in s.cfg.para:
        found = If(And(s.Parachains[p], _parachains_below(s, p) == c), p, found)
    return found


def _parachains_below(s, p):
    return count(s.cfg.para, lambda q: And(q < p, s.Parachains[q]))


def core_para(s, c):
    """§2.5.5/core_para: what is scheduled on the core, else its occupant, else none."""
    in_use = Or(s.Scheduled[c].some, s.AvailabilityCores[c].kind != NONE)
    para = If(c < s.parachains, parachain_on(s, c), sched.core_para_thread(s, c))
    return SimpleNamespace(some=in_use, para=If(in_use, para, 0))


def scheduled(s, c):
    """§2.5.5/scheduled: the assignment of a core."""
    para = If(c < s.parachains, parachain_on(s, c), s.Scheduled[c].thread)
    work = s.Scheduled[c]
    claimed = c >= s.parachains
    return SimpleNamespace(some=work.some, para=para, group=work.group, claimed=claimed)


def group_size(s, group):
    """§2.5.5/group_validators, of a group that is there."""
    s.require(group < s.groups, "NoSuchGroup")
    return sched.group_size(s, group)


def schedule_code_upgrade(s, p, _receipt, due):
    """§2.5.4/schedule_code_upgrade; of two codes, the one that is not in force."""
    paras.schedule_code_upgrade(s, p, 1 - s.ValidationCode[p].code, due)


def note_new_head(s, p, _receipt, relay_parent_number):
    """§2.5.4/note_new_head; numbers are ages here and offsets there."""
    paras.note_new_head(s, p, 0, -relay_parent_number)


def outside() -> inclusion.Outside:
    """What the inclusion module reads and calls of the others."""
    return inclusion.Outside(
        core_para=core_para,
        scheduled=scheduled,
        group_size=group_size,
        planned_upgrade=paras.planned_upgrade,
        done_upgrade=paras.done_upgrade,
        schedule_code_upgrade=schedule_code_upgrade,
        note_new_head=note_new_head,
    )


class Ascending:
    """A set of cores as the ascending list that §2.5.6/process_candidates.5 returns."""

    def __init__(self, members, index) -> None:
        self._members, self._index = members, index

    @property
    def len(self):
        """How many there are."""
        return self._members.size()

    def __getitem__(self, place: int):
        """The member that has `place` others below it."""
        found: Any = 0
        for i in self._index:
            found = If(And(self._members[i], self._below(i) == place), i, found)
        return found

    def _below(self, i):
        return count(self._index, lambda j: And(j < i, self._members[j]))

    def any(self, test):
        """Whether some member passes the test."""
        return exists(self._index, lambda i: And(self._members[i], test(i)))


def scheduler() -> inclusion_inherent.Scheduler:
    """What the inherent calls of the scheduler."""
    return inclusion_inherent.Scheduler(
        availability_timeout=sched.availability_timeout,
        schedule=sched.schedule,
        occupied=lambda s, given: sched.occupied(s, Ascending(given, s.cfg.core)),
    )


# what the initializer knows of each


def on_new_session(s: State, notification):
    """§2.5.5/session-change, with the paras and the configuration of the new session.

    The random seed is the order that it gives the validators.
    """
    session: Any = SimpleNamespace(
        parachains=s.Parachains.size(),
        parathread_cores=notification.new_config.parathread_cores,
        parathreads=paras.parathreads(s),
        validators=notification.validators,
        shuffled=notification.random_seed,
    )
    sched.on_new_session(s, session)


def _judge_another_session(s: State, _notification):
    """§2.5.8/local-disputes.4: a session more has begun since the candidate was included."""
    with s.when(s.case.kind != validity.UNKNOWN):
        validity.session_change(s, s.case)


def _let_disputes_end(s: State):
    """§2.5.8/local-disputes.5.3: time passes; a candidate that nobody can dispute any more goes."""
    with s.when(s.case.kind != validity.UNKNOWN):
        validity.initialization(s, s.case)
        s.watched.relay_parent = Max(s.watched.relay_parent - 1, -s.cfg.oldest)
    over = And(validity.acceptance_over(s, s.case), Not(validity.disputed(s, s.case)))
    with s.when(Or(s.case.ended, over)):
        s.case, s.watched = {}, {}


def modules() -> initializer.Modules:
    """The modules by name, each with the routines that the initializer calls."""
    return {
        "paras": paras,
        "scheduler": SimpleNamespace(
            on_initialize=sched.on_initialize,
            on_new_session=on_new_session,
            on_finalize=sched.on_finalize,
        ),
        "inclusion": inclusion,
        "validity": SimpleNamespace(
            on_initialize=_let_disputes_end, on_new_session=_judge_another_session
        ),
    }


# what is kept of candidates for the validity module


def kept(cfg: Config):
    """§2.5.8: of the included candidates one at a time, and what it was made with.

    §2.5.6 keeps neither who backed a candidate nor the code that it was validated with.
    """
    made = Record(signatures=Nat(cfg.max_validators), code=cfg.code)
    return dict(
        case=validity.candidate(cfg),
        watched=Record(para=cfg.para, relay_parent=cfg.height, code=cfg.code),
        made=Array(cfg.para, made),  # of what is pending
    )


def note_backed(s: State, p, signatures):
    """The code in force is the one that the candidate was validated with."""
    s.made[p] = dict(signatures=signatures, code=s.ValidationCode[p].code)


def note_included(s: State, p):
    """§2.5.8/description.1.1: an available candidate enters its acceptance period.

    It is watched unless another one is.
    """
    pending, made = s.PendingAvailability[p], s.made[p]
    with s.when(And(inclusion.is_available(s, p), s.case.kind == validity.UNKNOWN)):
        validity.note_included(s, s.case, s.validators, made.signatures)
        s.watched = dict(para=p, relay_parent=-pending.relay_parent_number, code=made.code)


def forget_made(s: State):
    """What is not pending any more is forgotten."""
    for p in s.each(s.cfg.para):
        with s.when(Not(s.PendingAvailability[p].some)):
            s.made[p] = {}


# what data for a block is made on


def shown(cfg: Config):
    """What the state behind the latest block shows of the next one."""
    return Record(
        cores=Nat(cfg.core.n),
        validators=Nat(cfg.max_validators),
        on_duty=Array(cfg.core, Set(cfg.validator)),  # by core: the members of its group
        outdated=Bool,  # the session has changed since
    )


def show(s: State):
    """Behind a block: how many cores and validators there are, and who serves which core next."""
    s.shown.cores, s.shown.validators, s.shown.outdated = cores(s), s.validators, False
    for c in s.cfg.core:
        group = If(cores(s) > 0, group_on(s, c), 0)
        for v in s.cfg.validator:
            serves = And(v < s.validators, s.ValidatorGroups[v] == group)
            s.shown.on_duty[c][v] = And(c < cores(s), serves)


def bitfield(s, v, bits):
    """A bitfield of a validator that the parent shows, signed for the parent.

    In another session the validator of that number has another key.
    """
    form = If(s.shown.outdated, BAD_SIGNATURE, GOOD)
    form = If(s.shown.cores == cores(s), form, WRONG_SIZE)
    return SimpleNamespace(validator=v, bits=bits, form=form, signed_for=1)


def candidate(s, p, backers, upgrade):
    """A candidate made on the parent; only signatures of members of the core's group count.

    In another session those have other keys.
    """
    core = inclusion.core_of(s, p, outside())
    group = s.Scheduled[core].group
    members = s.cfg.validator.set(
        lambda v: And(v < s.validators, s.ValidatorGroups[v] == group, backers[v])
    )
    kind = inclusion.receipt(s.cfg)
    receipt = value_of(kind, {**dict.fromkeys(kind.fields, True), "upgrade": upgrade})
    signatures = If(s.shown.outdated, 0, members.size())
    return SimpleNamespace(para=p, receipt=receipt, relay_parent=1, signatures=signatures)


def is_backed_as_shown(s, p, backers):
    """Whether a majority of those on duty by the state behind the parent backs a candidate."""
    return forall(
        s.cfg.core,
        lambda c: Or(
            Not(And(scheduled(s, c).some, scheduled(s, c).para == p)),
            And(
                backers <= s.shown.on_duty[c],
                2 * backers.size() > s.shown.on_duty[c].size(),
            ),
        ),
    )


class Judged:
    """A state on which checks that fail refuse a faulty author's data, and tell on an honest one's.

    What an honest author includes is valid for the state behind the parent: that a check fails
    all the same is noted in `refused`, and the block goes no further.
    """

    def __init__(self, s: State, honest) -> None:
        object.__setattr__(self, "_s", s)
        object.__setattr__(self, "_honest", honest)

    def __getattr__(self, name: str):
        return getattr(self._s, name)

    def __setattr__(self, name: str, value) -> None:
        setattr(self._s, name, value)

    def require(self, condition, error: str) -> None:
        """A check of the text."""
        with self._s.when(And(self._honest, Not(condition))):
            self._s.refused = True
        self._s.require(Or(self._honest, condition), error)


def drop_block(s: State):
    """A block that is refused leaves nothing behind: of what it was about, no more is told."""
    for p in s.cfg.para:
        s.PendingAvailability[p], s.made[p] = {}, {}
    s.given, s.backed = set(), set()
