"""The reference runtime's storage as the storage of the model *host*: numbers become distances.

A pure function of what the bench holds.  What the model applies at once while it goes through a
block's bitfields and candidates is asked of the routines themselves, on what there is of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, CoreIndex, ParaId
from impl.runtime import paras, scheduler
from impl.runtime.inclusion_storage import CandidatePendingAvailability
from impl.runtime.past_code import ReplacementTimes
from impl.runtime.scheduler_storage import Parachain, Parathread
from impl.runtime.state import RuntimeState
from model.config import Config
from model.host_config import other_readings, readings
from model.language import Enum

if TYPE_CHECKING:
    from .host import Bench

FIRST_PARA = 10
OPEN, VOTING, BACKING = "open", "voting", "backing"


class Shown:
    """What the state behind the parent shows of the block on it."""

    def __init__(self, bench: Bench) -> None:
        self.parent, self.state = bench.parent, bench.state
        self.cores = len(self.parent.scheduler.availability_cores)
        self.validators = len(self.parent.validators)
        self._rules = bench.rules

    def on_duty(self, core: int) -> frozenset[int]:
        """Who will serve a core in the next block."""
        if core >= self.cores:
            return frozenset()
        context = self.parent.get_scheduler_context(self._rules)
        next_block = replace(context, now=BlockNumber(context.now + 1))
        group = scheduler.get_group_of_core(self.parent.scheduler, next_block, CoreIndex(core))
        members = scheduler.group_validators(self.parent.scheduler, group) or ()
        return frozenset(int(member) for member in members)

    def plain(self, cores: int) -> dict[str, Any]:
        """As the model has it."""
        return {
            "cores": self.cores,
            "validators": self.validators,
            "on_duty": [self.on_duty(core) for core in range(cores)],
            "outdated": self.state.session_index != self.parent.session_index,
        }


def abstract(bench: Bench) -> dict[str, Any]:
    """The model's state as plain data."""
    sizes, state = bench.cfg.sizes, bench.state
    cores = sizes["chains"] + sizes["max_parathread_cores"]
    everyone = range(sizes["chains"] + sizes["threads"])
    between = bench.phase in ("idle", "ending")
    pending = state.configuration.pending_configuration
    return {
        "phase": bench.phase,
        "Configuration": {"parathread_cores": state.configuration.configuration.parathread_cores},
        "PendingConfiguration": {
            "some": pending is not None,
            "members": {"parathread_cores": pending.parathread_cores if pending else 0},
        },
        "HasInitialized": state.initializer.has_initialized,
        "Included": state.included,
        **_paras(bench, everyone),
        **_scheduler(state, cores, sizes),
        "block": state.now - state.scheduler.session_start_block + between,
        "PendingAvailability": [_pending(bench, ParaId(FIRST_PARA + p)) for p in everyone],
        "given": frozenset(int(each.validator) for each in bench.bitfields),
        "backed": frozenset(each.candidate.para_id - FIRST_PARA for each in bench.candidates),
        "shown": Shown(bench).plain(cores),
        **bench.reading,
    }


def plain_readings(cfg: Config, other_reading: int) -> dict[str, Any]:
    """The flags of the open readings, when at most one differs from the amended text."""
    kinds = readings(cfg)
    taken: dict[str, Any] = {
        flag: kind.names[0] if isinstance(kind, Enum) else False for flag, kind in kinds.items()
    }
    if other_reading:
        _, flag, value = other_readings(cfg)[other_reading - 1]
        kind = kinds[flag]
        taken[flag] = kind.names[value] if isinstance(kind, Enum) else value
    return {"reading": taken} if taken else {}


# ---- paras


def _paras(bench: Bench, everyone: range) -> dict[str, Any]:
    storage, ids = bench.state.paras, [ParaId(FIRST_PARA + p) for p in everyone]
    genesis = storage.upcoming_paras_genesis
    return {
        "Parachains": _members(storage.parachains),
        "Heads": [{"some": p in storage.heads, "head": 0} for p in ids],
        "ValidationCode": [_some_code(storage.validation_code, p) for p in ids],
        "FutureCode": [_some_code(storage.future_code, p) for p in ids],
        "FutureCodeUpgrades": [_some_block(bench, storage.future_code_upgrades, p) for p in ids],
        "PastCode": [_past_code(bench, p) for p in ids],
        "PastCodeMeta": [_meta(bench, p) for p in ids],
        "PastCodePruning": [
            {"para": p - FIRST_PARA, "block": _distance(bench, number)}
            for p, number in storage.past_code_pruning
        ],
        "UpcomingParas": _members(storage.upcoming_paras),
        "OutgoingParas": _members(storage.outgoing_paras),
        "UpcomingParasGenesis": [
            {
                "some": p in genesis,
                "args": {
                    "genesis_head": 0,
                    "validation_code": 0,
                    "parachain": genesis[p].parachain if p in genesis else False,
                },
            }
            for p in ids
        ],
    }


def _members(ids: Any) -> frozenset[int]:
    return frozenset(p - FIRST_PARA for p in ids)


def _some_code(codes: Any, para: ParaId) -> dict[str, Any]:
    return {"some": para in codes, "code": codes.get(para, b"\x00")[0]}


