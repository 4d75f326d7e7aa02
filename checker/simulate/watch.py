"""What a block changed: told in the story, counted, and looked at for what must not be."""

from __future__ import annotations

from impl.receipts import compute_head_hash
from impl.runtime.block import Block
from impl.runtime.inclusion_storage import CandidatePendingAvailability
from impl.runtime.slashing import Entry, Form, Reason
from impl.runtime.state import RuntimeState
from impl.runtime.validity_remote import RemoteDispute, RollUp
from impl.runtime.validity_storage import LocalInclusion
from impl.statements import SignedStatement

from . import names
from .world import Made, World


def imported(world: World, block: Block) -> None:
    """Look at a block that was just imported."""
    before = world.tree.get_state(block.header.parent_hash)
    after = world.tree.get_state(block.hash)
    world.counts["blocks"] += 1
    world.notes.setdefault(block.hash, [])
    if after.session_index != before.session_index:
        world.counts["session changes"] += 1
        world.tell(block.number, f"session {after.session_index} begins")
    _backings(world, block, before, after)
    for para, pending in before.inclusion.pending_availability.items():
        later = after.inclusion.pending_availability.get(para)
        if later is None or later.receipt != pending.receipt:
            _gone(world, block, before, after, pending)
    _heard(world, block)
    _concluded(world, block, before, after)
    _charged(world, block, before, after)
    _signals(world, block, after)


def badness(world: World, made: Made) -> str | None:
    """What is wrong with a candidate from the start, by name."""
    if not made.is_valid(world.cast.code(made.para)):
        return names.INVALID
    return names.WITHHELD if made.withheld else None


def _label(made: Made) -> str:
    return f"{made.name} of para {made.para}"


def _backings(world: World, block: Block, before: RuntimeState, after: RuntimeState) -> None:
    """What became pending, with the statements of its backers."""
    candidates = block.extrinsics[0].arguments[1]
    for each in candidates:  # type: ignore[attr-defined]
        name = each.candidate.hash()
        made = world.made[name]
        world.counts["candidates backed"] += 1
        world.notes[block.hash].append((made, "backed"))
        first = name not in world.backed
        world.backed.setdefault(name, (block.hash, each))
        pending = after.inclusion.pending_availability.get(made.para)
        for index in () if pending is None else pending.backers:
            pair = world.cast.key_of(before.validators[index])
            world.remember(
                made.session, world.statement(made.session, made, index, pair, valid=True)
            )
        bad = badness(world, made)
        if bad and first:
            world.deed(bad)
            world.tell(block.number, f"{_label(made)} backed by a faulty group: {bad}")


def _gone(
    world: World,
    block: Block,
    before: RuntimeState,
    after: RuntimeState,
    pending: CandidatePendingAvailability,
) -> None:
    """A candidate stopped being pending: say why, and whether that is right."""
    name = pending.receipt.hash()
    made = world.made[name]
    record = after.validity.candidates.get((before.session_index, name))
    record = record or after.validity.candidates.get((after.session_index, name))
    origin = None if record is None else record.origin
    if isinstance(origin, LocalInclusion) and origin.included_in == block.number:
        end = "included"
        _included(world, before, made)
    elif name in after.validity.blacklist:
        end = "blacklisted"
    elif after.session_index != before.session_index:
        end = "dropped by a session change"
    else:
        end = "timed out"
    world.counts[f"candidates {end}"] += 1
    world.notes[block.hash].append((made, end))
    bad = badness(world, made)
    world.ended.add(name)
    if bad:
        world.followed(bad, end)
    if end != "included" or bad:
        world.tell(block.number, f"{_label(made)} {end}")


def _included(world: World, before: RuntimeState, made: Made) -> None:
    if made.withheld:
        world.fault(f"{_label(made)} was included although its data was withheld")
    head = before.paras.heads.get(made.para, b"")
    if made.receipt.descriptor.parent_head != compute_head_hash(head):
        world.fault(f"{_label(made)} was included on a head that is not the para's")


