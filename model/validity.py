"""§2.5.8 Validity: disputes of candidates included on this chain, and who attested to what.

Second checks and disputes are its business (§2.5.1/module.6).

The section has neither storage nor routines; the names here are ours, as in §2.5.9 beside it.  No
routine knows the phases of a block.  A *case* is one candidate: `candidate` declares the record,
and every routine takes the part of the state that holds one.

Validators are counted, not named: no sentence asks more of a validator than what it attested to
before and whose keys it has, so that a statement is said by its signer's stance.  A report against
a candidate and an attestation to its invalidity are one thing here (§2.5.8/unconcluded.5).  Blocks
are ages, which stop at the first value that is beyond the period they are compared with.
"""

from typing import Any

from . import slashing
from .config import Config
from .disputes import INVALID, OPEN, OUTCOME, SPLIT, VALID, has_supermajority, verdict
from .language import And, Bool, Enum, If, Min, Nat, Not, Or, Record, State
from .slashing import against_it, for_it, silent

UNKNOWN, LOCAL, REMOTE = KIND = Enum("unknown local remote")
"""Not known here; §2.5.8/dispute-kind.1: included on this chain; §2.5.8/dispute-kind.2: brought
from another fork.
"""

SILENT, FOR, AGAINST, BOTH = STANCE = Enum("silent for against both")
"""What a validator has attested to before."""

BOTH_SIDES, FIRST_SIDE, NO_SIDE = COUNTS = Enum("both first neither")
"""How an attestation both ways counts: on both sides, on the first, on none."""

VARIANTS = {
    "dispute_rule": ("supermajority", "two_f_plus_one", "two_thirds", "sum", "thirds"),
    "slashing": ("wrong_side", "backers"),
    "unavailable_dispute": ("both", "disputers", "voters_for"),
}

READINGS = {  # amendment that settles it -> its flag, and what that can be
    "attestations-both-ways": ("counts", COUNTS),
    "late-votes-slashed": ("late_votes_spared", Bool),
    "dispute-outlasts-acceptance": ("ends_with_acceptance", Bool),
}


def readings(cfg: Config):
    """The flags of the readings that are open; `s.reading` is a record of them."""
    return {flag: kind for a, (flag, kind) in READINGS.items() if not cfg.amended(a)}


def _reads(s, amendment):
    """Whether this run takes the reading that the amendment rules out."""
    return False if s.cfg.amended(amendment) else getattr(s.reading, READINGS[amendment][0])


def candidate(cfg: Config):
    """§1.8/description.1.4: what the chain keeps of an included candidate and its attestations."""
    votes = Nat(cfg.max_validators)
    both_ways = {} if cfg.amended("attestations-both-ways") else {"first_for": votes}
    backing = {"backers": votes} if cfg.variant("slashing") == "backers" else {}
    reports = {} if cfg.amended("only-validators-dispute") else {"reported": Bool}
    return Record(
        kind=KIND,
        awaited=Bool,  # of a remote one, that its block becomes available
        age=Nat(cfg.acceptance_period + 1),  # blocks since its inclusion
        sessions=Nat(2),  # that began since; at two its keys are gone
        validators=votes,  # of the session of its inclusion
        valid=votes,  # attested to validity only
        invalid=votes,  # attested to invalidity only
        both=votes,  # attested to both
        **both_ways,  # of those, to validity first
        **backing,
        **reports,  # by a collator
        outcome=OUTCOME,
        since=Nat(cfg.dispute_open_period + 1),  # blocks since there is one
        slashed_for=votes,  # who lost their stake for having attested to validity
        slashed_against=votes,  # and to invalidity
        fee_silent=votes,  # who paid for silence
        fee_for=votes,  # and for distraction
        bounty=Bool,  # for who disputed it first
        abandoned=Bool,  # the signal that this fork is to be left
        ended=Bool,  # no more votes
    )


def disputed(s, case):
    """§2.5.8/description.1.2: somebody reported it.

    As written any report is enough, also one of a collator (§1.10.2/description.3).
    """
    of_collator = False if s.cfg.amended("only-validators-dispute") else case.reported
    return Or(against_it(case) > 0, of_collator)


def standing(case, stance):
    """How many validators have this stance."""
    some = If(stance == FOR, case.valid, If(stance == AGAINST, case.invalid, case.both))
    return If(stance == SILENT, silent(case), some)


