"""§2.5.5 Scheduler, of claims: where each is, and what the index says, for any number of both.

An abstraction of the system *scheduler*.  Of the queue is left how many entries each parathread
has in it; of cores whether they are scheduled or occupied, and for which parathread; of candidates
which core they are pending on.  The environment is free in all else: when cores are freed, and
why; which free core takes whose entry; what is backed; which claims are spent at the end of a
block or pruned when the session changes; how many parachains there are.

A claim on two cores would return once; that there is none in any reachable state is proved.

Variant `freed`: whether a returned core is cleared, or keeps its entry, as no sentence clears it.
Variant `timed_out`: whether a claim that timed out is queued again, or leaves the index like any.
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
    Or,
    Record,
    Set,
    State,
    System,
    exists,
    forall,
    parameter,
)
from .scheduler import NONE, OCCUPANT, PARACHAIN, PARATHREAD
from .scheduler_system import CONCLUDED, NO, RETURNED, TIMED_OUT

SIZES = ("cores", "threads")

VARIANTS = {"freed": ("cleared", "kept"), "timed_out": ("queued", "dropped")}

AS_WRITTEN: dict[str, Any] = dict(freed="kept", timed_out="dropped")


def configure(sizes: Mapping[str, int] | None, rules: Rules) -> Config:
    """Cores and parathreads, any number of each; in a finite instance entries up to two."""
    numbers: Mapping[str, Any] = sizes or {name: parameter(name, 1) for name in SIZES}
    derived = dict(
        core=Index("core", numbers["cores"]),
        thread=Index("thread", numbers["threads"]),
        entries=Nat(2) if sizes else Nat(),
        chains=Nat(sizes["cores"]) if sizes else Nat(),
    )
    return Config({}, rules, VARIANTS, {**numbers, **derived})


def storage(cfg: Config):
    """§2.5.5/storage and §2.5.6/storage, as far as claims go."""
    work = Record(some=Bool, thread=cfg.thread)  # of a parathread core; else the thread is 0
    return dict(
        parachains=cfg.chains,
        index=Set(cfg.thread),  # ParathreadClaimIndex
        queued=Array(cfg.thread, cfg.entries),  # entries in ParathreadQueue
        scheduled=Array(cfg.core, work),
        occupied=Array(cfg.core, Record(kind=OCCUPANT, thread=cfg.thread)),  # AvailabilityCores
        pending=Array(cfg.core, work),  # PendingAvailability
    )


def genesis(s: State, first):
    """The first session begins; there are no claims."""
    s.parachains = first


def has_claim(s, c, t):
    """Whether a core is occupied by a claim of that parathread."""
    return And(s.occupied[c].kind == PARATHREAD, s.occupied[c].thread == t)


def add_parathread_claim(s: State, t):
    """§2.5.5/add_parathread_claim: not while one is indexed; the claim is queued and indexed."""
    s.require(Not(s.index[t]), "ClaimAlreadyIndexed")
    s.queued[t] = s.queued[t] + 1
    s.index[t] = True


def session_change(s: State, new, pruned):
    """§2.5.5/session-change: claims on cores return to the queue; pruned ones leave the index."""
    s.assume(forall(s.cfg.core, lambda c: Not(s.scheduled[c].some)))

    def returns(t):
        return exists(s.cfg.core, lambda c: has_claim(s, c, t))

    for t in s.each(s.cfg.thread):
        s.queued[t] = If(pruned[t], 0, s.queued[t] + If(returns(t), 1, 0))
        with s.when(pruned[t]):
            s.index[t] = False
    for c in s.each(s.cfg.core):
        s.occupied[c], s.pending[c] = {}, {}
    s.parachains = new


def schedule(s: State, returned, takes, claim):
    """§2.5.5/schedule: returned cores are freed; some free cores take entries of the queue."""
    core = s.cfg.core

    def returns(t, reason):
        return exists(core, lambda c: And(returned[c] == reason, has_claim(s, c, t)))

    again = s.cfg.variant("timed_out") == "queued"
    for t in s.each(s.cfg.thread):
        back = And(again, returns(t, TIMED_OUT))
        s.queued[t] = s.queued[t] + If(back, 1, 0)
        with s.when(Or(returns(t, CONCLUDED), And(not again, returns(t, TIMED_OUT)))):
            s.index[t] = False  # §2.5.5/schedule.2
    for c in s.each(core):
        with s.when(And(s.cfg.variant("freed") == "cleared", returned[c] != NO)):
            s.occupied[c] = {}
    s.assume(forall(core, lambda c: Implies(takes[c], is_free(s, returned, c))))
    _take(s, takes, claim)


def is_free(s, returned, c):
    """Whether a core can be given work: it was returned, or is neither occupied nor scheduled."""
    return Or(returned[c] != NO, And(s.occupied[c].kind == NONE, Not(s.scheduled[c].some)))


def _take(s, takes, claim):
    """§2.5.5/schedule.1, §2.5.5/schedule.3: no entry is taken twice, none that is not there."""
    core, thread = s.cfg.core, s.cfg.thread

    def takes_entry(c, t):
        return And(takes[c], c >= s.parachains, claim[c] == t)

    def apart(c, d):
        return Not(And(c != d, takes_entry(c, claim[c]), takes_entry(d, claim[c])))

    def taken(t):
        return exists(core, lambda c: takes_entry(c, t))

    s.assume(forall(core, lambda c: forall(core, lambda d: apart(c, d))))
    s.assume(forall(core, lambda c: Implies(takes_entry(c, claim[c]), s.queued[claim[c]] > 0)))
    for t in s.each(thread):
        s.queued[t] = s.queued[t] - If(taken(t), 1, 0)
    for c in s.each(core):
        with s.when(takes[c]):
            s.scheduled[c] = dict(some=True, thread=If(c < s.parachains, 0, claim[c]))


def occupied(s: State, backed):
    """§2.5.5/occupied: scheduled cores with a backed candidate; it is pending availability."""
    s.assume(forall(s.cfg.core, lambda c: Implies(backed[c], s.scheduled[c].some)))
    for c in s.each(s.cfg.core):
        thread = s.scheduled[c].thread
        with s.when(backed[c]):
            s.pending[c] = dict(some=True, thread=thread)  # §2.5.6/process_candidates.4
            kind = If(c < s.parachains, PARACHAIN, PARATHREAD)
            s.occupied[c] = dict(kind=kind, thread=thread)
            s.scheduled[c] = {}


def inherent(s: State, returned, takes, claim, backed):
    """§2.5.7/inclusion; with nothing returned or backed also §2.5.5/initialization.1.

    Returned are cores with a pending candidate, which goes.
    """
    s.assume(forall(s.cfg.core, lambda c: Implies(returned[c] != NO, s.pending[c].some)))
    for c in s.each(s.cfg.core):
        with s.when(returned[c] != NO):
            s.pending[c] = {}
    schedule(s, returned, takes, claim)
    occupied(s, backed)


def finalize(s: State, spent):
    """§2.5.5/finalization.1: claims on scheduled cores return to the queue, or are spent."""
    core = s.cfg.core

    def leaves(t, *, pruned):
        here = lambda c: And(  # noqa: E731 - reads as a definition
            s.scheduled[c].some, c >= s.parachains, s.scheduled[c].thread == t
        )
        return exists(core, lambda c: And(here(c), spent[c] == pruned))

    for t in s.each(s.cfg.thread):
        s.queued[t] = s.queued[t] + If(leaves(t, pruned=False), 1, 0)
        with s.when(leaves(t, pruned=True)):
            s.index[t] = False
    for c in s.each(core):
        s.scheduled[c] = {}


def system(sizes: Mapping[str, int] | None, **variants: str) -> System:
    """Claims on any number of parathreads and cores; with `sizes`, on that many."""
    cfg = configure(sizes, Rules(variants=variants))
    core, thread = cfg.core, cfg.thread
    return System(
        "claim_index",
        cfg,
        storage(cfg),
        Action(genesis, first=cfg.chains),
        [
            Action(add_parathread_claim, actor="collator", t=thread),
            Action(session_change, actor="runtime", new=cfg.chains, pruned=Set(thread)),
            Action(
                inherent,
                actor="author",
                returned=Array(core, RETURNED),
                takes=Set(core),
                claim=Array(core, thread),
                backed=Set(core),
            ),
            Action(finalize, actor="runtime", spent=Set(core)),
        ],
    )
