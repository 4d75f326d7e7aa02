"""Who is assigned to which block, proven by outputs of a VRF. §1.9."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.approval import errors
from impl.approval.assignment import require_assigned
from impl.approval.checks import Priority
from impl.approval.context import ApprovalParameters, ExecutedCandidate
from impl.approval.equivocation import (
    equivocated_assignment,
    is_equivocation,
    ordinary_assignment,
)
from impl.approval.extra import (
    compute_due,
    compute_position,
    compute_v_check,
    compute_v_default,
    extra_assignment,
    is_small_enough,
)
from impl.approval.one_shot import compute_assigned_para, one_shot_assignment
from impl.approval.vrf import (
    OUTPUT_LIMIT,
    VRF_CLAIM,
    Stage,
    VrfClaim,
    compute_input,
    compute_number,
    prove_stage,
    verify_claim,
    vrf_for_approval,
)
from impl.crypto import vrf
from impl.crypto.encoding import decode, encode
from impl.crypto.errors import UnknownTag
from impl.errors import BadValue, Undefined
from impl.rules import Rules
from impl.validation.block import compute_header_hash
from tests.impl.approval.cases import (
    ALGORITHM,
    AMENDED,
    BLOCK_A,
    BLOCK_B,
    CANDIDATE,
    CONTEXT,
    EMPTY,
    KEYS,
    OTHER,
    PAIRS,
    PARA,
    PLAIN,
    TWIN,
    WRITTEN,
    context,
    digest,
    indices,
    relay_block,
    validators,
)

PARAS = (PARA, OTHER)
blocks = st.integers(0, 1 << 30).map(relay_block)


# ---- algorithm 11, and what is proven


def test_algorithm_11_proves_a_header_hash_with_randomness():
    header_hash = compute_header_hash(CANDIDATE.receipt.header)
    proof, output = vrf_for_approval(header_hash, b"z", PAIRS[0])
    assert (proof, output) == vrf.prove(
        PAIRS[0], b"parascope: one-shot assignment\n" + header_hash + b"z"
    )
    assert (proof, output) != vrf_for_approval(header_hash, b"y", PAIRS[0])
    for wrong in ((b"short", b"z"), (header_hash, "z")):
        with pytest.raises(BadValue):
            vrf_for_approval(*wrong, PAIRS[0])


def test_the_prose_proves_the_output_of_the_relay_block_alone():
    proven = prove_stage(BLOCK_A, Stage.ONE_SHOT, None, PAIRS[0], AMENDED)
    assert vrf.verify(
        KEYS[0], b"parascope: one-shot assignment\n" + BLOCK_A.vrf_output, proven.claim.proof
    ) == (proven.output)


def test_extra_inputs_are_the_output_and_the_index():
    alpha = compute_input(BLOCK_A, Stage.EXTRA, OTHER, AMENDED, with_hash=False)
    assert alpha == b"parascope: extra assignment\n" + BLOCK_A.vrf_output + b"\x09\0\0\0"
    hashed = compute_input(BLOCK_A, Stage.EXTRA, OTHER, AMENDED, with_hash=True)
    assert hashed == alpha[:-4] + BLOCK_A.block_hash + alpha[-4:]


def test_no_two_inputs_are_equal():
    inputs = [
        compute_input(block, stage, para, AMENDED, with_hash=with_hash)
        for block in (BLOCK_A, BLOCK_B)
        for stage, para in (
            (Stage.EXTRA, PARA),
            (Stage.EXTRA, OTHER),
            (Stage.ONE_SHOT, None),
        )
        for with_hash in (False, True)
    ]
    assert len(set(inputs)) == len(inputs) == 12


def test_algorithm_11_cannot_tell_parachains_with_equal_headers_apart():
    first, second = (
        compute_input(BLOCK_A, Stage.ONE_SHOT, para, ALGORITHM, with_hash=False) for para in PARAS
    )
    assert first == second


@pytest.mark.parametrize(
    ("stage", "para", "rules"),
    [
        (Stage.EXTRA, None, AMENDED),
        (Stage.ONE_SHOT, PARA, AMENDED),
        (Stage.ONE_SHOT, None, ALGORITHM),
    ],
)
def test_an_input_names_a_parachain_where_it_has_one(stage, para, rules):
    with pytest.raises(BadValue, match="para"):
        compute_input(BLOCK_A, stage, para, rules, with_hash=False)


@given(validators, blocks, st.sampled_from(PARAS), st.booleans())
@settings(max_examples=30)
def test_a_claim_survives_the_wire_and_proves_its_output(validator, block, para, with_hash):
    proven = prove_stage(block, Stage.EXTRA, para, PAIRS[validator], AMENDED, with_hash=with_hash)
    claim = decode(VRF_CLAIM, encode(VRF_CLAIM, proven.claim))
    assert claim == proven.claim
    assert verify_claim(block, claim, KEYS[validator], AMENDED) == proven.output


def test_a_claim_is_well_formed():
    with pytest.raises(BadValue, match="proof"):
        VrfClaim(Stage.EXTRA, PARA, False, b"short")
    with pytest.raises(BadValue, match="para"):
        VrfClaim(Stage.EXTRA, -1, False, bytes(vrf.PROOF_BYTES))
    with pytest.raises(BadValue, match="output"):
        compute_number(b"short")


def test_a_stage_is_one_of_two():
    data = encode(VRF_CLAIM, one_shot_assignment(BLOCK_A, PAIRS[0], AMENDED)[0].proven.claim)
    with pytest.raises(UnknownTag):
        decode(VRF_CLAIM, b"\x02" + data[1:])


# ---- algorithm 12


@given(blocks, validators)
@settings(max_examples=40)
def test_one_output_modulo_the_number_of_blocks(block, validator):
    (assignment,) = one_shot_assignment(block, PAIRS[validator], AMENDED)
    number = int.from_bytes(assignment.proven.output, "little")
    assert assignment.para == PARAS[number % 2]
    check = require_assigned(
        validator, assignment.para, assignment.proven.claim, block, CONTEXT, equivocated=False
    )
    assert check.priority is Priority.ASSIGNED


def test_over_many_blocks_nearly_everybody_gets_either():
    seen = [
        one_shot_assignment(relay_block(number), PAIRS[0], AMENDED)[0].para for number in range(60)
    ]
    assert 15 <= seen.count(PARA) <= 45


def test_a_single_block_is_everybodys():
    block = relay_block("single", executed=(CANDIDATE,))
    for pair in PAIRS:
        assert one_shot_assignment(block, pair, AMENDED)[0].para == PARA


def test_without_a_block_the_text_divides_by_zero():
    with pytest.raises(Undefined, match=r"modulo no blocks §1\.9\.3/description\.1"):
        one_shot_assignment(EMPTY, PAIRS[0], WRITTEN)
    with pytest.raises(Undefined):
        compute_assigned_para(EMPTY, bytes(64))
    repaired = Rules.as_written(plus=["no-block-no-check"])
    assert one_shot_assignment(EMPTY, PAIRS[0], repaired) == ()


@given(blocks, validators)
@settings(max_examples=20)
def test_algorithm_11_gives_an_output_for_each_parachain(block, validator):
    assignments = one_shot_assignment(block, PAIRS[validator], ALGORITHM)
    paras = [each.para for each in assignments]
    assert 1 <= len(paras) <= 2
    assert paras == sorted(set(paras))
    for each in assignments:
        check = require_assigned(
            validator,
            each.para,
            each.proven.claim,
            block,
            context(ALGORITHM),
            equivocated=False,
        )
        assert check.priority is Priority.ASSIGNED


# ---- algorithm 13


@given(st.integers(0, 20), st.integers(0, 10), st.integers(0, 1000), st.fractions(0, 5))
def test_v_check_is_v_default_and_a_share_of_the_stake(group, extra, stake, factor):
    parameters = ApprovalParameters(extra_checks=extra, fishermen_factor=factor)
    v_default = compute_v_default(group, parameters)
    assert v_default == group + extra
    assert compute_v_check(v_default, stake, parameters) == group + extra + factor * stake


def test_an_output_is_scaled_only_as_amended():
    half = (OUTPUT_LIMIT // 2).to_bytes(64, "little")
    assert compute_position(half, CONTEXT) == Fraction(7, 2)
    assert compute_position(half, PLAIN) == OUTPUT_LIMIT // 2
    assert compute_position(b"\xff" * 64, CONTEXT) < 7


@given(
    st.integers(0, 100),
    st.fractions(0, 10),
    st.integers(0, 5),
    st.fractions(0, 10),
    st.fractions(0, 5),
)
def test_the_wait_grows_with_the_difference(acted_at, position, v_default, more, step):
    parameters = ApprovalParameters(delay_step=step)
    v_check = v_default + more
    due = compute_due(acted_at, position, v_default, v_check, parameters)
    assert is_small_enough(position, v_default, v_check) == (position < more)
    if position < more:
        assert due == acted_at
    else:
        assert 0 <= due - acted_at - (position - more) * step < 1
    assert due <= compute_due(acted_at, position + 1, v_default, v_check, parameters)
    assert due >= compute_due(acted_at, position, v_default, v_check + 1, parameters)


def test_as_written_no_stake_there_is_makes_an_output_small_enough():
    stake = 10**30
    v_check = compute_v_check(5, stake, PLAIN.parameters)
    for pair in PAIRS:
        for each in extra_assignment(BLOCK_A, pair, WRITTEN):
            position = compute_position(each.proven.output, PLAIN)
            assert not is_small_enough(position, 5, v_check)
            scaled = compute_position(each.proven.output, CONTEXT)
            assert is_small_enough(scaled, 5, v_check)


def test_every_validator_has_an_output_for_every_block():
    for pair in PAIRS:
        extra = extra_assignment(BLOCK_A, pair, AMENDED)
        assert [each.para for each in extra] == list(PARAS)
    assert extra_assignment(EMPTY, PAIRS[0], AMENDED) == ()


# ---- algorithm 14


def test_an_equivocation_is_one_slot_with_two_blocks():
    assert is_equivocation(BLOCK_A, TWIN)
    assert not is_equivocation(BLOCK_A, BLOCK_A)
    assert not is_equivocation(BLOCK_A, BLOCK_B)
    assert not is_equivocation(BLOCK_A, replace(TWIN, author=1))
    with pytest.raises(errors.NoEquivocation) as caught:
        equivocated_assignment(BLOCK_A, BLOCK_B, PAIRS[0], AMENDED)
    assert (caught.value.first, caught.value.second) == (
        BLOCK_A.block_hash,
        BLOCK_B.block_hash,
    )


@given(validators)
@settings(max_examples=7)
def test_an_equivocation_doubles_the_outputs(validator):
    key = PAIRS[validator]
    usual = ordinary_assignment(BLOCK_A, key, AMENDED)
    both = equivocated_assignment(BLOCK_A, TWIN, key, AMENDED)
    assert both.one_shot[:1] == usual.one_shot
    assert both.extra[::2] == usual.extra
    proofs = {each.proven.claim.proof for each in (*both.one_shot, *both.extra)}
    assert len(proofs) == 2 * (len(usual.one_shot) + len(usual.extra))
    for each in (*both.one_shot, *both.extra):
        require_assigned(
            validator, each.para, each.proven.claim, BLOCK_A, CONTEXT, equivocated=True
        )


def test_the_second_block_of_an_equivocation_has_checkers_of_its_own():
    first = [equivocated_assignment(BLOCK_A, TWIN, key, AMENDED) for key in PAIRS]
    second = [equivocated_assignment(TWIN, BLOCK_A, key, AMENDED) for key in PAIRS]
    for one, two in zip(first, second, strict=True):
        assert one.one_shot[0] == two.one_shot[0]  # predictable
        assert one.one_shot[1].proven.output != two.one_shot[1].proven.output
        assert one.extra[::2] == two.extra[::2]
        assert not set(one.extra[1::2]) & set(two.extra[1::2])


# ---- values


def test_relay_blocks_are_well_formed():
    with pytest.raises(BadValue, match="executed"):
        relay_block("x", executed=BLOCK_A.executed[::-1])
    with pytest.raises(BadValue, match="executed"):
        relay_block("x", executed=[CANDIDATE])
    with pytest.raises(BadValue, match="vrf_output"):
        relay_block("x", vrf_output=digest("x")[:32])
    with pytest.raises(BadValue, match="parachain_validators"):
        ExecutedCandidate(CANDIDATE.receipt, indices(2, 2))


def test_contexts_and_parameters_are_well_formed():
    with pytest.raises(BadValue, match="fishermen_factor"):
        ApprovalParameters(fishermen_factor=Fraction(-1))
    with pytest.raises(BadValue, match="delay_step"):
        ApprovalParameters(delay_step=1)
    with pytest.raises(BadValue, match="slash_delay"):
        ApprovalParameters(slash_delay=-1)
    with pytest.raises(BadValue, match="validators"):
        replace(CONTEXT, validators=())
    assert (CONTEXT.faulty, CONTEXT.code.needed, CONTEXT.code.count) == (2, 3, 7)
