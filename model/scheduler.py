"""§2.5.5 Scheduler: validator groups, availability cores and claims (§2.5.1/module.4).

Read beside the section, in its order: storage, session change, initialization,
finalization, routines.  Sentences are modelled as written; what an amendment of
`properties/amendments.toml` changes stands behind `cfg.amended(...)`, and where the text is silent
`_reads` asks which reading this run takes.

Merged, and undone by the refinement mapping: a list indexed by core is an array over the
largest number of cores, its live length `cores(s)`; `ParathreadClaimIndex` is a set,
`Scheduled` an array with one place for each core (sorted by construction); a
collator is not modelled; `ValidatorGroups` is the group of each validator.  Block numbers
are offsets from `SessionStartBlock`: `block` is the current one, or between blocks the next.
"""

from .config import Config
from .language import (
    And,
    Array,
    Bool,
    Enum,
    If,
    Index,
    Max,
    Nat,
    Not,
    Or,
    Record,
    Seq,
    Set,
    State,
    count,
    forall,
)

NONE, PARACHAIN, PARATHREAD = OCCUPANT = Enum("none parachain parathread")

READINGS = {  # amendment that settles it -> the flag of the other reading
    "scheduled-core-entry": "scheduled_is_some",
    "schedule-covers-free-cores": "only_freed_cores",
    "claims-return-to-back": "return_to_front",
    "returned-claim-core": "return_to_next_core",
}


def storage(cfg: Config):
    """§2.5.5/storage, and what it reads from configuration and paras.

    Cores are known by their index (§2.5.5/description.9), claims by their parathread
    (§2.5.5/description.6.1): `claim` is §2.5.5/storage.ParathreadClaim in
    §2.5.5/storage.ParathreadEntry.
    """
    claim = dict(thread=cfg.thread, retries=Nat(cfg.parathread_retries + 1))
    open_readings = {f: Bool for a, f in READINGS.items() if not cfg.amended(a)}
    return dict(
        block=Nat(cfg.session_length),  # now - §2.5.5/storage.SessionStartBlock.1
        parachains=Nat(cfg.max_parachains),  # Paras::parachains().len()
        parathread_cores=Nat(cfg.max_parathread_cores),  # of the configuration in force
        parathreads=Set(cfg.thread),  # Paras::parathreads()
        validators=Nat(cfg.max_validators),
        groups=Nat(cfg.group.n),  # §2.5.5/storage.ValidatorGroups: how many there are
        ValidatorGroups=Array(cfg.validator, cfg.group),
        ParathreadQueue=Record(  # §2.5.5/storage.ParathreadQueue
            # §2.5.5/storage.QueuedParathread.claim, then §2.5.5/storage.QueuedParathread.core
            queue=Seq(Record(**claim, core=Nat(cfg.core_index_bound)), cfg.thread.n),
            next_core=Nat(cfg.max_parathread_cores),
        ),
        # §2.5.5/storage.AvailabilityCores.1 and §2.5.5/storage.AvailabilityCores.2, of
        # §2.5.5/storage.CoreOccupied; then §2.5.5/storage.Scheduled.1
        AvailabilityCores=Array(cfg.core, Record(kind=OCCUPANT, **claim)),
        ParathreadClaimIndex=Set(cfg.thread),  # §2.5.5/storage.ParathreadClaimIndex
        # §2.5.5/storage.Scheduled.3 by construction; §2.5.5/storage.CoreAssignment
        Scheduled=Array(cfg.core, Record(some=Bool, group=cfg.core, **claim)),
        **({"reading": Record(**open_readings)} if open_readings else {}),
    )


def cores(s):
    """§2.5.5/session-change.4: how many cores there are."""
    return s.parachains + s.parathread_cores


def group_on(s, core):
    """§2.5.5/schedule.4: the group on a core, after block / group_rotation_frequency rotations.

    Group i serves core (i + k) % n, so core c is served by group (c - k) % n.  The block alone
    decides, which makes rotations to come predictable (§2.5.5/description.4.3) and keeps no group
    on a core for a session (§2.5.5/description.3.4).
    """
    rotations = rotations_so_far(s)
    return (core - rotations) % cores(s)


def core_of(s, group):
    """§2.5.5/description.4.2: the core that a group serves, (i + k) % n for group i."""
    return (group + rotations_so_far(s)) % cores(s)


def rotations_so_far(s):
    """§2.5.5/storage.SessionStartBlock.2: rotations since the session started."""
    return s.block / s.cfg.group_rotation_frequency


