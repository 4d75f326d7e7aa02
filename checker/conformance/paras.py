"""The reference paras module beside the model: a refinement mapping, and what drives it.

`Bench` is the storage of §2.5.4 with the block number, the text in force, and the candidates that
inclusion holds; of inclusion it calls what touches paras.  It offers the actions of the system
*paras*.  `abstract` is the refinement mapping: block numbers become distances from now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from impl.crypto.signing import SIGNATURE_BYTES
from impl.primitives import BlockNumber, CollatorId, ParaId
from impl.receipts import AbridgedCandidateReceipt, CandidateDescriptor
from impl.rules import READINGS
from impl.runtime import paras
from impl.runtime.configuration import HostConfiguration
from impl.runtime.context import HASH_BYTES, RuntimeContext
from impl.runtime.inclusion import enact_candidate
from impl.runtime.inclusion_backing import check_upgrade
from impl.runtime.inclusion_storage import InclusionContext
from impl.runtime.paras_storage import ParaGenesisArgs, ParasStorage
from impl.runtime.past_code import ParaPastCodeMeta
from impl.runtime.scheduler_storage import SessionChangeNotification
from model.config import Config
from model.past_code import READINGS as FLAGS

from .benches import rules_of

REMEMBERED = {"watched", "wanted", "first"}
START = 100  # the number of the first block: so far from 0 that no distance meets it


@dataclass(frozen=True)
class Candidate:
    """What inclusion holds of a candidate."""

    relay_parent_number: BlockNumber
    receipt: AbridgedCandidateReceipt
    available: bool = False


@dataclass(frozen=True)
class Bench:
    """The reference storage and its surroundings; a value, like the storage in it."""

    cfg: Config = field(hash=False)
    context: RuntimeContext
    storage: ParasStorage
    changed: bool = False
    pending: Mapping[ParaId, Candidate] = field(default_factory=dict, hash=False)

    @property
    def late_session_change(self) -> bool:
        """Whether sessions change at the end of a block."""
        return self.context.rules.amended("session-change-at-block-end")


def genesis(
    cfg: Config, live: Collection[int], parachains: Collection[int], **taken: bool
) -> Bench:
    """Some paras are live; `taken` are the flags of open readings."""
    readings = {
        name: READINGS[name][int(taken[flag])] for name, flag in FLAGS.items() if flag in taken
    }
    context = RuntimeContext(BlockNumber(START), rules_of(cfg, readings), _configuration(cfg))
    args = {ParaId(p): ParaGenesisArgs(b"\0", b"\0", p in parachains) for p in live}
    return Bench(cfg, context, paras.with_registered(ParasStorage(), args))


def _configuration(cfg: Config) -> HostConfiguration:
    members = "acceptance_period", "validation_upgrade_delay", "validation_upgrade_frequency"
    return HostConfiguration(**{name: cfg.sizes[name] for name in members})


def step(bench: Bench, action: str, choices: Mapping[str, Any]) -> Bench:
    """Run one action of the system on the reference implementation; its errors pass through."""
    return _ACTIONS[action](bench, **choices)


def _next_block(bench: Bench) -> Bench:
    """The number rises; candidates that waited too long go."""
    now = BlockNumber(bench.context.now + 1)
    oldest = now - bench.cfg.sizes["longest_pending"]
    pending = {p: each for p, each in bench.pending.items() if each.relay_parent_number >= oldest}
    return replace(bench, context=replace(bench.context, now=now), pending=pending)


def session_change(bench: Bench) -> Bench:
    """§2.5.4/session-change; inclusion drops its candidates."""
    if not bench.late_session_change:
        bench = _next_block(bench)
    same = bench.context.configuration
    notification = SessionChangeNotification((), (), same, same, bytes(32))
    storage = paras.session_change(bench.storage, bench.context, notification)
    return replace(bench, storage=storage, changed=True, pending={})


def begin_block(bench: Bench, available: Collection[int]) -> Bench:
    """§2.5.4/initialization."""
    if bench.late_session_change or not bench.changed:
        bench = _next_block(bench)
    pending = {p: replace(each, available=p in available) for p, each in bench.pending.items()}
    storage = paras.initialization(bench.storage, bench.context)
    return replace(bench, storage=storage, changed=False, pending=pending)


def include(bench: Bench, para: int, watch: bool) -> Bench:  # noqa: FBT001 - an action's choice
    """§2.5.6/enact_candidate."""
    del watch  # it concerns properties only
    candidate = bench.pending[ParaId(para)]
    number, receipt = candidate.relay_parent_number, candidate.receipt
    storage = enact_candidate(bench.storage, bench.context, number, receipt)
    pending = {p: each for p, each in bench.pending.items() if p != para}
    return replace(bench, storage=storage, pending=pending)


def back(bench: Bench, para: int, given: Mapping[str, Any]) -> Bench:
    """§2.5.6/process_candidates.2, on the parent block."""
    number = BlockNumber(bench.context.now - 1)
    receipt = _receipt(ParaId(para), given)
    if given["upgrade"]:
        context = InclusionContext(bench.context, 0, lambda _group: None, bench.storage)
        check_upgrade(context, receipt, number)
    return replace(bench, pending={**bench.pending, ParaId(para): Candidate(number, receipt)})


def _receipt(para: ParaId, given: Mapping[str, Any]) -> AbridgedCandidateReceipt:
    none = bytes(HASH_BYTES)
    descriptor = CandidateDescriptor(para, none, CollatorId(none), none, none, none)
    code = bytes([given["code"]]) if given["upgrade"] else None
    return AbridgedCandidateReceipt(
        descriptor, bytes(SIGNATURE_BYTES), bytes([given["head"]]), none, code
    )


def register(bench: Bench, para: int, args: Mapping[str, Any]) -> Bench:
    """§2.5.4/schedule_para_initialize."""
    head, code = bytes([args["genesis_head"]]), bytes([args["validation_code"]])
    genesis_args = ParaGenesisArgs(head, code, args["parachain"])
    storage = paras.schedule_para_initialize(
        bench.storage, bench.context, ParaId(para), genesis_args
    )
    return replace(bench, storage=storage)


def deregister(bench: Bench, para: int) -> Bench:
    """§2.5.4/schedule_para_cleanup."""
    storage = paras.schedule_para_cleanup(bench.storage, bench.context, ParaId(para))
    return replace(bench, storage=storage)


_ACTIONS = {
    f.__name__: f for f in (session_change, begin_block, include, back, register, deregister)
}


# the refinement mapping


def abstract(bench: Bench) -> dict[str, Any]:
    """The model's state as plain data."""
    storage, cfg = bench.storage, bench.cfg
    every = [ParaId(p) for p in range(cfg.sizes["paras"])]
    return {
        "changed": bench.changed,
        "Parachains": frozenset(map(int, storage.parachains)),
        "Heads": [_named(storage.heads, p, "head") for p in every],
        "ValidationCode": [_named(storage.validation_code, p, "code") for p in every],
        "PastCode": [_past_code(bench, p) for p in every],
        "PastCodeMeta": [_meta(bench, p) for p in every],
        "PastCodePruning": [
            {"para": int(p), "block": _distance(bench, block)}
            for p, block in storage.past_code_pruning
        ],
        "FutureCodeUpgrades": [_block(bench, storage.future_code_upgrades.get(p)) for p in every],
        "FutureCode": [_named(storage.future_code, p, "code") for p in every],
        "UpcomingParas": frozenset(map(int, storage.upcoming_paras)),
        "UpcomingParasGenesis": [_genesis(storage.upcoming_paras_genesis.get(p)) for p in every],
        "OutgoingParas": frozenset(map(int, storage.outgoing_paras)),
        "pending": [_pending(bench, bench.pending.get(p)) for p in every],
        **_readings(bench),
    }


