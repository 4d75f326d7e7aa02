"""Systems in which properties of §1.4 fail."""

from __future__ import annotations

from collections.abc import Mapping

from model import backing, backing_system
from tests.properties.mutation import Faulty
from tests.properties.planting import Fault

TWO = {"max_validators": 2}
OF_THREE = "a_large_group_backs_without_all_of_it"  # two have no majority without the second


def Mutant(  # noqa: N802 - a mutant of this system, in the words of the table
    fails: tuple[str, ...],
    fault: Fault | None = None,
    *,
    without: str = "",
    sizes: Mapping[str, int] = TWO,
    variants: Mapping[str, str] | None = None,
    reached: bool = False,
) -> Faulty:
    """The backing of candidates with one fault, one repair less or another variant.

    `reached`: the fault brings the goal of three validators within reach of two.
    """
    always = (OF_THREE,) if sizes == TWO and not reached else ()
    return Faulty("backing", (*fails, *always), fault, without, sizes, "tiny", variants or {})


def _model(routine: str, old: str, new: str) -> Fault:
    return Fault(backing, routine, old, new)


def _block(routine: str, old: str, new: str) -> Fault:
    return Fault(backing_system, routine, old, new)


MUTANTS: dict[str, Faulty] = {
    # thresholds
    "producers count two thirds": Mutant(
        (
            "whoever_backs_and_whoever_checks_agree",
            "an_honest_author_builds_a_valid_block",
        ),
        without="one-backing-threshold",
    ),
    "the chain counts two thirds": Mutant(
        (
            "every_backed_candidate_has_a_backer",
            "a_majority_of_the_group_backs",
            "only_a_dishonest_majority_backs_the_invalid",
        ),
        variants={"backing_threshold": "two_thirds"},
    ),
    "one signature is enough": Mutant(
        (
            "a_majority_of_the_group_backs",
            "only_a_dishonest_majority_backs_the_invalid",
            "a_candidate_is_seconded_before_it_is_backable",
        ),
        _model("is_backable", "2 * statements > size", "statements > 0"),
        sizes={},
    ),
    "half of the group is enough": Mutant(
        (
            "a_majority_of_the_group_backs",
            "only_a_dishonest_majority_backs_the_invalid",
            "a_candidate_is_seconded_before_it_is_backable",
        ),
        _model(
            "is_backable", "2 * statements > size", "And(statements > 0, 2 * statements >= size)"
        ),
        reached=True,
    ),
    "all of the group have to sign": Mutant(
        ("a_large_group_backs_without_all_of_it",),
        _model("is_backable", "2 * statements > size", "And(statements > 0, statements == size)"),
        sizes={},
    ),
    # the chain's checks
    "the chain does not check signatures": Mutant(
        (
            "only_the_group_backs",
            "every_backer_has_signed",
            "an_honest_backer_vouches_for_the_block",
            "only_a_dishonest_majority_backs_the_invalid",
        ),
        _model(
            "process_candidates",
            's.require(bits <= signers(s, c, pool), "BadBackingSignature")',
            "pass",
        ),
    ),
    "the chain takes signatures of every validator": Mutant(
        (
            "only_the_group_backs",
            "only_a_dishonest_majority_backs_the_invalid",
        ),
        _model("signers", "And(is_member(s, v), s.signed[c][pool][v])", "s.signed[c][pool][v]"),
    ),
    "the chain takes statements of any relay parent": Mutant(
        (
            "an_honest_backer_vouches_for_the_block",
            "only_a_dishonest_majority_backs_the_invalid",
        ),
        without="candidate-on-parent",
    ),
    "the chain takes a second candidate": Mutant(
        (
            "one_candidate_at_a_time",
            "a_candidate_is_seconded_before_it_is_backable",
            "a_large_group_backs_without_all_of_it",
        ),
        _model(
            "process_candidates", 's.require(Not(s.backed.some), "CandidateNotScheduled")', "pass"
        ),
        sizes={"max_validators": 1, "candidates": 2},
    ),
    "outsiders are members": Mutant(
        ("a_majority_of_the_group_backs",),
        _block(
            "relay_block",
            "s.honest_author = honest",
            "s.honest_author, s.members = honest, s.cfg.max_validators",
        ),
        reached=True,
    ),
    "nothing is ever settled": Mutant(
        (), _block("relay_block", "Implies(settled, s.backed.some)", "Not(settled)")
    ),
    # producers
    "proposals do not lapse": Mutant(
        (
            "an_honest_author_builds_a_valid_block",
            "an_honest_majority_can_go_on_backing",
        ),
        without="proposals-lapse",
    ),
    "producers pass over proposals": Mutant(
        ("an_honest_author_includes_what_it_can",), without="backable-candidate-included"
    ),
    # statements
    "statements do not name their relay parent": Mutant(
        (
            "an_honest_backer_vouches_for_the_block",
            "only_a_dishonest_majority_backs_the_invalid",
            "honest_validators_do_not_contradict_each_other",
        ),
        without="statements-name-relay-parent",
    ),
    "a wrong root is as good": Mutant(
        (
            "an_honest_backer_vouches_for_the_block",
            "only_a_dishonest_majority_backs_the_invalid",
            "the_honest_sign_only_what_is_valid",
        ),
        without="root-mismatch-fails",
    ),
    "any block is found valid": Mutant(
        (
            "an_honest_backer_vouches_for_the_block",
            "only_a_dishonest_majority_backs_the_invalid",
            "the_honest_sign_only_what_is_valid",
        ),
        _model("validate_block", "Or(block == VALID, And(block == WRONG_ROOT, unheeded))", "True"),
    ),
    "no block is found valid": Mutant(
        (
            "the_honest_reject_only_what_is_not_valid",
            "a_candidate_is_seconded_before_it_is_backable",
            "a_group_of_one_backs",
            "an_honest_majority_can_go_on_backing",
        ),
        _model("validate_block", "Or(block == VALID, And(block == WRONG_ROOT, unheeded))", "False"),
    ),
    "a receipt goes out without its block": Mutant(
        ("what_is_seconded_is_put_to_all",), _model("sign_receipt", "s.held[c][w] = True", "pass")
    ),
    "validators sign what they have not got": Mutant(
        ("the_honest_speak_of_what_they_have",),
        _block("validate", "And(is_honest_member(s, v), s.held[c][v])", "is_honest_member(s, v)"),
    ),
    "validators sign both ways": Mutant(
        (
            "the_honest_reject_only_what_is_not_valid",
            "honest_validators_do_not_contradict_each_other",
        ),
        _model(
            "primary_validation_announcement",
            "with s.when(Not(valid)):",
            "with s.when(Or(Not(valid), s.signed[c][CURRENT].size() > 1)):",
        ),
    ),
    # disputes
    "disagreement stays among the validators": Mutant(
        ("a_disagreement_becomes_a_dispute",), without="disagreement-goes-on-chain"
    ),
    "any announcement of invalidity starts a dispute": Mutant(
        ("a_dispute_has_two_sides",), variants={"escalation": "announcement"}
    ),
    "faulty members say nothing against a block": Mutant(
        ("a_negative_statement_is_no_veto",), _block("misbehave", "s.against[c][v] = True", "pass")
    ),
    "a dispute is a veto": Mutant(
        (),
        _model(
            "process_candidates",
            's.require(is_taken(s, pool), "CandidateOfAnotherBlock")',
            's.require(Not(s.disputed[c]), "Disputed")',
        ),
    ),
}