def acceptance_over(s, case):
    """§2.5.8/local-disputes.2: the acceptance period is over."""
    return case.age > s.cfg.acceptance_period


def accepted(s, case):
    """§2.3/lifecycle.7: backed, available and undisputed, so that it counts as approved."""
    undisputed = And(case.kind == LOCAL, Not(disputed(s, case)))
    if s.cfg.amended("accepted-after-the-period"):
        undisputed = And(undisputed, acceptance_over(s, case))
    if s.cfg.amended("found-valid-is-accepted"):
        return Or(undisputed, And(case.kind == LOCAL, case.outcome == VALID))
    return undisputed


def votes(s, case) -> tuple[Any, Any, Any]:
    """How many count for it, against it, and at all: §1.10.3/description.2.2."""
    if s.cfg.amended("attestations-both-ways"):
        return for_it(case), against_it(case), case.valid + case.invalid + case.both
    counts = s.reading.counts
    first = If(counts == FIRST_SIDE, case.first_for, 0)
    second = If(counts == FIRST_SIDE, case.both - case.first_for, 0)
    each = If(counts == BOTH_SIDES, case.both, 0)
    attested = case.valid + case.invalid + If(counts == NO_SIDE, 0, case.both)
    return case.valid + first + each, case.invalid + second + each, attested


def is_won(s, case):
    """§2.5.9/description.3.1: a supermajority is achieved in either direction."""
    rule, n = s.cfg.variant("dispute_rule"), case.validators
    valid, invalid, _ = votes(s, case)
    return Or(has_supermajority(rule, valid, n), has_supermajority(rule, invalid, n))


# session change, initialization


def session_change(s: State, case):
    """§2.5.8/local-disputes.4.1: the session before can be called upon, none that is older.

    So long a validator's duty lasts, as written (§2.5.8/local-disputes.4.3).
    """
    over = Or(case.ended, And(acceptance_over(s, case), Not(disputed(s, case))))
    needed = Not(over) if s.cfg.amended("duty-until-closed") else False
    with s.when(Not(And(case.sessions == 1, needed))):
        case.sessions = Min(case.sessions + 1, 2)
    with s.when(And(case.kind != UNKNOWN, Not(case.ended), case.sessions == 2)):
        end(s, case)


def initialization(s: State, case):
    """A block begins: what is over ends (§2.5.8/local-disputes.5.3)."""
    with s.when(And(case.kind != UNKNOWN, Not(And(case.ended, disputed(s, case))))):
        case.age = Min(case.age + 1, s.cfg.acceptance_period + 1)
        with s.when(case.outcome != OPEN):
            case.since = Min(case.since + 1, s.cfg.dispute_open_period + 1)
        with s.when(case.since > s.cfg.dispute_open_period):
            end(s, case)


# routines


def note_included(s: State, case, validators, backers, against=0):
    """§2.5.8/description.1.1: an available candidate enters its acceptance period.

    Its backers have attested to its validity (§1.8/description.1.2).  `against` are those who spoke
    against it while it was pending, in which time no dispute is allowed (§2.5.8/local-disputes.2).
    """
    case.kind, case.validators = LOCAL, validators
    case.valid = backers
    if s.cfg.amended("early-statements-count"):
        case.invalid = against
    if s.cfg.variant("slashing") == "backers":
        case.backers = backers
    judge(s, case)


def attest(s: State, case, stance, against, own_keys):
    """§1.10.2/description.2: one statement, for or against, of a validator of that stance.

    Primary or secondary (§1.8/description.1.1), it comes as a transaction (§1.8/description.1.3).
    `own_keys`: it is signed with the keys of the candidate's session (§2.5.8/local-disputes.4.2).
    Any validator of that session may attest, selected or not (§1.10.3/description.1).
    """
    s.assume(standing(case, stance) > 0)
    s.require(case.sessions < 2, "SessionNotKept")
    s.require(Not(And(disputed(s, case), case.ended)), "DisputeEnded")
    s.require(case.kind != UNKNOWN, "NotIncludedHere")
    s.require(Not(case.awaited), "NotYetAvailable")  # §2.5.8/remote-disputes.9.1
    begun = And(disputed(s, case), Not(_reads(s, "dispute-outlasts-acceptance")))
    in_time = Or(case.kind == REMOTE, begun, Not(acceptance_over(s, case)))
    s.require(in_time, "AcceptancePeriodOver")
    s.require(own_keys, "BadStatementSignature")
    new = Or(stance == SILENT, stance == If(against, FOR, AGAINST))
    s.require(new, "AlreadyAttested")
    note(s, case, stance, against)
    judge(s, case)


