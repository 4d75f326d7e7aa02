"""Whole blocks with the real inherent: parachains 1 and 2, one parathread core, six validators."""

from __future__ import annotations

from dataclasses import replace

from impl.origins import signed
from impl.primitives import BlockNumber, ParaId
from impl.receipts import (
    AbridgedCandidateReceipt,
    BackedCandidate,
    CandidateDescriptor,
    compute_head_hash,
    sign_collation,
)
from impl.runtime import inclusion_inherent, outside, validity_calls
from impl.runtime.api import RuntimeApi
from impl.runtime.authoring import build_inherent
from impl.runtime.block import Extrinsic, inclusion_extrinsic, make_block
from impl.runtime.dispatch import CONFIGURATION, Runtime, table
from impl.runtime.groups import fixed_order
from impl.runtime.host import BlockTree, genesis_state
from impl.runtime.initializer import SessionChange
from impl.statements import StatementKind, ValidityVote, sign_bitfield, sign_statement
from impl.validation.block import compute_code_hash
from tests.impl.runtime.cases import AMENDED, CONFIG, REGISTERED
from tests.impl.runtime.inclusion_cases import COLLATOR, KEYS, PUBLIC
from tests.impl.runtime.validity_cases import PERIODS

SETTINGS = replace(CONFIG, **PERIODS, parathread_retries=1)


def runtime(rules=AMENDED, *, order=None) -> Runtime:
    entry_points = table(
        CONFIGURATION,
        outside.ENTRY_POINTS,
        inclusion_inherent.ENTRY_POINTS,
        validity_calls.ENTRY_POINTS,
    )
    made = Runtime(rules, entry_points, finalizers=(inclusion_inherent.finalization,))
    return made if order is None else replace(made, shuffle=fixed_order(order))


def session(seed=0, validators=PUBLIC) -> SessionChange:
    return SessionChange(validators, validators, bytes([seed]) * 32)


class Chain:
    """A chain that grows block by block; `head` is the hash of its latest block."""

    def __init__(self, rules=AMENDED, settings=SETTINGS, registered=REGISTERED, order=None):
        self.runtime = runtime(rules, order=order)
        self.settings, self.rules = settings, rules
        genesis = genesis_state(self.runtime, settings, registered, session())
        self.tree = BlockTree(self.runtime, genesis)
        self.head = self.tree.genesis_hash

    @property
    def state(self):
        return self.tree.get_state(self.head)

    def api(self, change=None) -> RuntimeApi:
        """What the author of the next block sees."""
        return RuntimeApi.for_author(self.state, self.head, self.runtime, change)

    def add(self, bitfields=(), candidates=(), *extrinsics, change=None, vrf=b"vrf"):
        """Import the next block as it is; return the state behind it."""
        inherent = inclusion_extrinsic(tuple(bitfields), tuple(candidates))
        number = BlockNumber(self.state.now + 1)
        body = (inherent, *extrinsics)
        block = make_block(self.head, number, body, session_change=change, vrf_output=vrf)
        self.head = self.tree.import_block(block)
        return self.state

    def author(self, bitfields=(), candidates=(), *extrinsics, change=None):
        """Import the block that an honest author makes of all this."""
        taken = build_inherent(self.api(change), bitfields, candidates)
        return self.add(*taken, *extrinsics, change=change)

    # -- what validators and collators send

    def bitfield(self, validator, bits, *, api=None, key=None):
        api = self.api() if api is None else api
        context = api.get_signing_context(api.parent_hash)
        key = KEYS[validator] if key is None else key
        return sign_bitfield(validator, [bit == "1" for bit in bits], api.parent_hash, context, key)

    def bitfields(self, bits, validators=range(5)):
        return [self.bitfield(validator, bits) for validator in validators]

    def candidate(self, para, upcoming=None, **changes):
        """A candidate on the para's head that the whole group on its core backs."""
        api = self.api()
        upcoming = api.upcoming(()) if upcoming is None else upcoming
        assignment = next(each for each in upcoming.assignments if each.para_id == para)
        receipt = made_on(api, para, upcoming.get_head(para), **changes)
        return backed_by(api, receipt, api.validator_groups[assignment.group_idx])


def made_on(api, para, extends, *, head=b"next", code=None, collator=COLLATOR, **changes):
    parts = {
        "para_id": ParaId(para),
        "relay_parent": api.parent_hash,
        "collator": collator.public,
        "pov_hash": bytes(32),
        "parent_head": compute_head_hash(extends),
        "validation_code_hash": compute_code_hash(b"c%d" % para),
    }
    descriptor = CandidateDescriptor(**(parts | changes))
    signature = sign_collation(descriptor, collator)
    return AbridgedCandidateReceipt(descriptor, signature, head, bytes(32), code)


def backed_by(api, receipt, group, signers=None) -> BackedCandidate:
    signers = group if signers is None else signers
    context = api.get_signing_context(receipt.descriptor.relay_parent)
    votes = tuple(
        ValidityVote(
            StatementKind.VALID,
            sign_statement(StatementKind.VALID, receipt.hash(), context, KEYS[member]),
        )
        for member in group
        if member in signers
    )
    return BackedCandidate(receipt, votes, tuple(member in signers for member in group))


def claim(para=10, collator=COLLATOR) -> Extrinsic:
    return Extrinsic("auction.claim", (para,), signed(collator.public))
