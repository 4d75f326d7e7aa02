"""Entry-points of modules that the text leaves out, as far as a chain cannot do without.

Registration and the auction of claims are beyond the text (§2.5.1/description.6,
§2.5.5/description.6.2); each of these does nothing but call the routine that is meant for it.
"""

from __future__ import annotations

from dataclasses import replace

from impl.origins import Origin, OriginKind
from impl.primitives import CollatorId, ParaId
from impl.runtime import paras, scheduler
from impl.runtime.dispatch import EntryPoint, Runtime
from impl.runtime.paras_storage import ParaGenesisArgs
from impl.runtime.scheduler_storage import ParathreadClaim
from impl.runtime.state import RuntimeState


def register(
    state: RuntimeState, runtime: Runtime, _origin: Origin, para: ParaId, genesis: ParaGenesisArgs
) -> RuntimeState:
    """Let a para in at the next session. §2.5.4/schedule_para_initialize."""
    context = state.get_context(runtime.rules)
    storage = paras.schedule_para_initialize(state.paras, context, para, genesis)
    return replace(state, paras=storage)


def deregister(
    state: RuntimeState, runtime: Runtime, _origin: Origin, para: ParaId
) -> RuntimeState:
    """Let a para go at the next session. §2.5.4/schedule_para_cleanup."""
    storage = paras.schedule_para_cleanup(state.paras, state.get_context(runtime.rules), para)
    return replace(state, paras=storage)


def claim(state: RuntimeState, runtime: Runtime, origin: Origin, para: ParaId) -> RuntimeState:
    """Let a collator claim the next block of a parathread. §2.5.5/add_parathread_claim."""
    context = state.get_scheduler_context(runtime.rules, runtime.shuffle)
    wanted = ParathreadClaim(para, CollatorId(origin.account or b""))
    storage = scheduler.add_parathread_claim(state.scheduler, context, wanted)
    return replace(state, scheduler=storage)


ENTRY_POINTS: tuple[EntryPoint, ...] = (
    EntryPoint("registrar.register", OriginKind.GOVERNANCE, (int, ParaGenesisArgs), register),
    EntryPoint("registrar.deregister", OriginKind.GOVERNANCE, (int,), deregister),
    EntryPoint("auction.claim", OriginKind.SIGNED, (int,), claim),
)
"""The entry-points of this file."""
