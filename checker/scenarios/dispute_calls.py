"""Calls of §2.5.8 The Validity Module, as far as it has the notions of the vocabulary.

A dispute about a candidate of this chain takes attestations one by one; one about any other is
brought here as a roll-up of a concluded dispute (§2.5.8/remote-disputes.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from impl.primitives import BlockNumber, CoreIndex, SessionIndex, ValidatorIndex
from impl.receipts import AbridgedCandidateReceipt
from impl.runtime import slashing, validity
from impl.runtime.context import RuntimeContext
from impl.runtime.inclusion_storage import CandidatePendingAvailability
from impl.runtime.validity_remote import RollUp, import_concluded
from impl.runtime.validity_storage import SessionInfo, ValidityStorage
from impl.statements import SignedStatement, StatementKind, sign_statement, signing_context

from .clock import SEED
from .errors import Unsupported, Wrong
from .inclusion_calls import to_receipt
from .values import Json
from .world import World

Args = Mapping[str, Any]


def has_supermajority_against(world: World, args: Args) -> Json:
    """Whether those against are enough to condemn. §2.5.9/description.1."""
    count, sides = args["validators"], (args["for"], args["against"])
    if any(validator >= count for side in sides for validator in side):
        raise Wrong("validators", f"there are {count}, and a side has a higher index")
    return {"value": slashing.has_supermajority(world.rules, len(args["against"]), count)}


def flags(world: World, args: Args) -> Json:
    """What a dispute's state is called; the text has no such names."""
    del world, args
    raise Unsupported("dispute.flags", "the text has supermajorities, and no confirmed disputes")


def note_included(world: World, args: Args) -> Json:
    """A candidate becomes available. §2.5.8/description.1.1."""
    number = args["included_in"]
    context = _context(world, args["session"])
    context = replace(context, now=BlockNumber(number))
    candidate = CandidatePendingAvailability(
        core=CoreIndex(0),
        receipt=_receipt(world, args["candidate"]),
        availability_votes=(False,) * len(world.state.validators),
        relay_parent_number=BlockNumber(max(number - 1, 0)),
        backed_in_number=BlockNumber(max(number - 1, 0)),
    )
    storage = validity.note_included(_storage(world, args["session"]), context, [candidate])
    world.change(validity=storage)
    return {}


def import_statements(world: World, args: Args) -> Json:
    """Attestations for and against a candidate. §2.5.8/local-disputes, §2.5.8/remote-disputes."""
    receipt, session = _receipt(world, args["candidate"]), SessionIndex(args["session"])
    context, storage = _context(world, session), _storage(world, session)
    statements = tuple(_statement(world, receipt, session, each) for each in args["statements"])
    if (session, receipt.hash()) in storage.candidates:
        for statement in statements:
            storage = validity.attest(storage, context, statement)
    else:
        storage = import_concluded(storage, context, RollUp(receipt, session, statements))
    world.change(validity=storage)
    return {}


def revert_and_freeze(world: World, args: Args) -> Json:
    """Stop the chain; the text signals that a fork is to be left, and stops nothing."""
    del world, args
    raise Unsupported("dispute.revert_and_freeze")


def _receipt(world: World, name: str) -> AbridgedCandidateReceipt:
    if name not in world.candidates:
        data = {"para": 0, "pov": name, "relay_parent": "other"}
        world.candidates[name] = to_receipt(world, data)
    return world.candidates[name]


def _context(world: World, session: int) -> RuntimeContext:
    return replace(world.context, session_index=SessionIndex(session))


def _storage(world: World, session: int) -> ValidityStorage:
    """The storage; a session that no step has begun has the validators in force."""
    storage = world.state.validity
    if any(each.index == session for each in storage.sessions):
        return storage
    if storage.sessions and session < storage.sessions[-1].index:
        return storage
    info = SessionInfo(SessionIndex(session), world.state.validators, SEED)
    return replace(storage, sessions=(*storage.sessions, info))


def _statement(
    world: World, receipt: AbridgedCandidateReceipt, session: SessionIndex, data: Args
) -> SignedStatement:
    kind = StatementKind.VALID if data["valid"] else StatementKind.INVALID
    context = signing_context(world.rules, session, receipt.descriptor.relay_parent)
    validator = ValidatorIndex(data["validator"])
    signer = validator + 1 if data.get("signature") == "invalid" else validator
    signature = sign_statement(kind, receipt.hash(), context, world.key_of(signer))
    return SignedStatement(receipt.hash(), session, validator, kind, signature)


CALLS = {
    "dispute.flags": flags,
    "dispute.has_supermajority_against": has_supermajority_against,
    "dispute.import": import_statements,
    "dispute.note_included": note_included,
    "dispute.revert_and_freeze": revert_and_freeze,
}
