"""What the blocks of two forks contain: chosen by a seed, the same whenever it is asked again."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from types import MappingProxyType

from impl.crypto.keys import KeyPair
from impl.origins import GOVERNANCE, signed
from impl.primitives import ParaId, ValidatorId, ValidatorIndex
from impl.runtime.block import Extrinsic
from impl.runtime.configuration import HostConfiguration
from impl.runtime.initializer import SessionChange
from impl.runtime.paras_storage import ParaGenesisArgs

FORKS = ("a", "b")
COMMON = "common"
"""The name of the block that both forks build on."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the chain is."""

    validators: int
    parachains: int
    parathread_cores: int

    @property
    def parathread(self) -> ParaId:
        """The one parathread: the number after the parachains'."""
        return ParaId(self.parachains + 1)

    def keys(self) -> tuple[KeyPair, ...]:
        """The validators' keys."""
        return tuple(_key(f"validator {index}") for index in range(self.validators))

    def registered(self) -> dict[ParaId, ParaGenesisArgs]:
        """The paras that are live at genesis."""
        return {
            ParaId(para): ParaGenesisArgs(b"head %d" % para, code_of(para), para <= self.parachains)
            for para in range(1, self.parachains + 2)
        }

    def configuration(self) -> HostConfiguration:
        """Short periods, so that a few blocks see timeouts and rotations."""
        return HostConfiguration(
            parathread_cores=self.parathread_cores,
            parathread_retries=1,
            group_rotation_frequency=4,
            chain_availability_period=2,
            thread_availability_period=2,
            scheduling_lookahead=2,
            acceptance_period=5,
            validation_upgrade_delay=2,
            dispute_open_period=3,
            remote_availability_period=4,
        )

    def session(self, seed: int) -> SessionChange:
        """A session of the same validators, in another order of groups."""
        validators = tuple(ValidatorId(key.public) for key in self.keys())
        return SessionChange(validators, validators, bytes([seed]) * 32)


SIZES = MappingProxyType({"tiny": Size(4, 1, 1), "small": Size(6, 2, 1)})
"""Instances by name, the smallest first."""


def code_of(para: int) -> bytes:
    """The code of a para, which no block changes."""
    return b"code %d" % para


def collator() -> KeyPair:
    """Who makes all candidates."""
    return _key("collator")


def _key(name: str) -> KeyPair:
    return KeyPair(hashlib.sha256(name.encode()).digest())


@dataclass(frozen=True, slots=True)
class Part:
    """What the network and the world outside bring for one block."""

    label: str
    """The block, in words: its fork and its place there."""

    voters: tuple[ValidatorIndex, ...]
    """Who sends a bitfield."""

    available: float
    """The share of bits that are set."""

    change: SessionChange | None
    """The session change that the block brings."""

    extrinsics: tuple[Extrinsic, ...]
    """Calls besides the inherent."""

    seed: str
    """Of the generator that sets the bits."""


def common_part(size: Size) -> Part:
    """The block that both forks build on: everything backed, nothing available yet."""
    claim = Extrinsic("auction.claim", (size.parathread,), signed(collator().public))
    voters = tuple(map(ValidatorIndex, range(size.validators)))
    return Part(COMMON, voters, 0.0, None, (claim,), COMMON)


def part(size: Size, seed: int, depth: int, fork: str, step: int) -> Part:
    """The `step`-th block of a fork, counted from 1.

    One fork sees a session change and, before it, another configuration; the other one another
    para.
    """
    session_fork = random.Random(f"{seed}").choice(FORKS)  # noqa: S311 - reproducible on purpose
    generator = random.Random(f"{seed} {fork} {step}")  # noqa: S311 - likewise
    voters = sorted(generator.sample(range(size.validators), generator.randint(2, size.validators)))
    change: SessionChange | None = None
    extrinsics: tuple[Extrinsic, ...] = ()
    if fork == session_fork:
        cores = size.parathread_cores + 1
        if step == 1:
            call = Extrinsic("configuration.set_parathread_cores", (cores,), GOVERNANCE)
            extrinsics = (call,)
        if step == min(2, depth):
            change = size.session(1 + seed % 255)
    elif step == 1:
        register = ParaGenesisArgs(b"late head", b"late code", parachain=True)
        call = Extrinsic("registrar.register", (ParaId(size.parathread + 1), register), GOVERNANCE)
        extrinsics = (call,)
    available = 1.0 if generator.random() < 0.5 else 0.5  # noqa: PLR2004 - heads or tails
    if available == 1.0:
        voters = list(range(size.validators))
    return Part(
        label=f"{fork}{step}",
        voters=tuple(map(ValidatorIndex, voters)),
        available=available,
        change=change,
        extrinsics=extrinsics,
        seed=f"{seed} {fork} {step} bits",
    )
