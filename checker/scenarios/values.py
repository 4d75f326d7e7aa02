"""Values of the protocol from and to the form they have in a scenario file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from impl.primitives import BlockNumber, CoreIndex, GroupIndex, ParaId
from impl.runtime.inclusion_storage import CandidatePendingAvailability
from impl.runtime.past_code import Current, ParaPastCodeMeta, ReplacementTimes, UseCodeAt
from impl.runtime.scheduler_storage import (
    CoreAssignment,
    CoreOccupied,
    Parachain,
    Parathread,
    ParathreadClaim,
    ParathreadEntry,
    QueuedParathread,
)

from .errors import Wrong
from .world import World

Json = dict[str, Any]


def octets(data: bytes | None) -> list[int] | None:
    """Head data or code."""
    return None if data is None else list(data)


# ---- §2.5.5 The Scheduler Module


def to_entry(world: World, data: Mapping[str, Any]) -> ParathreadEntry:
    """A claim with its retries."""
    claim = ParathreadClaim(ParaId(data["para"]), world.collator(data.get("collator") or ""))
    return ParathreadEntry(claim, data.get("retries") or 0)


def to_queued(world: World, data: Mapping[str, Any]) -> QueuedParathread:
    """A queued claim: the file counts from the first parathread core, the text from core 0."""
    core = CoreIndex(world.parachains + data.get("core_offset", 0))
    return QueuedParathread(to_entry(world, data), core)


def of_queued(world: World, queued: QueuedParathread) -> Json:
    """A queued claim."""
    entry = queued.claim
    return {
        "para": entry.claim.para,
        "collator": world.collator_name(entry.claim.collator),
        "retries": entry.retries,
        "core_offset": queued.core - world.parachains,
    }


def to_occupant(
    world: World, data: Mapping[str, Any] | None, core: int, place: str
) -> CoreOccupied | None:
    """What is on a core; a parachain may be named, and has to be the one of the core."""
    if data is None:
        return None
    if data["kind"] == "parachain":
        chains = world.state.paras.parachains
        if "para" in data and data["para"] != (chains[core] if core < len(chains) else None):
            raise Wrong(f"{place}.para", f"core {core} is not the core of para {data['para']}")
        return Parachain()
    if "para" not in data:
        raise Wrong(place, "the key 'para' is missing")
    return Parathread(to_entry(world, data))


def of_occupant(world: World, occupant: CoreOccupied | None, core: int) -> Json | None:
    """What is on a core."""
    if occupant is None:
        return None
    if isinstance(occupant, Parathread):
        entry = occupant.entry
        return {
            "kind": "parathread",
            "para": entry.claim.para,
            "collator": world.collator_name(entry.claim.collator),
            "retries": entry.retries,
        }
    chains = world.state.paras.parachains
    named = {"para": chains[core]} if core < len(chains) else {}
    return {"kind": "parachain", **named}


def to_assignment(world: World, data: Mapping[str, Any], place: str) -> CoreAssignment:
    """A scheduled core."""
    if "para" not in data:
        raise Wrong(place, "the key 'para' is missing")
    name = data.get("collator")
    return CoreAssignment(
        core=CoreIndex(data["core"]),
        para_id=ParaId(data["para"]),
        collator=None if name is None else world.collator(name),
        group_idx=GroupIndex(data.get("group") or 0),
        retries=data.get("retries") or 0,
    )


def of_assignment(world: World, assignment: CoreAssignment) -> Json:
    """A scheduled core."""
    thread = assignment.collator is not None
    return {
        "core": assignment.core,
        "para": assignment.para_id,
        "kind": "parathread" if thread else "parachain",
        "collator": world.collator_name(assignment.collator) if assignment.collator else None,
        "retries": assignment.retries if thread else None,
        "group": assignment.group_idx,
    }


# ---- §2.5.4 The Paras Module


def to_times(data: Mapping[str, Any]) -> ReplacementTimes:
    """The times of one replacement."""
    return ReplacementTimes(BlockNumber(data["expected_at"]), BlockNumber(data["activated_at"]))


def to_meta(data: Mapping[str, Any], before: ParaPastCodeMeta) -> ParaPastCodeMeta:
    """What is known of past code; what the file leaves out stays as it was."""
    times: tuple[ReplacementTimes, ...] = before.upgrade_times
    if "upgrade_times" in data:
        times = tuple(to_times(each) for each in data["upgrade_times"])
    return ParaPastCodeMeta(times, data.get("last_pruned", before.last_pruned))


def of_meta(meta: ParaPastCodeMeta) -> Json:
    """What is known of past code."""
    times = [
        {"expected_at": each.expected_at, "activated_at": each.activated_at}
        for each in meta.upgrade_times
    ]
    return {"upgrade_times": times, "last_pruned": meta.last_pruned}


def of_choice(choice: UseCodeAt | None) -> Any:
    """Which code serves at a height."""
    if choice is None:
        return None
    return "current" if isinstance(choice, Current) else {"replaced_at": choice.block}


# ---- §2.5.6 The Inclusion Module


def of_pending(candidate: CandidatePendingAvailability) -> Json:
    """A candidate pending availability."""
    return {
        "para": candidate.para_id,
        "core": candidate.core,
        "relay_parent_number": candidate.relay_parent_number,
        "backed_in_number": candidate.backed_in_number,
        "head": octets(candidate.receipt.head_data),
        "availability_votes": set_bits(candidate.availability_votes),
    }


def set_bits(bits: Sequence[bool]) -> list[int]:
    """The positions of the bits that are set."""
    return [position for position, bit in enumerate(bits) if bit]


def to_bits(positions: Sequence[int], count: int, place: str) -> tuple[bool, ...]:
    """So many bits, set at these positions."""
    for i, position in enumerate(positions):
        if position >= count:
            raise Wrong(f"{place}[{i}]", f"there is no validator {position}: there are {count}")
    return tuple(position in positions for position in range(count))
