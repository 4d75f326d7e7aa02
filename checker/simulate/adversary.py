"""What faulty validators do when it is their turn, and what they say to others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from impl.primitives import ValidatorIndex
from impl.receipts import AbridgedCandidateReceipt, BackedCandidate
from impl.runtime.api import OccupiedCore, RuntimeApi
from impl.runtime.block import Extrinsic
from impl.runtime.scheduler_storage import CoreAssignment
from impl.runtime.validity_remote import RemoteDispute
from impl.runtime.validity_storage import CandidateRecord, LocalInclusion, ValidityStorage
from impl.statements import SignedAvailabilityBitfield

from . import names
from .honest import Draft, backed, make
from .world import Made, World

_ALARM, _DOUBLE = 0.004, 0.5
_LOOK_BACK = 12


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of a faulty validator, with the name of its misbehaviour."""

    deed: str
    extrinsic: Extrinsic


def statements(world: World, storage: ValidityStorage) -> Iterator[Said]:
    """False alarms, and votes of those who stand on the other side already."""
    for (session, name), record in storage.candidates.items():
        made = world.made[name]
        validators = next(info.validators for info in storage.sessions if info.index == session)
        valid = made.is_valid(world.cast.code(made.para))
        if not isinstance(record.origin, LocalInclusion):
            continue
        chance = _ALARM if valid else _DOUBLE
        if record.is_disputed == valid or world.random.random() > chance:
            continue
        faulty = world.cast.members(validators, faulty=True)
        able = [(index, pair) for index, pair in faulty if _may(record, index, valid=valid)]
        if able:
            index, pair = world.random.choice(able)
            statement = world.statement(session, made, index, pair, valid=False)
            deed = names.ALARM if valid else names.DOUBLE
            yield Said(deed, Extrinsic("validity.attest", (statement,)))


def _may(record: CandidateRecord, index: ValidatorIndex, *, valid: bool) -> bool:
    """Whether a vote against is a false alarm, or the second of two."""
    return not record.attested_invalid[index] and record.attested_valid[index] != valid


# ---- forged blocks


Forged = tuple[Draft, str]
"""A block to propose, and the name of what is wrong with it."""


def forge(world: World, api: RuntimeApi, honest: Draft) -> Forged | None:
    """A block that honest nodes have to refuse: what was tried least, if it is possible now."""
    ways: dict[str, Callable[[World, RuntimeApi, Draft], Draft | None]] = {
        names.REPLAY: _replay,
        names.OTHER_CODE: _other_code,
        names.STALE_HEAD: _stale_head,
        names.OLD_PARENT: _old_parent,
        names.FLIPPED_COLLATION: _flipped_collation,
        names.FLIPPED_BACKING: _flipped_backing,
        names.FLIPPED_BITFIELD: _flipped_bitfield,
    }
    for name in sorted(ways, key=lambda each: world.deeds[each]):
        made = ways[name](world, api, replace(honest, extras=()))
        if made is not None:
            return made, name
    return None


def _flip(world: World, signature: bytes) -> bytes:
    bit = world.random.randrange(8 * len(signature))
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _flipped_bitfield(world: World, api: RuntimeApi, honest: Draft) -> Draft | None:
    del api
    if not honest.bitfields:
        return None
    first = honest.bitfields[0]
    bad = replace(first, signature=_flip(world, first.signature))
    return replace(honest, bitfields=(bad, *honest.bitfields[1:]))


def _flipped_backing(world: World, api: RuntimeApi, honest: Draft) -> Draft | None:
    del api
    if not honest.candidates:
        return None
    first = honest.candidates[0]
    vote = first.validity_votes[0]
    bad = replace(vote, signature=_flip(world, vote.signature))
    changed = replace(first, validity_votes=(bad, *first.validity_votes[1:]))
    return replace(honest, candidates=(changed, *honest.candidates[1:]))


# -- candidates that a faulty group backs


def _own(world: World, api: RuntimeApi, honest: Draft) -> CoreAssignment | None:
    """A scheduled core whose group the faulty ones control."""
    groups = api.validator_groups
    for assignment in api.upcoming(honest.bitfields).assignments:
        if assignment.group_idx < len(groups) and world.cast.controls(
            api.validators, groups[assignment.group_idx]
        ):
            return assignment
    return None


