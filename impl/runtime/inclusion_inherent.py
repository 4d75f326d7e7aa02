"""§2.5.7 The InclusionInherent Module: the entry-point that every block calls exactly once.

Bitfields free cores, freed cores are scheduled, candidates occupy what is scheduled: the order of
the steps lets a candidate be backed in the block that frees its core.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from impl.errors import BadValue, Unrecoverable
from impl.origins import Origin, OriginKind
from impl.primitives import CoreIndex
from impl.receipts import BackedCandidate
from impl.runtime import inclusion as module
from impl.runtime import initializer, scheduler, validity
from impl.runtime.dispatch import INCLUSION, EntryPoint, Runtime
from impl.runtime.inclusion_errors import AlreadyIncluded
from impl.runtime.inclusion_storage import InclusionContext
from impl.runtime.scheduler_storage import FreedCore, FreedReason
from impl.runtime.state import RuntimeState
from impl.statements import SignedAvailabilityBitfield


def finalization(state: RuntimeState, runtime: Runtime) -> RuntimeState:
    """Clear the mark; a block without it cannot be built. §2.5.7/finalization.1.

    As written nobody calls this: the initializer leaves the module out.
    """
    if not runtime.rules.amended("inherent-is-finalized"):  # §2.5.7/description.2
        return state
    if not state.included:
        what = f"the inclusion entry-point did not run in block {state.now}"
        raise Unrecoverable(what, "§2.5.7/finalization.1")
    return replace(state, included=False)


# ---- the entry-point


def inclusion(
    state: RuntimeState,
    runtime: Runtime,
    origin: Origin,
    bitfields: tuple[SignedAvailabilityBitfield, ...],
    candidates: tuple[BackedCandidate, ...],
) -> RuntimeState:
    """Take bitfields and backed candidates. §2.5.7/inclusion.

    No origin: what is in it authenticates itself. §2.5.7/description.1.3.
    """
    del origin
    initializer.require_initialized(state, runtime)  # §2.5.7/description.2
    require_first_call(state, runtime)
    _require_all("bitfields", bitfields, SignedAvailabilityBitfield)
    _require_all("candidates", candidates, BackedCandidate)
    state = free_and_schedule(state, runtime, bitfields)
    state = back_and_occupy(state, runtime, candidates)
    # inclusion.6
    return replace(state, included=True)


def require_first_call(state: RuntimeState, runtime: Runtime) -> None:
    """Refuse a second call in a block. §2.5.7/description.1.2.

    As written no step does.
    """
    if state.included and runtime.rules.amended("inherent-runs-once"):  # §2.5.7/inclusion.6
        raise AlreadyIncluded(state.now)


def free_and_schedule(
    state: RuntimeState, runtime: Runtime, bitfields: tuple[SignedAvailabilityBitfield, ...]
) -> RuntimeState:
    """Free cores by votes and by timeout, then schedule them. §2.5.7/inclusion.1, .2, .3."""
    context = get_inclusion_context(state, runtime)
    scheduling = state.get_scheduler_context(runtime.rules, runtime.shuffle)
    # inclusion.1
    core_para = partial(scheduler.core_para, state.scheduler, scheduling)
    storage, result = module.process_bitfields(state.inclusion, context, bitfields, core_para)
    freed = [FreedCore(core, FreedReason.CONCLUDED) for core in result.freed]
    # passed on to the validity module: §2.5.8/description.1.1
    disputes = validity.note_included(
        state.validity, context.runtime, result.included, state.vrf_output
    )
    # inclusion.2
    predicate = scheduler.availability_timeout_predicate(state.scheduler, scheduling)
    late: tuple[CoreIndex, ...] = ()
    if predicate is not None:
        storage, late = module.collect_pending(storage, predicate)
    freed += [FreedCore(core, FreedReason.TIMED_OUT) for core in late]
    # inclusion.3
    cores = scheduler.schedule(state.scheduler, scheduling, freed)
    return replace(state, inclusion=storage, paras=result.paras, validity=disputes, scheduler=cores)


def back_and_occupy(
    state: RuntimeState, runtime: Runtime, candidates: tuple[BackedCandidate, ...]
) -> RuntimeState:
    """Let candidates become pending on scheduled cores. §2.5.7/inclusion.4, .5."""
    context = get_inclusion_context(state, runtime)
    scheduled = scheduler.scheduled(state.scheduler)
    # inclusion.4
    storage, cores = module.process_candidates(state.inclusion, context, candidates, scheduled)
    # inclusion.5
    return replace(state, inclusion=storage, scheduler=scheduler.occupied(state.scheduler, cores))


def get_inclusion_context(state: RuntimeState, runtime: Runtime) -> InclusionContext:
    """Return what the inclusion module sees of the others."""
    return InclusionContext(
        runtime=state.get_context(runtime.rules),
        core_count=len(state.scheduler.availability_cores),
        group_validators=partial(scheduler.group_validators, state.scheduler),
        paras=state.paras,
        blacklist=state.validity.blacklist,
    )


def _require_all(name: str, values: tuple[object, ...], kind: type) -> None:
    for value in values:
        if not isinstance(value, kind):
            raise BadValue(name, f"a tuple of {kind.__name__}", value)


ENTRY_POINTS: tuple[EntryPoint, ...] = (
    EntryPoint(INCLUSION, OriginKind.INHERENT, (tuple, tuple), inclusion),
)
"""The entry-points of this module. §2.5.7/entry-points."""
