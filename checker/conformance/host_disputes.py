"""Disputes in the reference runtime beside the model of the whole, which watches one candidate.

The reference judges every included candidate.  Which of them the model watches is told by the order
of inclusion; the others go on beside it, and nothing is said about them.
"""

from __future__ import annotations

from impl.primitives import ValidatorIndex
from impl.rules import Rules
from impl.runtime import validity
from impl.runtime.state import RuntimeState
from impl.runtime.validity_storage import CandidateKey, CandidateRecord, LocalInclusion
from impl.statements import SignedStatement, StatementKind, sign_statement, signing_context

from .host_data import key_of


def first_included(before: RuntimeState, after: RuntimeState) -> CandidateKey | None:
    """Of the candidates that an inherent included, the one of the first para."""
    new = [key for key in after.validity.candidates if key not in before.validity.candidates]
    return min(new, key=lambda key: _para(after, key)) if new else None


def _para(state: RuntimeState, key: CandidateKey) -> int:
    return state.validity.candidates[key].receipt.descriptor.para_id


def still_watched(
    state: RuntimeState, rules: Rules, key: CandidateKey | None
) -> CandidateKey | None:
    """The candidate that was watched, if anybody can still dispute it."""
    record = None if key is None else state.validity.candidates.get(key)
    if record is None:
        return None
    origin, context = record.origin, state.get_context(rules)
    if isinstance(origin, LocalInclusion) and not record.is_disputed:
        over = validity.is_acceptance_over(context, origin.included_in)
        return None if over else key
    return key


def statement(
    rules: Rules, record: CandidateRecord, stance: str, *, against: bool, own: bool
) -> SignedStatement:
    """What the first validator of that stance says, with keys of the candidate's session or not."""
    speaker = next(v for v in range(len(record.attested_valid)) if _stance(record, v) == stance)
    kind = StatementKind.INVALID if against else StatementKind.VALID
    keys = key_of(record.session if own else record.session + 1, speaker)
    signed_in = signing_context(rules, record.session, record.relay_parent)
    signature = sign_statement(kind, record.receipt.hash(), signed_in, keys)
    return SignedStatement(
        record.receipt.hash(), record.session, ValidatorIndex(speaker), kind, signature
    )


def _stance(record: CandidateRecord, validator: int) -> str:
    """What a validator has attested to."""
    sides = record.attested_valid[validator], record.attested_invalid[validator]
    names = {(False, False): "silent", (True, False): "for", (False, True): "against"}
    return names.get(sides, "both")
