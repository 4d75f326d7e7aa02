"""What one session hides from the next: business, assignments and configuration.

Sessions of any length, cores, validators and members of the configuration of any number.
"""

from dataclasses import replace
from functools import partial

from model import assignments, configuration_updates, sessions
from model.assignments import serves, serves_in
from model.language import And, If, Implies, Not, Or, forall
from model.scheduler_system import CHANGED, CLOSED, ENDING, IDLE, OPEN
from properties.kinds import invariant, step
from properties.theorem import Abstraction, of_system

# what is judged


@invariant("§2.5.1/description.8.4")
def the_state_shows_the_session(s):
    """From the start of a block on, its session is the one that the state behind its parent
    shows.
    """
    return Or(s.phase == ENDING, s.session == s.shown)


@invariant("§2.5.6/enact_candidate")
def nothing_of_another_session(s):
    """What is voted, pending or enacted was made in the session that is in force."""

    def own(made):
        return Implies(made.some, made.session == s.session)

    return And(
        forall(s.cfg.core, lambda c: And(own(s.pending[c]), own(s.enacted[c]))),
        forall(s.cfg.validator, lambda v: own(s.bitfields[v])),
    )


@invariant("§2.5.2/finalization.2")
def nothing_is_enacted_between_blocks(s):
    """Between blocks nothing is left of what was enacted."""
    nothing = forall(s.cfg.core, lambda c: Not(s.enacted[c].some))
    return Or(s.phase == OPEN, s.phase == CLOSED, nothing)


@invariant("§2.5.2/session-change.1")
def session_changes_are_not_fatal(s):
    """Whenever a session may change, no module is initialized."""
    at_end = s.cfg.variant("changes") == "block_end"
    return Implies(s.phase == (ENDING if at_end else IDLE), Not(s.has_initialized))


# who serves


@step("§2.5.5/goal.1")
def next_assignments_are_readable(before, after):
    """Which validators serve which core in a block can be read from the state behind its parent."""
    cfg = before.cfg
    begins = And(before.phase == IDLE, after.phase != IDLE)
    same = lambda v, c: serves(before, v, c) == serves(after, v, c)  # noqa: E731 - a definition
    return Implies(begins, forall(cfg.validator, lambda v: forall(cfg.core, lambda c: same(v, c))))


def changes_session(before, after):
    """Whether a step changes the session."""
    return Or(
        And(before.phase == IDLE, after.phase == CHANGED),
        And(before.phase == ENDING, after.phase == IDLE),
    )


@step("§2.5.5/description.4.3")
def later_assignments_are_readable(before, after):
    """Within a session, which validators serve which core in any later block is the same, whichever
    block one reads it behind.
    """
    cfg = before.cfg

    def same(v, c):
        return forall(
            cfg.height,
            lambda block: serves_in(before, v, c, block) == serves_in(after, v, c, block),
        )

    everywhere = forall(cfg.validator, lambda v: forall(cfg.core, lambda c: same(v, c)))
    return Or(changes_session(before, after), everywhere)


# what is configured


@invariant("§2.5.3/update_configuration")
def pending_is_what_was_asked(s):
    """The pending configuration is the one in use with the members that were asked for, and there
    is none where nothing was.
    """
    pending = s.PendingConfiguration

    def member(m):
        asked, used = s.asked[m], s.Configuration[m]
        wanted = If(asked.some, asked.value, used)
        return If(pending.some, pending.members[m] == wanted, Not(asked.some))

    return forall(s.cfg.member, member)


@step("§2.5.3/description.1.3")
def configuration_changes_by_what_was_asked(before, after):
    """A session's configuration is that of the one before, with exactly the members changed that
    were asked for, and it stays for the session.
    """
    changes = before.session != after.session

    def member(m):
        asked, used = before.asked[m], before.Configuration[m]
        return after.Configuration[m] == If(And(changes, asked.some), asked.value, used)

    return forall(before.cfg.member, member)


CONTEXTS = (
    dict(cores=1, max_validators=2, sessions=3),
    dict(cores=2, max_validators=1, sessions=3),
)
GROUPS = (
    dict(max_validators=2, cores=3, blocks=4, group_rotation_frequency=2),
    # those of the scheduler's instance
    dict(max_validators=2, cores=2, blocks=3, group_rotation_frequency=1),
)
MEMBERS = (dict(members=2, values=2, sessions=3), dict(members=1, values=3, sessions=3))

AT_END = " A session changes at the end of the block before, after finalization."
AT_START = " A session changes at the start of a block, before initialization, as the text has it."


def groups_of_scheduler(_system, state):
    """The abstract state of a state of the scheduler: its groups, its cores and its clock."""
    names = "phase", "block", "parachains", "parathread_cores", "ValidatorGroups"
    return {name: state[name] for name in names}


def _session(name, system, goal, small, *, note="", lemmas=(), abstracts=None):
    stated = replace(goal, sentence=goal.sentence + note, lemmas=(*goal.lemmas, *lemmas))
    return of_system(
        name,
        item=16,
        subject="session",
        system=system,
        goal=stated,
        small=small,
        abstracts=abstracts,
    )


late = partial(sessions.system, changes="block_end")
late_groups = partial(assignments.system, changes="block_end")

nothing_of_one_session_is_judged_under_the_next = _session(
    "nothing_of_one_session_is_judged_under_the_next",
    late,
    nothing_of_another_session,
    CONTEXTS,
    note=AT_END,
    lemmas=[the_state_shows_the_session, nothing_is_enacted_between_blocks],
)
nothing_of_one_session_is_judged_under_the_next_as_written = _session(
    "nothing_of_one_session_is_judged_under_the_next_as_written",
    sessions.system,
    nothing_of_another_session,
    CONTEXTS,
    note=AT_START,
)
a_session_change_is_never_fatal = _session(
    "a_session_change_is_never_fatal", late, session_changes_are_not_fatal, CONTEXTS, note=AT_END
)
a_session_change_is_never_fatal_as_written = _session(
    "a_session_change_is_never_fatal_as_written",
    sessions.system,
    session_changes_are_not_fatal,
    CONTEXTS,
    note=AT_START,
)
assignments_are_readable_a_block_ahead = _session(
    "assignments_are_readable_a_block_ahead",
    late_groups,
    next_assignments_are_readable,
    GROUPS,
    note=AT_END,
    abstracts=Abstraction("scheduler", "tiny", groups_of_scheduler),
)
assignments_are_readable_a_block_ahead_as_written = _session(
    "assignments_are_readable_a_block_ahead_as_written",
    assignments.system,
    next_assignments_are_readable,
    GROUPS,
    note=AT_START,
)
assignments_are_readable_for_the_whole_session = _session(
    "assignments_are_readable_for_the_whole_session",
    assignments.system,
    later_assignments_are_readable,
    GROUPS,
)
a_session_is_configured_by_what_was_asked = _session(
    "a_session_is_configured_by_what_was_asked",
    configuration_updates.system,
    configuration_changes_by_what_was_asked,
    MEMBERS,
    lemmas=[pending_is_what_was_asked],
)
