"""What a module reads and does not own: the surroundings of a routine."""

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
from impl.runtime.configuration import HostConfiguration

FIRST_SESSION = SessionIndex(0)
"""The session in force at genesis."""

HASH_BYTES = 32
"""Length of a block's hash."""

GENESIS_PARENT = bytes(HASH_BYTES)
"""Parent hash of the first block."""


@dataclass(frozen=True, slots=True)
class RuntimeContext:
    """The block being executed, the session in force, and the text in force."""

    now: BlockNumber
    """Number of the current block."""

    rules: Rules
    """The text in force."""

    configuration: HostConfiguration = field(default_factory=HostConfiguration)
    """The configuration in force."""

    parent_hash: bytes = GENESIS_PARENT
    """Hash of the parent of the current block."""

    session_index: SessionIndex = FIRST_SESSION
    """Number of the session in force."""

    validators: tuple[ValidatorId, ...] = ()
    """Its validators; a `ValidatorIndex` counts in this list."""

    def __post_init__(self) -> None:
        """Refuse what is no block number, no hash, no session and no list of keys."""
        require_u32("now", self.now)
        require_bytes("parent_hash", self.parent_hash, length=HASH_BYTES)
        require_u32("session_index", self.session_index)
        require_tuple("validators", self.validators)
