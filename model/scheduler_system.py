"""The system *scheduler*: §2.5.5 block by block, with stand-ins for inclusion, paras and auctions.

A block is `begin_block`, any number of `add_claim`, one `inherent` (§2.5.7, with inclusion reduced
to which pending candidates became available), `end_block`.  A session changes at the start of a
block, as §2.5.1 has it, or with an amendment at the end of the one before.

The environment is free in what §2.5.5 does not decide: how long a session lasts (up to
`session_length` blocks), how many parachains, parathread cores and validators the next one has and
which parathreads are live, the order the seed gives, which candidates become available and which
are backed, when claims come in.  Nothing of it is to let anybody choose who serves a core
(§2.5.5/goal.3).
"""

from collections.abc import Mapping
from typing import Any

from . import scheduler as sched
from .config import Config, Rules
from .language import (
    Action,
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
    Seq,
    Set,
    State,
    System,
    forall,
)
from .scheduler import availability_timeout, cores, is_permutation, on_new_session

# between blocks; the session has changed; initialized; inherent done; the last block of a session
IDLE, CHANGED, OPEN, CLOSED, ENDING = PHASE = Enum("idle changed open closed ending")
NO, CONCLUDED, TIMED_OUT = RETURNED = Enum("no concluded timed_out")

SECTION = "§2.5.5"
SUMMARY = "validator groups, availability cores, parathread claims over session changes"
GATED = ("tiny", "timeouts")
REMEMBERED = frozenset(
    {"claims_at_start", "returned", "pending.thread"}
)  # for the properties alone

VARIANTS = {"timeout_rule": ("predicate", "prose", "algorithm")}

INSTANCES: Mapping[str, Mapping[str, int]] = {
    "tiny": dict(
        threads=2,
        max_cores=2,
        max_parachains=1,
        max_parathread_cores=2,
        max_validators=2,
        session_length=2,
        group_rotation_frequency=1,
        chain_availability_period=1,
        thread_availability_period=1,
        scheduling_lookahead=1,
        parathread_retries=1,
    ),
    "timeouts": dict(  # one core, one validator, sessions that outlast a rotation
        threads=1,
        max_cores=1,
        max_parachains=1,
        max_parathread_cores=1,
        max_validators=1,
        session_length=5,
        group_rotation_frequency=3,
        chain_availability_period=2,
        thread_availability_period=1,
        scheduling_lookahead=1,
        parathread_retries=1,
    ),
    "small": dict(
        threads=3,
        max_cores=3,
        max_parachains=2,
        max_parathread_cores=2,
        max_validators=3,
        session_length=4,
        group_rotation_frequency=2,
        chain_availability_period=1,
        thread_availability_period=2,
        scheduling_lookahead=1,
        parathread_retries=1,
    ),
}


def configure(sizes: Mapping[str, int], rules: Rules) -> Config:
    """The configuration of an instance: its sizes and what follows from them."""
    periods = sizes["chain_availability_period"], sizes["thread_availability_period"]
    derived = {
        **sched.sorts(sizes),
        "age_bound": max(*periods, sizes["group_rotation_frequency"]) + 1,
    }
    return Config(sizes, rules, VARIANTS, derived)


def _changes_late(cfg):
    """Whether sessions change at the end of a block, not at the start of one."""
    return cfg.amended("session-change-at-block-end")


def storage(cfg: Config):
    """The section's storage; what inclusion holds; what properties remember."""
    return dict(
        phase=PHASE,
        **sched.storage(cfg),
        pending=Array(cfg.core, Record(some=Bool, thread=cfg.thread, age=Nat(cfg.age_bound))),
        returned=Array(cfg.core, RETURNED),
        claims_at_start=Nat(cfg.thread.n),  # how many claims the session began with
    )


def notification(cfg: Config):
    """What the environment chooses for a new session; `shuffled` follows from the seed."""
    return Record(
        parachains=Nat(cfg.max_parachains),
        parathread_cores=Nat(cfg.max_parathread_cores),
        parathreads=Set(cfg.thread),
        validators=Nat(cfg.max_validators),
        shuffled=Array(cfg.validator, cfg.validator),
    )


def genesis(s: State, session, **readings):
    """The first session begins; each open reading is chosen once and for all."""
    for flag, taken in readings.items():
        setattr(s.reading, flag, taken)
    _new_session(s, session)
    s.phase = IDLE


