"""The system *host*: §2.5 block by block, all modules composed.

A block is `begin_block`, the inherent, begun by `call_inclusion`, in its micro-steps `bitfield`,
`free_and_schedule`, `candidate` and `occupy`, other entry-points, and `end_block`.  A session
changes at the start of a block, as §2.5.1 has it, or amended at the end of the one before.
"""

from typing import Any

from . import configuration, host, inclusion, inclusion_inherent, initializer, paras, validity
from . import scheduler as sched
from .config import Config
from .host import Judged, modules, outside, scheduler
from .host_config import (
    CLAIMS,
    CODE,
    DISPUTES,
    INSTANCES,
    TOPIC,
    VARIANTS,
    configure,
    other_readings,
    readings,
)
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
    Set,
    State,
    System,
    forall,
)
from .scheduler import is_permutation

# between blocks; the session has changed; initialized, and extrinsics run; in the inherent, before
# and after cores are freed and scheduled; the last block of a session is over; data was refused
# that is valid for the state behind the parent
IDLE, CHANGED, OPEN, VOTING, BACKING, ENDING, REFUSED = PHASE = Enum(
    "idle changed open voting backing ending refused"
)
HISTORIES = ("PastCode", "PastCodeMeta.upgrade_times", "PastCodePruning")
SECTION = "§2.5"
SUMMARY = "the whole runtime on one fork: all modules, block by block, over session changes"


def _changes_late(cfg):
    """Whether sessions change at the end of a block, not at the start of one."""
    return cfg.amended("session-change-at-block-end")


def storage(cfg: Config):
    """The storage of all modules; where in a block we are; what the state shows."""
    parts = dict(
        **configuration.storage(cfg),
        **initializer.storage(cfg),
        **{k: v for k, v in paras.storage(cfg).items() if k != "reading"},
        **{k: v for k, v in sched.storage(cfg).items() if k != "reading"},
        **inclusion.storage(cfg),
        **inclusion_inherent.storage(cfg),
        **host.kept(cfg),
    )
    flags = readings(cfg)
    return dict(
        phase=PHASE,
        **parts,
        **({"reading": Record(**flags)} if flags else {}),
        **({"topic": TOPIC} if cfg.one_topic else {}),
        calls=Nat(cfg.calls),  # that a run has brought so far
        shown=host.shown(cfg),
        refused=Bool,  # whether data was refused that is valid for the state behind the parent
        # for properties: whose candidate was included, or dropped as too late, by this inherent;
        # which parathreads were claimed in this block
        included=Set(cfg.para),
        dropped=Set(cfg.para),
        claimed=Set(cfg.para),
    )


def is_about(s, topic):
    """Whether a run brings claims, upgrades or disputes: a small instance has one of them a run."""
    return s.topic == topic if s.cfg.one_topic else True


def is_only_about(s, topic):
    """Whether a run brings nothing else."""
    return s.topic == topic if s.cfg.one_topic else False


def genesis(s: State, first, registered, session, **chosen):
    """The first session begins; what a run is about and reads is chosen once and for all."""
    if s.cfg.one_topic:
        s.topic = chosen["about"]
    for place, (topic, flag, value) in enumerate(other_readings(s.cfg), start=1):
        taken = chosen["other_reading"] == place
        s.assume(Implies(taken, is_about(s, topic)))
        with s.when(taken):
            setattr(s.reading, flag, value)
    s.Configuration = first
    for p in s.cfg.para:
        with s.when(registered[p]):
            s.UpcomingParas[p] = True
            s.UpcomingParasGenesis[p] = dict(some=True, args=_start(s, p))
    initializer.forward(s, modules(), **_notified(s, session))
    host.show(s)
    s.phase = IDLE


def _start(s, p):
    """§2.5.4/storage.ParaGenesisArgs of a para."""
    return dict(parachain=p < s.cfg.chains)


def _notified(s, session):
    """What comes from outside with a session change; the seed is the order it gives."""
    s.assume(session.validators > 0)
    s.assume(is_permutation(s, session.shuffled, session.validators))
    validators, seed = session.validators, session.shuffled
    return dict(validators=validators, queued=validators, random_seed=seed)


