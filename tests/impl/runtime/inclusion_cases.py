"""Short ways to write candidates, bitfields and states: paras 1 and 2, six validators in pairs."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from impl.crypto.keys import KeyPair
from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, CoreIndex, GroupIndex, ParaId, SessionIndex, ValidatorIndex
from impl.receipts import (
    AbridgedCandidateReceipt,
    BackedCandidate,
    CandidateDescriptor,
    compute_head_hash,
    sign_collation,
)
from impl.runtime.context import RuntimeContext
from impl.runtime.inclusion_storage import (
    CandidatePendingAvailability,
    InclusionContext,
    InclusionStorage,
)
from impl.runtime.paras_storage import ParasStorage
from impl.runtime.scheduler_storage import CoreAssignment
from impl.statements import (
    SignedStatement,
    StatementKind,
    ValidityVote,
    sign_bitfield,
    sign_statement,
    signing_context,
)
from impl.validation.block import compute_code_hash
from tests.impl.runtime.cases import AMENDED, CONFIG

NOW, SESSION = 8, 3
PARENT, OTHER = b"\x07" * 32, b"\x06" * 32
GROUPS = ((0, 1), (2, 3), (4, 5))
CORES = {0: 1, 1: 2}
"""The paras on the cores; core 2 has none."""


def key(name) -> KeyPair:
    return KeyPair(hashlib.sha256(str(name).encode()).digest())


KEYS = tuple(key(index) for index in range(6))
PUBLIC = tuple(pair.public for pair in KEYS)
COLLATOR = key("collator")
HEADS = {1: b"h1", 2: b"h2"}
PARAS = ParasStorage(
    parachains=(ParaId(1), ParaId(2)),
    heads=FrozenMap(HEADS),
    validation_code=FrozenMap({1: b"c1", 2: b"c2"}),
)


def runtime_at(now=NOW, rules=AMENDED, validators=PUBLIC, **members) -> RuntimeContext:
    config = replace(CONFIG, **members)
    return RuntimeContext(
        BlockNumber(now), rules, config, PARENT, SessionIndex(SESSION), validators
    )


def at(now=NOW, rules=AMENDED, *, paras=PARAS, blacklist=(), validators=PUBLIC, **members):
    return InclusionContext(
        runtime_at(now, rules, validators, **members),
        core_count=3,
        group_validators=dict(enumerate(GROUPS)).get,
        paras=paras,
        blacklist=frozenset(blacklist),
    )


def lookup(core):
    return CORES.get(core)


# ---- candidates


def receipt(para=1, *, by=COLLATOR, head=b"new head", code=None, **changes):
    """A candidate made on the parent, on its para's head, signed by its collator."""
    parts = {
        "para_id": ParaId(para),
        "relay_parent": PARENT,
        "collator": by.public,
        "pov_hash": bytes(32),
        "parent_head": compute_head_hash(HEADS.get(para, b"")),
        "validation_code_hash": compute_code_hash(b"c%d" % para),
    }
    descriptor = CandidateDescriptor(**(parts | changes))
    signature = sign_collation(descriptor, by)
    return AbridgedCandidateReceipt(descriptor, signature, head, bytes(32), code)


def vote(candidate, member, rules=AMENDED, kind=StatementKind.VALID) -> ValidityVote:
    context = signing_context(rules, SESSION, candidate.descriptor.relay_parent)
    return ValidityVote(kind, sign_statement(kind, candidate.hash(), context, KEYS[member]))


def backed(candidate=None, group=0, by=None, rules=AMENDED) -> BackedCandidate:
    """A candidate with the signatures of these members of the group; of all without `by`."""
    candidate = receipt() if candidate is None else candidate
    members = GROUPS[group]
    signers = members if by is None else by
    votes = tuple(vote(candidate, member, rules) for member in members if member in signers)
    return BackedCandidate(candidate, votes, tuple(member in signers for member in members))


def assign(core=0, para=1, group=None, collator=None) -> CoreAssignment:
    group = core if group is None else group
    return CoreAssignment(CoreIndex(core), ParaId(para), collator, GroupIndex(group))


SCHEDULED = (assign(0, 1), assign(1, 2))


def pending(para=1, core=0, votes=(), *, since=6, candidate=None) -> CandidatePendingAvailability:
    return CandidatePendingAvailability(
        core=CoreIndex(core),
        receipt=receipt(para) if candidate is None else candidate,
        availability_votes=tuple(index in votes for index in range(6)),
        relay_parent_number=BlockNumber(since - 1),
        backed_in_number=BlockNumber(since),
        backers=(ValidatorIndex(0), ValidatorIndex(1)),
    )


def stored(*candidates, **members) -> InclusionStorage:
    by_para = {candidate.para_id: candidate for candidate in candidates}
    return InclusionStorage(pending_availability=FrozenMap(by_para), **members)


# ---- signatures


def votes_of(validator, bits="100", rules=AMENDED, *, signed_for=PARENT, by=None, session=SESSION):
    """A bitfield; character i of `bits` is about core i."""
    context = signing_context(rules, session, signed_for)
    field = [bit == "1" for bit in bits]
    pair = KEYS[validator % 6] if by is None else by
    return sign_bitfield(ValidatorIndex(validator), field, signed_for, context, pair)


def says(validator, candidate, *, valid, rules=AMENDED, session=SESSION, by=None):
    """A statement for or against a candidate."""
    kind = StatementKind.VALID if valid else StatementKind.INVALID
    context = signing_context(rules, session, candidate.descriptor.relay_parent)
    pair = KEYS[validator % 6] if by is None else by
    signature = sign_statement(kind, candidate.hash(), context, pair)
    return SignedStatement(
        candidate.hash(), SessionIndex(session), ValidatorIndex(validator), kind, signature
    )
