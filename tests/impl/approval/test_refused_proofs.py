"""Proofs that assign nobody, each refused for one reason. §1.9."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.approval import errors
from impl.approval.assignment import require_assigned
from impl.approval.checks import Priority
from impl.approval.one_shot import one_shot_assignment
from impl.approval.vrf import (
    VRF_CLAIM,
    Stage,
    prove_stage,
)
from impl.crypto import vrf
from impl.crypto.encoding import decode, encode
from impl.crypto.errors import BadVrfProof, Refused, Truncated
from impl.validation.errors import NoSuchValidator
from tests.impl.approval.cases import (
    ALGORITHM,
    AMENDED,
    BLOCK_A,
    BLOCK_B,
    OTHER,
    PAIRS,
    PARA,
    context,
    flipped,
)

PARAS = (PARA, OTHER)


def own(validator=0, stage=Stage.EXTRA, block=BLOCK_A, para=PARA, **how):
    source = para if stage is Stage.EXTRA else None
    return prove_stage(block, stage, source, PAIRS[validator], AMENDED, **how).claim


def judge(claim, validator=0, para=PARA, block=BLOCK_A, *, equivocated=False, rules=AMENDED):
    return require_assigned(validator, para, claim, block, context(rules), equivocated=equivocated)


def test_an_unknown_validator_is_refused():
    with pytest.raises(NoSuchValidator):
        judge(own(), validator=7)
    with pytest.raises(NoSuchValidator):
        judge(own(), validator=-1)


def test_a_parachain_without_a_block_here_is_refused():
    with pytest.raises(errors.NotExecuted) as caught:
        judge(own(), para=6)
    assert caught.value.para == 6


def test_a_proof_for_another_parachain_is_refused():
    with pytest.raises(errors.WrongVrfInput) as caught:
        judge(own(para=OTHER))
    assert (caught.value.got, caught.value.expected) == (OTHER, PARA)
    with pytest.raises(BadVrfProof):
        judge(replace(own(para=OTHER), para=PARA))


def test_a_proof_of_the_other_variant_is_refused():
    claim = one_shot_assignment(BLOCK_A, PAIRS[0], AMENDED)[0].proven.claim
    with pytest.raises(errors.WrongVrfInput):
        judge(claim, rules=ALGORITHM)
    with pytest.raises(errors.WrongVrfInput):
        judge(replace(claim, para=PARA))


def test_a_hashed_proof_needs_an_equivocation():
    claim = own(with_hash=True)
    with pytest.raises(errors.NotEquivocated):
        judge(claim)
    assert judge(claim, equivocated=True).priority is Priority.EXTRA


def test_a_one_shot_proof_assigns_to_one_block():
    (assignment,) = one_shot_assignment(BLOCK_A, PAIRS[0], AMENDED)
    wrong = PARAS[assignment.para == PARA]
    with pytest.raises(errors.NotAssigned) as caught:
        judge(assignment.proven.claim, para=wrong)
    assert (caught.value.para, caught.value.assigned) == (wrong, assignment.para)


@given(st.sampled_from(list(Stage)), st.integers(0, 8 * vrf.PROOF_BYTES - 1))
@settings(max_examples=150)
def test_a_flipped_bit_is_refused(stage, bit):
    claim = own(stage=stage)
    with pytest.raises(Refused):
        judge(replace(claim, proof=flipped(claim.proof, bit)))


@given(st.binary(min_size=vrf.PROOF_BYTES, max_size=vrf.PROOF_BYTES))
@settings(max_examples=100)
def test_an_invented_proof_is_refused(proof):
    with pytest.raises(Refused):
        judge(replace(own(), proof=proof))


@given(st.integers(0, 6), st.sampled_from(["stage", "block", "key", "hash", "para"]))
@settings(max_examples=60)
def test_a_replayed_proof_is_refused(validator, part):
    claim, block, equivocated, para = own(validator), BLOCK_A, False, PARA
    if part == "stage":
        claim = replace(claim, stage=Stage.ONE_SHOT, para=None)
    elif part == "block":
        block = BLOCK_B
    elif part == "key":
        validator = (validator + 1) % 7
    elif part == "hash":
        claim, equivocated = replace(claim, with_hash=True), True
    else:
        claim, para = replace(claim, para=OTHER), OTHER
    with pytest.raises(BadVrfProof):
        judge(claim, validator, para, block, equivocated=equivocated)


@given(st.data())
@settings(max_examples=60)
def test_a_truncated_claim_is_refused(data):
    whole = encode(VRF_CLAIM, own())
    with pytest.raises(Truncated):
        decode(VRF_CLAIM, whole[: data.draw(st.integers(0, len(whole) - 1))])
