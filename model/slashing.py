"""§2.5.9 Slashing and Incentivization: who pays after a dispute.

Read beside the section.  A case is what `validity.candidate` keeps; who pays is counted, as
validators with the same attestations fare alike.  Amounts are not modelled, nor whether a fee is a
slash or less of a reward (§2.5.9/description.2.3): only who pays.
"""

from .disputes import INVALID, VALID
from .language import If, State


def for_it(case):
    """How many attested to validity, perhaps among others."""
    return case.valid + case.both


def against_it(case):
    """How many attested to invalidity, perhaps among others."""
    return case.invalid + case.both


def silent(case):
    """How many attested to nothing."""
    return case.validators - case.valid - case.invalid - case.both


def slash_wrong_side(s: State, case):
    """§2.5.8/description.1.3, §1.10.3/outcome.1, §1.10.3/outcome.2.3: by outcome, one side.

    Where both sides are large nobody is slashed (§1.10.3/outcome.3.1).  Variant `slashing`: all on
    the wrong side, or only the validators who backed the block (§2.3/description.6.9).
    """
    everyone = s.cfg.variant("slashing") == "wrong_side"
    with s.when(case.outcome == INVALID):
        case.slashed_for = for_it(case) if everyone else case.backers
    if everyone:
        with s.when(case.outcome == VALID):
            case.slashed_against = against_it(case)


def reward_finder(s: State, case):
    """§2.3/description.3.4: whoever first disputed a block that is invalid gets a bounty.

    No sentence of chapter 2's two sections on disputes pays it.
    """
    if s.cfg.amended("finder-rewarded"):
        with s.when(case.outcome == INVALID):
            case.bounty = True


def penalise_silence(case, won):
    """§2.5.9/description.3.1: those who did not vote pay, if one side has a supermajority."""
    case.fee_silent = If(won, silent(case), 0)


def charge_distraction(case, won):
    """§2.5.9/description.2.2: those for the block pay, unless one side has a supermajority."""
    case.fee_for = If(won, 0, for_it(case))


def slash_unavailable(s: State, case):
    """The block of a remote dispute did not become available: two sentences blame both sides.

    §2.5.8/remote-disputes.8.1 slashes who disputed it, §2.5.9/description.2.2 charges who is for
    it; the variant `unavailable_dispute` drops the one or the other.
    """
    blamed = s.cfg.variant("unavailable_dispute")
    if blamed != "voters_for":
        case.slashed_against = against_it(case)
    if blamed != "disputers":
        charge_distraction(case, won=False)