def _new_session(s, session):
    """§2.5.5/session-change, with the candidates that inclusion then drops.

    The only place where the configuration changes (§2.5.5/session-change.0.1), and after it
    nothing is pending (§2.5.5/session-change.0.2), so that the cores can be counted anew
    (§2.5.5/session-change.0.3).
    """
    s.assume(session.parachains + session.parathread_cores <= s.cfg.max_cores)
    s.assume(session.validators > 0)
    s.assume(is_permutation(s, session.shuffled, session.validators))
    on_new_session(s, session)
    s.claims_at_start = s.ParathreadQueue.queue.len
    for c in s.each(s.cfg.core):
        s.pending[c] = {}


def session_change(s: State, session):
    """§2.5.5/session-change: at the start of a block, or amended at the end of a session's last.

    Only then is who serves a core known a block ahead (§2.5.5/goal.1).
    """
    s.assume(s.phase == (ENDING if _changes_late(s.cfg) else IDLE))
    _new_session(s, session)
    s.phase = IDLE if _changes_late(s.cfg) else CHANGED


def begin_block(s: State):
    """§2.5.5/initialization.1: a block begins; what is pending has waited one block more."""
    s.assume(Or(s.phase == CHANGED, s.phase == IDLE))
    s.assume(s.block < s.cfg.session_length)
    for c in s.each(s.cfg.core):
        waiting = s.pending[c]
        with s.when(And(waiting.some, waiting.age < s.cfg.age_bound)):
            waiting.age = waiting.age + 1
    sched.on_initialize(s)
    s.phase = OPEN


def add_claim(s: State, thread):
    """§2.5.5/add_parathread_claim: a collator has won an auction (§2.5.5/description.6.2)."""
    s.assume(Or(s.phase == OPEN, s.phase == CLOSED))
    sched.add_parathread_claim(s, thread)


def inherent(s: State, available, backed):
    """§2.5.7/inclusion: free cores, schedule, back candidates; `available` of what is pending.

    A core that this frees can be occupied again at once (§2.5.5/description.7.3).
    """
    core = s.cfg.core
    s.assume(s.phase == OPEN)
    s.assume(forall(core, lambda c: Implies(available[c], s.pending[c].some)))
    late = core.set(
        lambda c: And(
            s.pending[c].some, Not(available[c]), availability_timeout(s, c, s.pending[c].age)
        )
    )
    for c in s.each(core):
        with s.when(Or(available[c], late[c])):
            s.pending[c] = {}
            s.returned[c] = If(available[c], CONCLUDED, TIMED_OUT)
    sched.schedule(s, available, late)
    for c in s.each(core):
        with s.when(backed.any(lambda given, c=c: given == c)):
            s.pending[c] = dict(some=True, thread=s.Scheduled[c].thread)
    sched.occupied(s, backed)
    s.phase = CLOSED


def end_block(s: State, last):
    """§2.5.5/finalization.1: a block ends, perhaps as the `last` of its session."""
    s.assume(s.phase == CLOSED)
    s.assume(Implies(last, _changes_late(s.cfg)))
    sched.on_finalize(s)
    for c in s.each(s.cfg.core):
        s.returned[c] = NO
    s.block = s.block + 1
    if _changes_late(s.cfg):
        s.assume(Implies(Not(last), s.block < s.cfg.session_length))
    s.phase = If(last, ENDING, IDLE)


def system(cfg: Config) -> System:
    """§2.5.5 on one fork, block by block."""
    session = notification(cfg)
    readings: dict[str, Any] = {f: Bool for a, f in sched.READINGS.items() if not cfg.amended(a)}
    return System(
        "scheduler",
        cfg,
        storage(cfg),
        Action(genesis, **readings, session=session),
        [
            Action(session_change, actor="runtime", session=session),
            Action(begin_block, actor="runtime"),
            Action(add_claim, actor="collator", thread=cfg.thread),
            Action(
                inherent,
                actor="author",
                available=Set(cfg.core),
                backed=Seq(cfg.core, cfg.core.n),
            ),
            Action(end_block, actor="runtime", last=Bool),
        ],
        # as written a claim can be queued twice, again in every session: no capacity is enough
        cuts=["ParathreadQueue.queue"],
    )


__all__ = ["INSTANCES", "VARIANTS", "configure", "cores", "storage", "system"]