def session_change(s: State, session):
    """§2.5.2/session-change: at the start of a block, or amended at the end of a session's last."""
    late = _changes_late(s.cfg)
    s.assume(s.phase == (ENDING if late else IDLE))
    if not late:
        _next_block(s)
    initializer.session_change(s, modules(), **_notified(s, session))
    host.forget_made(s)
    if late:
        host.show(s)
    else:
        s.shown.outdated = True
    s.phase = IDLE if late else CHANGED


def _next_block(s):
    """The block number grows by one: all that is told by its distance is one further away."""
    paras.next_block(s)
    inclusion.begin_block(s)


def begin_block(s: State):
    """§2.5.2/initialization."""
    s.assume(Or(s.phase == CHANGED, s.phase == IDLE))
    s.assume(s.block < s.cfg.session_length)
    with s.when(s.phase == IDLE):
        _next_block(s)
    initializer.initialization(s, modules())
    s.phase = OPEN


# the inherent


def call_inclusion(s: State):
    """§2.5.7/inclusion: the author calls the entry-point."""
    s.assume(s.phase == OPEN)
    inclusion_inherent.begin(s)
    s.phase = VOTING


def bitfield(s: State, validator, bits, honest):
    """§2.5.7/inclusion.1: a bitfield of a validator that the state behind the parent shows."""
    s.assume(s.phase == VOTING)
    s.assume(validator < s.shown.validators)
    s.assume(forall(s.cfg.core, lambda c: Implies(bits[c], c < s.shown.cores)))
    in_turn = forall(s.cfg.validator, lambda v: Implies(s.given[v], v < validator))
    s.assume(Implies(honest, in_turn))
    judged: Any = Judged(s, honest)
    inclusion.note_bitfield(judged, host.bitfield(s, validator, bits), outside())
    _stop_if_refused(s)


def free_and_schedule(s: State):
    """§2.5.7/inclusion.3: when all bitfields are in."""
    s.assume(s.phase == VOTING)
    with s.when(Not(is_only_about(s, CLAIMS))):
        for p in s.cfg.para:
            host.note_included(s, p)
    waiting = s.cfg.para.set(lambda p: s.PendingAvailability[p].some)
    s.included = s.cfg.para.set(lambda p: inclusion.is_available(s, p))
    inclusion_inherent.free_and_schedule(s, outside(), scheduler())
    gone = s.cfg.para.set(lambda p: And(waiting[p], Not(s.PendingAvailability[p].some)))
    s.dropped = gone - s.included
    host.forget_made(s)
    s.phase = BACKING


def candidate(s: State, para, backers, upgrade, honest):
    """§2.5.7/inclusion.4: a candidate made on the parent, if honest as that state shows."""
    s.assume(s.phase == BACKING)
    s.assume(Implies(upgrade, is_about(s, CODE)))
    s.assume(Implies(honest, _is_good(s, para, backers, upgrade)))
    made = host.candidate(s, para, backers, upgrade)
    judged: Any = Judged(s, honest)
    inclusion.back(judged, made, outside())
    host.note_backed(s, para, made.signatures)
    _stop_if_refused(s)


def _is_good(s, para, backers, upgrade):
    """Whether an honest author would include a candidate."""
    in_turn = forall(s.cfg.para, lambda p: Implies(s.backed[p], p < para))
    waits = inclusion.is_scheduled(s, para, outside())
    planned = s.FutureCodeUpgrades[para].some
    return And(
        in_turn, waits, Implies(upgrade, Not(planned)), host.is_backed_as_shown(s, para, backers)
    )


def _stop_if_refused(s):
    with s.when(s.refused):
        host.drop_block(s)
        s.phase = REFUSED


def occupy(s: State):
    """§2.5.7/inclusion.5: when all candidates are in."""
    s.assume(s.phase == BACKING)
    inclusion_inherent.occupy(s, scheduler())
    s.included, s.dropped = set(), set()
    s.phase = OPEN


# entry-points


def _assume_entry(s, topic=None):
    s.assume(s.phase == OPEN)
    if s.cfg.amended("inherent-comes-first"):
        s.assume(s.Included)
    if topic is not None:
        s.assume(is_about(s, topic))


