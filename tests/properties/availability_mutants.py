"""Systems in which properties of §1.5 to §1.7 and §1.10 fail."""

from __future__ import annotations

from collections.abc import Mapping

from model import availability, availability_system, signature_processing
from tests.properties.mutation import Faulty
from tests.properties.planting import Fault

TWO = {"max_validators": 2}
THREE = {"max_validators": 3}
FEW = TWO, THREE  # nobody is faulty then
OF_FOUR = (
    "a_block_becomes_available_without_some_honest_piece",
    "a_sound_block_is_found_valid_despite_the_faulty",
)


def Mutant(  # noqa: N802 - a mutant of this system, in the words of the table
    fails: tuple[str, ...],
    fault: Fault | None = None,
    *,
    without: str = "",
    sizes: Mapping[str, int] = TWO,
    variants: Mapping[str, str] | None = None,
    reached: tuple[str, ...] = (),
) -> Faulty:
    """Availability with one fault, one repair less or another variant.

    `reached` are goals that only the fault brings within reach of so few validators.
    """
    always = tuple(goal for goal in OF_FOUR if goal not in reached) if sizes in FEW else ()
    return Faulty("availability", (*fails, *always), fault, without, sizes, "tiny", variants or {})


def _model(routine: str, old: str, new: str) -> Fault:
    return Fault(availability, routine, old, new)


def _block(routine: str, old: str, new: str) -> Fault:
    return Fault(availability_system, routine, old, new)


def _votes(routine: str, old: str, new: str) -> Fault:
    return Fault(signature_processing, routine, old, new)


