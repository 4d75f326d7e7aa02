"""The reference runtime beside the model of the whole: a refinement mapping, and what drives it.

`Bench` is the state of the reference runtime within a block or between two, with what the author of
the block has put together so far.  Bitfields and candidates are real, signed by the validators of
the session that the state behind the parent shows; each is tried as soon as it is added, so that
what refuses it is known at once.  `abstract` is the refinement mapping.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from impl.errors import CheckFailed
from impl.origins import GOVERNANCE, INHERENT, signed
from impl.primitives import BlockNumber, CoreIndex, ParaId, ValidatorId, ValidatorIndex
from impl.receipts import (
    BackedCandidate,
)
from impl.rules import ALL_READINGS, Rules
from impl.runtime import inclusion, inclusion_inherent, initializer, scheduler
from impl.runtime.block import Extrinsic, apply_extrinsic
from impl.runtime.block_errors import FailedExtrinsic
from impl.runtime.configuration import HostConfiguration
from impl.runtime.dispatch import Runtime
from impl.runtime.groups import fixed_order
from impl.runtime.host import genesis_state, relay_chain
from impl.runtime.inclusion_storage import InclusionStorage
from impl.runtime.initializer import SessionChange
from impl.runtime.paras_storage import ParaGenesisArgs
from impl.runtime.state import RuntimeState
from impl.runtime.validity_storage import CandidateKey
from impl.statements import (
    SignedAvailabilityBitfield,
    sign_bitfield,
    signing_context,
)
from model import paras as paras_model
from model import validity as validity_model
from model.config import Config
from model.host_config import other_readings

from . import host_disputes
from .benches import rules_of
from .host_data import COLLATOR, backed, key_of
from .host_mapping import FIRST_PARA, OPEN, Shown, abstract, plain_readings

__all__ = ["REMEMBERED", "Bench", "abstract", "genesis", "step"]

REMEMBERED = frozenset(
    {"topic", "refused", "included", "dropped", "claimed", "calls", "made", "case", "watched"}
)
AMENDMENT_OF = {
    **{flag: name for name, flag in paras_model.READINGS.items()},
    **{flag: name for name, (flag, _) in validity_model.READINGS.items()},
}
FIRST_BLOCK = 100  # so far from 0 that no distance meets it


@dataclass(frozen=True)
class Bench:
    """A reference runtime, the state that the block at hand is built on, and what is in it yet."""

    cfg: Config = field(hash=False)
    runtime: Runtime
    state: RuntimeState
    parent: RuntimeState
    phase: str = "idle"
    bitfields: tuple[SignedAvailabilityBitfield, ...] = ()
    candidates: tuple[BackedCandidate, ...] = ()
    watched: CandidateKey | None = None  # the candidate that the model watches
    reading: Mapping[str, Any] = field(default_factory=dict, hash=False)  # the model's, rigid

    @property
    def rules(self) -> Rules:
        """The text in force."""
        return self.runtime.rules

    @property
    def late(self) -> bool:
        """Whether sessions change at the end of a block."""
        return self.cfg.rules.amended("session-change-at-block-end")


def block_hash(number: int) -> bytes:
    """A block's hash: there is one of each height."""
    return sha256(f"block {number}".encode()).digest()


# ---- sessions


def genesis(
    cfg: Config,
    first: Mapping[str, int],
    registered: frozenset[int],
    session: Mapping[str, Any],
    other_reading: int = 0,
    **_about: Any,
) -> Bench:
    """The first session begins; at most one reading differs from the amended text."""
    chosen = _readings(cfg, other_reading)
    runtime = replace(relay_chain(rules_of(cfg, chosen)), shuffle=_order(session))
    paras = {ParaId(FIRST_PARA + p): _start(cfg.sizes, p) for p in registered}
    configuration = HostConfiguration(**_members(cfg.sizes), **first)
    state = genesis_state(runtime, configuration, paras, _change(0, session))
    reading = plain_readings(cfg, other_reading)
    bench = Bench(cfg, runtime, state, state, reading=reading)
    now = BlockNumber(FIRST_BLOCK - 1)
    start = BlockNumber(FIRST_BLOCK)
    storage = replace(state.scheduler, session_start_block=start)
    state = replace(state, now=now, scheduler=storage)
    return replace(bench, state=state, parent=state)


def _readings(cfg: Config, other_reading: int) -> dict[str, str]:
    """The readings of the reference: those of the amended text, but for one that it knows too."""
    settled = cfg.rules.amendments
    chosen = {name: options[0] for name, options in ALL_READINGS.items() if name not in settled}
    if other_reading:
        _, flag, value = other_readings(cfg)[other_reading - 1]
        amendment = AMENDMENT_OF[flag]
        if amendment in ALL_READINGS:
            chosen[amendment] = ALL_READINGS[amendment][int(value)]
    return chosen


