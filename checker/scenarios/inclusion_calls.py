"""Calls of §2.5.6 The Inclusion Module, with real signatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from impl.primitives import BlockNumber, CoreIndex, GroupIndex, ParaId, ValidatorIndex
from impl.receipts import (
    AbridgedCandidateReceipt,
    BackedCandidate,
    CandidateDescriptor,
    compute_head_hash,
    sign_collation,
)
from impl.runtime import inclusion
from impl.runtime.inclusion_storage import CandidatePendingAvailability, InclusionContext
from impl.statements import (
    SignedAvailabilityBitfield,
    StatementKind,
    ValidityVote,
    sign_bitfield,
    sign_statement,
    signing_context,
)
from impl.validation.block import compute_hash

from .errors import Wrong
from .values import Json, to_assignment, to_bits
from .world import World, collator_key

Args = Mapping[str, Any]
Groups = Callable[[GroupIndex], tuple[ValidatorIndex, ...] | None]

OTHER = compute_hash(b"scene", b"a block that is none of this chain")
NOBODY = "nobody"


def _no_groups(_group: GroupIndex) -> None:
    """There is no group."""


def _context(world: World, groups: Groups = _no_groups) -> InclusionContext:
    """What the module sees; a bitfield has a bit for each parachain and each parathread core."""
    cores = world.parachains + world.configuration.parathread_cores
    blacklist = world.state.validity.blacklist
    return InclusionContext(world.context, cores, groups, world.state.paras, blacklist)


def to_pending(world: World, data: Args, place: str) -> CandidatePendingAvailability:
    """A candidate that is pending availability, as setup and `set_state` give it."""
    candidate = {"para": data["para"], "head": data.get("head") or []}
    votes = data.get("availability_votes", [])
    return CandidatePendingAvailability(
        core=CoreIndex(data.get("core", 0)),
        receipt=to_receipt(world, candidate),
        availability_votes=to_bits(
            votes, len(world.state.validators), f"{place}.availability_votes"
        ),
        relay_parent_number=BlockNumber(data.get("relay_parent_number", 0)),
        backed_in_number=BlockNumber(data.get("backed_in_number", 0)),
    )


def to_receipt(world: World, data: Args) -> AbridgedCandidateReceipt:
    """A candidate's receipt; it extends the para's head."""
    name, para = data.get("collator") or NOBODY, ParaId(data["para"])
    parent = world.state.parent_hash
    code = world.state.paras.validation_code.get(para, b"")
    descriptor = CandidateDescriptor(
        para_id=para,
        relay_parent=OTHER if data.get("relay_parent") == "other" else parent,
        collator=world.collator(name),
        pov_hash=compute_hash(b"scene", repr(data.get("pov", 0)).encode()),
        parent_head=compute_head_hash(world.state.paras.heads.get(para, b"")),
        validation_code_hash=compute_hash(b"scene", code),
    )
    signer = name if data.get("signed_by_collator", True) else f"not {name}"
    new_code = data.get("new_code")
    return AbridgedCandidateReceipt(
        descriptor=descriptor,
        collator_signature=sign_collation(descriptor, collator_key(signer)),
        head_data=bytes(data.get("head") or []),
        erasure_root=bytes(32),
        new_validation_code=None if new_code is None else bytes(new_code),
    )


# ---- process_bitfields


def process_bitfields(world: World, args: Args) -> Json:
    """§2.5.6/process_bitfields."""
    lookup = {int(core): para for core, para in args["core_lookup"].items()}
    bitfields = [_to_bitfield(world, each) for each in args["bitfields"]]
    storage, done = inclusion.process_bitfields(
        world.state.inclusion, _context(world), bitfields, lookup.get
    )
    world.change(inclusion=storage, paras=done.paras)
    return {"freed": list(done.freed)}


def _to_bitfield(world: World, data: Args) -> SignedAvailabilityBitfield:
    """A signed bitfield: valid for parent and session unless the file says otherwise."""
    validator, form = ValidatorIndex(data["validator"]), data.get("signature", "valid")
    bits = tuple(bit == "1" for bit in data["bits"])
    block = OTHER if form == "other_parent" else world.state.parent_hash
    session = world.state.session_index + (form == "other_session")
    context = signing_context(world.rules, session, block)
    forged = form == "invalid" or not data.get("signed_by_validator", True)
    signer = validator + 1 if forged else validator
    return sign_bitfield(validator, bits, block, context, world.key_of(signer))


# ---- process_candidates


def process_candidates(world: World, args: Args) -> Json:
    """§2.5.6/process_candidates; `groups` takes the place of the scheduler's."""
    groups = _to_groups(args["groups"])
    scheduled = [
        to_assignment(world, each, f"scheduled[{i}]") for i, each in enumerate(args["scheduled"])
    ]
    backed = [
        _to_backed(world, each, args["scheduled"], groups, f"candidates[{i}]")
        for i, each in enumerate(args["candidates"])
    ]
    storage, cores = inclusion.process_candidates(
        world.state.inclusion, _context(world, groups), backed, scheduled
    )
    world.change(inclusion=storage)
    return {"occupied": list(cores)}


def _to_groups(data: Any) -> Groups:
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    groups = {
        int(group): tuple(ValidatorIndex(member) for member in members)
        for group, members in entries
        if members is not None
    }
    return groups.get


def _to_backed(
    world: World, data: Args, scheduled: Sequence[Args], groups: Groups, place: str
) -> BackedCandidate:
    """A candidate with its backing: a bit for each member of its group, a signature for each vote.

    Without a group of its own the candidate has that of its para's assignment.
    """
    receipt = to_receipt(world, data["candidate"])
    para = data["candidate"]["para"]
    planned = next((each.get("group") for each in scheduled if each.get("para") == para), 0)
    members = groups(GroupIndex(data.get("group", planned or 0)))
    if members is None:  # no such group: the runtime says so
        members = tuple(map(ValidatorIndex, data["votes"]))
    for i, vote in enumerate(data["votes"]):
        if vote not in members:
            found = f"validator {vote} is not in the group, whose members are {list(members)}"
            raise Wrong(f"{place}.votes[{i}]", found)
        if vote >= len(world.state.validators):
            found = f"there is no validator {vote}: there are {len(world.state.validators)}"
            raise Wrong(f"{place}.votes[{i}]", found)
    kind, parent = StatementKind.VALID, receipt.descriptor.relay_parent
    context = signing_context(world.rules, world.state.session_index, parent)
    voters = [member for member in members if member in data["votes"]]
    votes = tuple(
        ValidityVote(kind, sign_statement(kind, receipt.hash(), context, world.key_of(member)))
        for member in voters
    )
    return BackedCandidate(receipt, votes, tuple(member in data["votes"] for member in members))


# ---- the rest


def collect_pending(world: World, args: Args) -> Json:
    """§2.5.6/collect_pending."""
    late = set(args["predicate"]["true_for_cores"])
    storage, freed = inclusion.collect_pending(
        world.state.inclusion, lambda core, _since: core in late
    )
    world.change(inclusion=storage)
    return {"freed": list(freed)}


def availability_threshold(world: World, args: Args) -> Json:
    """How many votes make a candidate available. §2.5.6/process_bitfields.5.2."""
    del world
    return {"value": inclusion.compute_availability_threshold(args["validators"])}


CALLS = {
    "inclusion.process_bitfields": process_bitfields,
    "inclusion.process_candidates": process_candidates,
    "inclusion.collect_pending": collect_pending,
    "availability_threshold": availability_threshold,
}