def report(s: State, case):
    """§1.10.2/description.3: a collator's report of invalidity goes on chain."""
    if not s.cfg.amended("only-validators-dispute"):
        s.require(case.kind == LOCAL, "NotIncludedHere")
        s.require(Not(acceptance_over(s, case)), "AcceptancePeriodOver")
        case.reported = True
        judge(s, case)


def note(s: State, case, stance, against):
    """§1.8/description.1.4: the chain tracks who attested to what; nothing is taken back."""
    with s.when(And(stance == SILENT, against)):
        case.invalid = case.invalid + 1
    with s.when(And(stance == SILENT, Not(against))):
        case.valid = case.valid + 1
    with s.when(stance == FOR):
        case.valid, case.both = case.valid - 1, case.both + 1
        if not s.cfg.amended("attestations-both-ways"):
            case.first_for = case.first_for + 1
    with s.when(stance == AGAINST):
        case.invalid, case.both = case.invalid - 1, case.both + 1


def judge(s: State, case):
    """§2.5.8/local-disputes.5.2: with enough of them there is a quorum, and one side is wrong.

    An outcome stays what it is, except by §1.10.3: there the third may still arise, and nobody is
    slashed before (§1.10.3/outcome.3.2).
    """
    thirds = s.cfg.variant("dispute_rule") == "thirds"
    found = verdict(s.cfg.variant("dispute_rule"), *votes(s, case), case.validators)
    first = And(disputed(s, case), case.outcome == OPEN, found != OPEN)
    with s.when(first):
        case.outcome = found
        if not s.cfg.amended("silence-counted-at-closing"):
            slashing.penalise_silence(case, is_won(s, case))
    if thirds:
        with s.when(And(case.outcome != OPEN, found != OPEN)):
            case.outcome = found
    else:
        late = Not(_reads(s, "late-votes-slashed"))
        with s.when(Or(first, late)):
            slashing.slash_wrong_side(s, case)
            slashing.reward_finder(s, case)
    if s.cfg.amended("abandon-at-conclusion"):
        abandon(s, case)


def abandon(s: State, case):
    """§2.5.8/local-disputes.5.3: signal that this fork is to be left, and what to blacklist."""
    invalid = Or(case.outcome == INVALID, case.outcome == SPLIT)  # §1.10.3/outcome.3.1
    meant = invalid if s.cfg.amended("abandon-only-invalid") else case.outcome != OPEN
    with s.when(And(meant, case.kind == LOCAL)):
        case.abandoned = True


def end(s: State, case):
    """§2.5.8/local-disputes.5.3: the dispute is closed, late votes are no longer accepted."""
    case.ended = True
    with s.when(case.awaited):
        slashing.slash_unavailable(s, case)
    with s.when(And(disputed(s, case), Not(case.awaited))):
        if s.cfg.variant("dispute_rule") == "thirds":
            slashing.slash_wrong_side(s, case)
            slashing.reward_finder(s, case)
        if s.cfg.amended("silence-counted-at-closing"):
            slashing.penalise_silence(case, is_won(s, case))
        with s.when(case.kind == REMOTE):
            slashing.charge_distraction(case, is_won(s, case))
        abandon(s, case)


# remote disputes, as far as §2.5.9 speaks of them


def start_remote_dispute(s: State, case, validators, backers):
    """§2.5.8/remote-disputes.3: a candidate with its backing; `note` adds who disputes it.

    That is any validator (§2.5.8/remote-disputes.4.1), and those of its session decide
    (§2.5.8/remote-disputes.7).
    First its block is to become available (§2.5.8/remote-disputes.5).
    """
    case.kind, case.awaited, case.validators = REMOTE, True, validators
    case.valid = backers
    if s.cfg.variant("slashing") == "backers":
        case.backers = backers


def end_availability(s: State, case, available):
    """§2.5.8/remote-disputes.8.1, §2.5.8/remote-disputes.9.1: it became available or timed out."""
    with s.when(available):
        case.awaited = False
        judge(s, case)
    with s.when(Not(available)):
        end(s, case)
