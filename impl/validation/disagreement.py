"""§1.4.3 Primary Validation Disagreement: the record of peers' statements, and algorithm 8.

The algorithm is left open.  §1.1/description.8 says what follows from an announcement of
invalidity in any phase, everybody obtains and checks the block, and §1.1/description.9.1 that
every attestation goes on the relay chain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from impl.crypto.encoding import encode
from impl.primitives import ValidatorIndex, require_bytes
from impl.validation.block import HASH_BYTES, compute_hash
from impl.validation.errors import StatementKnown, TooManyStatements, WrongRelayParent
from impl.validation.receipt import SUBJECT, CandidateReceipt, Subject
from impl.validation.statements import (
    ParachainValidators,
    ReceiptMessage,
    Statement,
    decode_statement,
    verify_statement,
)

STATEMENTS_PER_VALIDATOR = 4
"""How many different statements are kept of one validator at one relay parent.

An honest one makes one for each block it validates; without a limit one key fills the memory.
"""


@dataclass(frozen=True, slots=True)
class PrimaryRecord:
    """The receipts and failures announced to a parachain's validators. §1.4.3/description.1.1."""

    group: ParachainValidators
    """Who may make statements."""

    relay_parent: bytes
    """The relay-chain block they are about."""

    statements: tuple[Statement, ...] = ()
    """What arrived, in the order of arrival."""

    def __post_init__(self) -> None:
        """Refuse what is no hash."""
        require_bytes("relay_parent", self.relay_parent, length=HASH_BYTES)

    def get_about(self, subject: Subject) -> tuple[Statement, ...]:
        """Return the statements about one blob."""
        return tuple(each for each in self.statements if each.subject == subject)

    def get_receipts(self) -> tuple[ReceiptMessage, ...]:
        """Return the receipts, which algorithm 3 may confirm."""
        return tuple(each for each in self.statements if isinstance(each, ReceiptMessage))


def receive_statement(record: PrimaryRecord, data: bytes) -> PrimaryRecord:
    """Decode, check and keep a statement."""
    return _keep(record, decode_statement(data, record.group))


def process_statement(record: PrimaryRecord, statement: Statement) -> PrimaryRecord:
    """Check and keep a statement."""
    verify_statement(statement, record.group)
    return _keep(record, statement)


def _keep(record: PrimaryRecord, statement: Statement) -> PrimaryRecord:
    if statement.subject.relay_parent != record.relay_parent:
        raise WrongRelayParent(statement.subject.relay_parent, record.relay_parent)
    said = [each for each in record.statements if each.validator == statement.validator]
    if any(_content(each) == _content(statement) for each in said):
        raise StatementKnown(
            statement.validator, compute_hash(b"subj", encode(SUBJECT, statement.subject))
        )
    if len(said) >= STATEMENTS_PER_VALIDATOR:
        raise TooManyStatements(statement.validator, STATEMENTS_PER_VALIDATOR)
    return replace(record, statements=(*record.statements, statement))


def _content(statement: Statement) -> CandidateReceipt | Subject:
    """Return what is said, whoever says it and with whichever signature."""
    return statement.receipt if isinstance(statement, ReceiptMessage) else statement.subject


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What algorithm 8 leads to."""

    subject: Subject
    """The blob in question."""

    publish: tuple[Statement, ...]
    """Both sides' statements, to go on the relay chain as attestations."""

    must_validate: tuple[ValidatorIndex, ...]
    """Members of whom no statement is known: they obtain the blob, validate it and announce."""


def is_disputed(record: PrimaryRecord, subject: Subject) -> bool:
    """Tell whether statements about a blob contradict: both ways, or by different receipts.

    Then §1.4.3/description.1.2 asks for algorithm 8.
    """
    about = record.get_about(subject)
    return len({_content(each) for each in about}) > 1


def primary_validation_disagreement(record: PrimaryRecord, subject: Subject) -> Disagreement | None:
    """§1.4.3/alg-8: publish both sides and make the others validate; None if all agree."""
    if not is_disputed(record, subject):
        return None
    about = record.get_about(subject)
    spoken = {each.validator for each in about}
    silent = tuple(each for each in record.group.members if each not in spoken)
    return Disagreement(subject, about, silent)


def get_equivocators(record: PrimaryRecord, subject: Subject) -> tuple[ValidatorIndex, ...]:
    """Return who has made more than one statement about a blob: evidence against themselves."""
    about = record.get_about(subject)
    voices = [each.validator for each in about]
    return tuple(member for member in record.group.members if voices.count(member) > 1)