def _with(
    world: World, api: RuntimeApi, honest: Draft, made: Made, assignment: CoreAssignment
) -> Draft:
    """The draft with this candidate in place of the para's."""
    world.made.setdefault(made.receipt.hash(), made)
    bad = backed(world, api, made, api.validator_groups[assignment.group_idx], all_sign=False)
    others = [each for each in honest.candidates if each.candidate.para_id != made.para]
    candidates: list[BackedCandidate] = sorted(
        [*others, bad], key=lambda each: each.candidate.para_id
    )
    return replace(honest, candidates=tuple(candidates))


def _flipped_collation(world: World, api: RuntimeApi, honest: Draft) -> Draft | None:
    assignment = _own(world, api, honest)
    if assignment is None:
        return None
    head = api.upcoming(honest.bitfields).get_head(assignment.para_id) or b""
    made = make(world, api, assignment.para_id, head)
    receipt: AbridgedCandidateReceipt = replace(
        made.receipt, collator_signature=_flip(world, made.receipt.collator_signature)
    )
    return _with(world, api, honest, replace(made, receipt=receipt), assignment)


def _stale_head(world: World, api: RuntimeApi, honest: Draft) -> Draft | None:
    assignment = _own(world, api, honest)
    if assignment is None:
        return None
    para = assignment.para_id
    now = api.upcoming(honest.bitfields).get_head(para)
    for name in _ancestors(world, honest.parent):
        head = world.tree.get_state(name).paras.heads.get(para)
        if head is not None and head != now:
            return _with(world, api, honest, make(world, api, para, head), assignment)
    return None


def _old_parent(world: World, api: RuntimeApi, honest: Draft) -> Draft | None:
    assignment = _own(world, api, honest)
    ancestors = _ancestors(world, honest.parent)
    if assignment is None or len(ancestors) < 2:  # noqa: PLR2004 - the parent, and one before it
        return None
    head = api.upcoming(honest.bitfields).get_head(assignment.para_id) or b""
    made = make(world, api, assignment.para_id, head, relay_parent=ancestors[1])
    return _with(world, api, honest, made, assignment)


def _ancestors(world: World, name: bytes) -> list[bytes]:
    """The block and those below it, as far as they are of its session."""
    session = world.tree.get_state(name).session_index
    found: list[bytes] = []
    for each in world.tree.get_chain(name):
        if len(found) == _LOOK_BACK or world.tree.get_state(each).session_index != session:
            break
        found.append(each)
    return found


# -- replays


def _replay(world: World, api: RuntimeApi, honest: Draft) -> Draft | None:
    """Old votes of honest validators for a core whose candidate has no pieces now."""
    pending = [
        core.candidate.receipt.hash()
        if isinstance(core, OccupiedCore) and core.candidate is not None
        else None
        for core in api.availability_cores()
    ]
    wanted = [
        core for core, name in enumerate(pending) if name is not None and world.made[name].withheld
    ]
    for ancestor in _ancestors(world, honest.parent)[1:]:
        old = world.bitfields.get(ancestor, ())
        if old and _fits(old[0], pending) and any(old[0].bits[core] for core in wanted):
            fields = {each.validator: each for each in (*honest.bitfields, *old)}
            ordered = tuple(fields[index] for index in sorted(fields))
            return replace(honest, bitfields=ordered, candidates=())
    return None


def _fits(bitfield: SignedAvailabilityBitfield, pending: list[bytes | None]) -> bool:
    """Whether the runtime would regard an old bitfield now."""
    return len(bitfield.bits) == len(pending) and all(
        name is not None for bit, name in zip(bitfield.bits, pending, strict=True) if bit
    )


def _other_code(world: World, api: RuntimeApi, honest: Draft) -> Draft | None:
    """A dispute over a good candidate of another fork, with code that is not its para's."""
    storage = api.state.validity
    on_chain = set(world.tree.get_chain(honest.parent))
    for name, (block, _) in reversed(world.backed.items()):
        made = world.made[name]
        info = next((each for each in storage.sessions if each.index == made.session), None)
        key = made.session, name
        taken = block in on_chain or key in storage.candidates or key in storage.ended
        if info is None or taken or not made.is_valid(world.cast.code(made.para)) or made.withheld:
            continue
        pool = world.statements.get(key, {})
        backing = tuple(pool[each] for each in sorted(pool) if each[1])
        if not any(not world.cast.is_faulty(info.validators[each.validator]) for each in backing):
            continue
        [(index, pair), *_] = world.cast.members(info.validators, faulty=True)
        check = world.statement(made.session, made, index, pair, valid=False)
        dispute = RemoteDispute(made.receipt, made.session, backing, b"other code", (check,))
        return replace(honest, extras=(Extrinsic("validity.start_remote_dispute", (dispute,)),))
    return None
