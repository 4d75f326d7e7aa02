"""Systems in which properties of §2.5.6 and §2.5.7 fail.

Sizes are the smallest at which the failure shows.
"""

from __future__ import annotations

from collections.abc import Mapping

from model import inclusion, inclusion_inherent, inclusion_system
from tests.properties.mutation import Faulty, watched
from tests.properties.planting import Fault

WATCHED = watched("inclusion")
ONE = {"paras": 1, "cores": 1}  # most of it concerns one candidate


def Mutant(  # noqa: N802 - a mutant of inclusion, in the words of the table
    fails: tuple[str, ...],
    fault: Fault | None = None,
    *,
    without: str = "",
    sizes: Mapping[str, int] = ONE,
    instance: str = "tiny",
    variants: Mapping[str, str] | None = None,
) -> Faulty:
    """Inclusion with one fault, one amendment less or another variant."""
    return Faulty("inclusion", fails, fault, without, sizes, instance, variants or {})


def _model(routine: str, old: str, new: str) -> Fault:
    return Fault(inclusion, routine, old, new)


def _inherent(routine: str, old: str, new: str) -> Fault:
    return Fault(inclusion_inherent, routine, old, new)


def _block(routine: str, old: str, new: str) -> Fault:
    return Fault(inclusion_system, routine, old, new)


_ENACT = "outside.note_new_head(s, p, of, relay_parent_number)"

