"""§2.5.8 The Validity Module: the course of a dispute, local or remote alike.

Votes come in, a verdict is reached, the wrong side is slashed; the dispute stays open for a while,
and when it ends the fork is abandoned if the candidate counts as invalid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from impl.crypto.errors import Refused
from impl.primitives import BlockNumber, SessionIndex, ValidatorId
from impl.runtime import slashing
from impl.runtime.context import RuntimeContext
from impl.runtime.slashing import SlashingLedger
from impl.runtime.validity_errors import (
    AlreadyAttested,
    BadStatementSignature,
    NoKeyForStatement,
    SessionNotKept,
)
from impl.runtime.validity_storage import (
    AbandonFork,
    CandidateRecord,
    Conclusion,
    LocalInclusion,
    RemoteOrigin,
    SessionInfo,
    ValidityStorage,
)
from impl.statements import SignedStatement, signing_context, verify_statement

# ---- statements


def get_session(storage: ValidityStorage, index: SessionIndex) -> SessionInfo:
    """Return a session whose validators can be called upon. §2.5.8/local-disputes.4."""
    for session in storage.sessions:
        if session.index == index:
            return session
    raise SessionNotKept(index, tuple(session.index for session in storage.sessions))


def check_signature(
    context: RuntimeContext, session: SessionInfo, relay_parent: bytes, statement: SignedStatement
) -> None:
    """Check that the session's validator signed, with the key of then. §2.5.8/local-disputes.4.2.

    `relay_parent` is the candidate's, which the signature names with `signatures-name-session`.
    """
    validator, keys = statement.validator, session.validators
    if validator >= len(keys):
        raise NoKeyForStatement(validator, session.index, len(keys))
    signed_in = signing_context(context.rules, session.index, relay_parent)
    candidate_hash, signature = statement.candidate_hash, statement.signature
    try:
        verify_statement(statement.kind, candidate_hash, signature, signed_in, keys[validator])
    except Refused as cause:
        raise BadStatementSignature(validator, cause) from cause


def has_attested(record: CandidateRecord, statement: SignedStatement) -> bool:
    """Tell whether the validator stands on that side already."""
    side = record.attested_valid if statement.kind.is_for else record.attested_invalid
    return side[statement.validator]


def require_distinct(statements: Iterable[SignedStatement]) -> None:
    """Raise `AlreadyAttested` if a validator is twice on one side."""
    seen: set[tuple[int, bool]] = set()
    for statement in statements:
        stand = statement.validator, statement.kind.is_for
        if stand in seen:
            raise AlreadyAttested(statement.validator, statement.candidate_hash, stand[1])
        seen.add(stand)


def add_statements(
    record: CandidateRecord, statements: Iterable[SignedStatement]
) -> CandidateRecord:
    """Return the record with these attestations, too. §1.8/description.1.4."""
    valid, invalid, finder = (
        list(record.attested_valid),
        list(record.attested_invalid),
        record.finder,
    )
    for statement in statements:
        if statement.kind.is_for:
            valid[statement.validator] = True
        else:
            invalid[statement.validator] = True
            finder = statement.validator if finder is None else finder
    return replace(
        record, attested_valid=tuple(valid), attested_invalid=tuple(invalid), finder=finder
    )


# ---- verdict


def judge(
    storage: ValidityStorage, context: RuntimeContext, record: CandidateRecord
) -> ValidityStorage:
    """Keep the record, with its verdict if there is one now. §2.5.8/local-disputes.5.2.

    A verdict stays what it is, except under §1.10.3/outcome.3.2 (variant `dispute_rule` =
    "thirds"): there the case may become one where both sides are large, and slashing waits for it.
    """
    if not record.is_disputed or is_awaited(record):
        return _kept(storage, record)
    rules, thirds = context.rules, context.rules.variant("dispute_rule") == "thirds"
    sides = record.get_sides(get_session(storage, record.session).validators)
    verdict, before = slashing.compute_verdict(rules, sides), record.conclusion
    if verdict is not None and (before is None or thirds):
        since = context.now if before is None else before.concluded_at
        record = replace(record, conclusion=Conclusion(verdict, since))
    storage = _kept(storage, record)
    if record.conclusion is None:
        return storage
    if before is None and not rules.amended("silence-counted-at-closing"):
        ledger = slashing.charge_absence(storage.ledger, context.configuration, rules, sides)
        storage = replace(storage, ledger=ledger)
    if not thirds and (before is None or rules.reading("late-votes-slashed") == "slashed"):
        storage = replace(storage, ledger=_settled(storage, context, record))
    if rules.amended("abandon-at-conclusion"):  # §2.5.8/local-disputes.5.3
        storage = _condemned(storage, context, record)
    return storage


def is_awaited(record: CandidateRecord) -> bool:
    """Tell whether the block has to become available first. §2.5.8/remote-disputes.5."""
    return isinstance(record.origin, RemoteOrigin) and not record.origin.available


def _settled(
    storage: ValidityStorage, context: RuntimeContext, record: CandidateRecord
) -> SlashingLedger:
    """Return the ledger with the wrong side slashed, as far as it is known now."""
    if record.conclusion is None:
        return storage.ledger
    verdict, configuration = record.conclusion.verdict, context.configuration
    sides = record.get_sides(get_session(storage, record.session).validators)
    only_backers = context.rules.variant("slashing") == "backers"
    ledger = slashing.slash_wrong_side(
        storage.ledger, configuration, sides, verdict, only_backers=only_backers
    )
    if not context.rules.amended("finder-rewarded"):  # no sentence of §2.5.8 pays a bounty
        return ledger
    return slashing.reward_finder(ledger, configuration, sides, verdict, record.finder)


def _condemned(
    storage: ValidityStorage, context: RuntimeContext, record: CandidateRecord
) -> ValidityStorage:
    """Blacklist the candidate; leave the fork that has it. §2.5.8/local-disputes.5.3.

    With `abandon-only-invalid` only what counts as invalid.
    """
    candidate_hash = record.receipt.hash()
    if record.conclusion is None:
        return storage
    only_invalid = context.rules.amended("abandon-only-invalid")
    if only_invalid and not record.conclusion.verdict.counts_as_invalid:
        return storage
    if candidate_hash in storage.blacklist:
        return storage
    storage = replace(storage, blacklist=storage.blacklist | {candidate_hash})
    origin = record.origin
    if not isinstance(origin, LocalInclusion):
        return storage
    signal = AbandonFork(
        last_ancestor=origin.last_ancestor,
        last_ancestor_number=BlockNumber(origin.included_in - 1),
        candidate_hash=candidate_hash,
        para_id=record.receipt.para_id,
    )
    return replace(storage, abandoned=(*storage.abandoned, signal))


# ---- end


def end(
    storage: ValidityStorage, context: RuntimeContext, record: CandidateRecord
) -> ValidityStorage:
    """Take no further votes: settle the accounts, and remember that it is over. §2.5.9.

    A candidate that nobody disputed is accepted. §2.3/lifecycle.7.
    """
    key, validators = record.key, get_session(storage, record.session).validators
    if record.is_disputed:
        if not is_awaited(record):
            if context.rules.variant("dispute_rule") == "thirds":  # §1.10.3/outcome.3.2
                storage = replace(storage, ledger=_settled(storage, context, record))
            storage = _condemned(storage, context, record)
        ledger = _charged(storage.ledger, context, record, validators)
        storage = replace(storage, ledger=ledger, ended=storage.ended | {key})
    return replace(storage, candidates=storage.candidates.without(key))


def _charged(
    ledger: SlashingLedger,
    context: RuntimeContext,
    record: CandidateRecord,
    validators: tuple[ValidatorId, ...],
) -> SlashingLedger:
    """Return the ledger with the fees of §2.5.9; the distraction fee is for remote disputes."""
    rules, configuration = context.rules, context.configuration
    sides = record.get_sides(validators)
    if is_awaited(record):
        return slashing.slash_unavailable(ledger, configuration, rules, sides)
    if rules.amended("silence-counted-at-closing"):  # §2.5.9/description.3.1
        ledger = slashing.charge_absence(ledger, configuration, rules, sides)
    if isinstance(record.origin, RemoteOrigin):
        ledger = slashing.charge_distraction(ledger, configuration, rules, sides)
    return ledger


def _kept(storage: ValidityStorage, record: CandidateRecord) -> ValidityStorage:
    return replace(storage, candidates=storage.candidates.set(record.key, record))
