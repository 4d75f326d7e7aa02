"""What honest nodes do: vote, collate, back, check, and put all of it into blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from impl.crypto.keys import KeyPair
from impl.errors import Undefined
from impl.primitives import ParaId, SessionIndex, ValidatorIndex
from impl.receipts import (
    AbridgedCandidateReceipt,
    BackedCandidate,
    CandidateDescriptor,
    compute_head_hash,
    sign_collation,
)
from impl.runtime.api import OccupiedCore, RuntimeApi, Upcoming
from impl.runtime.authoring import build_inherent, select_bitfields
from impl.runtime.block import (
    Extrinsic,
    apply_extrinsic,
    inclusion_extrinsic,
)
from impl.runtime.block_errors import InvalidBlock
from impl.runtime.state import RuntimeState
from impl.runtime.validity_remote import RollUp
from impl.runtime.validity_storage import CandidateRecord, RemoteOrigin, ValidityStorage
from impl.statements import (
    RemoteAvailabilityVote,
    SignedAvailabilityBitfield,
    StatementKind,
    ValidityVote,
    sign_availability,
    sign_bitfield,
    sign_statement,
    signing_context,
)
from impl.validation.block import compute_code_hash

from .cast import compute_head
from .world import Made, World


@dataclass(frozen=True, slots=True)
class Draft:
    """What a block on this parent would hold."""

    parent: bytes
    bitfields: tuple[SignedAvailabilityBitfield, ...]
    candidates: tuple[BackedCandidate, ...]
    extras: tuple[Extrinsic, ...] = ()


def draft(world: World, parent: bytes) -> Draft:
    """What an honest author makes of everything it received."""
    api = world.api(parent)
    fields = _bitfields(world, api)
    upcoming = api.upcoming(select_bitfields(api, fields))
    candidates = _collated(world, api, upcoming)
    bitfields, chosen = build_inherent(api, fields, candidates)
    state = apply_extrinsic(api.state, inclusion_extrinsic(bitfields, chosen), api.runtime)
    extras = accepted(api, state, _disputes(world, state.validity))
    return Draft(parent, bitfields, chosen, tuple(extras))


def accepted(
    api: RuntimeApi, state: RuntimeState, wanted: Iterator[Extrinsic]
) -> Iterator[Extrinsic]:
    """The calls that go through, each after the ones before it."""
    for extrinsic in wanted:
        try:
            state = apply_extrinsic(state, extrinsic, api.runtime)
        except (InvalidBlock, Undefined):
            continue
        yield extrinsic


# ---- availability


def _bitfields(world: World, api: RuntimeApi) -> list[SignedAvailabilityBitfield]:
    """Everybody's votes: honest ones for what they hold, the others for everything."""
    claimed, held = [], []
    for core in api.availability_cores():
        pending = core.candidate if isinstance(core, OccupiedCore) else None
        name = None if pending is None else pending.receipt.hash()
        claimed.append(name is not None)
        held.append(name is not None and has_data(world, name) and name not in world.condemned)
    context = api.get_signing_context(api.parent_hash)
    fields = {}
    for faulty, bits in ((False, held), (True, claimed)):
        for index, pair in world.cast.members(api.validators, faulty=faulty):
            fields[index] = sign_bitfield(index, bits, api.parent_hash, context, pair)
    honest = [index for index, _ in world.cast.members(api.validators, faulty=False)]
    world.bitfields[api.parent_hash] = tuple(fields[index] for index in sorted(honest))
    return [fields[index] for index in sorted(fields)]


def has_data(world: World, name: bytes) -> bool:
    """Whether the pieces of a candidate were handed out."""
    made = world.made.get(name)
    return made is not None and not made.withheld


# ---- candidates


def _collated(world: World, api: RuntimeApi, upcoming: Upcoming) -> list[BackedCandidate]:
    """A candidate for every scheduled core: a bad one where the faulty ones control the group."""
    groups, found = api.validator_groups, []
    for assignment in upcoming.assignments:
        head = upcoming.get_head(assignment.para_id)
        if assignment.group_idx >= len(groups) or head is None:
            continue
        group, kind = groups[assignment.group_idx], "good"
        if world.cast.controls(api.validators, group) and world.random.random() < 0.4:  # noqa: PLR2004
            kind = world.random.choice(("invalid", "withheld"))
        made = make(world, api, assignment.para_id, head, kind=kind)
        found.append(backed(world, api, made, group, all_sign=kind == "good"))
    return found