def _reads(s, amendment):
    """Whether this run takes the reading that the amendment rules out."""
    return False if s.cfg.amended(amendment) else getattr(s.reading, READINGS[amendment])


def _return_claim(s, core, claim, retries):
    """§2.5.5/finalization.1, §2.5.5/session-change.2: a claim goes back to the queue.

    The text says neither to which end of the queue nor to which core.
    """
    next_core = _reads(s, "returned-claim-core")
    entry = dict(
        thread=claim.thread,
        retries=retries,
        core=If(next_core, s.parachains + s.ParathreadQueue.next_core, core),
    )
    with s.when(next_core):
        _advance_next_core(s)
    front = _reads(s, "claims-return-to-back")
    with s.when(front):
        s.ParathreadQueue.queue.push_front(entry)
    with s.when(Not(front)):
        s.ParathreadQueue.queue.push(entry)


def _advance_next_core(s):
    """§2.5.5/add_parathread_claim.4."""
    s.ParathreadQueue.next_core = (s.ParathreadQueue.next_core + 1) % s.parathread_cores


# session change


def on_new_session(s: State, session):
    """§2.5.5/session-change.

    `session` holds the new parachains, parathread_cores, parathreads and validators, and
    `shuffled`, the order that the random seed gives the validators.
    """
    moved = Or(
        s.parathread_cores != session.parathread_cores,
        And(s.cfg.amended("claims-move-with-cores"), s.parachains != session.parachains),
    )
    s.parachains, s.parathreads = session.parachains, session.parathreads  # paras came before
    s.block = 0  # §2.5.5/session-change.1
    for c in s.cfg.core:  # §2.5.5/session-change.2
        with s.when(s.AvailabilityCores[c].kind == PARATHREAD):
            _return_claim(s, c, s.AvailabilityCores[c], s.AvailabilityCores[c].retries)
        s.AvailabilityCores[c] = {}
    # §2.5.5/session-change.3 and §2.5.5/session-change.4: the array is as long as it can get
    s.parathread_cores, s.validators = session.parathread_cores, session.validators
    _form_groups(s, session.shuffled)
    _prune(s)
    _reassign(s, moved)


def _form_groups(s, shuffled):
    """§2.5.5/session-change.5 to §2.5.5/session-change.9: runs of the shuffled validators.

    Half of §2.5.5/task.1.  The numbers need not divide (§2.5.5/session-change.7); even groups have
    even work (§2.5.5/goal.4.2), for the session (§2.5.5/description.3.3, §2.5.5/session-change.8).
    """
    s.groups = groups_wanted(s)
    nobody = And(s.cfg.amended("no-core-no-group"), s.groups == 0)
    for v in s.cfg.validator:
        s.ValidatorGroups[v] = 0
    with s.when(Not(nobody)):
        for place in s.cfg.validator:
            with s.when(place < s.validators):
                group = group_of_place(s.validators, s.groups, place)
                s.ValidatorGroups[shuffled[place]] = group


def groups_wanted(s):
    """§2.5.5/session-change.6: how many groups there are to be."""
    if s.cfg.amended("groups-per-core"):
        return s.parachains + s.parathread_cores
    return s.parathreads.size() + s.parathread_cores


def group_of_place(validators, groups, place):
    """§2.5.5/session-change.9: the group of a place in the list of shuffled validators.

    The larger groups come first: `run` is how far the place lies behind the last of them.
    """
    small, larger = validators / groups, validators % groups
    run = place - larger * (small + 1)
    return If(run < 0, place / (small + 1), larger + run / small)


def members_of(validators, groups, group):
    """§2.5.5/session-change.9: how many members a group is to have."""
    return validators / groups + If(group < validators % groups, 1, 0)


def _prune(s):
    """§2.5.5/session-change.10 and §2.5.5/session-change.11: claims beyond their retries."""
    queue = s.ParathreadQueue.queue

    def pruned(entry):
        gone = And(s.cfg.amended("deregistered-claims-pruned"), Not(s.parathreads[entry.thread]))
        stranded = And(s.cfg.amended("no-thread-core-no-claim"), s.parathread_cores == 0)
        return Or(entry.retries > s.cfg.parathread_retries, gone, stranded)

    for t in s.cfg.thread:
        with s.when(queue.any(lambda entry, t=t: And(entry.thread == t, pruned(entry)))):
            s.ParathreadClaimIndex[t] = False
    queue.retain(lambda entry: Not(pruned(entry)))