def _members(sizes: Mapping[str, int]) -> dict[str, int]:
    """The members that no call changes."""
    members = (
        "parathread_retries",
        "group_rotation_frequency",
        "chain_availability_period",
        "thread_availability_period",
        "scheduling_lookahead",
        "validation_upgrade_frequency",
        "validation_upgrade_delay",
        "acceptance_period",
        "dispute_open_period",
    )
    return {name: sizes[name] for name in members}


def _start(sizes: Mapping[str, int], para: int) -> ParaGenesisArgs:
    return ParaGenesisArgs(b"head", b"\x00", para < sizes["chains"])


def _order(session: Mapping[str, Any]) -> Any:
    order = session["shuffled"][: session["validators"]]
    return fixed_order([ValidatorIndex(v) for v in order])


def _change(index: int, session: Mapping[str, Any]) -> SessionChange:
    keys = (key_of(index, v).public for v in range(session["validators"]))
    validators = tuple(ValidatorId(key) for key in keys)
    return SessionChange(validators, validators, bytes(32))


def session_change(bench: Bench, session: Mapping[str, Any]) -> Bench:
    """§2.5.2/session-change."""
    runtime = replace(bench.runtime, shuffle=_order(session))
    state = bench.state if bench.late else _next_block(bench.state)
    change = _change(state.session_index + 1, session)
    state = initializer.session_change(state, runtime, change)
    bench = replace(bench, runtime=runtime, state=state)
    return (
        replace(bench, parent=state, phase="idle")
        if bench.late
        else replace(bench, phase="changed")
    )


def _next_block(state: RuntimeState) -> RuntimeState:
    number = BlockNumber(state.now + 1)
    return replace(state, now=number, parent_hash=block_hash(state.now))


def begin_block(bench: Bench) -> Bench:
    """§2.5.2/initialization."""
    state = bench.state if bench.phase == "changed" else _next_block(bench.state)
    state = initializer.initialization(state, bench.runtime)
    watched = host_disputes.still_watched(state, bench.rules, bench.watched)
    return replace(bench, state=state, phase=OPEN, watched=watched)


def end_block(bench: Bench, last: bool) -> Bench:  # noqa: FBT001 - an action's choice
    """§2.5.7/finalization and §2.5.2/finalization."""
    state = bench.state
    if bench.rules.amended("inherent-is-finalized"):
        state = inclusion_inherent.finalization(state, bench.runtime)
    state = initializer.finalization(state, bench.runtime)
    if last:
        return replace(bench, state=state, phase="ending")
    return replace(bench, state=state, parent=state, phase="idle")


# ---- the inherent


def call_inclusion(bench: Bench) -> Bench:
    """§2.5.7/inclusion: what would refuse a second call does so here."""
    if bench.state.included and bench.rules.amended("inherent-runs-once"):
        inclusion_inherent.inclusion(bench.state, bench.runtime, INHERENT, (), ())
    return replace(bench, phase="voting")


def bitfield(bench: Bench, validator: int, bits: frozenset[int], honest: bool) -> Bench:  # noqa: FBT001
    """§2.5.7/inclusion.1."""
    shown = Shown(bench)
    field_ = tuple(core in bits for core in range(shown.cores))
    block, session = bench.state.parent_hash, bench.parent.session_index
    context = signing_context(bench.rules, session, block)
    key = key_of(session, validator)
    given = sign_bitfield(ValidatorIndex(validator), field_, block, context, key)
    after = replace(bench, bitfields=(*bench.bitfields, given))
    return _unless_refused(bench, after, honest, voted)


def voted(bench: Bench) -> Any:
    """What is pending, with the votes of the bitfields so far, before anything is enacted.

    Whether there is one of everyone is not asked before the last one is in.
    """
    state, runtime = bench.state, replace(bench.runtime, rules=_without_count(bench.rules))
    scheduling = state.get_scheduler_context(runtime.rules, runtime.shuffle)
    context = inclusion_inherent.get_inclusion_context(state, runtime)

    def core_para(core: CoreIndex) -> ParaId | None:
        return scheduler.core_para(state.scheduler, scheduling, core)

    storage, done = inclusion.process_bitfields(
        state.inclusion, context, bench.bitfields, core_para
    )
    return storage.pending_availability.update({each.para_id: each for each in done.included})


