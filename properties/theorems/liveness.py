"""Which configurations run for ever, and which sessions can begin.

A run comes to an end where the text is undefined: where a session is divided into no rotations,
validators into no groups, or claims over no cores.  Each claim here runs the routines of the
scheduler's model at one core, one validator and one claim that stand for any (`one_member`).
"""

from types import SimpleNamespace
from typing import Any

from model import scheduler, scheduler_system
from model.config import Rules
from model.language import And, Bool, If, Implies, Nat, Not, Or
from model.language.terms import well_defined
from properties.theorem import assumption, theorem

from .one_member import AS_AMENDED, AS_WRITTEN, Cores, Entries, configured, running

CORES = dict(parachains=Nat(), parathread_cores=Nat(), core=Nat())
ROTATION = dict(frequency=Nat(), block=Nat())


@assumption("§2.5.5/session-change.9")
def the_place_is_taken(place, validators):
    """The place is that of a validator."""
    return place < validators


# where the text is undefined


@theorem(
    "§2.5.5/schedule.4",
    item=15,
    subject="scheduler",
    over=dict(**ROTATION, **CORES, queued=Bool),
    small=3,
)
def giving_work_is_defined_exactly_if_groups_rotate(
    frequency, block, parachains, parathread_cores, core, queued
):
    """A free core that has work gets it, and its group, exactly if group_rotation_frequency > 0; if
    there is no work nothing is undefined.
    """
    s = running(
        configured(AS_AMENDED, core=core, group_rotation_frequency=frequency),
        block=block,
        parachains=parachains,
        parathread_cores=parathread_cores,
        queued=queued,
        length=If(queued, 1, 0),
    )
    scheduler.on_initialize(s)
    work = And(core < parachains + parathread_cores, Or(core < parachains, queued))
    given = And(Not(s.undefined), s.Scheduled[core].some)
    return If(work, given == (frequency > 0), Not(s.undefined))


@theorem(
    "§2.5.5/availability_timeout_predicate",
    item=15,
    subject="scheduler",
    over=dict(**ROTATION, core=Nat(), parachains=Nat(), chain=Nat(), thread=Nat(), age=Nat()),
    small=2,
)
def timing_out_is_defined_exactly_if_groups_rotate(
    frequency, block, core, parachains, chain, thread, age
):
    """Two of the timeout rules are defined exactly if group_rotation_frequency > 0; that of
    algorithm 10 always is.
    """

    def defined(rule):
        cfg = configured(
            Rules(variants=dict(timeout_rule=rule)),
            group_rotation_frequency=frequency,
            chain_availability_period=chain,
            thread_availability_period=thread,
        )
        state: Any = SimpleNamespace(cfg=cfg, block=block, parachains=parachains)
        return well_defined(scheduler.availability_timeout(state, core, age))

    rotates = frequency > 0
    return And(defined("predicate") == rotates, defined("prose") == rotates, defined("algorithm"))


SESSION = dict(
    before=Nat(),  # parathread cores of the session that ends
    parachains=Nat(),
    parathread_cores=Nat(),
    parathreads=Nat(),  # how many are live
    validators=Nat(),
    place=Nat(),
    queued=Bool,
)


def _change(rules, session, *, before, place, queued):
    """What becomes of a session change; the claim that is seen, if there is one, is unspent."""
    s = running(
        configured(rules, place=place),
        parachains=session.parachains,
        parathread_cores=before,
        queued=queued,
        length=If(queued, 1, 0),
    )
    scheduler.on_new_session(s, session)
    return s


def new_session(parachains, parathread_cores, parathreads, validators):
    """What a new session has; the claimed parathread is one of those that are live."""
    return SimpleNamespace(
        parachains=parachains,
        parathread_cores=parathread_cores,
        parathreads=Entries(None, entry=True, number=parathreads),
        validators=validators,
        shuffled=Entries(None, entry=0),
    )


@theorem(
    "§2.5.5/session-change.9",
    item=15,
    subject="scheduler",
    over=SESSION,
    small=2,
)
def every_session_can_change(
    before, parachains, parathread_cores, parathreads, validators, place, queued
):
    """As amended nothing of a session change is undefined, whatever the new session has."""
    session = new_session(parachains, parathread_cores, parathreads, validators)
    return Not(_change(AS_AMENDED, session, before=before, place=place, queued=queued).undefined)


@theorem(
    "§2.5.5/session-change.9",
    item=15,
    subject="scheduler",
    over=SESSION,
    given=[the_place_is_taken],
    small=2,
)
def every_session_can_change_as_written(
    before, parachains, parathread_cores, parathreads, validators, place, queued
):
    """Nothing of a session change is undefined, whatever the new session has: the text as it is."""
    session = new_session(parachains, parathread_cores, parathreads, validators)
    return Not(_change(AS_WRITTEN, session, before=before, place=place, queued=queued).undefined)


