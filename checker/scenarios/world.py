"""The world of a scenario: the state of a runtime, and the names that the file has for its keys."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from functools import cache
from typing import Any

from impl.crypto.keys import KeyPair
from impl.primitives import BlockNumber, CollatorId, SessionIndex, ValidatorId
from impl.receipts import AbridgedCandidateReceipt
from impl.rules import Rules
from impl.runtime.configuration import MEMBERS, HostConfiguration
from impl.runtime.context import RuntimeContext
from impl.runtime.dispatch import Runtime
from impl.runtime.past_code import ParaPastCodeMeta
from impl.runtime.scheduler_storage import SchedulerContext
from impl.runtime.state import RuntimeState

from .errors import NoMember, Unsupported, Wrong
from .shapes import nearest

BLOCK_LIMIT = 100_000
"""Blocks that one scenario may drive."""

VALIDATOR_LIMIT = 2_000
"""Most validators: each has a key of its own."""

CORE_LIMIT = 10_000
"""Most parathread cores."""

ROTATION, NEVER = "group_rotation_frequency", 2**32 - 1
"""A file without this member, or with 0, has no rotation; the text only knows intervals."""

NO_CONFIG = HostConfiguration(group_rotation_frequency=NEVER)
"""The configuration of a file that lists no member."""


@dataclass
class World:
    """Everything a call can see and change.

    `state` is a value: a call that fails leaves the one from before.  `past_code` is the helper
    structure alone.
    """

    rules: Rules
    state: RuntimeState = field(default_factory=RuntimeState)
    past_code: ParaPastCodeMeta = field(default_factory=ParaPastCodeMeta)
    blocks: int = 0
    collators: dict[bytes, str] = field(default_factory=dict)
    keys: dict[bytes, tuple[str, KeyPair]] = field(default_factory=dict)
    candidates: dict[str, AbridgedCandidateReceipt] = field(default_factory=dict)
    beyond_spec: bool = False

    # ---- surroundings

    @property
    def runtime(self) -> Runtime:
        """The rules of the chain."""
        return Runtime(self.rules)

    @property
    def context(self) -> RuntimeContext:
        """What routines see around them."""
        return self.state.get_context(self.rules)

    @property
    def scheduler_context(self) -> SchedulerContext:
        """What routines of the scheduler see around them."""
        return self.state.get_scheduler_context(self.rules)

    @property
    def configuration(self) -> HostConfiguration:
        """The configuration in force."""
        return self.state.configuration.configuration

    @property
    def parachains(self) -> int:
        """Number of parachains: the first parathread core."""
        return len(self.state.paras.parachains)

    def change(self, **storages: Any) -> None:
        """Replace storages of the state."""
        self.state = replaced(self.state, **storages)

    def spend(self, blocks: int, place: str) -> None:
        """Count blocks that are driven.  Raises `Wrong` beyond the limit."""
        self.blocks += blocks
        if self.blocks > BLOCK_LIMIT:
            raise Wrong(place, f"more than {BLOCK_LIMIT} blocks in one scenario")

    # ---- names

    def collator(self, name: str) -> CollatorId:
        """The id of a collator, a public key."""
        public = collator_key(name).public
        self.collators[public] = name
        return CollatorId(public)

    def collator_name(self, collator: bytes) -> str:
        """The name of a collator."""
        return self.collators.get(collator, collator.hex())

    def validators(self, given: int | list[str], place: str) -> tuple[ValidatorId, ...]:
        """The ids of validators, given by name or by number."""
        count = given if isinstance(given, int) else len(given)
        if count > VALIDATOR_LIMIT:
            raise Wrong(place, f"more than {VALIDATOR_LIMIT} validators")
        names = [f"validator {i}" for i in range(given)] if isinstance(given, int) else given
        return tuple(self._validator(name) for name in names)

    def _validator(self, name: str) -> ValidatorId:
        key = validator_key(name)
        self.keys[key.public] = (name, key)
        return ValidatorId(key.public)

    def key_of(self, validator: int) -> KeyPair:
        """The key of a validator by index; a stranger's where the session has none."""
        if validator < len(self.state.validators):
            return self.keys[self.state.validators[validator]][1]
        return validator_key(f"stranger {validator}")

    def validator_names(self) -> list[str]:
        """Names of the validators of the session."""
        return [self.keys[public][0] for public in self.state.validators]


@cache
def collator_key(name: str) -> KeyPair:
    """The key of a collator, the same in every run."""
    return KeyPair(_digest(f"collator {name}"))


@cache
def validator_key(name: str) -> KeyPair:
    """The key of a validator, the same in every run."""
    return KeyPair(_digest(f"validator {name}"))


def block_hash(number: int) -> bytes:
    """The hash of the block of this number: there are no forks here."""
    return _digest(f"block {number}")


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def at_block(state: RuntimeState, number: int) -> RuntimeState:
    """The state with another block number."""
    parent = block_hash(number - 1) if number else bytes(32)
    return replaced(state, now=BlockNumber(number), parent_hash=parent)


def with_session(
    state: RuntimeState, validators: tuple[ValidatorId, ...], session_index: int
) -> RuntimeState:
    """The state in another session."""
    return replaced(state, validators=validators, session_index=SessionIndex(session_index))


def configured(base: HostConfiguration, given: Mapping[str, Any]) -> HostConfiguration:
    """A configuration with some members changed.

    Raises `Unsupported` for one that the text has not, `NoMember` for what looks misspelt.
    """
    changes: dict[str, int] = {}
    for member, value in given.items():
        if member not in MEMBERS:
            hint = nearest(member, MEMBERS)
            if hint:
                raise NoMember(f"config.{member}", f"no such member{hint}")
            raise Unsupported(f"config.{member}", "the text has no such member")
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(f"config.{member}", f"expected a natural number, found {value!r}")
        if member == "parathread_cores" and value > CORE_LIMIT:
            raise Wrong(f"config.{member}", f"more than {CORE_LIMIT} cores")
        changes[member] = NEVER if member == ROTATION and value == 0 else value
    return replaced(base, **changes)


def members(configuration: HostConfiguration) -> dict[str, int]:
    """The members, as files write them."""
    found = {name: getattr(configuration, name) for name in MEMBERS}
    return {**found, ROTATION: found[ROTATION] % NEVER}
