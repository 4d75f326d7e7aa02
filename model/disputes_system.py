"""The system *disputes*: one candidate, from its backing to the end of the dispute about it.

The candidate is valid or not, which nobody can see on chain.  It is included on this chain, or its
dispute is brought here from another fork.  Votes arrive one by one, in any order, with blocks and
session changes between them; honest validators attest to what the candidate is, faulty ones to
whatever they like, at any time, both ways or not at all.  So do validators that err: an
honest mistake is one of the things a faulty validator does, and counts as one.

Validators are counted.  That loses nothing: every routine treats alike all that have the same
stance, properties distinguish the honest from the faulty only, the honest are on one side or
silent, so that `right` and the counts of the case tell how many of either kind have which stance.
The system is the quotient of the one with named validators by all permutations that keep the
honest honest.

Variant `trigger`: what obliges every validator to fetch and check the block.  The chapters have
four sentences on that.  Variant `escalates_to`: whether that obliges everyone (§1.10.3), or
the dispute is left to those who select themselves (§2.5.8).
"""

from collections.abc import Mapping
from typing import Any

from . import validity
from .config import Config, Rules
from .disputes import INVALID, OPEN, SPLIT, VALID
from .language import (
    Action,
    And,
    Bool,
    Enum,
    If,
    Implies,
    Nat,
    Not,
    Or,
    Record,
    State,
    System,
)
from .slashing import against_it, for_it, silent
from .validity import BOTH, FOR, LOCAL, SILENT, STANCE, UNKNOWN

REMEMBERED = frozenset({"misled"})  # for the properties alone

NOBODY, HONEST, FAULTY = SPEAKER = Enum("nobody honest faulty")

SECTION = "§2.5.8"
SUMMARY = "disputes: votes in any order, verdict, late votes, slashing and fees, abandonment"

VARIANTS = {
    **validity.VARIANTS,
    "escalates_to": ("everyone", "self_selected"),
    "trigger": ("any_announcement", "both_attestations", "report", "group_disagreement"),
}

INSTANCES: Mapping[str, Mapping[str, int]] = {
    "tiny": dict(
        min_validators=4,
        max_validators=7,
        backers=1,
        checks=2,
        acceptance_period=1,
        dispute_open_period=1,
    ),
    "small": dict(
        min_validators=4,
        max_validators=13,
        backers=2,
        checks=3,
        acceptance_period=3,
        dispute_open_period=2,
    ),
    "wide": dict(
        min_validators=20,
        max_validators=22,
        backers=3,
        checks=5,
        acceptance_period=5,
        dispute_open_period=5,
    ),
}


def configure(sizes: Mapping[str, int], rules: Rules) -> Config:
    """The configuration of an instance."""
    return Config(sizes, rules, VARIANTS)


def _readings(cfg):
    """The readings that are open: those of the section, and how long a remote dispute waits."""
    time = {} if cfg.amended("remote-availability-time-suffices") else {"short_of_time": Bool}
    return {**validity.readings(cfg), **time}


def storage(cfg: Config):
    """The case; who the validators are; what is said and decided off the chain."""
    some = Nat(cfg.max_validators)
    open_readings = _readings(cfg)
    return dict(
        case=validity.candidate(cfg),
        valid=Bool,  # the truth
        validators=some,
        faulty=some,  # how many of them may do anything
        right=some,  # how many honest ones have attested
        backed=Bool,  # pending, or more
        spoke=SPEAKER,  # who announced that it is invalid before it was included
        of_group=Bool,  # whether that was one of the parachain's validators
        finalized=Bool,
        misled=Bool,  # an honest author built on it after it was found invalid
        **({} if cfg.amended("escalated-need-no-vrf") else {"drawn": Bool}),
        **({"reading": Record(**open_readings)} if open_readings else {}),
    )


# what obliges every validator to check


def announced(s):
    """§1.1/description.8: some validator announced, in any phase, that the block is invalid."""
    return Or(s.spoke != NOBODY, against_it(s.case) > 0)


def group_disagrees(s):
    """§1.4.3/description.1.2: the parachain's validators disagree; its backers are for it."""
    return And(s.backed, s.spoke != NOBODY, s.of_group)


def attested_both_ways(s):
    """§1.10.3/description.1: there are attestations to its validity and to its invalidity."""
    return And(for_it(s.case) > 0, against_it(s.case) > 0)


def reported(s):
    """§2.5.8/description.1.2: a report disputes a candidate that is included."""
    return And(s.case.kind == LOCAL, validity.disputed(s, s.case))


