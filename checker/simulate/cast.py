"""Who takes part: validators with their keys, the faulty ones among them, the collators."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field

from impl.crypto.keys import KeyPair
from impl.primitives import BlockNumber, ParaId, ValidatorId, ValidatorIndex
from impl.rules import Rules
from impl.runtime.configuration import HostConfiguration
from impl.runtime.groups import compute_validator_groups, shuffled
from impl.runtime.initializer import SessionChange
from impl.runtime.paras_storage import ParaGenesisArgs

SESSION_LENGTH = 20
"""Heights from one session change to the next, on every fork."""

CONFIGURATION = HostConfiguration(
    group_rotation_frequency=5,
    chain_availability_period=3,
    thread_availability_period=3,
    acceptance_period=10,
    dispute_open_period=3,
    remote_availability_period=4,
    validation_upgrade_delay=2,
    dispute_slash=100,
    dispute_reward=30,
    distraction_fee=2,
    absence_penalty=1,
)
_TRIES = 64


@dataclass(frozen=True)
class Settings:
    """What a run is made from; the same settings give the same run."""

    rules: Rules
    validators: int = 10
    parachains: int = 4
    slots: int = 200
    seed: int = 0
    forks: bool = False
    label: str = "as amended"


def key(*name: object) -> KeyPair:
    """The key of whoever has this name."""
    return KeyPair(hashlib.sha256(repr(name).encode()).digest())


def compute_head(code: bytes, parent_head: bytes, pov_hash: bytes) -> bytes:
    """The head that the code of a para makes: what a validity check recomputes."""
    return hashlib.sha256(b"head" + code + parent_head + pov_hash).digest()


@dataclass
class Cast:
    """All actors of one run.  An identity is a number that lasts; an index one of a session."""

    settings: Settings
    keys: tuple[KeyPair, ...] = field(init=False)
    identities: dict[bytes, int] = field(init=False)
    faulty: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        """Draw the keys, and fewer than a third of the validators as faulty."""
        count, seed = self.settings.validators, self.settings.seed
        self.keys = tuple(key(seed, "validator", each) for each in range(count))
        self.identities = {pair.public: each for each, pair in enumerate(self.keys)}
        drawn = random.Random(f"{seed}/faulty")  # noqa: S311 - a simulation, no secret
        self.faulty = frozenset(drawn.sample(range(count), (count - 1) // 3))

    # -- paras

    @property
    def paras(self) -> tuple[ParaId, ...]:
        return tuple(ParaId(1 + each) for each in range(self.settings.parachains))

    def code(self, para: ParaId) -> bytes:
        return b"code of para %d" % para

    def collator(self, para: ParaId) -> KeyPair:
        return key(self.settings.seed, "collator", para)

    def registered(self) -> dict[ParaId, ParaGenesisArgs]:
        return {
            para: ParaGenesisArgs(b"genesis of %d" % para, self.code(para), parachain=True)
            for para in self.paras
        }

    # -- validators

    def key_of(self, public: ValidatorId) -> KeyPair:
        return self.keys[self.identities[public]]

    def is_faulty(self, public: ValidatorId) -> bool:
        return self.identities[public] in self.faulty

    def name_of(self, public: ValidatorId) -> str:
        mark = "!" if self.is_faulty(public) else ""
        return f"v{self.identities[public]}{mark}"

    def members(
        self, validators: tuple[ValidatorId, ...], *, faulty: bool
    ) -> list[tuple[ValidatorIndex, KeyPair]]:
        """Index and key of the faulty, or of the honest, validators of a session."""
        return [
            (ValidatorIndex(index), self.key_of(public))
            for index, public in enumerate(validators)
            if self.is_faulty(public) == faulty
        ]

    # -- sessions

    def order(self, session: int) -> tuple[ValidatorId, ...]:
        """The validators of a session: all of them, in another order each time."""
        drawn = random.Random(f"{self.settings.seed}/session/{session}")  # noqa: S311
        chosen = list(self.keys)
        drawn.shuffle(chosen)
        return tuple(ValidatorId(pair.public) for pair in chosen)

    def change(self, session: int, *, validators: tuple[ValidatorId, ...] = ()) -> SessionChange:
        """The change into a session; the adversary steers its randomness, as far as it can."""
        validators = validators or self.order(session)
        return SessionChange(validators, self.order(session + 1), self._seed(session, validators))

    def change_at(
        self, number: BlockNumber, session: int, queued: tuple[ValidatorId, ...]
    ) -> SessionChange | None:
        if number % SESSION_LENGTH:
            return None
        return self.change(session + 1, validators=queued)

    def _seed(self, session: int, validators: tuple[ValidatorId, ...]) -> bytes:
        """Randomness of a session: the first draw with a group that the faulty ones control."""
        draws = [
            hashlib.sha256(f"{self.settings.seed}/{session}/{each}".encode()).digest()
            for each in range(_TRIES)
        ]
        indices = [ValidatorIndex(each) for each in range(len(validators))]
        for seed in draws:
            groups = compute_validator_groups(shuffled(indices, seed), self.settings.parachains)
            for group in groups:
                if self.controls(validators, group):
                    return seed
        return draws[0]

    def controls(
        self, validators: tuple[ValidatorId, ...], group: tuple[ValidatorIndex, ...]
    ) -> bool:
        """Whether more than half of a group is faulty: it can back whatever it wants."""
        return 2 * sum(self.is_faulty(validators[index]) for index in group) > len(group)
