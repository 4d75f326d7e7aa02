"""What an author of the reference runtime puts into a block: keys, receipts, backed candidates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from impl.crypto.keys import KeyPair
from impl.primitives import CollatorId, ParaId, SessionIndex, ValidatorIndex
from impl.receipts import (
    AbridgedCandidateReceipt,
    BackedCandidate,
    CandidateDescriptor,
    compute_head_hash,
    sign_collation,
)
from impl.rules import Rules
from impl.runtime import scheduler
from impl.runtime.state import RuntimeState
from impl.statements import StatementKind, ValidityVote, sign_statement, signing_context
from impl.validation.block import compute_code_hash

COLLATOR = KeyPair(sha256(b"collator").digest())


@cache
def key_of(session: int, validator: int) -> KeyPair:
    """The key of a validator, another one in every session."""
    return KeyPair(sha256(f"{session} {validator}".encode()).digest())


def backed(
    state: RuntimeState,
    rules: Rules,
    session: SessionIndex,
    para: ParaId,
    backers: frozenset[int],
    *,
    upgrade: bool,
) -> BackedCandidate:
    """A candidate with the good signatures of those backers that are in its core's group.

    `session` is the one that the state behind the parent shows.
    """
    receipt = _receipt(state, para, upgrade=upgrade)
    groups = [a.group_idx for a in state.scheduler.scheduled if a.para_id == para]
    members: Sequence[ValidatorIndex] = ()
    if groups:
        members = scheduler.group_validators(state.scheduler, groups[0]) or ()
    good = session == state.session_index
    bits = tuple(good and member in backers for member in members)
    context = signing_context(rules, session, state.parent_hash)
    votes = tuple(
        ValidityVote(
            StatementKind.VALID,
            sign_statement(StatementKind.VALID, receipt.hash(), context, key_of(session, member)),
        )
        for member, bit in zip(members, bits, strict=True)
        if bit
    )
    return BackedCandidate(receipt, votes, bits)


def _receipt(state: RuntimeState, para: ParaId, *, upgrade: bool) -> AbridgedCandidateReceipt:
    """A candidate of the para on its head, with the other one of two codes if it upgrades."""
    code = state.paras.validation_code.get(para, b"")
    descriptor = CandidateDescriptor(
        para_id=para,
        relay_parent=state.parent_hash,
        collator=CollatorId(COLLATOR.public),
        pov_hash=bytes(32),
        parent_head=compute_head_hash(state.paras.heads.get(para, b"")),
        validation_code_hash=compute_code_hash(code),
    )
    other = b"\x00" if code == b"\x01" else b"\x01"
    signature = sign_collation(descriptor, COLLATOR)
    return AbridgedCandidateReceipt(
        descriptor, signature, b"head", bytes(32), other if upgrade else None
    )
