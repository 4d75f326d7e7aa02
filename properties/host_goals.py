"""What must be possible in the whole runtime, and that blocks can always go on."""

from model import paras, validity
from model.host_config import CLAIMS
from model.host_system import BACKING, OPEN, is_about
from model.language import And, Not, Or, exists
from model.scheduler import PARATHREAD

from .host_words import members_on
from .kinds import reachable, recoverable


@recoverable("§2.5.7/description.1.2")
def a_valid_block_can_follow(s):
    """Whatever has happened, a block can be completed whose author has called the inherent."""
    return And(s.phase == OPEN, s.Included)


@reachable("§2.5.6/description.1")
def a_parathread_candidate_is_included(s):
    """A parathread has a block included."""
    return exists(s.cfg.para, lambda p: And(p >= s.cfg.chains, s.included[p]))


@reachable("§2.5.4/description.2")
def a_code_upgrade_is_applied(s):
    """A para has other code in force than at the start, by an upgrade that a candidate brought."""
    return exists(
        s.cfg.para, lambda p: And(s.ValidationCode[p].some, s.ValidationCode[p].code != 0)
    )


@reachable("§2.5.8/local-disputes.4.1")
def a_candidate_of_the_session_before_is_open(s):
    """A candidate is open to disputes when the session after that of its inclusion has begun."""
    return And(s.case.kind == validity.LOCAL, s.case.sessions == 1, Not(s.case.ended))


@reachable("§2.5.4/session-change.2")
def a_para_comes_back(s):
    """A para goes with one session change and comes in again with another."""

    def was_gone(p):
        meta = s.PastCodeMeta[p]
        return Or(meta.last_pruned.some, meta.upgrade_times.len > 0)

    again = exists(s.cfg.para, lambda p: And(paras.is_live(s, p), was_gone(p)))
    return And(is_about(s, CLAIMS), again)


@reachable("§2.5.6/collect_pending.1")
def a_candidate_times_out(s):
    """A candidate is dropped because it did not become available in time."""
    return exists(s.cfg.para, lambda p: s.dropped[p])


@reachable("§2.5.5/description.8.3")
def a_second_attempt_is_backed(s):
    """A claim that one author left out is backed in a later block."""
    return exists(
        s.cfg.core,
        lambda c: And(
            s.AvailabilityCores[c].kind == PARATHREAD, s.AvailabilityCores[c].retries == 1
        ),
    )


@reachable("§2.5.5/description.7.3")
def a_freed_core_is_backed_in_the_same_block(s):
    """A core is freed and gets another candidate in the same block."""
    return And(
        s.phase == BACKING,
        exists(s.cfg.para, lambda p: And(s.included[p], s.backed[p])),
    )


@reachable("§2.5.8/local-disputes.5.2")
def a_dispute_is_decided(s):
    """Enough validators speak against an included candidate that it is found invalid."""
    return s.case.abandoned


@reachable("§2.5.5/session-change.9")
def a_core_can_wait_for_an_empty_group(s):
    """With fewer validators than cores, a core is scheduled that nobody can back anything on."""
    return exists(s.cfg.core, lambda c: And(s.Scheduled[c].some, members_on(s, c) == 0))
