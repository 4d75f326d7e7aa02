"""§2.5.9 Slashing and Incentivization: what a dispute comes to, and who pays for it.

The text gives no amounts; they are members of the host configuration.  A fee may be a small slash
or less of a reward (§2.5.9/description.2.3, §2.5.9/description.3.1): variant `fee_form`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from impl.primitives import SessionIndex, ValidatorId, ValidatorIndex
from impl.rules import Rules
from impl.runtime.configuration import HostConfiguration

# ---- what a dispute comes to


class Verdict(Enum):
    """What a dispute came to. §1.10.3/outcome, §2.5.8/local-disputes.5.2."""

    VALID = "valid"
    """Those against are on the wrong side."""

    INVALID = "invalid"
    """Those for are on the wrong side."""

    SPLIT = "split"
    """Counts as invalid, nobody is on the wrong side. §1.10.3/outcome.3.1."""

    @property
    def counts_as_invalid(self) -> bool:
        """Whether the chain has to leave the candidate behind."""
        return self is not Verdict.VALID


@dataclass(frozen=True, slots=True)
class Sides:
    """Who said what about one candidate, one bit per validator of its session."""

    session: SessionIndex
    """The session."""

    candidate_hash: bytes
    """The candidate."""

    validators: tuple[ValidatorId, ...]
    """Keys of the session's validators."""

    valid: tuple[bool, ...]
    """Who attested to validity."""

    invalid: tuple[bool, ...]
    """Who attested to invalidity; a validator can stand on both sides."""

    backers: tuple[bool, ...] = ()
    """Who backed it; empty unless that makes a difference."""

    @property
    def attested(self) -> int:
        """How many attested at all. §1.10.3/description.2.2."""
        return sum(map(max, self.valid, self.invalid))


