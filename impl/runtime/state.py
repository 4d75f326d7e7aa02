"""The state behind a block: what every module stores, as one value.

A block makes a new value out of its parent's; what it does not change is shared between the two,
so that a fork costs what it changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from impl.primitives import (
    BlockNumber,
    SessionIndex,
    ValidatorId,
    require_bytes,
    require_tuple,
    require_u32,
)
from impl.rules import Rules
from impl.runtime import paras
from impl.runtime.configuration import ConfigurationStorage
from impl.runtime.context import FIRST_SESSION, GENESIS_PARENT, HASH_BYTES, RuntimeContext
from impl.runtime.groups import shuffled
from impl.runtime.inclusion_storage import InclusionStorage
from impl.runtime.paras_storage import ParasStorage
from impl.runtime.scheduler_storage import (
    GENESIS_BLOCK,
    SchedulerContext,
    SchedulerStorage,
    Shuffle,
)
from impl.runtime.validity_storage import ValidityStorage


@dataclass(frozen=True, slots=True)
class InitializerStorage:
    """The storage items of §2.5.2, and what the rivals of its rule need."""

    has_initialized: bool = False
    """Whether the modules of this block have been initialized. §2.5.2/storage.HasInitialized."""

    before_initialization: RuntimeState | None = None
    """What to roll back to within this block; §2.5.1/option.1 and §2.5.1/option.3 only."""

    potentially_broken: bool = False
    """Whether a session ever changed after initialization and nothing was done about it.

    The soft version of §2.5.1/option.2 notes this.
    """


@dataclass(frozen=True, slots=True)
class RuntimeState:
    """Everything on chain behind one block; the defaults are those of an empty chain."""

    now: BlockNumber = GENESIS_BLOCK
    """Number of the block that this is the state of; while it is executed, its number already."""

    parent_hash: bytes = GENESIS_PARENT
    """Hash of that block's parent."""

    session_index: SessionIndex = FIRST_SESSION
    """Number of the session in force. §2.5.1/description.8.1."""

    validators: tuple[ValidatorId, ...] = ()
    """Validators of the session in force. §2.5.1/session-change-notification.validators."""

    queued: tuple[ValidatorId, ...] = ()
    """Validators of the next session. §2.5.1/session-change-notification.queued."""

    configuration: ConfigurationStorage = field(default_factory=ConfigurationStorage)
    """§2.5.3/storage."""

    paras: ParasStorage = field(default_factory=ParasStorage)
    """§2.5.4/storage."""

    scheduler: SchedulerStorage = field(default_factory=SchedulerStorage)
    """§2.5.5/storage."""

    inclusion: InclusionStorage = field(default_factory=InclusionStorage)
    """§2.5.6/storage."""

    validity: ValidityStorage = field(default_factory=ValidityStorage)
    """Disputes, for which §2.5.8 names no storage."""

    initializer: InitializerStorage = field(default_factory=InitializerStorage)
    """§2.5.2/storage."""

    included: bool = False
    """Whether the inherent of this block has run. §2.5.7/storage.Included."""

    vrf_output: bytes = b""
    """The randomness of that block's author. §2.5.8/local-disputes.5.1."""

    def __post_init__(self) -> None:
        """Refuse what is no block number, no hash, no session and no list of keys."""
        require_u32("now", self.now)
        require_bytes("parent_hash", self.parent_hash, length=HASH_BYTES)
        require_u32("session_index", self.session_index)
        require_tuple("validators", self.validators)
        require_tuple("queued", self.queued)

    def get_context(self, rules: Rules) -> RuntimeContext:
        """Return what routines of paras, inclusion and validity see around them."""
        return RuntimeContext(
            now=self.now,
            rules=rules,
            configuration=self.configuration.configuration,
            parent_hash=self.parent_hash,
            session_index=self.session_index,
            validators=self.validators,
        )

    def get_scheduler_context(self, rules: Rules, shuffle: Shuffle = shuffled) -> SchedulerContext:
        """Return what routines of the scheduler see around them."""
        configuration = self.configuration.configuration
        return SchedulerContext(self.now, configuration, paras.get_view(self.paras), rules, shuffle)