TRIGGERS = {
    "any_announcement": announced,
    "both_attestations": attested_both_ways,
    "report": reported,
    "group_disagreement": group_disagrees,
}


def obliged(s):
    """Whether every validator has to fetch and check the block."""
    if s.cfg.variant("escalates_to") == "self_selected":  # §2.5.8/local-disputes.5.1
        return False
    return TRIGGERS[s.cfg.variant("trigger")](s)


def may_finalize(s):
    """Whether honest validators vote for the block in GRANDPA.

    Not while a dispute is unresolved (§1.10.3/description.2.1), never once it is found invalid
    (§1.10.3/outcome.2.2); with enough checks (§1.1/description.9.2), or found valid
    (§1.10.3/outcome.1).
    """
    case = s.case
    unresolved = And(validity.disputed(s, case), case.outcome == OPEN)
    rejected = Or(case.outcome == INVALID, case.outcome == SPLIT)
    checked = Or(case.valid + case.both >= s.cfg.checks, case.outcome == VALID)
    if s.cfg.amended("finality-after-acceptance"):
        checked = validity.accepted(s, case)
    return And(case.kind == LOCAL, Not(unresolved), Not(rejected), checked)


# actions


def genesis(s: State, good, honest, bad, **chosen):
    """A candidate is good or not; some validators are bad (§2.3/description.6.6).

    It is not if any of §1.10.1/invalid.1, §1.10.1/invalid.2 and §1.10.1/invalid.3 holds of it.
    """
    if not s.cfg.amended("escalated-need-no-vrf"):
        s.drawn = chosen.pop("everyone")
    for flag, taken in chosen.items():
        setattr(s.reading, flag, taken)
    n = honest + bad
    s.assume(And(n >= s.cfg.min_validators, n <= s.cfg.max_validators))
    s.assume(3 * bad < n if s.cfg.amended("fewer-than-a-third") else 3 * bad <= n)
    s.assume(Or(good, bad >= s.cfg.backers))  # somebody backs it
    s.valid, s.validators, s.faulty = good, n, bad


def back(s: State, faulty_backers):
    """§2.3/inclusion-pipeline.5.2: the candidate is backed; its backers attested to its validity.

    An honest validator backs no invalid one.
    """
    s.assume(Not(s.backed))
    honest = s.cfg.backers - faulty_backers
    s.assume(And(faulty_backers <= s.faulty, faulty_backers <= s.cfg.backers))
    s.assume(Implies(Not(s.valid), honest <= 0))
    s.assume(honest <= s.validators - s.faulty)
    s.backed = True
    s.right = honest
    s.case.valid = s.cfg.backers


def announce(s: State, speaker, peer):
    """§1.1/description.8: a validator that did not back it says that it is invalid."""
    s.assume(And(s.backed, s.case.kind == UNKNOWN, s.spoke == NOBODY, speaker != NOBODY))
    s.assume(If(speaker == HONEST, Not(s.valid), faulty_votes(s) < s.faulty))
    s.spoke, s.of_group = speaker, peer


def faulty_votes(s):
    """How many faulty validators have attested."""
    return s.case.valid + s.case.invalid + s.case.both - s.right


def include(s: State):
    """§2.5.8/description.1.1: the candidate becomes available on this chain."""
    s.assume(And(s.backed, s.case.kind == UNKNOWN))
    spoke = If(s.spoke != NOBODY, 1, 0)
    validity.note_included(s, s.case, s.validators, s.cfg.backers, against=spoke)
    if s.cfg.amended("early-statements-count"):
        with s.when(s.spoke == HONEST):
            s.right = s.right + 1


def start_remote_dispute(s: State):
    """§2.5.8/unconcluded: a validator brings a dispute from a fork that has the candidate."""
    s.assume(And(s.backed, s.case.kind == UNKNOWN, s.spoke != NOBODY))
    validity.start_remote_dispute(s, s.case, s.validators, s.cfg.backers)
    validity.note(s, s.case, SILENT, against=True)
    with s.when(s.spoke == HONEST):
        s.right = s.right + 1


def end_availability(s: State, available):
    """§2.5.8/remote-disputes.5: the block becomes available here, or the time for that is over.

    It need not have been available anywhere (§2.5.9/description.2.1).  With time
    enough, any honest validator that has checked the block can make it available.
    """
    s.assume(And(s.case.awaited, Not(s.case.ended)))
    settled = s.cfg.amended("remote-availability-time-suffices")
    short = False if settled else s.reading.short_of_time
    s.assume(Implies(And(Not(short), s.right > 0), available))
    validity.end_availability(s, s.case, available)


