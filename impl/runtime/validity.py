"""§2.5.8 The Validity Module: disputes about blocks included on this chain.

The text has neither storage nor routines for this module; the names here are ours.  Disputes of
other forks are in a file of their own.  Behind each amendment stands its id, with the token of
the sentence it changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from impl.primitives import BlockNumber
from impl.runtime.context import RuntimeContext
from impl.runtime.inclusion_storage import CandidatePendingAvailability
from impl.runtime.scheduler_storage import SessionChangeNotification
from impl.runtime.validity_course import (
    add_statements,
    check_signature,
    end,
    get_session,
    has_attested,
    is_awaited,
    judge,
)
from impl.runtime.validity_errors import (
    AcceptancePeriodOver,
    AlreadyAttested,
    DisputeEnded,
    NotIncludedHere,
    NotYetAvailable,
)
from impl.runtime.validity_storage import (
    CandidateRecord,
    LocalInclusion,
    RemoteOrigin,
    SessionInfo,
    ValidityStorage,
)
from impl.statements import SignedStatement

__all__ = [
    "attest",
    "compute_selection_seed",
    "finalization",
    "initialization",
    "is_acceptance_over",
    "note_included",
    "session_change",
]

KEPT_SESSIONS = 2
"""The session in force, and the one before it. §2.5.8/local-disputes.4.3."""


# ---- session change


def session_change(
    storage: ValidityStorage, context: RuntimeContext, notification: SessionChangeNotification
) -> ValidityStorage:
    """Let the session before the last one go. §2.5.8/local-disputes.4.3.

    Nobody is left to vote on its candidates: what is not decided by now stays so.  With
    `duty-until-closed` a session is kept while a candidate of it can still be voted on.
    """
    index, seed = context.session_index, notification.random_seed
    new = SessionInfo(index, notification.validators, seed)
    sessions = (*storage.sessions, new)
    needed = {info.index for info in sessions[-KEPT_SESSIONS:]}
    if context.rules.amended("duty-until-closed"):
        needed |= {
            key[0] for key, record in storage.candidates.items() if _is_open(context, record)
        }
    for (session, _), record in storage.candidates.items():
        if session not in needed:
            storage = end(storage, context, record)
    ended = frozenset(key for key in storage.ended if key[0] in needed)
    kept = tuple(info for info in sessions if info.index in needed)
    return replace(storage, sessions=kept, ended=ended)


def _is_open(context: RuntimeContext, record: CandidateRecord) -> bool:
    """Tell whether it is disputed, or still can be."""
    origin = record.origin
    if record.is_disputed or not isinstance(origin, LocalInclusion):
        return True
    return not is_acceptance_over(context, origin.included_in)


# ---- initialization, finalization


def initialization(storage: ValidityStorage, context: RuntimeContext) -> ValidityStorage:
    """End the disputes whose time is over. §2.5.8/local-disputes.5.3.

    A concluded dispute takes votes for `dispute_open_period` blocks after the one that concluded it
    (§2.5.8/remote-disputes.10.2); a remote one times out `remote_availability_period` blocks after
    it began if its block is not available by then (§2.5.8/remote-disputes.8.1).
    """
    storage = replace(storage, abandoned=()) if storage.abandoned else storage
    for record in storage.candidates.values():
        if _is_over(context, record):
            storage = end(storage, context, record)
    return storage


def _is_over(context: RuntimeContext, record: CandidateRecord) -> bool:
    configuration = context.configuration
    if record.conclusion is not None:
        return context.now > record.conclusion.concluded_at + configuration.dispute_open_period
    if isinstance(record.origin, RemoteOrigin) and not record.origin.available:
        return context.now - record.origin.started_at >= configuration.remote_availability_period
    return False


def finalization(storage: ValidityStorage, context: RuntimeContext) -> ValidityStorage:
    """End a block: nothing to do.  What is to go into its header stays readable."""
    del context
    return storage


# ---- routines


def note_included(
    storage: ValidityStorage,
    context: RuntimeContext,
    included: Sequence[CandidatePendingAvailability],
    vrf_output: bytes = b"",
) -> ValidityStorage:
    """Let included candidates enter the acceptance period. §2.5.8/description.1.1.

    Their backers attested to their validity.  A dispute that was brought here from another fork
    before goes on as a local one.
    """
    if not included:  # a first session of which nobody was told has no validators here
        return storage
    session = get_session(storage, context.session_index)
    origin = LocalInclusion(context.now, context.parent_hash, vrf_output)
    nobody = (False,) * len(session.validators)
    for candidate in included:
        key = session.index, candidate.receipt.hash()
        if key in storage.ended:
            continue
        fresh = CandidateRecord(candidate.receipt, session.index, origin, nobody, nobody)
        record = replace(storage.candidates.get(key, fresh), origin=origin)
        backers = tuple(index in candidate.backers for index in range(len(nobody)))
        valid = tuple(map(max, record.attested_valid, backers))
        record = replace(record, attested_valid=valid, backers=backers)
        storage = judge(storage, context, record)
    return storage


def is_acceptance_over(context: RuntimeContext, included_in: BlockNumber) -> bool:
    """Tell whether blocks included then can no longer be disputed. §2.5.8/local-disputes.2."""
    return context.now > included_in + context.configuration.acceptance_period


def attest(
    storage: ValidityStorage, context: RuntimeContext, statement: SignedStatement
) -> ValidityStorage:
    """Take one attestation, for or against; the first against begins a dispute.

    §1.8/description.1.4, §2.5.8/local-disputes.  Any validator of the candidate's session may
    attest, assigned or not: §1.10.3/description.1.
    """
    session = get_session(storage, statement.session)
    key = statement.session, statement.candidate_hash
    if key in storage.ended:
        raise DisputeEnded(*key)
    record = storage.candidates.get(key)
    if record is None:
        raise NotIncludedHere(*key)
    if is_awaited(record):
        raise NotYetAvailable(statement.candidate_hash)
    _require_open(context, record)
    check_signature(context, session, record.relay_parent, statement)
    if has_attested(record, statement):
        raise AlreadyAttested(statement.validator, statement.candidate_hash, statement.kind.is_for)
    return judge(storage, context, add_statements(record, [statement]))


def _require_open(context: RuntimeContext, record: CandidateRecord) -> None:
    """A dispute begins in the acceptance period; one that has begun may outlast it.

    That it may is the reading `dispute-outlasts-acceptance`.
    """
    origin = record.origin
    if not isinstance(origin, LocalInclusion):
        return
    if is_acceptance_over(context, origin.included_in):
        if record.is_disputed and context.rules.reading("dispute-outlasts-acceptance") != "ends":
            return
        period = context.configuration.acceptance_period
        raise AcceptancePeriodOver(record.receipt.hash(), origin.included_in, context.now, period)


def compute_selection_seed(storage: ValidityStorage, record: CandidateRecord) -> bytes:
    """Return what validators put into their VRF to see whether they are to check a candidate.

    For a local one it is the VRF output of the block that made it available
    (§2.5.8/local-disputes.5.1).  For a remote one all forks have to agree on it and no author may
    choose it (§2.5.8/remote-disputes.9): the session's seed with the candidate's hash.
    """
    if isinstance(record.origin, LocalInclusion):
        return record.origin.vrf_output
    seed = get_session(storage, record.session).random_seed
    return hashlib.sha256(seed + record.receipt.hash()).digest()
