"""A small world: seven validators, two counter chains, one valid block of the first."""

from __future__ import annotations

from dataclasses import replace

from impl.availability.erasure import compute_erasure_code, compute_erasure_root
from impl.crypto.keys import KeyPair
from impl.errors import HostError
from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, ParaId, ValidatorIndex
from impl.validation.block import AvailableData, PoVBlock
from impl.validation.counter_chain import (
    Count,
    CounterHost,
    Send,
    Transfer,
    collate,
    compute_code,
    compute_genesis,
)
from impl.validation.primary import ParaEntry, RelayBlockState, primary_validation
from impl.validation.receipt import compute_receipt, compute_receipt_hash
from impl.validation.statements import ParachainValidator, ParachainValidators, SigningContext

PAIRS = tuple(KeyPair(bytes([number]) * 32) for number in range(1, 8))
KEYS = tuple(pair.public for pair in PAIRS)
STRANGER = KeyPair(bytes([99]) * 32)

PARA, OTHER = ParaId(5), ParaId(9)
STEPS = 12
CODE = compute_code(STEPS)
HOST = CounterHost()

RELAY_PARENT = bytes([0x11]) * 32
CONTEXT = SigningContext(3, RELAY_PARENT)


def group(para: int = PARA, *members: int, context: SigningContext | None = None):
    members = members or (1, 2, 4)
    keys = tuple(KEYS[member] for member in members)
    return ParachainValidators(ParaId(para), tuple(map(ValidatorIndex, members)), keys, context)


GROUP = group()
OTHER_GROUP = group(OTHER, 0, 3, 6)


def validator(index: int, of: ParachainValidators = GROUP) -> ParachainValidator:
    return ParachainValidator(ValidatorIndex(index), PAIRS[index], of)


GENESIS = compute_genesis({1: 10, 2: 20, 40_000: 5})
STATE = RelayBlockState(
    RELAY_PARENT,
    BlockNumber(3),
    FrozenMap({PARA: ParaEntry(GENESIS.header, CODE), OTHER: ParaEntry(GENESIS.header, CODE)}),
)
EXTRA = STATE.get_extra_validation_data(PARA)
OPERATIONS = (Count(3, 7), Transfer(1, 2, 4), Send(2, OTHER, b"hello"), Transfer(2, 2, 1))
BLOCK, WITNESS, AFTER = collate(GENESIS, OPERATIONS, STEPS)
POV = PoVBlock(BLOCK, WITNESS)
DATA = AvailableData(BLOCK, WITNESS, EXTRA)

ERASURE = compute_erasure_code(7, "f+1")
VALIDATED = primary_validation(PARA, BLOCK, WITNESS, STATE, HOST)
RECEIPT = compute_receipt(
    RELAY_PARENT, DATA, VALIDATED.outcome, compute_erasure_root(DATA, ERASURE)
)
RECEIPT_HASH = compute_receipt_hash(RECEIPT)
FALSE_RECEIPT = replace(RECEIPT, header=replace(RECEIPT.header, state_root=bytes(32)))

FORGED = bytes(64)


def flipped(data: bytes, bit: int) -> bytes:
    """The same bytes but for one bit."""
    place = bit // 8
    return data[:place] + bytes([data[place] ^ 1 << bit % 8]) + data[place + 1 :]


def leaves(cls: type) -> set[type]:
    """The classes below `cls` that have none below them."""
    below = cls.__subclasses__()
    return {leaf for each in below for leaf in leaves(each)} if below else {cls}


def defined_in(module: str, base: type = HostError) -> set[type]:
    """The exception classes of a module that can be raised."""
    return {each for each in leaves(base) if each.__module__ == module}
