"""Systems in which properties of §2.3 fail."""

from __future__ import annotations

from collections.abc import Mapping

from model import pipeline, pipeline_system
from tests.properties.mutation import Faulty
from tests.properties.planting import Fault

TWO_PARAS = {"paras": 2}  # one candidate of each: what concerns a parent and its child is away
APART = (
    "a_child_is_included_before_its_parent_is_approved",
    "a_child_of_a_disputed_block_is_included",
    "rivals_can_both_be_backable",
)


def Mutant(  # noqa: N802 - a mutant of the pipeline, in the words of the table
    fails: tuple[str, ...],
    fault: Fault | None = None,
    *,
    without: str = "",
    sizes: Mapping[str, int] | None = None,
    variants: Mapping[str, str] | None = None,
) -> Faulty:
    """A pipeline with one fault, one amendment less or another variant."""
    return Faulty("pipeline", fails, fault, without, sizes or {}, "tiny", variants or {})


def _model(routine: str, old: str, new: str) -> Fault:
    return Fault(pipeline, routine, old, new)


def _around(routine: str, old: str, new: str) -> Fault:
    return Fault(pipeline_system, routine, old, new)


_HEAD = 's.require(s.candidates[c].parent == s.head[p], "ParentIsNotHead")'
_APPROVED = """s.require(
            Not(exists(
                s.cfg.candidate,
                lambda d: And(s.candidates[c].parent == at(d), is_in(s, d, INCLUDED)),
            )),
            "ParentNotApproved",
        )"""
_CHILDLESS = """And(
        Or(denied, reported),
        Not(exists(
            cfg.candidate,
            lambda d: And(s.candidates[d].parent == at(c), is_in(s, d, INCLUDED)),
        )),
    )"""
_ONCE = 's.require(Not(s.noted[p]), "SecondCandidateInBlock")'
_ALONE = """s.require(
        Not(exists(s.cfg.candidate, lambda d: is_in(s, d, INCLUDED))), "AnotherAwaitsApproval"
    )"""