def _require_assigned(s, stance):
    """§1.10.2/description.1: the author checks the VRF that assigned the signer.

    Attestations carry it (§1.8/description.1.2, §1.10.1/description.2), so that as written only
    those attest that were drawn: everybody, or as many as there shall be checks.
    """
    if not s.cfg.amended("escalated-need-no-vrf"):
        attested = s.case.valid + s.case.invalid + s.case.both
        s.require(Or(s.drawn, stance != SILENT, attested < s.cfg.checks), "NotAssigned")


def honest_silent(s):
    """How many honest validators have not attested."""
    return s.validators - s.faulty - s.right


def _attest_honestly(s):
    s.assume(And(s.backed, s.case.kind != UNKNOWN, honest_silent(s) > 0))
    _require_assigned(s, SILENT)
    validity.attest(s, s.case, SILENT, Not(s.valid), own_keys=True)
    s.right = s.right + 1


def check(s: State):
    """§1.10.3/description.1: an honest validator that has to executes the block and attests.

    It attests to what it finds (§1.10.1/description.1, §1.10.1/description.2).
    """
    s.assume(obliged(s))
    _attest_honestly(s)


def volunteer(s: State):
    """§2.5.8/local-disputes.5.1: an honest validator has selected itself to check the block."""
    s.assume(Not(obliged(s)))
    _attest_honestly(s)


def faulty_standing(s, stance):
    """How many faulty validators have this stance: all those that no honest one has."""
    honest = If(stance == SILENT, honest_silent(s), If(s.valid == (stance == FOR), s.right, 0))
    return validity.standing(s.case, stance) - If(stance == BOTH, 0, honest)


def attest_at_will(s: State, stance, against):
    """A faulty validator attests to anything, perhaps to the contrary of what it said before."""
    s.assume(And(s.backed, faulty_standing(s, stance) > 0))
    _require_assigned(s, stance)
    validity.attest(s, s.case, stance, against, own_keys=True)


def attest_as_another(s: State, against):
    """A validator of another session attests, whose keys are not those (no new index)."""
    s.assume(And(s.case.kind != UNKNOWN, silent(s.case) > 0))
    validity.attest(s, s.case, SILENT, against, own_keys=False)


def report(s: State):
    """§1.10.2/description.3: a collator reports the candidate, before anybody else does."""
    s.assume(And(s.backed, s.spoke == NOBODY, Not(validity.disputed(s, s.case))))
    validity.report(s, s.case)


def next_block(s: State, honest):
    """A block is built; an honest author leaves a fork that is signalled to be abandoned."""
    s.assume(And(s.case.kind != UNKNOWN, Implies(honest, Not(s.case.abandoned))))
    rejected = And(s.case.kind == LOCAL, Or(s.case.outcome == INVALID, s.case.outcome == SPLIT))
    with s.when(And(honest, rejected)):
        s.misled = True
    validity.initialization(s, s.case)


def session_change(s: State):
    """§2.5.8/local-disputes.4: a session begins."""
    s.assume(And(s.case.kind != UNKNOWN, s.case.sessions < 2))
    validity.session_change(s, s.case)


def finalize(s: State):
    """§1.1/description.9.2: more than two thirds vote for the block, so some are honest."""
    s.assume(And(may_finalize(s), Not(s.finalized)))
    s.finalized = True


def system(cfg: Config) -> System:
    """§2.5.8 and §2.5.9 on one candidate."""
    some = Nat(cfg.max_validators)
    drawn: dict[str, Any] = {} if cfg.amended("escalated-need-no-vrf") else {"everyone": Bool}
    reports = [] if cfg.amended("only-validators-dispute") else [Action(report, actor="collator")]
    for acceptance in ("accepted-after-the-period", "found-valid-is-accepted"):
        cfg.amended(acceptance)  # as written no action asks whether it is accepted
    return System(
        "disputes",
        cfg,
        storage(cfg),
        Action(genesis, **_readings(cfg), **drawn, good=Bool, honest=some, bad=some),
        [
            Action(back, actor="backers", faulty_backers=Nat(cfg.backers)),
            Action(announce, actor="validator", speaker=SPEAKER, peer=Bool),
            Action(include, actor="runtime"),
            Action(start_remote_dispute, actor="author"),
            Action(end_availability, actor="runtime", available=Bool),
            Action(check, actor="validator"),
            Action(volunteer, actor="validator"),
            Action(attest_at_will, actor="faulty", stance=STANCE, against=Bool),
            Action(attest_as_another, actor="faulty", against=Bool),
            *reports,
            Action(next_block, actor="author", honest=Bool),
            Action(session_change, actor="runtime"),
            Action(finalize, actor="validators"),
        ],
    )
