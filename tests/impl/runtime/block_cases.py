"""Short ways to write states, blocks and sessions, with a stand-in for the inherent."""

from __future__ import annotations

from dataclasses import replace

from impl.origins import GOVERNANCE, INHERENT, OriginKind
from impl.primitives import BlockNumber
from impl.runtime import outside, paras
from impl.runtime.block import Extrinsic, execute_block, make_block
from impl.runtime.dispatch import CONFIGURATION, INCLUSION, EntryPoint, Runtime, table
from impl.runtime.host import BlockTree, genesis_state
from impl.runtime.initializer import SessionChange
from tests.impl.runtime.cases import AMENDED, CONFIG, REGISTERED, VALIDATORS


def session(*, late=False, validators=VALIDATORS, queued=VALIDATORS, seed=0) -> SessionChange:
    return SessionChange(validators, queued, bytes([seed]) * 32, late)


def include(state, runtime, origin, *heads):
    """A stand-in for the inherent: note the heads it is handed, as (para, head, relay parent)."""
    del origin
    context = state.get_context(runtime.rules)
    for para, head, number in heads[0]:
        storage = paras.note_new_head(state.paras, context, para, head, number)
        state = replace(state, paras=storage)
    return replace(state, included=True)


def take_included(state, runtime):
    del runtime
    assert state.included
    return replace(state, included=False)


INHERENT_CALL = EntryPoint(INCLUSION, OriginKind.INHERENT, (tuple,), include)


def runtime(rules=AMENDED, *more) -> Runtime:
    """Configuration, the outside modules, the stand-in, and more entry-points."""
    entry_points = table(CONFIGURATION, outside.ENTRY_POINTS, [INHERENT_CALL], more)
    return Runtime(rules, entry_points, finalizers=(take_included,))


def genesis(of, registered=None, config=CONFIG):
    return genesis_state(of, config, REGISTERED if registered is None else registered, session())


def inherent(*heads) -> Extrinsic:
    return Extrinsic(INCLUSION, (heads,), INHERENT)


def govern(call, *arguments) -> Extrinsic:
    return Extrinsic(call, arguments, GOVERNANCE)


def child(state, *extrinsics, change=None, parent=bytes(32), **parts):
    """The next block, with an inherent that notes nothing."""
    body = (inherent(), *extrinsics)
    number = BlockNumber(state.now + 1)
    return make_block(parent, number, body, session_change=change, **parts)


def run(state, of, *extrinsics, change=None):
    """The state after the next block."""
    return execute_block(state, child(state, *extrinsics, change=change), of)


def tree(rules=AMENDED) -> BlockTree:
    of = runtime(rules)
    return BlockTree(of, genesis(of))