MUTANTS: dict[str, Faulty] = {
    # votes
    "bitfields are made on any block": Mutant(
        (
            "votes_count_for_their_candidate",
            "honest_votes_are_counted",
            "enacted_by_two_thirds",
        ),
        without="bitfields-of-parent",
        sizes={},
    ),
    "the inherent runs again": Mutant(
        (
            "votes_count_for_their_candidate",
            "enacted_by_two_thirds",
            "enacted_in_a_later_block",
            "the_inherent_runs_exactly_once",
            "the_mark_is_of_this_block",
        ),
        without="inherent-runs-once",
    ),
    "a bit for a free core voids the block's votes": Mutant(
        ("honest_votes_are_counted",),
        _model("is_regarded", "bits[c], is_occupied(s, c, outside)", "True, bits[c]"),
        sizes={},
    ),
    "a session keeps what is pending": Mutant(
        (
            "votes_count_for_their_candidate",
            "enacted_by_two_thirds",
            "occupied_exactly_while_pending",
            "freed_cores_are_those_of_what_goes",
            "nothing_outlasts_the_session",
        ),
        _model("on_new_session", "s.PendingAvailability[p] = {}", "pass"),
    ),
    "votes of former validators stay": Mutant(
        (
            "votes_count_for_their_candidate",
            "votes_are_of_the_session",
            "enacted_by_two_thirds",
            "occupied_exactly_while_pending",
            "freed_cores_are_those_of_what_goes",
            "nothing_outlasts_the_session",
        ),
        _model("on_new_session", "s.PendingAvailability[p] = {}", "pass"),
        instance="third",
        sizes={"min_validators": 3},
    ),
    "anybody may vote": Mutant(
        ("votes_are_of_the_session",),
        _model("note_bitfield", "v < s.validators", "True"),
        instance="third",
        sizes={},
    ),
    "a validator sends two bitfields": Mutant(
        ("bitfields_are_of_different_validators",),
        _model("note_bitfield", 's.require(Not(s.given[v]), "DuplicateBitfield")', "pass"),
        without="bitfields-ascending",
    ),
    "a vote is withdrawn by a later bitfield": Mutant(
        ("votes_are_not_withdrawn",),
        _model(
            "note_bitfield",
            """with s.when(applies(s, bits, p, outside)):
                s.PendingAvailability[p].availability_votes[v] = True""",
            """with s.when(s.PendingAvailability[p].some):
                s.PendingAvailability[p].availability_votes[v] = applies(s, bits, p, outside)""",
        ),
    ),
    "half of the votes are enough": Mutant(
        (
            "enacted_by_two_thirds",
            "heads_change_only_by_inclusion",
        ),
        _model("is_available", "available(p", "is_backable(p"),
        instance="third",
        sizes={},
    ),
    "all votes are needed": Mutant(
        (
            "what_the_honest_vote_for_is_enacted",
            "what_is_available_is_included",
        ),
        _model("is_available", "available(p", "available(-1 + p"),
        instance="third",
        sizes={},
    ),
    # what is enacted
    "nothing is enacted": Mutant(
        (
            "what_is_available_is_included",
            "a_freed_core_is_backed_in_the_same_block",
            "every_para_can_be_included",
        ),
        _model("enact_candidate", _ENACT, "pass"),
    ),
    "a head is noted when its candidate is backed": Mutant(
        (
            "enacted_by_two_thirds",
            "enacted_in_a_later_block",
            "heads_change_only_by_inclusion",
            "heads_extend_heads",
        ),
        _model("back", "s.backed[p] = True", "s.backed[p] = s.noted[p] = True"),
    ),
    "a candidate stays that was enacted": Mutant(
        (
            "what_the_honest_vote_for_is_enacted",
            "heads_change_only_by_inclusion",
            "occupied_exactly_while_pending",
            "freed_cores_are_those_of_what_goes",
        ),
        _model("enact_available", "_drop(s, gone)", "pass"),
    ),
    "any candidate is backed": Mutant(("heads_extend_heads",), without="candidate-extends-head"),
    "the first to come is timed out": Mutant(
        ("nothing_times_out_early",),
        _block("free_and_schedule", "age >= s.cfg.availability_period", "True"),
        instance="third",
        sizes={},
    ),
    "nothing is timed out": Mutant(
        ("a_candidate_is_discarded",),
        _block("free_and_schedule", "age >= s.cfg.availability_period", "False"),
    ),
    "timed-out candidates stay": Mutant(
        (
            "occupied_exactly_while_pending",
            "freed_cores_are_those_of_what_goes",
        ),
        _model("collect_pending", "_drop(s, late)", "pass"),
    ),
    "a freed core keeps its entry": Mutant(
        (
            "honest_votes_are_counted",
            "occupied_exactly_while_pending",
            "freed_cores_are_those_of_what_goes",
            "a_freed_core_is_backed_in_the_same_block",
        ),
        _block("free_and_schedule", "s.AvailabilityCores[c] = {}", "pass"),
    ),
    "timed-out cores are not returned": Mutant(
        (
            "honest_votes_are_counted",
            "occupied_exactly_while_pending",
            "freed_cores_are_those_of_what_goes",
            "a_candidate_is_discarded",
        ),
        _model("collect_pending", "return freed", "return s.cfg.core.set(lambda _core: False)"),
        sizes=ONE,
    ),
    "timeouts come before votes": Mutant(
        ("what_is_available_is_included",),
        _inherent(
            "free_and_schedule",
            """concluded = module.enact_available(s, outside)  # §2.5.7/inclusion.1
    timed_out = module.collect_pending(s, scheduler.availability_timeout)""",
            """timed_out = module.collect_pending(s, scheduler.availability_timeout)
    concluded = module.enact_available(s, outside)""",
        ),
    ),
    # candidates
    "candidates are made on any block": Mutant(
        ("relay_parents_are_of_the_session",), without="candidate-on-parent"
    ),
    "sessions change at the start of a block": Mutant(
        ("relay_parents_are_of_the_session",), without="session-change-at-block-end"
    ),
    "any collator takes the claim": Mutant(
        ("claims_are_used_by_their_collators",), without="candidate-of-claimant"
    ),
    "two candidates of a para": Mutant(
        ("one_candidate_for_each_para",), without="candidates-ascend-strictly"
    ),
    "nobody has to sign": Mutant(
        ("every_candidate_has_a_backer",), variants={"backing_threshold": "two_thirds"}
    ),
    "new candidates inherit votes": Mutant(
        (
            "what_the_honest_vote_for_is_enacted",
            "new_candidates_have_no_votes",
        ),
        _model("back", "some=True,", "some=True, availability_votes=s.given,"),
    ),
    "a candidate goes to the first core": Mutant(
        (
            "honest_votes_are_counted",
            "occupied_exactly_while_pending",
            "freed_cores_are_those_of_what_goes",
            "scheduled_cores_become_occupied",
            "every_block_can_be_completed",
            "all_cores_are_occupied",
            "every_para_can_be_included",
            "deadlock_free",
        ),
        _model("back", "core=core,", "core=0,"),
        sizes={},
    ),
    "all scheduled cores become occupied": Mutant(
        (
            "honest_votes_are_counted",
            "occupied_exactly_while_pending",
            "freed_cores_are_those_of_what_goes",
            "scheduled_cores_become_occupied",
        ),
        _model(
            "newly_occupied",
            "_cores_of(s, s.backed)",
            "s.cfg.core.set(lambda c: s.Scheduled[c].some)",
        ),
    ),
    # the entry-point
    "nobody looks at the mark": Mutant(
        (
            "the_inherent_runs_exactly_once",
            "the_mark_is_of_this_block",
            "a_freed_core_is_backed_in_the_same_block",
            "a_candidate_is_discarded",
            "every_para_can_be_included",
        ),
        without="inherent-is-finalized",
    ),
    "the mark is not taken": Mutant(
        (
            "the_inherent_runs_exactly_once",
            "the_mark_is_of_this_block",
            "a_freed_core_is_backed_in_the_same_block",
            "a_candidate_is_discarded",
            "every_para_can_be_included",
        ),
        _inherent("finalization", "s.Included = False", "pass"),
    ),
    "a silent validator stops the chain": Mutant(
        (
            "every_block_can_be_completed",
            "every_para_can_be_included",
            "deadlock_free",
        ),
        without="bitfield-count",
    ),
    "freed cores wait for the next block": Mutant(
        ("a_freed_core_is_backed_in_the_same_block",),
        _block(
            "free_and_schedule",
            """_forget(s, freed)
        _assign(s, assigned)""",
            """_forget(s, freed)""",
        ),
    ),
}
