"""That an honest author always has a valid next block.

The block that backs nothing is the one an author can always propose.  Whether it is valid is asked
of the routines of the scheduler's model, at one core and one claim that stand for any
(`one_member`).
"""

from model import scheduler, scheduler_system
from model.language import And, Bool, If, Nat, Not, Or
from model.scheduler import NONE, PARACHAIN, PARATHREAD
from properties.theorem import assumption, theorem

from .liveness import CORES, ROTATION, SESSION, empty_block, new_session, the_place_is_taken
from .one_member import AS_AMENDED, AS_WRITTEN, Cores, One, configured, running


@assumption("§2.5.5/description.4.1")
def groups_rotate(frequency):
    """group_rotation_frequency > 0: there are intervals at which groups rotate."""
    return frequency > 0


@assumption("§2.5.5/storage.SessionStartBlock")
def the_session_goes_on(block, session_length):
    """The session has not yet had all its blocks."""
    return block < session_length


@theorem(
    "§2.5.7/inclusion",
    item=18,
    subject="scheduler",
    over=dict(
        **ROTATION, **CORES, session_length=Nat(), period=Nat(), age=Nat(), queued=Bool, ready=Bool
    ),
    given=[groups_rotate, the_session_goes_on],
    small=1,
)
def an_honest_author_has_a_valid_block(  # noqa: PLR0913 - any state of a core has these numbers
    *,
    frequency,
    block,
    parachains,
    parathread_cores,
    core,
    session_length,
    period,
    age,
    queued,
    ready,
):
    """Between blocks, whatever is pending (for `age` blocks) or queued, the block whose inherent
    backs nothing is valid: no check fails and nothing in it is undefined.
    """
    pending = age > 0
    occupant = If(core < parachains, PARACHAIN, PARATHREAD)
    s = running(
        configured(
            AS_AMENDED,
            core=core,
            group_rotation_frequency=frequency,
            chain_availability_period=period,
            thread_availability_period=period,
            session_length=session_length,
            age_bound=age + 1,
        ),
        kind=If(pending, occupant, NONE),
        block=block,
        parachains=parachains,
        parathread_cores=parathread_cores,
        pending=("entries", dict(some=pending, thread=0, age=age)),
        queued=queued,
        length=If(queued, 1, 0),
    )
    last = block + 1 >= session_length
    scheduler_system.begin_block(s)
    available = s.cfg.core.set(lambda _core: And(pending, ready))  # enough bitfields, or not
    scheduler_system.inherent(s, available, Cores())
    scheduler_system.end_block(s, last)
    return s.goes_on


@theorem(
    "§2.5.5/session-change.6",
    item=18,
    subject="scheduler",
    over=SESSION,
    given=[the_place_is_taken],
    small=2,
)
def an_honest_author_has_a_valid_block_as_written(
    before, parachains, parathread_cores, parathreads, validators, place, queued
):
    """A session changes as a block begins, and the block whose inherent backs nothing is valid,
    whatever the new session has: the text as it is.
    """
    session = new_session(parachains, parathread_cores, parathreads, validators)
    cores = parachains + parathread_cores
    s = running(
        configured(AS_WRITTEN, place=place, max_cores=cores),
        parachains=parachains,
        parathread_cores=before,
        queued=queued,
        length=If(queued, 1, 0),
    )
    scheduler_system.session_change(s, session)
    empty_block(s, last=False)
    return s.goes_on


@theorem(
    "§2.5.5/occupied.2",
    item=18,
    subject="scheduler",
    over=dict(first=Nat(), second=Nat(), length=Nat(), scheduled=Bool),
    small=3,
)
def occupied_refuses_exactly_what_is_not_scheduled_or_not_sorted(first, second, length, scheduled):
    """A list of cores is refused exactly if one of them is not scheduled, or two that follow each
    other do not ascend; so the scheduled cores of any honest author are accepted.
    """
    cfg = configured(AS_AMENDED, core=first)
    cfg.core = One("core", first, n=2)
    s = running(cfg, scheduled=scheduled)
    scheduler.occupied(s, Cores(first, second, length=length, listed=length > 0))
    unsorted = And(length > 1, first >= second)
    return s.refused == Or(And(length > 0, Not(scheduled)), unsorted)