def _distance(bench: Bench, block: int) -> int:
    """How far a block is from now; beyond the model's limit it is at the limit."""
    return max(block - bench.context.now, -int(bench.cfg.oldest))


def _block(bench: Bench, block: int | None) -> dict[str, Any]:
    return {"some": block is not None, "block": 0 if block is None else _distance(bench, block)}


def _named(entries: Mapping[ParaId, bytes], para: ParaId, name: str) -> dict[str, Any]:
    """An entry of a map from paras to heads or codes, which are single bytes here."""
    found = entries.get(para)
    return {"some": found is not None, name: 0 if found is None else found[0]}


def _of(bench: Bench, para: ParaId) -> ParaPastCodeMeta:
    return paras.past_code_meta(bench.storage, para)


def _past_code(bench: Bench, para: ParaId) -> list[dict[str, int]]:
    """The past codes of a para in the order of their replacement, which the map does not keep."""
    rules, kept = bench.context.rules, bench.storage.past_code
    keys = [paras.past_code_key(rules, times) for times in _of(bench, para).upgrade_times]
    latest = [key for k, key in enumerate(keys) if key not in keys[k + 1 :]]
    return [
        {"block": _distance(bench, key), "code": kept[para, key][0]}
        for key in latest
        if (para, key) in kept
    ]


def _meta(bench: Bench, para: ParaId) -> dict[str, Any]:
    meta = _of(bench, para)
    names = ["expected_at", "activated_at"]
    if bench.context.rules.amended("lookup-by-last-parent"):
        names.append("last_parent")
    times = [
        {name: _distance(bench, getattr(each, name)) for name in names}
        for each in meta.upgrade_times
    ]
    return {"upgrade_times": times, "last_pruned": _block(bench, meta.last_pruned)}


def _genesis(args: ParaGenesisArgs | None) -> dict[str, Any]:
    mapped = {"genesis_head": 0, "validation_code": 0, "parachain": False}
    if args is not None:
        mapped = {
            "genesis_head": args.genesis_head[0],
            "validation_code": args.validation_code[0],
            "parachain": args.parachain,
        }
    return {"some": args is not None, "args": mapped}


def _pending(bench: Bench, candidate: Candidate | None) -> dict[str, Any]:
    receipt = {"upgrade": False, "code": 0, "head": 0}
    if candidate is None:
        return {"some": False, "available": False, "relay_parent_age": 0, "receipt": receipt}
    code = candidate.receipt.new_validation_code
    return {
        "some": True,
        "available": candidate.available,
        "relay_parent_age": bench.context.now - candidate.relay_parent_number,
        "receipt": {
            "upgrade": code is not None,
            "code": 0 if code is None else code[0],
            "head": candidate.receipt.head_data[0],
        },
    }


def _readings(bench: Bench) -> dict[str, Any]:
    rules = bench.context.rules
    taken = {
        flag: rules.reading(name) == READINGS[name][1]
        for name, flag in FLAGS.items()
        if not rules.amended(name)
    }
    return {"reading": taken} if taken else {}