def _without_count(rules: Rules) -> Rules:
    """The same text with the reading in which any number of bitfields will do."""
    if rules.amended("bitfield-count"):
        return rules
    at_most = ALL_READINGS["bitfield-count"][0]
    return replace(rules, readings={**rules.readings, "bitfield-count": at_most})


def _unless_refused(before: Bench, after: Bench, honest: bool, attempt: Any) -> Bench:  # noqa: FBT001
    """The bench after an attempt; what an honest author adds ends the run if it is refused."""
    try:
        attempt(after)
    except CheckFailed:
        if not honest:
            raise
        return replace(before, phase="refused", bitfields=(), candidates=())
    return after


def free_and_schedule(bench: Bench) -> Bench:
    """§2.5.7/inclusion.1 to §2.5.7/inclusion.3."""
    state = inclusion_inherent.free_and_schedule(bench.state, bench.runtime, bench.bitfields)
    watched = bench.watched or host_disputes.first_included(bench.state, state)
    return replace(bench, state=state, phase="backing", watched=watched)


def candidate(
    bench: Bench,
    para: int,
    backers: frozenset[int],
    upgrade: bool,  # noqa: FBT001 - an action's choice
    honest: bool,  # noqa: FBT001
) -> Bench:
    """§2.5.7/inclusion.4."""
    session = bench.parent.session_index
    para_id = ParaId(FIRST_PARA + para)
    given = backed(bench.state, bench.rules, session, para_id, backers, upgrade=upgrade)
    after = replace(bench, candidates=(*bench.candidates, given))
    return _unless_refused(bench, after, honest, try_candidates)


def try_candidates(bench: Bench) -> InclusionStorage:
    """What §2.5.6/process_candidates makes of the candidates so far."""
    context = inclusion_inherent.get_inclusion_context(bench.state, bench.runtime)
    scheduled = scheduler.scheduled(bench.state.scheduler)
    return inclusion.process_candidates(
        bench.state.inclusion, context, bench.candidates, scheduled
    )[0]


def occupy(bench: Bench) -> Bench:
    """§2.5.7/inclusion.4 to §2.5.7/inclusion.6."""
    state = inclusion_inherent.back_and_occupy(bench.state, bench.runtime, bench.candidates)
    return replace(
        bench, state=replace(state, included=True), bitfields=(), candidates=(), phase=OPEN
    )


# ---- the other entry-points


def _call(bench: Bench, name: str, *arguments: Any, origin: Any = GOVERNANCE) -> Bench:
    """The bench after a call; a check that fails in it is the one to compare."""
    try:
        state = apply_extrinsic(bench.state, Extrinsic(name, arguments, origin), bench.runtime)
    except FailedExtrinsic as failed:
        raise failed.cause from failed
    return replace(bench, state=state)


def add_claim(bench: Bench, para: int) -> Bench:
    """§2.5.5/add_parathread_claim."""
    origin = signed(COLLATOR.public)
    return _call(bench, "auction.claim", ParaId(FIRST_PARA + para), origin=origin)


def set_parathread_cores(bench: Bench, number: int) -> Bench:
    """§2.5.3/entry-points.1."""
    return _call(bench, "configuration.set_parathread_cores", number)


def register(bench: Bench, para: int) -> Bench:
    """§2.5.4/schedule_para_initialize."""
    genesis_args = _start(bench.cfg.sizes, para)
    return _call(bench, "registrar.register", ParaId(FIRST_PARA + para), genesis_args)


def deregister(bench: Bench, para: int) -> Bench:
    """§2.5.4/schedule_para_cleanup."""
    return _call(bench, "registrar.deregister", ParaId(FIRST_PARA + para))


def attest(bench: Bench, stance: str, against: bool, own_keys: bool) -> Bench:  # noqa: FBT001
    """§2.5.8/local-disputes."""
    if bench.watched is None:
        raise ValueError("the model watches a candidate, the reference none")
    record = bench.state.validity.candidates[bench.watched]
    said = host_disputes.statement(bench.rules, record, stance, against=against, own=own_keys)
    return _call(bench, "validity.attest", said, origin=INHERENT)


_ACTIONS = {
    f.__name__: f
    for f in (
        session_change,
        begin_block,
        call_inclusion,
        bitfield,
        free_and_schedule,
        candidate,
        occupy,
        add_claim,
        set_parathread_cores,
        register,
        deregister,
        attest,
        end_block,
    )
}


def step(bench: Bench, action: str, choices: Mapping[str, Any]) -> Bench:
    """Run one action of the system on the reference implementation; its errors pass through."""
    return _ACTIONS[action](bench, **choices)
