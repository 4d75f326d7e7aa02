"""§2.5.2 The Initializer Module: the order of the other modules, and session changes.

Here and nowhere else is written in which order the modules run.  InclusionInherent needs neither
initialization nor this order (§2.5.7/description.2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from impl.errors import CheckFailed, Undefined, Unrecoverable
from impl.primitives import SEED_BYTES, SessionIndex, ValidatorId, require_bytes, require_tuple
from impl.runtime import configuration, inclusion, paras, scheduler, validity
from impl.runtime.dispatch import Runtime
from impl.runtime.scheduler_storage import SessionChangeNotification
from impl.runtime.state import InitializerStorage, RuntimeState


@dataclass(frozen=True, slots=True)
class SessionChange:
    """What comes from outside with a session change. §2.5.1/description.4.3.

    The configurations of the notification are not outside's to tell.
    """

    validators: tuple[ValidatorId, ...]
    """Validators of the new session."""

    queued: tuple[ValidatorId, ...]
    """Validators of the session after that."""

    random_seed: bytes
    """32 bytes of randomness, gathered from BABE."""

    after_initialization: bool = False
    """Whether it comes when the modules of its block have been initialized already.

    §2.5.1/description.8.4: that cannot be known in advance.
    """

    def __post_init__(self) -> None:
        """Refuse lists, and a seed of another length."""
        require_tuple("validators", self.validators)
        require_tuple("queued", self.queued)
        require_bytes("random_seed", self.random_seed, length=SEED_BYTES)


@dataclass(eq=False)
class NotInitialized(CheckFailed, token="§2.5.7/description.2"):
    """In block `number` the modules are not initialized (amended text only)."""

    number: int

    def describe(self) -> str:
        """Name the block."""
        return f"in block {self.number} the modules are not initialized"


# ---- initialization


def initialization(state: RuntimeState, runtime: Runtime) -> RuntimeState:
    """Initialize the modules, one after the other. §2.5.2/initialization.

    With §2.5.1/option.1 a session change may have done it already; then this does nothing.
    """
    order = runtime.rules.variant("session_order")
    if state.initializer.has_initialized and order == "initialize_first":
        return state
    before = state if order in ("initialize_first", "both") else None
    # initialization.1: the configuration module has no initialization of its own
    # initialization.2
    context = state.get_context(runtime.rules)
    state = replace(state, paras=paras.initialization(state.paras, context))
    # initialization.3
    scheduling = state.get_scheduler_context(runtime.rules, runtime.shuffle)
    state = replace(state, scheduler=scheduler.initialization(state.scheduler, scheduling))
    # initialization.4
    state = replace(state, inclusion=inclusion.initialization(state.inclusion, context))
    # initialization.5
    state = replace(state, validity=validity.initialization(state.validity, context))
    # initialization.7
    done = replace(state.initializer, has_initialized=True, before_initialization=before)
    return replace(state, initializer=done)


# ---- session change


def session_change(state: RuntimeState, runtime: Runtime, change: SessionChange) -> RuntimeState:
    """Forward a session change, unless it comes too late. §2.5.2/session-change.

    The variant `session_order` chooses among the three ways of §2.5.1/option, and the soft version
    of the second that its discussion mentions:

    * "brick", the text's choice: after initialization the chain cannot go on (§2.5.1/option.2);
    * "initialize_first": always after initialization, made up for if need be (§2.5.1/option.1);
    * "both": before or after (§2.5.1/option.3);
    * "soft": after initialization it is only noted that the chain may be broken.

    Where a change after initialization is handled, initialization is rolled back and done again:
    `Undefined` once something has built on it, as nothing says how that could be undone.
    """
    order = runtime.rules.variant("session_order")
    if order == "initialize_first" and not state.initializer.has_initialized:
        state = initialization(state, runtime)
    if not state.initializer.has_initialized:  # session-change.2
        return _forward(state, runtime, change)
    if order == "brick":  # session-change.1
        raise Unrecoverable("a session change after initialization", "§2.5.2/session-change.1")
    if order == "soft":
        state = _forward(state, runtime, change)
        broken = replace(state.initializer, potentially_broken=True)
        return replace(state, initializer=broken)
    return initialization(_forward(_roll_back(state), runtime, change), runtime)


def _roll_back(state: RuntimeState) -> RuntimeState:
    """Undo an initialization: what the scheduler did, as the rest can be done twice."""
    before = state.initializer.before_initialization
    if before is None:
        raise Undefined("nothing to roll initialization back to", "§2.5.1/option.3")
    claims, kept = (each.scheduler.parathread_claim_index for each in (before, state))
    if state.included or claims != kept:
        raise Undefined("what has built on an initialization is rolled back", "§2.5.1/option.3")
    storage = replace(state.initializer, has_initialized=False, before_initialization=None)
    return replace(state, scheduler=before.scheduler, initializer=storage)


def require_initialized(state: RuntimeState, runtime: Runtime) -> None:
    """Refuse a call that comes before initialization, or after finalization. §2.5.7/description.2.

    As written nothing does.
    """
    needed = runtime.rules.amended("inclusion-needs-initialization")
    if needed and not state.initializer.has_initialized:
        raise NotInitialized(state.now)


def _forward(state: RuntimeState, runtime: Runtime, change: SessionChange) -> RuntimeState:
    """Let the next session begin."""
    return start_session(
        replace(state, session_index=SessionIndex(state.session_index + 1)), runtime, change
    )


def start_session(state: RuntimeState, runtime: Runtime, change: SessionChange) -> RuntimeState:
    """Notify the modules, in the order of initialization. §2.5.2/session-change.2.

    §2.5.1/description.10.3: each gets the configurations before and after.
    """
    previous = configuration.configuration(state.configuration)
    settings = configuration.session_change(state.configuration)
    state = replace(
        state, configuration=settings, validators=change.validators, queued=change.queued
    )
    notification = SessionChangeNotification(
        validators=change.validators,
        queued=change.queued,
        prev_config=previous,
        new_config=configuration.configuration(settings),
        random_seed=change.random_seed,
    )
    context = state.get_context(runtime.rules)
    state = replace(state, paras=paras.session_change(state.paras, context, notification))
    scheduling = state.get_scheduler_context(runtime.rules, runtime.shuffle)
    groups = scheduler.session_change(state.scheduler, scheduling, notification)
    pending = inclusion.session_change(state.inclusion, context, notification)
    disputes = validity.session_change(state.validity, context, notification)
    return replace(state, scheduler=groups, inclusion=pending, validity=disputes)


# ---- finalization


def finalization(state: RuntimeState, runtime: Runtime) -> RuntimeState:
    """Finalize the modules in the reverse order. §2.5.2/finalization.

    Paras and configuration have no finalization (§2.5.4/finalization.1).
    """
    context = state.get_context(runtime.rules)
    # finalization.1
    state = replace(state, validity=validity.finalization(state.validity, context))
    state = replace(state, inclusion=inclusion.finalization(state.inclusion, context))
    scheduling = state.get_scheduler_context(runtime.rules, runtime.shuffle)
    state = replace(state, scheduler=scheduler.finalization(state.scheduler, scheduling))
    # finalization.2
    broken = state.initializer.potentially_broken
    return replace(state, initializer=InitializerStorage(potentially_broken=broken))
