"""§2.5.8 The Validity Module: disputes that were begun, or concluded, on another fork.

Everything brought along carries its own signatures.  If the candidate was included here, too, the
statements go to the local dispute: it is the same candidate and the same validators.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from impl.crypto.errors import Refused
from impl.primitives import SessionIndex, require_bytes, require_tuple, require_u32
from impl.receipts import AbridgedCandidateReceipt
from impl.runtime.context import RuntimeContext
from impl.runtime.inclusion import compute_availability_threshold
from impl.runtime.validity_course import (
    add_statements,
    check_signature,
    get_session,
    judge,
    require_distinct,
)
from impl.runtime.validity_errors import (
    AlreadyVotedAvailable,
    BadAvailabilitySignature,
    CodeNotOfReceipt,
    DisputeEnded,
    NoBacking,
    NoEscalation,
    NoKeyForStatement,
    NotConcluded,
    NothingToVoteOn,
    WrongSubject,
)
from impl.runtime.validity_storage import CandidateRecord, RemoteOrigin, ValidityStorage
from impl.statements import (
    RemoteAvailabilityVote,
    SignedStatement,
    signing_context,
    verify_availability,
)
from impl.validation.block import compute_code_hash


@dataclass(frozen=True, slots=True)
class RollUp:
    """A dispute that is concluded elsewhere. §2.5.8/remote-disputes.2."""

    receipt: AbridgedCandidateReceipt
    """The candidate."""

    session: SessionIndex
    """Its session."""

    statements: tuple[SignedStatement, ...]
    """All attestations, for and against, and all checks. §2.5.8/remote-disputes.2.2."""

    def __post_init__(self) -> None:
        """Refuse what is no session and no tuple."""
        require_u32("session", self.session)
        require_tuple("statements", self.statements)


@dataclass(frozen=True, slots=True)
class RemoteDispute:
    """A dispute that is not concluded: five things. §2.5.8/unconcluded."""

    receipt: AbridgedCandidateReceipt
    """The candidate. §2.5.8/unconcluded.1."""

    session: SessionIndex
    """Its session. §2.5.8/unconcluded.2."""

    backing: tuple[SignedStatement, ...]
    """Statements for it. §2.5.8/unconcluded.3."""

    validation_code: bytes
    """The code to validate it with. §2.5.8/unconcluded.4."""

    checks: tuple[SignedStatement, ...]
    """Second checks, one of them against it. §2.5.8/unconcluded.5."""

    def __post_init__(self) -> None:
        """Refuse what is no session, no code and no tuple."""
        require_u32("session", self.session)
        require_tuple("backing", self.backing)
        require_bytes("validation_code", self.validation_code)
        require_tuple("checks", self.checks)


def import_concluded(
    storage: ValidityStorage, context: RuntimeContext, roll_up: RollUp
) -> ValidityStorage:
    """Take over a dispute with its verdict, in one transaction. §2.5.8/remote-disputes.2.3."""
    origin = RemoteOrigin(context.now, b"", (), available=True)
    _check_statements(storage, context, roll_up, roll_up.statements)
    if all(statement.kind.is_for for statement in roll_up.statements):
        raise NoEscalation(roll_up.receipt.hash())
    record = add_statements(_new_record(storage, roll_up, origin), roll_up.statements)
    if judge(storage, context, record).candidates[record.key].conclusion is None:
        sides = sum(record.attested_valid), sum(record.attested_invalid)
        raise NotConcluded(*sides, len(record.attested_valid))
    known = storage.candidates.get(record.key, record)
    if isinstance(known.origin, RemoteOrigin):  # a concluded dispute was about an available block
        known = replace(known, origin=replace(known.origin, available=True))
    return judge(storage, context, add_statements(known, roll_up.statements))


def start_remote_dispute(
    storage: ValidityStorage, context: RuntimeContext, dispute: RemoteDispute
) -> ValidityStorage:
    """Begin a dispute about a candidate of another fork, or add to it. §2.5.8/remote-disputes.3.

    Whoever brings it here need not be known: it takes one validator's escalation, whose it is
    shows its signature (§2.5.8/remote-disputes.4.1).  The para need not be registered here.
    """
    receipt, against = dispute.receipt, [each for each in dispute.backing if not each.kind.is_for]
    if not dispute.backing or against:
        raise NoBacking(len(dispute.backing), len(against))
    if context.rules.amended("dispute-code-of-receipt"):  # §2.5.8/unconcluded.4
        expected = receipt.descriptor.validation_code_hash
        got = compute_code_hash(dispute.validation_code)
        if expected != got:
            raise CodeNotOfReceipt(expected, got)
    if all(check.kind.is_for for check in dispute.checks):
        raise NoEscalation(receipt.hash())
    statements = dispute.backing + dispute.checks
    _check_statements(storage, context, dispute, statements)
    nobody = (False,) * len(get_session(storage, dispute.session).validators)
    origin = RemoteOrigin(context.now, dispute.validation_code, nobody, available=False)
    fresh = _new_record(storage, dispute, origin)
    record = storage.candidates.get(fresh.key, fresh)
    backed_here = record.backers or nobody
    backed_there = {each.validator for each in dispute.backing}
    backers = tuple(here or i in backed_there for i, here in enumerate(backed_here))
    return judge(storage, context, add_statements(replace(record, backers=backers), statements))


def vote_available(
    storage: ValidityStorage, context: RuntimeContext, vote: RemoteAvailabilityVote
) -> ValidityStorage:
    """Count a vote that a disputed block is available. §2.5.8/remote-disputes.5.

    By the threshold of §2.5.6/process_bitfields.5.2, without cores and without bitfields.
    """
    session, candidate_hash = get_session(storage, vote.session), vote.candidate_hash
    record = storage.candidates.get((vote.session, candidate_hash))
    origin = None if record is None else record.origin
    if record is None or not isinstance(origin, RemoteOrigin) or origin.available:
        raise NothingToVoteOn(candidate_hash)
    count = len(session.validators)
    if vote.validator >= count:
        raise NoKeyForStatement(vote.validator, vote.session, count)
    signed_in = signing_context(context.rules, vote.session, record.relay_parent)
    try:
        verify_availability(vote, signed_in, session.validators[vote.validator])
    except Refused as cause:
        raise BadAvailabilitySignature(vote.validator, cause) from cause
    votes = list(origin.availability_votes)
    if votes[vote.validator]:
        raise AlreadyVotedAvailable(vote.validator, candidate_hash)
    votes[vote.validator] = True
    available = sum(votes) >= compute_availability_threshold(count)
    origin = replace(origin, availability_votes=tuple(votes), available=available)
    return judge(storage, context, replace(record, origin=origin))


def _check_statements(
    storage: ValidityStorage,
    context: RuntimeContext,
    dispute: RollUp | RemoteDispute,
    statements: tuple[SignedStatement, ...],
) -> None:
    """Check that the session can judge, that it is open, and what was signed by whom."""
    session = get_session(storage, dispute.session)
    candidate_hash = dispute.receipt.hash()
    if (dispute.session, candidate_hash) in storage.ended:
        raise DisputeEnded(dispute.session, candidate_hash)
    for statement in statements:
        subject = statement.session, statement.candidate_hash
        if subject != (dispute.session, candidate_hash):
            raise WrongSubject(statement.validator, statement.candidate_hash, statement.session)
    require_distinct(statements)
    relay_parent = dispute.receipt.descriptor.relay_parent
    for statement in statements:
        check_signature(context, session, relay_parent, statement)


def _new_record(
    storage: ValidityStorage, dispute: RollUp | RemoteDispute, origin: RemoteOrigin
) -> CandidateRecord:
    nobody = (False,) * len(get_session(storage, dispute.session).validators)
    return CandidateRecord(dispute.receipt, dispute.session, origin, nobody, nobody)
