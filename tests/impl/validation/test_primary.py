"""§1.4: algorithms 1 and 2 give success with header and messages, failure, or no verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.primitives import ParaId
from impl.validation.errors import (
    CodeNotExecutable,
    CodeNotInState,
    ExecutionFailed,
    InitialRootMismatch,
    NoSuchPara,
    NoVerdict,
)
from impl.validation.primary import (
    Failure,
    KnownCode,
    ParaEntry,
    RelayBlockState,
    primary_validation,
    validate_block,
)
from impl.validation.receipt import NO_MESSAGES, OutgoingMessage, compute_message_root
from tests.impl.validation import cases
from tests.impl.validation.cases import BLOCK, EXTRA, HOST, PARA, STATE, WITNESS


def test_a_valid_block_gives_header_and_messages():
    validated = primary_validation(PARA, BLOCK, WITNESS, STATE, HOST)
    assert validated.relay_parent == STATE.block_hash
    assert validated.extra == EXTRA
    assert validated.outcome.header == BLOCK.header == cases.AFTER.header
    assert validated.outcome.messages == (OutgoingMessage(cases.OTHER, b"hello"),)


def test_the_extra_data_is_that_of_the_relay_parent():
    assert (EXTRA.para, EXTRA.relay_parent_number) == (PARA, 3)
    assert EXTRA.parent_header == cases.GENESIS.header
    assert STATE.get_code(EXTRA.code_hash) == cases.CODE


def test_one_block_is_judged_by_the_state_it_is_paired_with():
    later = replace(STATE, paras=FrozenMap({PARA: ParaEntry(cases.AFTER.header, cases.CODE)}))
    outcome = primary_validation(PARA, BLOCK, WITNESS, later, HOST).outcome
    assert isinstance(outcome.error, InitialRootMismatch)


def test_an_unknown_parachain_has_no_extra_data():
    with pytest.raises(NoSuchPara) as caught:
        primary_validation(ParaId(6), BLOCK, WITNESS, STATE, HOST)
    assert str(caught.value) == f"no parachain 6 in the state of {'11' * 32} §1.4/alg-1.1"


def test_without_the_code_there_is_no_verdict():
    with pytest.raises(CodeNotInState) as caught:
        validate_block(BLOCK, WITNESS, replace(EXTRA, code_hash=bytes(32)), STATE, HOST)
    assert isinstance(caught.value, NoVerdict)
    assert str(caught.value).endswith("§1.4/alg-2.1")


def test_code_that_nobody_can_execute_gives_no_verdict():
    with pytest.raises(CodeNotExecutable):
        validate_block(BLOCK, WITNESS, EXTRA, STATE, KnownCode({}))


def test_a_witness_that_begins_elsewhere_fails():
    witness = replace(WITNESS, initial_root=bytes(32))
    outcome = validate_block(BLOCK, witness, EXTRA, STATE, HOST)
    assert isinstance(outcome, Failure)
    assert isinstance(outcome.error, InitialRootMismatch)
    assert outcome.error.claimed == cases.GENESIS.header.state_root
    assert str(outcome.error).startswith(f"the witness begins at {'00' * 32}, the parent's root is")


def test_the_root_is_compared_before_anything_is_executed():
    def explode(block, witness, extra):
        raise AssertionError

    witness = replace(WITNESS, initial_root=bytes(32))
    outcome = validate_block(BLOCK, witness, EXTRA, STATE, KnownCode({cases.CODE: explode}))
    assert isinstance(outcome, Failure)


class Refuses(ExecutionFailed, token="§1.4/alg-2.4"):
    def describe(self):
        return "no"


def test_a_failed_execution_fails():
    def refuse(block, witness, extra):
        raise Refuses

    outcome = validate_block(BLOCK, WITNESS, EXTRA, STATE, KnownCode({cases.CODE: refuse}))
    assert isinstance(outcome.error, Refuses)


def test_a_fault_of_the_host_is_no_verdict():
    def divide(block, witness, extra):
        return 1 // 0

    with pytest.raises(ZeroDivisionError):
        validate_block(BLOCK, WITNESS, EXTRA, STATE, KnownCode({cases.CODE: divide}))
    with pytest.raises(BadValue, match="must be a ValidationResult, got None"):
        validate_block(BLOCK, WITNESS, EXTRA, STATE, KnownCode({cases.CODE: lambda *_: None}))


def test_a_state_needs_a_hash_and_a_height():
    with pytest.raises(BadValue):
        RelayBlockState(b"", 0)
    with pytest.raises(BadValue):
        RelayBlockState(bytes(32), -1)


def test_a_message_root_names_the_messages_in_order():
    one, two = OutgoingMessage(cases.OTHER, b"one"), OutgoingMessage(cases.OTHER, b"two")
    lists = [(), (one,), (two,), (one, two), (two, one), (one, one)]
    assert len({compute_message_root(each) for each in lists}) == len(lists)
    assert compute_message_root(()) == NO_MESSAGES
    for make in (lambda: OutgoingMessage(-1, b""), lambda: OutgoingMessage(1, "text")):
        with pytest.raises(BadValue):
            make()