MUTANTS: dict[str, Faulty] = {
    # the inclusion pipeline
    "a second candidate is noted while one is pending": Mutant(
        (
            "a_child_follows_its_included_parent",
            "a_para_can_go_on",
            "an_included_block_extends_the_head",
            "one_candidate_pending_per_para",
            "the_head_is_the_last_block_that_stands",
        ),
        _model("note", "Not(pending(s, p))", "True"),
    ),
    "two candidates are noted in a block": Mutant(
        (
            "backed_and_pending_are_one_moment",
            "one_candidate_noted_per_para_and_block",
        ),
        _model("note", "Not(s.noted[p])", "True"),
    ),
    "a note leaves no mark": Mutant(
        ("backed_and_pending_are_one_moment",), _model("note", "s.noted[p] = True", "pass")
    ),
    "a candidate is noted on any parent": Mutant(
        (
            "a_child_follows_its_included_parent",
            "a_para_can_go_on",
            "an_included_block_extends_the_head",
            "approval_ends",
            "nothing_stands_on_a_rejected_block",
            "the_head_is_the_last_block_that_stands",
        ),
        without="candidate-extends-head",
    ),
    "a candidate is noted when it is seconded": Mutant(
        ("candidates_move_only_along_the_lifecycle",),
        _model("note", "Or(backable, again)", "Or(backable, is_in(s, c, SECONDED))"),
    ),
    "a candidate is included in the block that notes it": Mutant(
        ("availability_is_shown_in_later_blocks",), _model("include", "age > 0", "age >= 0")
    ),
    "a head stays as it is": Mutant(
        (
            "a_child_is_included_before_its_parent_is_approved",
            "a_child_of_a_disputed_block_is_included",
            "an_included_block_extends_the_head",
            "the_head_is_the_last_block_that_stands",
        ),
        _model("include", "s.head[s.cfg.para_of(c)] = at(c)", "pass"),
    ),
    "time goes on over what is late": Mutant(
        ("no_candidate_is_pending_beyond_the_timeout",),
        _around("next_block", "s.assume(Not(late))", ""),
    ),
    "nothing is available in time": Mutant(
        (
            "a_block_is_found_valid_after_all",
            "a_candidate_can_be_accepted",
            "a_candidate_can_be_rejected",
            "a_child_is_included_before_its_parent_is_approved",
            "a_child_of_a_disputed_block_is_included",
            "a_para_can_go_on",
            "an_escalation_can_fail_a_block",
            "many_blocks_await_approval",
        ),
        _model("include", "age > 0", "age > 1"),
    ),
    "what is pending waits for no block": Mutant(
        (
            "a_block_is_found_valid_after_all",
            "a_candidate_can_be_accepted",
            "a_candidate_can_be_discarded",
            "a_candidate_can_be_rejected",
            "a_child_is_included_before_its_parent_is_approved",
            "a_child_of_a_disputed_block_is_included",
            "a_para_can_go_on",
            "an_escalation_can_fail_a_block",
            "inclusion_concludes",
            "many_blocks_await_approval",
        ),
        _model("next_block", "Min(candidate.age + 1, s.cfg.age_bound)", "candidate.age"),
    ),
    "no block begins while something is pending": Mutant(
        (
            "a_block_is_found_valid_after_all",
            "a_candidate_can_be_accepted",
            "a_candidate_can_be_discarded",
            "a_candidate_can_be_rejected",
            "a_child_is_included_before_its_parent_is_approved",
            "a_child_of_a_disputed_block_is_included",
            "a_para_can_go_on",
            "an_escalation_can_fail_a_block",
            "deadlock_free",
            "inclusion_concludes",
            "many_blocks_await_approval",
            "rivals_can_both_be_backable",
        ),
        _around("next_block", "s.candidates[c].age >= timeout", "True"),
        sizes={"candidates": 1},
    ),
    "what is late is kept": Mutant(
        ("a_candidate_can_be_discarded",),
        _model("discard", "age >= s.cfg.availability_timeout", "age > s.cfg.availability_timeout"),
    ),
    "a discarded candidate is noted again": Mutant(
        (
            "candidates_move_only_along_the_lifecycle",
            "what_is_discarded_is_not_included",
        ),
        without="discard-is-final",
    ),
    "a collator gives up nothing": Mutant(
        (
            "a_candidate_can_fail_to_be_propagated",
            "candidates_move_only_along_the_lifecycle",
        ),
        _model("give_up", "If(candidate.stage == PRODUCED, UNPROPAGATED, unbacked)", "unbacked"),
    ),
    "what is backable waits for ever": Mutant(
        (
            "a_candidate_can_fail_to_be_selected",
            "candidates_move_only_along_the_lifecycle",
        ),
        _model("give_up", "If(candidate.stage == BACKABLE, UNSELECTED, UNBACKED)", "UNBACKED"),
    ),
    "what is not backed is called unselected": Mutant(
        (
            "a_candidate_can_fail_to_be_backed",
            "candidates_move_only_along_the_lifecycle",
        ),
        _model("give_up", "If(candidate.stage == BACKABLE, UNSELECTED, UNBACKED)", "UNSELECTED"),
    ),
    "one statement is enough": Mutant(
        ("a_candidate_can_be_seconded_and_not_backable",),
        _model("attest", "is_backable(statements, s.cfg.group)", "statements > 0"),
    ),
    "no rivals": Mutant(
        ("rivals_can_both_be_backable",),
        _around(
            "produce",
            "s.assume(is_in(s, c, FREE))",
            "s.assume(forall(s.cfg.candidate, lambda d: "
            "Not(is_in(s, d, PRODUCED, CANDIDATE, SECONDED, BACKABLE))))\n"
            "    s.assume(is_in(s, c, FREE))",
        ),
    ),
    "a candidate is what was put forward": Mutant(
        ("whatever_fails_was_a_candidate",), variants={"candidate_from": "put_forward"}
    ),
    # approval
    "what is included is accepted": Mutant(
        (
            "candidates_move_only_along_the_lifecycle",
            "what_is_accepted_stays_accepted",
        ),
        without="accepted-after-window",
    ),
    "a child is approved before its parent": Mutant(
        (
            "candidates_move_only_along_the_lifecycle",
            "what_is_accepted_stays_accepted",
        ),
        without="ancestors-first",
    ),
    "a block is approved without a check": Mutant(
        ("what_is_approved_was_checked",), without="approval-needs-checks"
    ),
    "a report alone is a veto": Mutant(
        (
            "a_negative_statement_is_no_veto",
            "a_negative_statement_leads_to_a_dispute",
        ),
        without="any-result-against-escalates",
    ),
    "what is not available is disputed": Mutant(
        (
            "every_dispute_is_settled",
            "what_is_disputed_is_available",
        ),
        without="escalation-from-inclusion",
    ),
    "what is accepted is challenged": Mutant(
        (
            "approval_ends",
            "candidates_move_only_along_the_lifecycle",
            "results_come_while_approval_is_pending",
            "what_is_accepted_stays_accepted",
        ),
        without="challenges-end-with-window",
    ),
    "a contradiction stands for ever": Mutant(
        (
            "a_para_can_go_on",
            "approval_ends",
        ),
        without="contradiction-extends-once",
    ),
    "a window ends at once": Mutant(
        (
            "approval_takes_the_whole_window",
            "contradiction_extends_the_window",
        ),
        _model("is_due", ">= window(s, c)", ">= 0"),
    ),
    "a contradiction does not extend the window": Mutant(
        ("contradiction_extends_the_window",), _model("window", "s.cfg.extension, 0", "0, 0")
    ),
    "a statement in backing is forgotten": Mutant(
        ("a_negative_statement_leads_to_a_dispute",),
        _model("is_disputed", "denied = candidate.denied", "denied = False"),
    ),
    "all disputes are found for the block": Mutant(
        (
            "a_candidate_can_be_rejected",
            "an_escalation_can_fail_a_block",
        ),
        _around("conclude", "pipeline.conclude", "s.assume(Not(invalid))\n    pipeline.conclude"),
    ),
    "all disputes are found against the block": Mutant(
        ("a_block_is_found_valid_after_all",),
        _around(
            "conclude",
            "pipeline.conclude",
            "s.assume(Or(invalid, Not(pipeline.is_disputed(s, c))))\n    pipeline.conclude",
        ),
    ),
    "a child ends the dispute about its parent": Mutant(
        (
            "a_child_of_a_disputed_block_is_included",
            "a_negative_statement_is_no_veto",
            "a_negative_statement_leads_to_a_dispute",
            "every_dispute_is_settled",
        ),
        _model("is_disputed", "Or(denied, reported)", _CHILDLESS),
    ),
    "no child of what awaits approval": Mutant(
        (
            "a_child_is_included_before_its_parent_is_approved",
            "a_child_of_a_disputed_block_is_included",
            "many_blocks_await_approval",
        ),
        _model("note", _HEAD, f"{_HEAD}\n        {_APPROVED}"),
    ),
    "one block awaits approval at a time": Mutant(
        (
            "a_child_is_included_before_its_parent_is_approved",
            "a_child_of_a_disputed_block_is_included",
            "rivals_can_both_be_backable",
        ),
        _model("note", _ONCE, f"{_ONCE}\n    {_ALONE}"),
        sizes=TWO_PARAS,
    ),
    # rejection
    "a rejected block stays the head": Mutant(
        (
            "a_child_follows_its_included_parent",
            "a_para_can_go_on",
            "approval_ends",
            "nothing_stands_on_a_rejected_block",
            "the_head_is_the_last_block_that_stands",
        ),
        without="rejection-resets-head",
    ),
    "descendants stand": Mutant(
        (
            "a_child_follows_its_included_parent",
            "a_para_can_go_on",
            "an_included_block_extends_the_head",
            "approval_ends",
            "nothing_stands_on_a_rejected_block",
            "the_head_is_the_last_block_that_stands",
        ),
        _model(
            "_reject",
            "is_in(s, d, PENDING, INCLUDED, ACCEPTED)",
            "is_in(s, d, ACCEPTED)",
        ),
    ),
    "the relay chain is rolled back": Mutant(
        (
            *APART,
            "candidates_move_only_along_the_lifecycle",
            "only_descendants_are_invalidated",
            "what_is_accepted_stays_accepted",
        ),
        variants={"rejection": "rollback"},
        sizes=TWO_PARAS,
    ),
    "supporters go free": Mutant(
        (
            "an_escalation_can_fail_a_block",
            "those_on_the_wrong_side_are_slashed",
        ),
        without="wrong-side-slashed",
    ),
    "opponents go free": Mutant(
        (
            "a_block_is_found_valid_after_all",
            "every_dispute_is_settled",
            "those_on_the_wrong_side_are_slashed",
        ),
        _model("_clear", "opponents=And(disputed, Not(invalid))", "opponents=False"),
    ),
    "backers go free": Mutant(
        (
            "backers_of_a_rejected_block_are_slashed",
            "every_dispute_is_settled",
        ),
        _model("_clear", "backers=invalid", "backers=False"),
    ),
    "backers of descendants are slashed": Mutant(
        ("nobody_is_slashed_for_an_ancestor",),
        _model(
            "_reject",
            "parent=s.candidates[d].parent)",
            "parent=s.candidates[d].parent, slashed=dict(backers=True))",
        ),
    ),
    "a dispute falls with its block": Mutant(
        ("every_dispute_is_settled",), without="dispute-outlives-its-block"
    ),
}
