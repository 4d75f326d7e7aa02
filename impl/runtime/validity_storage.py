"""§2.5.8 The Validity Module: what it stores.

The text has no storage layout for this module.  It wants kept: every included candidate with the
attestations on it (§1.8/description.1.4), the validators of the session before
(§2.5.8/local-disputes.4.2), and what is blacklisted (§2.5.8/local-disputes.5.3).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, ParaId, SessionIndex, ValidatorId, ValidatorIndex
from impl.receipts import AbridgedCandidateReceipt
from impl.runtime.slashing import Sides, SlashingLedger, Verdict

CandidateKey = tuple[SessionIndex, bytes]
"""Session and hash of a candidate: the same candidate may be disputed in two sessions."""


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A session whose validators can still be called upon. §2.5.8/local-disputes.4.2."""

    index: SessionIndex
    """Its number."""

    validators: tuple[ValidatorId, ...]
    """Its validators."""

    random_seed: bytes
    """Its randomness, the same on all forks. §2.5.8/remote-disputes.9.3."""


@dataclass(frozen=True, slots=True)
class LocalInclusion:
    """How a candidate came into this chain. §2.5.8/dispute-kind.1."""

    included_in: BlockNumber
    """The block in which it became available."""

    last_ancestor: bytes
    """Hash of the last block before that. §2.5.8/local-disputes.5.3."""

    vrf_output: bytes
    """The VRF output of that block's author. §2.5.8/local-disputes.5.1."""


@dataclass(frozen=True, slots=True)
class RemoteOrigin:
    """How a candidate of another fork came here. §2.5.8/dispute-kind.2."""

    started_at: BlockNumber
    """The block that took the dispute."""

    validation_code: bytes
    """The code to validate it with. §2.5.8/unconcluded.4."""

    availability_votes: tuple[bool, ...]
    """Who voted it available, one bit per validator. §2.5.8/remote-disputes.5."""

    available: bool
    """Whether the availability process has passed. §2.5.8/remote-disputes.9.1."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A verdict and when it was reached first."""

    verdict: Verdict
    """The verdict."""

    concluded_at: BlockNumber
    """The block that brought the deciding vote."""


@dataclass(frozen=True, slots=True)
class CandidateRecord:
    """A candidate with all attestations on it. §1.8/description.1.4."""

    receipt: AbridgedCandidateReceipt
    """The candidate."""

    session: SessionIndex
    """The session whose validators judge it. §2.5.8/local-disputes.4.2."""

    origin: LocalInclusion | RemoteOrigin
    """Where it comes from."""

    attested_valid: tuple[bool, ...]
    """Who attested to its validity, one bit per validator; its backers did."""

    attested_invalid: tuple[bool, ...]
    """Who attested to its invalidity."""

    backers: tuple[bool, ...] = ()
    """Who backed it on this chain."""

    finder: ValidatorIndex | None = None
    """The first of those. §2.3/description.3.4."""

    conclusion: Conclusion | None = None
    """The verdict, once there is one."""

    @property
    def key(self) -> CandidateKey:
        """Where the record is kept."""
        return self.session, self.receipt.hash()

    @property
    def relay_parent(self) -> bytes:
        """The block it was made on, which signatures on it may name."""
        return self.receipt.descriptor.relay_parent

    def get_sides(self, validators: tuple[ValidatorId, ...]) -> Sides:
        """Return who said what, with the keys of its session."""
        session, candidate_hash = self.key
        valid, invalid = self.attested_valid, self.attested_invalid
        return Sides(session, candidate_hash, validators, valid, invalid, self.backers)

    @property
    def is_disputed(self) -> bool:
        """Whether somebody attested to its invalidity. §2.5.8/description.1.2."""
        return any(self.attested_invalid)


@dataclass(frozen=True, slots=True)
class AbandonFork:
    """The signal that this fork is to be left. §2.5.8/local-disputes.5.3."""

    last_ancestor: bytes
    """Hash of the block to go back to."""

    last_ancestor_number: BlockNumber
    """Its number."""

    candidate_hash: bytes
    """The invalid candidate, for the blacklist."""

    para_id: ParaId
    """Whose block it claimed to be."""


@dataclass(frozen=True, slots=True)
class ValidityStorage:
    """What the module keeps; the defaults are those of an empty chain."""

    sessions: tuple[SessionInfo, ...] = ()
    """The session in force, after the one before it. §2.5.8/local-disputes.4.1."""

    candidates: FrozenMap[CandidateKey, CandidateRecord] = field(
        default_factory=FrozenMap[CandidateKey, CandidateRecord]
    )
    """Candidates in the acceptance period or in dispute."""

    ended: frozenset[CandidateKey] = frozenset()
    """Disputes that are over: a transplant of one of them begins nothing."""

    blacklist: frozenset[bytes] = frozenset()
    """Hashes of candidates found invalid. §2.5.8/local-disputes.5.3."""

    abandoned: tuple[AbandonFork, ...] = ()
    """The signals of the current block, cleared when the next one begins."""

    ledger: SlashingLedger = field(default_factory=SlashingLedger)
    """Who lost and won what. §2.5.9."""