def has_supermajority(rules: Rules, votes: int, validators: int) -> bool:
    """Tell whether votes are a supermajority. §2.5.9/description.1.

    The sentence has two figures, equal for 3f + 1 validators only: above two thirds, and 2f + 1
    with f below a third.  The variant `dispute_rule` has the ways to read them: the one, the
    other, exactly two thirds as well, and both added up.
    """
    quorum = 2 * (max(validators - 1, 0) // 3) + 1
    rule = rules.variant("dispute_rule")
    if rule == "two_f_plus_one":
        return votes >= quorum
    if rule == "two_thirds":
        return 3 * votes >= 2 * validators
    if rule == "sum":
        return 3 * votes >= 2 * validators + 3 * quorum
    return 3 * votes > 2 * validators


def compute_verdict(rules: Rules, sides: Sides) -> Verdict | None:
    """Return what the votes come to, None as long as that is open.

    The chapters differ.  §2.5.8/local-disputes.5.2 waits until one side has a supermajority; with
    "thirds", §1.10.3/outcome is read once two thirds attested.  Both sides can have a supermajority
    where validators vote both ways: nobody is right then.
    """
    count, for_it, against = len(sides.validators), sum(sides.valid), sum(sides.invalid)
    if rules.variant("dispute_rule") == "thirds":
        if 3 * sides.attested <= 2 * count:  # §1.10.3/description.2.2
            return None
        if 3 * against <= count:  # §1.10.3/outcome.1
            return Verdict.VALID
        # §1.10.3/outcome.2.1, §1.10.3/outcome.3.1
        return Verdict.INVALID if 3 * for_it <= count else Verdict.SPLIT
    found_valid = has_supermajority(rules, for_it, count)
    found_invalid = has_supermajority(rules, against, count)
    if found_valid and found_invalid:
        return Verdict.SPLIT
    if found_valid:
        return Verdict.VALID
    return Verdict.INVALID if found_invalid else None


# ---- the ledger


class Reason(Enum):
    """Why a validator loses or gains."""

    WRONG_SIDE = "wrong side of a dispute"
    """§2.5.8/description.1.3."""

    UNAVAILABLE = "disputed a block that is not available"
    """§2.5.8/remote-disputes.8.1."""

    DISTRACTION = "distraction"
    """§2.5.9/description.2.2."""

    ABSENCE = "did not vote"
    """§2.5.9/description.3.1."""

    FOUND_INVALID = "found an invalid block"
    """§2.3/description.3.4."""


class Form(Enum):
    """What an amount is taken from, or given as."""

    SLASH = "slash"
    """Taken from the stake."""

    WITHHELD = "withheld reward"
    """Taken from rewards to come."""

    BOUNTY = "bounty"
    """Given."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    validator: ValidatorId
    """Whose account: the key of that session, other identities are hard to unify."""

    session: SessionIndex
    """The session of the candidate. §2.5.8/local-disputes.4.2."""

    candidate_hash: bytes
    """The candidate."""

    reason: Reason
    """Why."""

    form: Form
    """How."""

    amount: int
    """How much."""


@dataclass(frozen=True, slots=True)
class SlashingLedger:
    """Everything that was lost and won, in order."""

    entries: tuple[Entry, ...] = ()
    """The lines."""

    def get_validators(self, reason: Reason) -> frozenset[ValidatorId]:
        """Return who has a line for this reason."""
        return frozenset(entry.validator for entry in self.entries if entry.reason is reason)


@dataclass(frozen=True, slots=True)
class Account:
    """What a validator has at stake, and what it is owed."""

    stake: int = 0
    """At stake. §2.3/actor.1."""

    reward: int = 0
    """Owed."""


def compute_accounts(
    ledger: SlashingLedger, accounts: Mapping[ValidatorId, Account]
) -> dict[ValidatorId, Account]:
    """Return the accounts after every line of the ledger; none goes below zero."""
    after = dict(accounts)
    for entry in ledger.entries:
        account = after.get(entry.validator, Account())
        if entry.form is Form.SLASH:
            account = replace(account, stake=max(account.stake - entry.amount, 0))
        elif entry.form is Form.WITHHELD:
            account = replace(account, reward=max(account.reward - entry.amount, 0))
        else:
            account = replace(account, reward=account.reward + entry.amount)
        after[entry.validator] = account
    return after


# ---- who pays


def slash_wrong_side(
    ledger: SlashingLedger,
    configuration: HostConfiguration,
    sides: Sides,
    verdict: Verdict,
    *,
    only_backers: bool = False,
) -> SlashingLedger:
    """Slash those on the wrong side. §2.5.8/description.1.3.

    `only_backers`: only if they backed the block, as §2.3/description.6.9 has it.
    """
    if verdict is Verdict.SPLIT:  # §1.10.3/outcome.3.1
        return ledger
    wrong = sides.valid if verdict is Verdict.INVALID else sides.invalid
    if only_backers:
        wrong = sides.backers if verdict is Verdict.INVALID else ()
    amount = configuration.dispute_slash
    return _note(ledger, sides, _members(wrong), Reason.WRONG_SIDE, Form.SLASH, amount)


def reward_finder(
    ledger: SlashingLedger,
    configuration: HostConfiguration,
    sides: Sides,
    verdict: Verdict,
    finder: ValidatorIndex | None,
) -> SlashingLedger:
    """Reward whoever first disputed a block that is invalid. §2.3/description.3.4."""
    if verdict is not Verdict.INVALID or finder is None:
        return ledger
    amount = configuration.dispute_reward
    return _note(ledger, sides, [finder], Reason.FOUND_INVALID, Form.BOUNTY, amount)


def slash_unavailable(
    ledger: SlashingLedger, configuration: HostConfiguration, rules: Rules, sides: Sides
) -> SlashingLedger:
    """Charge for a remote dispute whose block did not become available.

    The chapters' sentences put the blame on opposite sides, and both hold as written:
    §2.5.8/remote-disputes.8.1 slashes who disputed, §2.5.9/description.2.2 charges who claimed
    validity.  The variant `unavailable_dispute` drops the one or the other.
    """
    blamed = rules.variant("unavailable_dispute")
    if blamed != "voters_for":
        amount = configuration.dispute_slash
        against = _members(sides.invalid)
        ledger = _note(ledger, sides, against, Reason.UNAVAILABLE, Form.SLASH, amount)
    return (
        ledger if blamed == "disputers" else charge_distraction(ledger, configuration, rules, sides)
    )


def charge_distraction(
    ledger: SlashingLedger, configuration: HostConfiguration, rules: Rules, sides: Sides
) -> SlashingLedger:
    """Charge those for the block, if neither side has two thirds. §2.5.9/description.2.2."""
    if _is_won(rules, sides):
        return ledger
    amount, form = configuration.distraction_fee, _fee_form(rules)
    return _note(ledger, sides, _members(sides.valid), Reason.DISTRACTION, form, amount)


def charge_absence(
    ledger: SlashingLedger, configuration: HostConfiguration, rules: Rules, sides: Sides
) -> SlashingLedger:
    """Charge those who did not vote, if either side has two thirds. §2.5.9/description.3.1."""
    if not _is_won(rules, sides):
        return ledger
    silent = [not (yes or no) for yes, no in zip(sides.valid, sides.invalid, strict=True)]
    amount, form = configuration.absence_penalty, _fee_form(rules)
    return _note(ledger, sides, _members(silent), Reason.ABSENCE, form, amount)


def _is_won(rules: Rules, sides: Sides) -> bool:
    count = len(sides.validators)
    return any(has_supermajority(rules, sum(side), count) for side in (sides.valid, sides.invalid))


def _fee_form(rules: Rules) -> Form:
    return Form.SLASH if rules.variant("fee_form") == "slash" else Form.WITHHELD


def _members(side: Iterable[bool]) -> list[ValidatorIndex]:
    return [ValidatorIndex(index) for index, bit in enumerate(side) if bit]


def _note(
    ledger: SlashingLedger,
    sides: Sides,
    validators: Iterable[ValidatorIndex],
    reason: Reason,
    form: Form,
    amount: int,
) -> SlashingLedger:
    """Add one line per validator; nobody pays twice for one reason and one candidate."""
    keys = (sides.validators[index] for index in validators)
    entries = [
        Entry(key, sides.session, sides.candidate_hash, reason, form, amount) for key in keys
    ]
    known = {(entry.validator, *_subject(entry)) for entry in ledger.entries}
    added = tuple(entry for entry in entries if (entry.validator, *_subject(entry)) not in known)
    return SlashingLedger(ledger.entries + added) if added else ledger


def _subject(entry: Entry) -> tuple[SessionIndex, bytes, Reason]:
    return entry.session, entry.candidate_hash, entry.reason
