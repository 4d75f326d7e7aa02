"""The reference validity module beside the model of disputes: a mapping, and what drives it.

Validators have keys and sign; of those that the model does not tell apart, the first one acts.  The
reference forgets a candidate when its dispute ends; the bench keeps its record to compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from typing import Any

from impl.crypto.keys import KeyPair
from impl.primitives import (
    BlockNumber,
    CollatorId,
    CoreIndex,
    ParaId,
    SessionIndex,
    ValidatorId,
    ValidatorIndex,
)
from impl.receipts import AbridgedCandidateReceipt, CandidateDescriptor, sign_collation
from impl.rules import ALL_VARIANTS, AMENDMENTS, READINGS, Rules
from impl.runtime import validity, validity_remote
from impl.runtime.configuration import HostConfiguration
from impl.runtime.context import RuntimeContext
from impl.runtime.inclusion_storage import CandidatePendingAvailability
from impl.runtime.scheduler_storage import SessionChangeNotification
from impl.runtime.slashing import Reason, Verdict
from impl.runtime.validity_remote import RemoteDispute
from impl.runtime.validity_storage import (
    CandidateRecord,
    RemoteOrigin,
    SessionInfo,
    ValidityStorage,
)
from impl.statements import (
    RemoteAvailabilityVote,
    SignedStatement,
    StatementKind,
    sign_availability,
    sign_statement,
    signing_context,
)
from impl.validation.block import compute_code_hash
from model.config import Config

SESSION, FIRST_BLOCK, LONG = SessionIndex(1), 10, 1_000_000
PARENT, CODE = bytes(32), b"code"
REMEMBERED = frozenset({"misled"})
FLAGS = {  # the model's flag of a reading -> the amendment that settles it
    "late_votes_spared": "late-votes-slashed",
    "ends_with_acceptance": "dispute-outlasts-acceptance",
}


@cache
def key(name: str) -> KeyPair:
    """A key pair of its own for every name."""
    return KeyPair(sha256(name.encode()).digest())


@cache
def candidate() -> AbridgedCandidateReceipt:
    """The candidate."""
    collator = key("collator")
    code = compute_code_hash(CODE)
    descriptor = CandidateDescriptor(
        ParaId(1), PARENT, CollatorId(collator.public), bytes(32), bytes(32), code
    )
    return AbridgedCandidateReceipt(
        descriptor, sign_collation(descriptor, collator), b"head", bytes(32), None
    )


@dataclass(frozen=True)
class Bench:
    """A reference validity module, the validators, and what happens off the chain."""

    sizes: Mapping[str, int] = field(hash=False)
    context: RuntimeContext
    storage: ValidityStorage
    good: bool
    count: int
    faulty: int
    early: bool  # whether statements are kept until the inclusion
    flags: Mapping[str, bool] = field(hash=False)
    backers: tuple[int, ...] = ()
    speaker: str = "nobody"
    of_group: bool = False
    finalized: bool = False
    known: bool = False
    closed: CandidateRecord | None = None  # the last record, once it ended
    closed_at: int = 0

    @property
    def record(self) -> CandidateRecord | None:
        """The record of the candidate, also of one whose dispute ended."""
        return self.storage.candidates.get((SESSION, candidate().hash()), self.closed)

    def silent(self, *, honest: bool) -> int:
        """The first validator of either kind that has not attested."""
        return next(v for v in self.kind(honest=honest) if self.stance(v) == "silent")

    def kind(self, *, honest: bool) -> range:
        """The validators of either kind: the faulty ones come first."""
        return range(self.faulty, self.count) if honest else range(self.faulty)

    def stance(self, validator: int) -> str:
        """What a validator has attested to."""
        record = self.record
        if record is None:
            return "for" if validator in self.backers else "silent"
        sides = record.attested_valid[validator], record.attested_invalid[validator]
        names = {(False, False): "silent", (True, False): "for", (False, True): "against"}
        return names.get(sides, "both")

    def says(self, validator: int, *, against: bool, name: str = "") -> SignedStatement:
        """A statement, signed by the validator or in its name by another key."""
        kind = StatementKind.INVALID if against else StatementKind.VALID
        signed_in = signing_context(self.context.rules, SESSION, PARENT)
        pair = key(name or f"validator {validator}")
        signature = sign_statement(kind, candidate().hash(), signed_in, pair)
        return SignedStatement(
            candidate().hash(), SESSION, ValidatorIndex(validator), kind, signature
        )

    def attests(self, validator: int, *, against: bool, name: str = "") -> Bench:
        """The bench after a statement on chain."""
        said = self.says(validator, against=against, name=name)
        return self.after(validity.attest(self.storage, self.context, said))

    def after(self, storage: ValidityStorage) -> Bench:
        """The bench with this storage; the record of what ended is kept."""
        before, at = self.record, (SESSION, candidate().hash())
        ended = self.closed is None and before is not None and at not in storage.candidates
        closed = (before, self.context.now) if ended else (self.closed, self.closed_at)
        return replace(self, storage=storage, closed=closed[0], closed_at=closed[1])


def genesis(cfg: Config, good: bool, honest: int, bad: int, **taken: Any) -> Bench:  # noqa: FBT001 - an action's choices
    """The validators of the session; `taken` are the flags of open readings."""
    readings = {FLAGS[f]: READINGS[FLAGS[f]][int(taken[f])] for f in FLAGS if f in taken}
    variants = {k: v for k, v in cfg.rules.variants.items() if k in ALL_VARIANTS}
    rules = Rules(cfg.rules.amendments & AMENDMENTS, variants, readings)
    count = honest + bad
    public = tuple(ValidatorId(key(f"validator {v}").public) for v in range(count))
    configuration = HostConfiguration(
        acceptance_period=cfg.sizes["acceptance_period"],
        dispute_open_period=cfg.sizes["dispute_open_period"],
        remote_availability_period=LONG,
        dispute_slash=1,
        dispute_reward=1,
        distraction_fee=1,
        absence_penalty=1,
    )
    now = BlockNumber(FIRST_BLOCK)
    context = RuntimeContext(now, rules, configuration, PARENT, SESSION, public)
    storage = ValidityStorage(sessions=(SessionInfo(SESSION, public, bytes(32)),))
    early = cfg.rules.amended("early-statements-count")
    return Bench(cfg.sizes, context, storage, good, count, bad, early, taken)


def step(bench: Bench, action: str, choices: Mapping[str, Any]) -> Bench:
    """Run one action of the system on the reference implementation; its errors pass through."""
    return _ACTIONS[action](bench, **choices)


def back(bench: Bench, faulty_backers: int) -> Bench:
    """§2.3/inclusion-pipeline.5.2."""
    honest = bench.sizes["backers"] - faulty_backers
    of_both = *range(faulty_backers), *range(bench.faulty, bench.faulty + honest)
    return replace(bench, backers=of_both)


def announce(bench: Bench, speaker: str, peer: bool) -> Bench:  # noqa: FBT001 - an action's choice
    """§1.1/description.8."""
    return replace(bench, speaker=speaker, of_group=peer)


def include(bench: Bench) -> Bench:
    """§2.5.8/description.1.1."""
    indices = tuple(map(ValidatorIndex, bench.backers))
    votes = (True,) * bench.count
    pending = CandidatePendingAvailability(
        CoreIndex(0), candidate(), votes, BlockNumber(9), BlockNumber(9), indices
    )
    storage = validity.note_included(bench.storage, bench.context, [pending], b"vrf")
    after = replace(bench.after(storage), known=True)
    if bench.speaker == "nobody" or not bench.early:
        return after
    return after.attests(after.silent(honest=bench.speaker == "honest"), against=True)


def start_remote_dispute(bench: Bench) -> Bench:
    """§2.5.8/remote-disputes.3."""
    disputer = bench.silent(honest=bench.speaker == "honest")
    backing = tuple(bench.says(v, against=False) for v in bench.backers)
    checks = (bench.says(disputer, against=True),)
    dispute = RemoteDispute(candidate(), SESSION, backing, CODE, checks)
    storage = validity_remote.start_remote_dispute(bench.storage, bench.context, dispute)
    return replace(bench.after(storage), known=True)


def end_availability(bench: Bench, available: bool) -> Bench:  # noqa: FBT001 - an action's choice
    """§2.5.8/remote-disputes.5: by as many votes as are needed, or by time."""
    storage, context = bench.storage, bench.context
    if not available:
        late = replace(context, now=BlockNumber(context.now + LONG))
        return bench.after(validity.initialization(storage, late))
    signed_in = signing_context(context.rules, SESSION, PARENT)
    for v in range(bench.count):
        signature = sign_availability(candidate().hash(), signed_in, key(f"validator {v}"))
        vote = RemoteAvailabilityVote(candidate().hash(), SESSION, ValidatorIndex(v), signature)
        storage = validity_remote.vote_available(storage, context, vote)
        if not _is_awaited(storage.candidates[SESSION, candidate().hash()]):
            break
    return bench.after(storage)


def attest_honestly(bench: Bench) -> Bench:
    """§1.10.3/description.1, §2.5.8/local-disputes.5.1."""
    return bench.attests(bench.silent(honest=True), against=not bench.good)


def attest_at_will(bench: Bench, stance: str, against: bool) -> Bench:  # noqa: FBT001 - an action's choice
    """A faulty validator of this stance attests to anything."""
    who = next(v for v in bench.kind(honest=False) if bench.stance(v) == stance)
    return bench.attests(who, against=against)


def attest_as_another(bench: Bench, against: bool) -> Bench:  # noqa: FBT001 - an action's choice
    """A statement in the name of a silent validator, signed with another key."""
    who = next(v for v in range(bench.count) if bench.stance(v) == "silent")
    return bench.attests(who, against=against, name="another")


def next_block(bench: Bench, honest: bool) -> Bench:  # noqa: FBT001 - an action's choice
    """A block begins; who its author is makes no difference on chain."""
    del honest
    context = replace(bench.context, now=BlockNumber(bench.context.now + 1))
    bench = replace(bench, context=context)
    return bench.after(validity.initialization(bench.storage, context))


def session_change(bench: Bench) -> Bench:
    """§2.5.8/local-disputes.4: a session with other keys begins."""
    index = SessionIndex(bench.context.session_index + 1)
    public = tuple(ValidatorId(key(f"session {index} {v}").public) for v in range(bench.count))
    configuration = bench.context.configuration
    notification = SessionChangeNotification(
        public, public, configuration, configuration, bytes(32)
    )
    context = replace(bench.context, session_index=index, validators=public)
    bench = replace(bench, context=context)
    return bench.after(validity.session_change(bench.storage, context, notification))


def finalize(bench: Bench) -> Bench:
    """§1.1/description.9.2."""
    return replace(bench, finalized=True)


_ACTIONS = {
    **{f.__name__: f for f in (back, announce, include, start_remote_dispute, end_availability)},
    **dict.fromkeys(("check", "volunteer"), attest_honestly),
    **{f.__name__: f for f in (attest_at_will, attest_as_another, next_block)},
    **{f.__name__: f for f in (session_change, finalize)},
}


# the refinement mapping


def abstract(bench: Bench) -> dict[str, Any]:
    """The model's state as plain data."""
    honest = sum(bench.stance(v) != "silent" for v in bench.kind(honest=True))
    return {
        "case": _case(bench),
        "valid": bench.good,
        "validators": bench.count,
        "faulty": bench.faulty,
        "right": honest,
        "backed": bool(bench.backers),
        "spoke": bench.speaker,
        "of_group": bench.of_group,
        "finalized": bench.finalized,
        **({"reading": dict(bench.flags)} if bench.flags else {}),
    }