def _reassign(s, moved):
    """§2.5.5/session-change.12 and §2.5.5/session-change.13: balance claims over the cores."""
    queue = s.ParathreadQueue.queue
    with s.when(moved):
        for place in range(s.cfg.thread.n):
            with s.when(place < queue.len):
                queue[place].core = s.parachains + place % s.parathread_cores
        with s.when(queue.len > 0):
            s.ParathreadQueue.next_core = queue.len % s.parathread_cores
        with s.when(And(s.cfg.amended("next-core-restarts"), queue.len == 0)):
            s.ParathreadQueue.next_core = 0


def on_initialize(s: State):
    """§2.5.5/initialization.1: schedule free cores, none being returned."""
    none = s.cfg.core.set(lambda _core: False)
    schedule(s, none, none)


def on_finalize(s: State):
    """§2.5.5/finalization.1: free the scheduled cores; their claims return, retries + 1.

    What was scheduled and is not pending was not backed (§2.5.5/description.8.1), and is tried
    again up to a number of times (§2.5.5/description.8.3): these are the attempts of
    §2.5.5/description.6.3.  `retries` saturates just beyond the largest number it is compared with.
    """
    limit = s.cfg.parathread_retries
    for c in s.cfg.core:
        scheduled = s.Scheduled[c]
        with s.when(scheduled.some):
            with s.when(c >= s.parachains):
                retries = If(scheduled.retries > limit, scheduled.retries, scheduled.retries + 1)
                spent = And(s.cfg.amended("retries-pruned-at-finalization"), retries > limit)
                with s.when(spent):
                    s.ParathreadClaimIndex[scheduled.thread] = False
                with s.when(Not(spent)):
                    _return_claim(s, c, scheduled, retries)
            with s.when(_reads(s, "scheduled-core-entry")):
                s.AvailabilityCores[c] = {}
        s.Scheduled[c] = {}  # §2.5.5/storage.Scheduled.2


# routines


def add_parathread_claim(s: State, thread):
    """§2.5.5/add_parathread_claim: it joins the queue with its core (§2.5.5/description.6.5)."""
    queue, limit = s.ParathreadQueue, s.cfg.scheduling_lookahead * s.parathread_cores
    if s.cfg.amended("claim-names-live-parathread"):
        s.require(s.parathreads[thread], "NotAParathread")
    # §2.5.5/add_parathread_claim.1
    s.require(Not(s.ParathreadClaimIndex[thread]), "ClaimAlreadyIndexed")
    if s.cfg.amended("limit-counts-all-claims"):
        s.require(s.ParathreadClaimIndex.size() < limit, "QueueFull")
    else:
        s.require(queue.queue.len < limit, "QueueFull")  # §2.5.5/add_parathread_claim.2
    core = queue.next_core + s.parachains  # §2.5.5/add_parathread_claim.3
    _advance_next_core(s)  # §2.5.5/add_parathread_claim.4
    queue.queue.push(thread=thread, retries=0, core=core)
    s.ParathreadClaimIndex[thread] = True  # §2.5.5/add_parathread_claim.5


def schedule(s: State, concluded, timed_out):
    """§2.5.5/schedule: give work to the returned cores, and to the free ones.

    §2.5.5/task.2, as much of it as there is (§2.5.5/goal.4.1), and none for a para that is pending
    (§2.5.5/goal.2).  The text has one list of returned cores; `concluded` and `timed_out` tell for
    an amendment why each was returned.
    """
    for c in s.cfg.core:
        with s.when(Or(concluded[c], timed_out[c])):
            _release(s, c, timed_out[c])
    for c in s.cfg.core:
        free = And(s.AvailabilityCores[c].kind == NONE, Not(s.Scheduled[c].some))
        idle = And(Not(_reads(s, "schedule-covers-free-cores")), free)
        with s.when(And(c < cores(s), Or(concluded[c], timed_out[c], idle))):
            _assign(s, c)


def _release(s, c, timed_out):
    """§2.5.5/schedule.2: the claim of a returned parathread core leaves the index."""
    entry = s.AvailabilityCores[c]
    with s.when(entry.kind == PARATHREAD):
        back = And(s.cfg.amended("timed-out-claim-returns"), timed_out)
        with s.when(back):
            _return_claim(s, c, entry, entry.retries)
        with s.when(Not(back)):
            s.ParathreadClaimIndex[entry.thread] = False
    if s.cfg.amended("freed-core-cleared"):
        s.AvailabilityCores[c] = {}


