"""The small parachain: what a collator makes is valid, and each fault is refused by its name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.crypto.encoding import decode, encode
from impl.validation import counter_errors as errors
from impl.validation.block import (
    ExtraValidationData,
    WitnessProof,
    compute_body_hash,
    compute_code_hash,
)
from impl.validation.counter_chain import (
    BODY,
    PROOFS,
    Count,
    CounterChain,
    CounterHost,
    Send,
    Transfer,
    collate,
    compute_code,
    compute_genesis,
)
from impl.validation.errors import ExecutionFailed
from impl.validation.primary import Failure, validate_block
from impl.validation.state_tree import KEY_LIMIT, StateTree
from tests.impl.validation import cases
from tests.impl.validation.cases import (
    AFTER,
    BLOCK,
    EXTRA,
    GENESIS,
    HOST,
    OPERATIONS,
    STATE,
    STEPS,
    WITNESS,
)

CHAIN = CounterChain(STEPS)
SHOWN = decode(PROOFS, WITNESS.proofs)


def with_header(**changes):
    return replace(BLOCK, header=replace(BLOCK.header, **changes))


def with_body(body):
    return replace(
        BLOCK, body=body, header=replace(BLOCK.header, body_hash=compute_body_hash(body))
    )


def with_operations(*operations):
    return with_body(encode(BODY, operations))


def showing(*shown):
    return WitnessProof(WITNESS.initial_root, encode(PROOFS, shown))


FIRST = SHOWN[0]
CAUSES = {
    errors.ParentMismatch: (with_header(parent_hash=bytes(32)), WITNESS),
    errors.NumberMismatch: (with_header(number=2), WITNESS),
    errors.BodyMismatch: (with_header(body_hash=bytes(32)), WITNESS),
    errors.BodyUnreadable: (with_body(b"\1"), WITNESS),
    errors.WitnessUnreadable: (BLOCK, WitnessProof(WITNESS.initial_root, b"")),
    errors.WitnessNotSorted: (BLOCK, showing(SHOWN[1], FIRST, *SHOWN[2:])),
    errors.WitnessProofWrong: (BLOCK, showing(replace(FIRST, value=11), *SHOWN[1:])),
    errors.WitnessIncomplete: (BLOCK, showing(*SHOWN[1:])),
    errors.WitnessExcess: (with_operations(*OPERATIONS[1:]), WITNESS),
    errors.StepLimitExceeded: (with_operations(*OPERATIONS, *[Count(3, 1)] * STEPS), WITNESS),
    errors.BalanceTooLow: (with_operations(*OPERATIONS, Transfer(1, 2, 100)), WITNESS),
    errors.CounterOverflow: (with_operations(*OPERATIONS, Count(3, 2**64 - 1)), WITNESS),
    errors.FinalRootMismatch: (with_header(state_root=bytes(32)), WITNESS),
}


def test_every_class_has_its_cause():
    assert set(CAUSES) == cases.defined_in("impl.validation.counter_errors")


@pytest.mark.parametrize("error", CAUSES, ids=lambda each: each.__name__)
def test_each_fault_alone_is_refused_by_its_name(error):
    block, witness = CAUSES[error]
    outcome = validate_block(block, witness, EXTRA, STATE, HOST)
    assert isinstance(outcome, Failure)
    assert type(outcome.error) is error
    assert str(outcome.error).endswith(" §1.4/alg-2.4")


def test_without_a_fault_the_block_is_valid():
    assert CHAIN(BLOCK, WITNESS, EXTRA).header == BLOCK.header


def test_operations_do_what_they_say():
    assert AFTER.values == {1: 6, 2: 23, 3: 7, 40_000: 5}


def test_a_path_of_another_length_is_no_proof():
    short = replace(FIRST, path=FIRST.path[:-1])
    with pytest.raises(errors.WitnessProofWrong):
        CHAIN(BLOCK, showing(short, *SHOWN[1:]), EXTRA)


def test_the_witness_shows_exactly_what_is_touched():
    assert [each.account for each in SHOWN] == [1, 2, 3]
    assert [each.value for each in SHOWN] == [10, 20, None]


def test_an_absent_account_cannot_be_hidden():
    state = compute_genesis({7: 9})
    block, _, _ = collate(state, [Count(7, 1)], STEPS)
    _, absent, _ = collate(compute_genesis({}), [Count(7, 1)], STEPS)
    witness = replace(absent, initial_root=state.header.state_root)
    with pytest.raises(errors.WitnessProofWrong):
        CHAIN(block, witness, replace(EXTRA, parent_header=state.header))


def test_the_code_holds_the_step_limit():
    assert CounterHost().load(compute_code(5)) == CounterChain(5)
    for code in (b"", b"something else", compute_code(5)[:-1], compute_code(5) + b"\0"):
        assert CounterHost().load(code) is None


def test_a_block_may_use_all_its_steps():
    block, witness, _ = collate(GENESIS, [Count(3, 1)] * STEPS, STEPS)
    assert CHAIN(block, witness, EXTRA).header == block.header
    with pytest.raises(errors.StepLimitExceeded):
        collate(GENESIS, [Count(3, 1)] * (STEPS + 1), STEPS)


def test_an_account_has_64_bits():
    _, _, after = collate(GENESIS, [Count(3, 2**64 - 1)], STEPS)
    assert after.values[3] == 2**64 - 1
    with pytest.raises(errors.CounterOverflow):
        collate(after, [Count(3, 1)], STEPS)


def test_an_absent_value_is_not_an_empty_one():
    assert StateTree.over({7: b""}).root != StateTree.over({}).root


ACCOUNTS = st.sampled_from([0, 1, 2, 3, KEY_LIMIT - 1])
OPERATION = st.one_of(
    st.builds(Count, ACCOUNTS, st.integers(0, 50)),
    st.builds(Transfer, ACCOUNTS, ACCOUNTS, st.integers(0, 5)),
    st.builds(Send, ACCOUNTS, st.integers(0, 9), st.binary(max_size=8)),
)
STATES = st.dictionaries(ACCOUNTS, st.integers(0, 30))


def extra_of(state):
    return ExtraValidationData(5, state.header, compute_code_hash(compute_code(99)), 0)


@given(STATES, st.lists(st.lists(OPERATION, max_size=8), max_size=3))
def test_what_is_collated_is_valid(values, blocks):
    state = compute_genesis(values)
    for operations in blocks:
        try:
            block, witness, after = collate(state, operations, 99)
        except errors.BalanceTooLow:
            return
        result = CounterChain(99)(block, witness, extra_of(state))
        assert result.header == after.header
        assert len(result.messages) == sum(isinstance(each, Send) for each in operations)
        state = after


@given(st.data())
def test_a_flipped_bit_of_the_witness_is_refused(draw):
    bit = draw.draw(st.integers(0, 8 * len(WITNESS.proofs) - 1))
    witness = replace(WITNESS, proofs=cases.flipped(WITNESS.proofs, bit))
    with pytest.raises(ExecutionFailed):
        CHAIN(BLOCK, witness, EXTRA)


@given(st.data())
def test_a_flipped_bit_of_the_body_is_refused(draw):
    bit = draw.draw(st.integers(0, 8 * len(BLOCK.body) - 1))
    with pytest.raises(errors.BodyMismatch):
        CHAIN(replace(BLOCK, body=cases.flipped(BLOCK.body, bit)), WITNESS, EXTRA)


@given(STATES)
def test_a_root_names_a_state(values):
    root = StateTree.over({key: bytes([value]) for key, value in values.items()}).root
    more = {**values, 5: 31}
    assert StateTree.over({key: bytes([value]) for key, value in more.items()}).root != root
