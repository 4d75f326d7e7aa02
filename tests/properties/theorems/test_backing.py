"""The votes of a group: where two thirds and a majority differ, and what an empty group decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.verdict import Word
from model import backing as model
from model.language import Implies
from properties.theorem import Stage
from properties.theorems import backing
from tests.properties.planting import Fault, planted
from tests.properties.theorems.variants import Result, attempt, premises, refuting, same, without

NONEMPTY = backing.what_a_nonempty_group_proposes_is_backable
ALIKE = backing.the_thresholds_are_one_exactly_in_groups_of_1_2_3_4_and_6
HAS_A_VOTE = backing.what_is_backable_has_a_vote
SHARE = backing.two_backable_candidates_share_a_backer
SHARE_HONEST = backing.majorities_share_an_honest_member_exactly_with_no_or_one_faulty
MAJORITY = backing.every_majority_has_an_honest_member_exactly_up_to_half_faulty
PROPOSAL = backing.every_proposal_has_an_honest_signer_exactly_below_two_thirds_faulty
CAN_BACK = backing.the_honest_can_back_exactly_below_half_faulty
CAN_PROPOSE = backing.the_honest_can_propose_exactly_up_to_a_third_faulty

EMPTY = dict(size=0, votes=0)

RESULTS = [
    Result(backing.what_is_included_is_backable, EMPTY),
    Result(NONEMPTY),
    Result(backing.what_is_backable_may_be_included, dict(size=5, votes=3)),
    Result(ALIKE),
    Result(backing.a_proposal_has_a_signature, EMPTY),
    Result(HAS_A_VOTE),
    Result(SHARE, sets=5),
    Result(backing.two_proposals_share_a_signer, dict(size=0, first=0, second=0, shared=0)),
    Result(
        backing.two_backable_candidates_share_an_honest_backer,
        dict(size=5, first=3, second=3, shared=1, faulty=1),
    ),
    Result(SHARE_HONEST),
    Result(
        backing.what_is_backable_has_an_honest_backer,
        dict(validators=4, all_faulty=1, size=1, faulty=1),
    ),
    Result(MAJORITY, sets=5),
    Result(PROPOSAL, sets=5),
    Result(CAN_BACK),
    Result(CAN_PROPOSE),
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_each_sentence_is_proved_or_refuted_by_the_least_numbers(result):
    same(result)


@pytest.mark.parametrize(("claim", "premise"), premises(RESULTS))
def test_without_a_premise_it_is_refuted(claim, premise):
    assert refuting(claim, **without(claim, premise)) is not None


HALF = Fault(model, "is_backable", "2 * statements >", "2 * statements >=")
MORE = Fault(model, "is_proposal", "3 * signatures >=", "3 * signatures >")


@pytest.mark.parametrize(
    ("claim", "fault", "refuted"),
    [
        (NONEMPTY, MORE, None),  # more than two thirds is a majority as well
        (ALIKE, MORE, dict(size=0, votes=0)),
        (ALIKE, HALF, dict(size=0, votes=0)),
        (HAS_A_VOTE, HALF, dict(size=0, votes=0)),
        (SHARE, HALF, dict(size=0, first=0, second=0, shared=0)),
        (SHARE_HONEST, HALF, dict(size=0, first=0, second=0, shared=0, faulty=0)),
        (MAJORITY, HALF, dict(size=0, faulty=0, votes=0)),
        (PROPOSAL, MORE, dict(size=0, faulty=0, votes=0)),
        (CAN_BACK, HALF, dict(size=0, faulty=0)),
        (CAN_PROPOSE, MORE, dict(size=0, faulty=0)),
    ],
)
def test_a_wrong_threshold_is_refuted(claim, fault, refuted):
    with planted(fault):
        assert refuting(claim) == refuted


def test_three_quarters_and_a_majority_are_alike_in_other_groups():
    with planted(Fault(model, "is_proposal", "3 * signatures >= 2", "4 * signatures >= 3")):
        found = refuting(ALIKE)
    assert found == dict(size=3, votes=2)  # three quarters of three are all of them


def test_of_an_empty_group_half_is_none_too():
    with planted(HALF):
        assert refuting(HAS_A_VOTE) == EMPTY
        assert refuting(backing.what_is_included_is_backable) is None


def test_sets_that_do_not_bear_out_the_numbers_are_an_error():
    halves = backing._two_sets(lambda votes, size: 2 * votes >= size)
    proof = attempt(SHARE, concrete=halves, checked=2)
    assert proof.word is Word.ERROR
    assert "refuted on sets" in proof.detail


def test_one_more_faulty_member_is_too_many():
    def one_more(size, faulty, votes):
        few = 2 * faulty <= size + 1
        return Implies(few, Implies(model.is_backable(votes, size), votes > faulty))

    assert refuting(MAJORITY, function=one_more) == dict(size=1, faulty=1, votes=1)


def test_a_wrong_lemma_is_not_used():
    def honest(size, faulty):
        """Nobody is faulty."""
        return faulty == 0

    proof = attempt(replace(CAN_BACK, stages=(Stage("honest", "Nobody is faulty.", honest),)))
    assert proof.word is Word.UNDETERMINED
    assert "honest" in proof.detail