def _distance(bench: Bench, number: int) -> int:
    oldest: int = bench.cfg.oldest
    return max(number - bench.state.now, -oldest)


def _some_block(bench: Bench, numbers: Any, para: ParaId) -> dict[str, Any]:
    some = para in numbers
    return {"some": some, "block": _distance(bench, numbers[para]) if some else 0}


def _past_code(bench: Bench, para: ParaId) -> list[dict[str, int]]:
    codes: FrozenMap[Any, bytes] = bench.state.paras.past_code
    found = sorted((number, code) for (owner, number), code in codes.items() if owner == para)
    return [{"block": _distance(bench, number), "code": code[0]} for number, code in found]


def _meta(bench: Bench, para: ParaId) -> dict[str, Any]:
    meta = paras.past_code_meta(bench.state.paras, para)
    last = meta.last_pruned
    return {
        "upgrade_times": [_times(bench, times) for times in meta.upgrade_times],
        "last_pruned": {
            "some": last is not None,
            "block": 0 if last is None else _distance(bench, last),
        },
    }


def _times(bench: Bench, times: ReplacementTimes) -> dict[str, int]:
    plain = {
        "expected_at": _distance(bench, times.expected_at),
        "activated_at": _distance(bench, times.activated_at),
    }
    if times.last_parent is not None:
        plain["last_parent"] = _distance(bench, times.last_parent)
    return plain


# ---- scheduler


def _scheduler(state: RuntimeState, cores: int, sizes: Any) -> dict[str, Any]:
    storage = state.scheduler
    assignments = {int(a.core): a for a in storage.scheduled}
    return {
        "parachains": len(state.paras.parachains),
        "parathread_cores": state.configuration.configuration.parathread_cores,
        "parathreads": _members(paras.parathreads(state.paras)),
        "validators": len(state.validators),
        "groups": len(storage.validator_groups),
        "ValidatorGroups": _groups(state, sizes["max_validators"]),
        "ParathreadQueue": {
            "queue": [
                {**_claim(sizes, queued.claim), "core": int(queued.core)}
                for queued in storage.parathread_queue.queue
            ],
            "next_core": int(storage.parathread_queue.next_core),
        },
        "AvailabilityCores": [_occupant(state, sizes, core) for core in range(cores)],
        "ParathreadClaimIndex": _members(storage.parathread_claim_index),
        "Scheduled": [_assignment(sizes, assignments.get(core)) for core in range(cores)],
    }


def _groups(state: RuntimeState, most: int) -> list[int]:
    group_of = [0] * most
    for group, members in enumerate(state.scheduler.validator_groups):
        for validator in members:
            group_of[validator] = group
    return group_of


def _claim(sizes: Any, entry: Any) -> dict[str, int]:
    """A claim; its retries saturate just beyond what they are compared with."""
    retries = min(entry.retries, sizes["parathread_retries"] + 1)
    return {"thread": entry.claim.para - FIRST_PARA, "retries": retries}


def _occupant(state: RuntimeState, sizes: Any, core: int) -> dict[str, Any]:
    cores = state.scheduler.availability_cores
    occupant = cores[core] if core < len(cores) else None
    if isinstance(occupant, Parathread):
        return {"kind": "parathread", **_claim(sizes, occupant.entry)}
    kind = "parachain" if isinstance(occupant, Parachain) else "none"
    return {"kind": kind, "thread": 0, "retries": 0}


def _assignment(sizes: Any, assignment: Any) -> dict[str, Any]:
    if assignment is None:
        return {"some": False, "group": 0, "thread": 0, "retries": 0}
    claim = {"thread": 0, "retries": 0}
    if assignment.entry is not None:
        claim = _claim(sizes, assignment.entry)
    return {"some": True, "group": int(assignment.group_idx), **claim}


# ---- inclusion


def _pending(bench: Bench, para: ParaId) -> dict[str, Any]:
    """The pending candidate of a para, with what the block at hand has changed of it."""
    from . import host

    candidates = bench.state.inclusion.pending_availability
    if bench.phase == "refused":
        candidates = FrozenMap()
    if bench.phase == VOTING and bench.bitfields:
        candidates = host.voted(bench)
    if bench.phase == BACKING and bench.candidates:
        candidates = host.try_candidates(bench).pending_availability
    candidate: CandidatePendingAvailability | None = candidates.get(para)
    receipt = dict.fromkeys(
        ("upgrade", "on_head", "of_claimant", "collated"), candidate is not None
    )
    if candidate is None:
        return {
            "some": False,
            "core": 0,
            "receipt": receipt,
            "availability_votes": frozenset(),
            "relay_parent_number": 0,
            "backed_in_number": 0,
        }
    age = min(bench.state.now - candidate.backed_in_number, bench.cfg.age_bound)
    votes = candidate.availability_votes
    return {
        "some": True,
        "core": int(candidate.core),
        "receipt": {**receipt, "upgrade": candidate.receipt.new_validation_code is not None},
        "availability_votes": frozenset(v for v, vote in enumerate(votes) if vote),
        "relay_parent_number": age + 1,
        "backed_in_number": age,
    }