def _heard(world: World, block: Block) -> None:
    """Keep the statements that went on chain, for roll-ups."""
    for extrinsic in block.extrinsics[1:]:
        [message] = extrinsic.arguments
        if isinstance(message, SignedStatement):
            world.remember(message.session, message)
        elif isinstance(message, RollUp):
            for statement in message.statements:
                world.remember(message.session, statement)
        elif isinstance(message, RemoteDispute):
            for statement in (*message.backing, *message.checks):
                world.remember(message.session, statement)


def _concluded(world: World, block: Block, before: RuntimeState, after: RuntimeState) -> None:
    for key, record in after.validity.candidates.items():
        old = before.validity.candidates.get(key)
        made = world.made[key[1]]
        if record.is_disputed and (old is None or not old.is_disputed):
            world.counts["disputes"] += 1
            world.tell(block.number, f"{_label(made)} is disputed")
        if record.conclusion is None or (old is not None and old.conclusion is not None):
            continue
        verdict = record.conclusion.verdict
        valid = made.is_valid(world.cast.code(made.para))
        world.counts[f"disputes concluded {verdict.value}"] += 1
        world.tell(block.number, f"{_label(made)} found {verdict.value}")
        world.notes[block.hash].append((made, f"found {verdict.value}"))
        cause = names.ALARM if valid else names.INVALID
        world.followed(cause, f"found {verdict.value}")
        if verdict.counts_as_invalid:
            world.invalid.add(key)
        if valid == verdict.counts_as_invalid:
            world.fault(f"{_label(made)} is {'' if valid else 'not '}valid and was found otherwise")


def _charged(world: World, block: Block, before: RuntimeState, after: RuntimeState) -> None:
    """New lines of the ledger; no honest validator may be on one that takes something."""
    fresh = after.validity.ledger.entries[len(before.validity.ledger.entries) :]
    grouped: dict[tuple[Reason, bytes], list[str]] = {}
    for entry in fresh:
        name = world.cast.name_of(entry.validator)
        grouped.setdefault((entry.reason, entry.candidate_hash), []).append(name)
        if entry.form is Form.BOUNTY:
            continue
        made = world.made[entry.candidate_hash]
        if not world.cast.is_faulty(entry.validator):
            world.counts["lines against honest validators"] += 1
            world.fault(f"honest {name} was charged over {_label(made)}: {entry.reason.value}")
            continue
        valid = made.is_valid(world.cast.code(made.para))
        cause = names.ALARM if valid else names.INVALID
        cause = names.DOUBLE if _stands_on_both(after, entry) else cause
        world.followed(cause, f"charged: {entry.reason.value}")
    for (reason, candidate), who in grouped.items():
        listed = " ".join(sorted(set(who)))
        about = _label(world.made[candidate])
        world.tell(block.number, f"{reason.value}: {listed}, over {about}")


def _stands_on_both(state: RuntimeState, entry: Entry) -> bool:
    """Whether a validator attested for a candidate, and against it."""
    record = state.validity.candidates.get((entry.session, entry.candidate_hash))
    for info in state.validity.sessions:
        if record is not None and info.index == entry.session:
            index = info.validators.index(entry.validator)
            return record.attested_valid[index] and record.attested_invalid[index]
    return False


def _signals(world: World, block: Block, after: RuntimeState) -> None:
    """Leave a fork that is to be left."""
    for signal in after.validity.abandoned:
        world.condemned.add(signal.candidate_hash)
        if block.hash in world.dead:
            continue
        left = world.leave(block.hash, signal.last_ancestor)
        made = world.made[signal.candidate_hash]
        world.counts["forks abandoned"] += 1
        valid = made.is_valid(world.cast.code(made.para))
        world.followed(names.ALARM if valid else names.INVALID, "fork abandoned")
        world.tell(
            block.number,
            f"fork abandoned because of {_label(made)}: {left} blocks, back to "
            f"{signal.last_ancestor_number}",
        )