@theorem(
    "§2.5.5/session-change.13",
    item=15,
    subject="scheduler",
    over=SESSION,
    given=[the_place_is_taken],
    small=2,
)
def as_written_a_session_can_change_exactly_if(
    before, parachains, parathread_cores, parathreads, validators, place, queued
):
    """As written a session change is defined exactly if there is a parathread or a parathread core,
    and a parathread core if their number changed and a claim is queued.
    """
    session = new_session(parachains, parathread_cores, parathreads, validators)
    s = _change(AS_WRITTEN, session, before=before, place=place, queued=queued)
    stranded = And(queued, before != parathread_cores, parathread_cores == 0)
    return Not(s.undefined) == And(parathreads + parathread_cores > 0, Not(stranded))


def _claimed(rules, lookahead, *, parathread_cores, claims, indexed, live):
    """What becomes of one claim more, if there are so many."""
    s = running(
        configured(rules, scheduling_lookahead=lookahead),
        parathread_cores=parathread_cores,
        parathreads=("entries", live, 0),
        ParathreadClaimIndex=("entries", indexed, claims),
        length=claims,
    )
    scheduler.add_parathread_claim(s, 0)
    return s


CLAIM = dict(lookahead=Nat(), parathread_cores=Nat(), claims=Nat(), indexed=Bool, live=Bool)


@theorem(
    "§2.5.5/add_parathread_claim",
    item=15,
    subject="scheduler",
    over=CLAIM,
    small=4,
)
def claims_are_accepted_only_where_a_core_is(lookahead, parathread_cores, claims, indexed, live):
    """A claim is accepted or refused, never undefined, and accepted only if there are a parathread
    core and a positive scheduling_lookahead: as written and as amended.
    """
    given = dict(parathread_cores=parathread_cores, claims=claims, indexed=indexed, live=live)
    written = _claimed(AS_WRITTEN, lookahead, **given)
    amended = _claimed(AS_AMENDED, lookahead, **given)
    possible = And(lookahead > 0, parathread_cores > 0)
    return And(
        Or(written.refused, Not(written.undefined)),
        Or(amended.refused, Not(amended.undefined)),
        Implies(Or(written.goes_on, amended.goes_on), possible),
    )


# the configurations


def runs_for_ever(frequency, lookahead, parachains, parathread_cores):
    """Groups rotate, or no core ever gets work: no parachain, and no claim that is accepted."""
    claims = And(lookahead > 0, parathread_cores > 0)
    return Or(frequency > 0, And(parachains == 0, Not(claims)))


def _block(rules, *, frequency, lookahead, parachains, parathread_cores, core, queued):
    """What becomes of a block with an empty inherent, at a free core."""
    s = running(
        configured(
            rules,
            core=core,
            group_rotation_frequency=frequency,
            scheduling_lookahead=lookahead,
        ),
        parachains=parachains,
        parathread_cores=parathread_cores,
        queued=queued,
        length=If(queued, 1, 0),
    )
    empty_block(s, last=True)
    return s


def empty_block(s, *, last):
    """A block whose inherent has no bitfields and no candidates."""
    scheduler_system.begin_block(s)
    nothing = s.cfg.core.set(lambda _core: False)
    scheduler_system.inherent(s, nothing, Cores())
    scheduler_system.end_block(s, last)


@assumption("§2.5.5/add_parathread_claim.2")
def only_accepted_claims_are_queued(queued, lookahead, parathread_cores):
    """A claim is queued only if one can be accepted (claims_are_accepted_only_where_a_core_is)."""
    return Implies(queued, And(lookahead > 0, parathread_cores > 0))


MEMBERS = dict(frequency=Nat(), lookahead=Nat(), parachains=Nat(), parathread_cores=Nat())


@theorem(
    "§2.5.3/description.1",
    item=15,
    subject="scheduler",
    over=dict(**MEMBERS, core=Nat(), queued=Bool),
    given=[only_accepted_claims_are_queued],
    small=3,
)
def a_configuration_that_meets_the_formula_runs_for_ever(
    frequency, lookahead, parachains, parathread_cores, core, queued
):
    """If groups rotate, or neither a parachain nor an accepted claim can get work, every block can
    be completed, whatever is queued: nothing is undefined and no check fails.
    """
    members = dict(parachains=parachains, parathread_cores=parathread_cores)
    s = _block(
        AS_AMENDED,
        frequency=frequency,
        lookahead=lookahead,
        core=core,
        queued=queued,
        **members,
    )
    formula = runs_for_ever(frequency, lookahead, parachains, parathread_cores)
    return Implies(formula, s.goes_on)


@theorem(
    "§2.5.3/description.1",
    item=15,
    subject="scheduler",
    over=MEMBERS,
    small=4,
)
def a_configuration_that_fails_the_formula_gets_stuck(
    frequency, lookahead, parachains, parathread_cores
):
    """Otherwise the first block is undefined on core 0, if there is a parachain; or else a claim is
    accepted, and the next block is undefined on its core.
    """
    members = dict(
        frequency=frequency,
        lookahead=lookahead,
        parachains=parachains,
        parathread_cores=parathread_cores,
    )
    at_once = _block(AS_AMENDED, core=0, queued=False, **members).undefined
    first = _claimed(
        AS_AMENDED,
        lookahead,
        parathread_cores=parathread_cores,
        claims=0,
        indexed=False,
        live=True,
    )
    later = _block(AS_AMENDED, core=parachains, queued=True, **members).undefined
    stuck = If(parachains > 0, at_once, And(first.goes_on, later))
    return Or(runs_for_ever(**members), stuck)
