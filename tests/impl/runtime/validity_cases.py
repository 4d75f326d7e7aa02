"""Short ways to write disputes: session 3 after session 2, six validators in each."""

from __future__ import annotations

from dataclasses import replace

from impl.primitives import BlockNumber, SessionIndex, ValidatorIndex
from impl.runtime.context import RuntimeContext
from impl.runtime.inclusion_storage import CandidatePendingAvailability
from impl.runtime.scheduler_storage import SessionChangeNotification
from impl.runtime.validity import attest, initialization, note_included, session_change
from impl.runtime.validity_remote import RemoteDispute, RollUp
from impl.runtime.validity_storage import SessionInfo, ValidityStorage
from impl.statements import RemoteAvailabilityVote, sign_availability, signing_context
from tests.impl.runtime.cases import AMENDED, CONFIG
from tests.impl.runtime.inclusion_cases import KEYS, PARENT, PUBLIC, SESSION, receipt, says

PERIODS = {
    "acceptance_period": 5,
    "dispute_open_period": 3,
    "remote_availability_period": 4,
    "dispute_slash": 100,
    "dispute_reward": 30,
    "distraction_fee": 2,
    "absence_penalty": 1,
}
NEXT_KEYS = PUBLIC[::-1]
"""The validators of the next session: the same, at other places."""


def at(now, rules=AMENDED, *, session=SESSION, validators=PUBLIC, **members) -> RuntimeContext:
    config = replace(CONFIG, **(PERIODS | members))
    return RuntimeContext(
        BlockNumber(now), rules, config, PARENT, SessionIndex(session), validators
    )


def empty() -> ValidityStorage:
    infos = (SessionInfo(index, PUBLIC, bytes([index]) * 32) for index in (2, SESSION))
    return ValidityStorage(sessions=tuple(infos))


def noted(candidate, backers=(0, 1)) -> CandidatePendingAvailability:
    indices = tuple(map(ValidatorIndex, backers))
    return CandidatePendingAvailability(0, candidate, (True,) * 6, 9, 9, indices)


def included(*candidates, now=10, rules=AMENDED, backers=(0, 1), **members) -> ValidityStorage:
    """Storage with candidates that became available in block 10."""
    context = at(now, rules, **members)
    return note_included(empty(), context, [noted(each, backers) for each in candidates], b"vrf")


def vote(storage, now, candidate, *, valid=(), invalid=(), rules=AMENDED, **members):
    """The storage after these statements, each in turn, those for the candidate first."""
    for side, validators in ((True, valid), (False, invalid)):
        for validator in validators:
            statement = says(validator, candidate, valid=side, rules=rules)
            storage = attest(storage, at(now, rules, **members), statement)
    return storage


def begin(storage, now, rules=AMENDED, **members) -> ValidityStorage:
    """The storage after the initialization of a block."""
    return initialization(storage, at(now, rules, **members))


def change_session(storage, now, index=SESSION + 1, rules=AMENDED) -> ValidityStorage:
    context = at(now, rules, session=index, validators=NEXT_KEYS)
    notification = SessionChangeNotification(
        NEXT_KEYS, NEXT_KEYS, CONFIG, CONFIG, bytes([index]) * 32
    )
    return session_change(storage, context, notification)


def record_of(storage, candidate=None, session=SESSION):
    candidate = receipt() if candidate is None else candidate
    return storage.candidates.get((session, candidate.hash()))


def verdict_of(storage, candidate=None):
    record = record_of(storage, candidate)
    return None if record is None or record.conclusion is None else record.conclusion.verdict


def lines(storage) -> list[tuple[str, int, str, int]]:
    """The ledger as (reason, validator, form, amount)."""
    return [
        (entry.reason.name, PUBLIC.index(entry.validator), entry.form.name, entry.amount)
        for entry in storage.ledger.entries
    ]


# ---- remote


def roll_up(candidate, *, valid=(), invalid=(), rules=AMENDED, session=SESSION) -> RollUp:
    statements = [says(each, candidate, valid=True, rules=rules, session=session) for each in valid]
    statements += [
        says(each, candidate, valid=False, rules=rules, session=session) for each in invalid
    ]
    return RollUp(candidate, SessionIndex(session), tuple(statements))


def remote(candidate, *, backers=(0, 1), valid=(), invalid=(5,), rules=AMENDED, code=b"c1"):
    backing = tuple(says(each, candidate, valid=True, rules=rules) for each in backers)
    checks = roll_up(candidate, valid=valid, invalid=invalid, rules=rules).statements
    return RemoteDispute(candidate, SessionIndex(SESSION), backing, code, checks)


def available(validator, candidate, rules=AMENDED, *, session=SESSION, by=None):
    context = signing_context(rules, session, candidate.descriptor.relay_parent)
    pair = KEYS[validator % 6] if by is None else by
    signature = sign_availability(candidate.hash(), context, pair)
    return RemoteAvailabilityVote(
        candidate.hash(), SessionIndex(session), ValidatorIndex(validator), signature
    )