def _count_call(s):
    """A run brings no more calls that wait for a session to change than the instance allows."""
    s.assume(s.calls < s.cfg.calls)
    s.calls = s.calls + 1


def set_parathread_cores(s: State, number):
    """§2.5.3/entry-points.1: governance sets how many parathread cores there are to be."""
    _assume_entry(s, CLAIMS)
    _count_call(s)

    def change(members):
        members.parathread_cores = number

    configuration.entry_point(s, configuration.GOVERNANCE, change)


def register(s: State, para):
    """§2.5.4/schedule_para_initialize."""
    _assume_entry(s, CLAIMS)
    _count_call(s)
    paras.schedule_para_initialize(s, para, _start(s, para))


def deregister(s: State, para):
    """§2.5.4/schedule_para_cleanup."""
    _assume_entry(s, CLAIMS)
    _count_call(s)
    paras.schedule_para_cleanup(s, para)


def add_claim(s: State, para):
    """§2.5.5/add_parathread_claim: a collator has won an auction."""
    _assume_entry(s, CLAIMS)
    sched.add_parathread_claim(s, para)
    s.claimed[para] = True


def attest(s: State, stance, against, own_keys):
    """§2.5.8/local-disputes: a validator speaks that was silent, or one that was for it."""
    _assume_entry(s, DISPUTES)
    s.assume(s.case.kind != validity.UNKNOWN)
    s.assume(Or(stance == validity.SILENT, stance == validity.FOR))
    validity.attest(s, s.case, stance, against, own_keys)


def end_block(s: State, last):
    """§2.5.2/finalization, and §2.5.7/finalization where that is called."""
    s.assume(s.phase == OPEN)
    s.assume(Implies(last, _changes_late(s.cfg)))
    inclusion_inherent.on_finalize(s)
    initializer.finalization(s, modules())
    s.claimed = set()
    s.block = s.block + 1
    if _changes_late(s.cfg):
        s.assume(Implies(Not(last), s.block < s.cfg.session_length))
    with s.when(Not(last)):
        host.show(s)
    s.phase = If(last, ENDING, IDLE)


# for properties alone, but for what bounds the environment
REMEMBERED = frozenset({"refused", "included", "dropped", "claimed", "calls"})


def system(cfg: Config) -> System:
    """§2.5 on one fork, block by block."""
    session = Record(
        validators=Nat(cfg.max_validators), shuffled=Array(cfg.validator, cfg.validator)
    )
    chosen: dict[str, Any] = {"about": TOPIC} if cfg.one_topic else {}
    if other_readings(cfg):
        chosen["other_reading"] = Nat(len(other_readings(cfg)))
    first, number = cfg.host_configuration, Nat(cfg.max_parathread_cores)
    backing: dict[str, Any] = dict(backers=Set(cfg.validator), upgrade=Bool, honest=Bool)
    return System(
        "host",
        cfg,
        storage(cfg),
        Action(genesis, **chosen, first=first, registered=Set(cfg.para), session=session),
        [
            Action(session_change, actor="runtime", session=session),
            Action(begin_block, actor="runtime"),
            Action(call_inclusion, actor="author"),
            Action(
                bitfield, actor="author", validator=cfg.validator, bits=Set(cfg.core), honest=Bool
            ),
            Action(free_and_schedule, actor="author"),
            Action(candidate, actor="author", para=cfg.para, **backing),
            Action(occupy, actor="author"),
            Action(add_claim, actor="collator", para=cfg.para),
            Action(set_parathread_cores, actor="governance", number=number),
            Action(register, actor="registrar", para=cfg.para),
            Action(deregister, actor="registrar", para=cfg.para),
            Action(attest, actor="validator", stance=validity.STANCE, against=Bool, own_keys=Bool),
            Action(end_block, actor="runtime", last=Bool),
        ],
        cuts=["ParathreadQueue.queue", *HISTORIES],
    )


__all__ = ["INSTANCES", "REMEMBERED", "SECTION", "SUMMARY", "VARIANTS", "configure", "system"]