def make(
    world: World,
    api: RuntimeApi,
    para: ParaId,
    parent_head: bytes,
    *,
    kind: str = "good",
    relay_parent: bytes | None = None,
) -> Made:
    """A candidate with its collator's signature; "invalid" ones have a head from nowhere."""
    collator, code = world.cast.collator(para), world.cast.code(para)
    pov_hash = world.random.randbytes(32)
    descriptor = CandidateDescriptor(
        para_id=para,
        relay_parent=api.parent_hash if relay_parent is None else relay_parent,
        collator=collator.public,  # type: ignore[arg-type]
        pov_hash=pov_hash,
        parent_head=compute_head_hash(parent_head),
        validation_code_hash=compute_code_hash(code),
    )
    head = (
        b"a head from nowhere" if kind == "invalid" else compute_head(code, parent_head, pov_hash)
    )
    signature = sign_collation(descriptor, collator)
    receipt = AbridgedCandidateReceipt(descriptor, signature, head, bytes(32), None)
    name = f"c{len(world.made) + 1}"
    made = Made(receipt, parent_head, api.session_index, name, withheld=kind == "withheld")
    world.made[receipt.hash()] = made
    return made


def backed(
    world: World,
    api: RuntimeApi,
    made: Made,
    group: tuple[ValidatorIndex, ...],
    *,
    all_sign: bool,
) -> BackedCandidate:
    """The candidate with the signatures of its group, or of the faulty members only."""
    name = made.receipt.hash()
    context = api.get_signing_context(made.receipt.descriptor.relay_parent)
    signs = [all_sign or world.cast.is_faulty(api.validators[each]) for each in group]
    votes = tuple(
        ValidityVote(
            StatementKind.VALID,
            sign_statement(
                StatementKind.VALID, name, context, world.cast.key_of(api.validators[each])
            ),
        )
        for each, bit in zip(group, signs, strict=True)
        if bit
    )
    return BackedCandidate(made.receipt, votes, tuple(signs))


# ---- disputes


def _disputes(world: World, storage: ValidityStorage) -> Iterator[Extrinsic]:
    """Every statement that honest validators owe this chain, and what other forks concluded."""
    for (session, name), record in storage.candidates.items():
        made = world.made.get(name)
        if made is not None:
            yield from _statements(world, storage, session, record, made)
    kept = {info.index for info in storage.sessions}
    for session, name in sorted(world.invalid):
        record_here = storage.candidates.get((session, name))
        known = (session, name) in storage.ended or (
            record_here is not None and record_here.conclusion is not None
        )
        if session in kept and not known:
            pool = world.statements[session, name]
            statements = tuple(pool[each] for each in sorted(pool))
            roll_up = RollUp(world.made[name].receipt, session, statements)
            yield Extrinsic("validity.import_concluded", (roll_up,))


def _statements(
    world: World,
    storage: ValidityStorage,
    session: SessionIndex,
    record: CandidateRecord,
    made: Made,
) -> Iterator[Extrinsic]:
    """First one checker speaks, if there is something to say; once disputed, all of them."""
    validators = next(info.validators for info in storage.sessions if info.index == session)
    honest = world.cast.members(validators, faulty=False)
    origin = record.origin
    if isinstance(origin, RemoteOrigin) and not origin.available:
        yield from _available(world, session, origin, made, honest)
        return
    valid = made.is_valid(_code(world, record, made))
    if not record.is_disputed:
        if valid or made.withheld:
            return
        honest = [world.random.choice(honest)]
    side = record.attested_valid if valid else record.attested_invalid
    for index, pair in honest:
        if not side[index]:
            statement = world.statement(session, made, index, pair, valid=valid)
            yield Extrinsic("validity.attest", (statement,))


def _code(world: World, record: CandidateRecord, made: Made) -> bytes:
    """The code to check with: of a remote dispute the one that it brought."""
    origin = record.origin
    if isinstance(origin, RemoteOrigin) and origin.validation_code:
        return origin.validation_code
    return world.cast.code(made.para)


def _available(
    world: World,
    session: SessionIndex,
    origin: RemoteOrigin,
    made: Made,
    honest: list[tuple[ValidatorIndex, KeyPair]],
) -> Iterator[Extrinsic]:
    """Votes that the block of a remote dispute is available, of those who have not voted yet."""
    name, parent = made.receipt.hash(), made.receipt.descriptor.relay_parent
    context = signing_context(world.settings.rules, session, parent)
    for index, pair in honest:
        if not (made.withheld or origin.availability_votes[index]):
            signature = sign_availability(name, context, pair)
            vote = RemoteAvailabilityVote(name, session, index, signature)
            yield Extrinsic("validity.vote_available", (vote,))