def _assign(s, c):
    """§2.5.5/schedule.1, §2.5.5/schedule.3 and §2.5.5/schedule.4: a para and a group for a core.

    Parachain i has core i, and all later ones multiplex (§2.5.5/storage.AvailabilityCores.4).
    """
    queue, group = s.ParathreadQueue.queue, group_on(s, c)
    is_some = _reads(s, "scheduled-core-entry")
    with s.when(c < s.parachains):
        s.Scheduled[c] = dict(some=True, group=group)
        with s.when(is_some):
            s.AvailabilityCores[c] = dict(kind=PARACHAIN)
    mine = dict(core=c) if s.cfg.amended("claim-taken-by-its-core") else {}
    with s.when(And(c >= s.parachains, queue.any(**mine))):
        entry = queue.take(**mine)
        claim = dict(thread=entry.thread, retries=entry.retries)
        s.Scheduled[c] = dict(some=True, group=group, **claim)
        with s.when(is_some):
            s.AvailabilityCores[c] = dict(kind=PARATHREAD, **claim)


def occupied(s: State, given):
    """§2.5.5/occupied: the cores of the list `given` have become occupied."""
    for i in range(s.cfg.core.n):
        with s.when(i < given.len):
            s.require(s.Scheduled[given[i]].some, "CoreNotScheduled")  # §2.5.5/occupied.1
    for i in range(s.cfg.core.n - 1):
        with s.when(i + 1 < given.len):
            s.require(given[i] < given[i + 1], "CoresNotSorted")  # §2.5.5/occupied.2
    for c in s.each(s.cfg.core):  # §2.5.5/occupied.3
        with s.when(given.any(lambda core, c=c: core == c)):
            scheduled = s.Scheduled[c]
            s.AvailabilityCores[c] = dict(
                kind=If(c < s.parachains, PARACHAIN, PARATHREAD),
                thread=scheduled.thread,
                retries=scheduled.retries,
            )
            s.Scheduled[c] = {}


def availability_timeout(s: State, core, age):
    """§2.5.5/availability_timeout_predicate: whether a core occupied for `age` blocks times out.

    Variant `timeout_rule`: "predicate" is the routine's own sentence
    (§2.5.5/availability_timeout_predicate.3), "prose" the end of §2.5.5/description.5,
    §2.5.5/description.5.6, "algorithm" §1.7.1/alg-10.4.  No predicate is one that is false
    everywhere (§2.5.5/availability_timeout_predicate.1).  It takes the blocks since a core was
    occupied where the text has the first of them (§2.5.5/availability_timeout_predicate.2).
    """
    cfg = s.cfg
    chain, thread = cfg.chain_availability_period, cfg.thread_availability_period
    period = If(core < s.parachains, chain, thread)
    since_rotation = s.block % cfg.group_rotation_frequency
    window = {
        "predicate": since_rotation < Max(chain, thread),
        "prose": since_rotation < period - 1,
        "algorithm": True,
    }[cfg.variant("timeout_rule")]
    return And(window, age >= period)


def core_para_thread(s: State, core):
    """§2.5.5/core_para, for a parathread core: the thread scheduled on it, else its occupant."""
    return If(s.Scheduled[core].some, s.Scheduled[core].thread, s.AvailabilityCores[core].thread)


def group_size(s, group):
    """§2.5.5/group_validators: how many validators a group has."""
    return count(s.cfg.validator, lambda v: And(v < s.validators, s.ValidatorGroups[v] == group))


def is_permutation(s, shuffled, validators):
    """Whether the first `validators` places of a list hold each of them once, the rest being 0."""
    places = s.cfg.validator
    return forall(
        places,
        lambda p: If(
            p < validators,
            And(
                shuffled[p] < validators,
                forall(places, lambda q: Or(q >= p, shuffled[q] != shuffled[p])),
            ),
            shuffled[p] == 0,
        ),
    )


def sorts(sizes):
    """The index sorts that follow from the sizes of an instance."""
    most = max(sizes["max_parachains"], sizes["threads"]) + sizes["max_parathread_cores"]
    return dict(
        core=Index("core", sizes["max_cores"]),
        thread=Index("thread", sizes["threads"]),
        validator=Index("validator", sizes["max_validators"]),
        group=Index("group", most + 1),
        core_index_bound=sizes["max_parachains"] + sizes["max_parathread_cores"],
    )
