"""What §2.5.5 promises will come: that claims get a core, and that cores are freed.

Blocks go on: whatever a block needs next does not wait for ever.  Nothing is assumed of collators,
of authors' choices or of which candidates become available.
"""

from model.language import And, If, Not, Or, exists
from model.scheduler import PARATHREAD
from model.scheduler_system import IDLE

from .kinds import leads_to

BLOCKS = ("session_change", "begin_block", "inherent", "end_block")


@leads_to("§2.5.5/description.6.5", each="thread", fair=BLOCKS)
def a_queued_claim_gets_a_core(s, t):
    """A queued claim comes onto a core, unless its parathread or all parathread cores go away."""

    def has_it(c):
        work = If(s.Scheduled[c].some, s.Scheduled[c].thread, s.AvailabilityCores[c].thread)
        in_use = Or(s.Scheduled[c].some, s.AvailabilityCores[c].kind == PARATHREAD)
        return And(c >= s.parachains, in_use, work == t)

    without_place = Or(Not(s.parathreads[t]), s.parathread_cores == 0)
    return s.ParathreadQueue.queue.any(thread=t), Or(exists(s.cfg.core, has_it), without_place)


@leads_to("§2.5.5/description.5.4", each="core", fair=BLOCKS)
def an_occupied_core_is_freed(s, c):
    """A core that a candidate is pending on becomes free, available or not.

    There is a predicate for it; with none nothing would time out
    (§2.5.5/availability_timeout_predicate.1), and only the session's end would free it.
    """
    return s.pending[c].some, Not(s.pending[c].some)


@leads_to("§2.5.5/goal.4.1", each="core", fair=BLOCKS)
def a_parachain_core_is_offered(s, c):
    """The core of a parachain is scheduled again, unless there is none any more.

    Freed or free, it goes to its parachain (§2.5.5/schedule.1).
    """
    return s.phase == IDLE, Or(c >= s.parachains, s.Scheduled[c].some)
