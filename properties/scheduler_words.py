"""What several properties of the scheduler speak of."""

from model.language import And, Implies, Not, Or, count, exists, forall
from model.scheduler import PARATHREAD, cores
from model.scheduler_system import CHANGED, ENDING, IDLE


def between_blocks(s):
    """Whether no block is open and no session change is under way."""
    return Or(s.phase == IDLE, s.phase == ENDING)


def session_changes(before, after):
    """Whether the step is a session change."""
    return Or(
        And(before.phase == IDLE, after.phase == CHANGED),
        And(before.phase == ENDING, after.phase == IDLE),
    )


def parathread_cores(s, body):
    """Whether the body is true of every parathread core."""
    return forall(s.cfg.core, lambda c: Implies(And(c >= s.parachains, c < cores(s)), body(c)))


def parathread_cores_some(s, body):
    """Whether the body is true of some scheduled parathread core."""
    return exists(s.cfg.core, lambda c: And(c >= s.parachains, s.Scheduled[c].some, body(c)))


def claims(s, t):
    """How many claims of a parathread there are: queued, scheduled or on an occupied core."""
    scheduled = count(
        s.cfg.core,
        lambda c: And(c >= s.parachains, s.Scheduled[c].some, s.Scheduled[c].thread == t),
    )
    occupied = count(
        s.cfg.core,
        lambda c: And(
            s.AvailabilityCores[c].kind == PARATHREAD,
            s.AvailabilityCores[c].thread == t,
            Not(s.Scheduled[c].some),
        ),
    )
    return s.ParathreadQueue.queue.count(thread=t) + scheduled + occupied