def _is_awaited(record: CandidateRecord) -> bool:
    return isinstance(record.origin, RemoteOrigin) and not record.origin.available


def _case(bench: Bench) -> dict[str, Any]:
    stances = [bench.stance(v) for v in range(bench.count)]
    record = bench.record
    remote = record is not None and isinstance(record.origin, RemoteOrigin)
    kind = "unknown" if record is None else "remote" if remote else "local"
    kept = any(info.index == SESSION for info in bench.storage.sessions)
    return {
        "kind": kind,
        "awaited": record is not None and _is_awaited(record),
        "sessions": min(bench.context.session_index - SESSION, 1) if kept else 2,
        "validators": 0 if record is None else bench.count,
        "valid": stances.count("for"),
        "invalid": stances.count("against"),
        "both": stances.count("both"),
        "ended": bench.closed is not None,
        "abandoned": kind == "local" and candidate().hash() in bench.storage.blacklist,
        **_ages(bench, record),
        **_payments(bench, record),
        **_backing(bench, record),
    }


def _ages(bench: Bench, record: CandidateRecord | None) -> dict[str, Any]:
    """Outcome and ages, which stop beyond their periods, and when the dispute ends."""
    if record is None:
        return {"age": 0, "outcome": "open", "since": 0}
    sizes, origin = bench.sizes, record.origin
    over = bench.closed is not None and record.is_disputed
    now = bench.closed_at if over else bench.context.now
    began = origin.started_at if isinstance(origin, RemoteOrigin) else origin.included_in
    conclusion = record.conclusion
    since = 0 if conclusion is None else now - conclusion.concluded_at
    return {
        "age": min(now - began, sizes["acceptance_period"] + 1),
        "outcome": "open" if conclusion is None else conclusion.verdict.value,
        "since": min(since, sizes["dispute_open_period"] + 1),
    }


def _payments(bench: Bench, record: CandidateRecord | None) -> dict[str, Any]:
    """Who lost or won what, counted from the ledger."""
    paid = {reason: len(bench.storage.ledger.get_validators(reason)) for reason in Reason}
    conclusion = None if record is None else record.conclusion
    invalid = conclusion is not None and conclusion.verdict is Verdict.INVALID
    wrong = paid[Reason.WRONG_SIDE]
    return {
        "slashed_for": wrong if invalid else 0,
        "slashed_against": paid[Reason.UNAVAILABLE] + (0 if invalid else wrong),
        "fee_silent": paid[Reason.ABSENCE],
        "fee_for": paid[Reason.DISTRACTION],
        "bounty": paid[Reason.FOUND_INVALID] > 0,
    }


def _backing(bench: Bench, record: CandidateRecord | None) -> dict[str, Any]:
    if bench.context.rules.variant("slashing") != "backers":
        return {}
    return {"backers": 0 if record is None else len(bench.backers)}