MUTANTS: dict[str, Faulty] = {
    # votes
    "two thirds are enough for the chain": Mutant(
        (
            "the_available_have_more_than_two_thirds",
            "nodes_mark_what_the_chain_acts_on",
        ),
        _model(
            "decide", "available(votes(s), s.validators)", "noted_available(votes(s), s.validators)"
        ),
        sizes=THREE,
        reached=OF_FOUR[:1],
    ),
    "nobody has enough votes": Mutant(
        (
            "what_all_the_honest_vote_for_becomes_available",
            "unavailable_only_after_the_timeout",
            "nodes_mark_what_the_chain_acts_on",
            "a_block_becomes_available_in_the_last_moment",
            "another_block_can_become_available",
        ),
        _model("decide", "available(votes(s), s.validators)", "votes(s) > s.validators"),
    ),
    "old votes count for a new candidate": Mutant(
        (
            "the_available_have_more_than_two_thirds",
            "an_honest_vote_counts_until_the_end",
            "what_is_available_is_held",
            "what_is_available_can_be_rebuilt",
        ),
        variants={"mask": "none"},
        reached=OF_FOUR[:1],
    ),
    "the mask is a block short": Mutant(
        (
            "what_all_the_honest_vote_for_becomes_available",
            "an_honest_vote_counts_until_the_end",
            "unavailable_only_after_the_timeout",
        ),
        without="mask-covers-candidate-block",
    ),
    "earlier votes replace later ones": Mutant(
        (
            "an_honest_vote_counts_until_the_end",
            "a_vote_gives_way_to_later_ones_only",
        ),
        _votes("vote", "block > s.last[v].block", "block != s.last[v].block"),
    ),
    "whoever votes has the piece": Mutant(
        (
            "an_honest_vote_is_backed_by_a_piece",
            "what_is_available_is_held",
            "what_is_available_can_be_rebuilt",
        ),
        _model("is_truthful", "s.piece[v] != NONE", "True"),
        reached=OF_FOUR[:1],
    ),
    "bits are set where there is no candidate": Mutant(
        ("no_honest_vote_without_a_candidate",),
        _model("is_truthful", "earlier = And(block < s.now,", "earlier = And(block <= s.now,"),
    ),
    "votes are forgotten in every block": Mutant(
        ("an_honest_vote_counts_until_the_end",),
        _block("_age", "s.last[v].block > 1", "s.last[v].block > s.now"),
    ),
    # the status
    "a candidate times out at once": Mutant(
        (
            "unavailable_only_after_the_timeout",
            "a_block_becomes_available_in_the_last_moment",
        ),
        _model("is_timed_out", ">= s.cfg.timeout", ">= 1"),
    ),
    "a candidate times out a block later": Mutant(
        (
            "an_honest_vote_counts_until_the_end",
            "no_candidate_waits_longer_than_the_timeout",
        ),
        _model("is_timed_out", ">= s.cfg.timeout", "> s.cfg.timeout"),
    ),
    "a candidate does not age": Mutant(
        (
            "an_honest_vote_counts_until_the_end",
            "a_block_becomes_available_in_the_last_moment",
            "every_candidate_is_settled",
        ),
        _block("_age", "candidate.backed_in - 1", "candidate.backed_in"),
    ),
    "what is unavailable is discarded in one step": Mutant(
        (
            "the_status_moves_in_its_order",
            "pieces_are_of_a_candidate_on_chain",
            "every_candidate_is_settled",
        ),
        _model(
            "decide",
            "with s.when(s.status == TO_BE_DETERMINED):",
            "with s.when(And(s.status == TO_BE_DETERMINED, is_timed_out(s), Not(enough))):\n"
            "        s.status, s.pending[PARA] = NO_CANDIDATE, {}\n"
            "    with s.when(s.status == TO_BE_DETERMINED):",
        ),
    ),
    "a new candidate is not recorded": Mutant(
        (
            "what_all_the_honest_vote_for_becomes_available",
            "a_status_is_a_candidates",
            "a_block_becomes_available_in_the_last_moment",
            "another_block_can_become_available",
            "every_candidate_is_settled",
        ),
        _model("accept", "some=True", "some=False"),
    ),
    "a candidate comes over another": Mutant(
        (
            "an_honest_vote_counts_until_the_end",
            "every_candidate_is_settled",
        ),
        _model("accept", 's.require(s.status == NO_CANDIDATE, "CandidatePending")', "pass"),
    ),
    "what was decided is to be determined again": Mutant(
        (
            "what_all_the_honest_vote_for_becomes_available",
            "an_honest_vote_is_backed_by_a_piece",
            "the_status_moves_in_its_order",
            "a_status_is_a_candidates",
            "unavailable_only_after_the_timeout",
            "what_is_decided_is_cleared",
            "another_block_can_become_available",
        ),
        _model(
            "act_and_clear",
            "s.status, s.pending[PARA] = NO_CANDIDATE, {}",
            "s.status, s.pending[PARA] = TO_BE_DETERMINED, {}",
        ),
    ),
    "nodes mark what two thirds vote for": Mutant(
        ("nodes_mark_what_the_chain_acts_on",), without="available-means-more", sizes=THREE
    ),
    # pieces
    "a checker waits for 2f + 1 pieces": Mutant(
        ("what_is_available_can_be_rebuilt",), without="needed-pieces-suffice", sizes={}
    ),
    "the code needs 2f + 1 pieces": Mutant(
        ("what_is_available_can_be_rebuilt",), without="code-needs-f-plus-one", sizes={}
    ),
    "a checker waits for too few pieces": Mutant(
        ("the_pieces_waited_for_give_the_blob",),
        _model("pieces_wanted", "return code_needs(s)", "return 0"),
    ),
    "pieces are not proven when they come": Mutant(
        (
            "what_is_available_can_be_rebuilt",
            "honest_validators_keep_genuine_pieces",
        ),
        without="receipt-claims-erasure-root",
    ),
    "pieces go out before there is a candidate": Mutant(
        ("pieces_are_of_a_candidate_on_chain",),
        _block("distribute", "s.status == TO_BE_DETERMINED, ", ""),
    ),
    # the check
    "pieces are decoded before they are proven": Mutant(
        ("an_honest_checker_condemns_only_the_bad",), without="proofs-before-decoding", sizes={}
    ),
    "the extra data is not compared": Mutant(
        ("an_honest_checker_approves_only_the_sound",), without="extra-data-is-the-chains"
    ),
    "a checker rejects everything": Mutant(
        ("an_honest_checker_condemns_only_the_bad",),
        _model("revalidate", "Or(worth == SOUND,", "And(worth == INVALID,"),
    ),
    "any code is good": Mutant(
        ("what_is_no_code_fails_to_be_rebuilt",),
        _model("reconstruct", "Or(spoilt, worth == NO_CODE)", "spoilt"),
    ),
    "no code fails": Mutant(
        (
            "an_honest_checker_approves_only_the_sound",
            "what_is_no_code_fails_to_be_rebuilt",
        ),
        _model("approval_check", "If(rebuilt, found, FAILURE)", "If(rebuilt, found, VALID)"),
    ),
}
