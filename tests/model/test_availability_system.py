"""The system *availability*: each check alone, and algorithm 10 on states made by hand."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from model.config import Rules
from model.language import Outcome, System
from model.systems import family
from properties.catalogue import known_ids
from tests.model.language import helpers

IDS = known_ids()
WRITTEN: frozenset[str] = frozenset()
READINGS = ("code_needs_two_f_plus_one", "pieces_are_uncommitted", "mask_starts_later")
NOW = 2
NONE = {"some": False, "block": 0}


@cache
def system(amendments: frozenset[str] = IDS, mask: str = "candidate_block") -> System:
    return family("availability").system("tiny", Rules(amendments, IDS, {"mask": mask}))


def chain(
    n: int, backed_in: int = 0, *, votes: Any = (), faulty: int = 0, **changes: Any
) -> dict[str, Any]:
    """A chain with n validators, perhaps with a candidate; `votes` are (block, bit) or None."""
    given = [*votes, *[None] * (4 - len(votes))]
    status = "to_be_determined" if backed_in else "no_candidate"
    plain = {
        "validators": n,
        "faulty": faulty,
        "now": NOW,
        "status": status,
        "pending": [{"some": backed_in > 0, "backed_in": backed_in}],
        "last": [NONE if v is None else {"some": True, "block": v[0]} for v in given],
        "bits": [{0} if v is not None and v[1] else set() for v in given],
    }
    return {**plain, **changes}


def written(before: dict[str, Any], *taken: str) -> dict[str, Any]:
    """The same as written, with these of the other readings."""
    return {**before, "reading": {flag: flag in taken for flag in READINGS}}


def run(action: str, before: dict[str, Any], amendments: frozenset[str] = IDS, **choices: Any):
    return helpers.run(system(amendments), action, before, **choices)


def decided(before: dict[str, Any], amendments: frozenset[str] = IDS, **of: Any) -> str:
    """The status that the chain finds."""
    status: str = helpers.after(system(amendments, **of), "decide", before)["status"]
    return status


def vote(before: dict[str, Any], v: int, bit: bool, block: int) -> Outcome:
    return run("vote", before, v=v, bitfield={0} if bit else set(), block=block)


def pieces(*given: str) -> dict[str, list[str]]:
    return {"piece": [*given, *["none"] * (4 - len(given))]}


# votes


def test_a_vote_for_no_later_block_is_refused():
    before = chain(3, 1, votes=[(2, False)], **pieces("genuine"))
    assert vote(before, 0, True, 2).refused == "VoteNotLater"
    assert vote(before, 0, True, 1).refused == "VoteNotLater"
    earlier = chain(3, 1, votes=[(1, False)], **pieces("genuine"))
    assert vote(earlier, 0, True, 2).state is not None


def test_an_honest_bit_needs_a_candidate_and_a_piece():
    assert vote(chain(3, 1), 0, True, 2).outside
    assert vote(chain(3, 1, **pieces("genuine")), 0, True, 2).state is not None
    assert vote(chain(3), 0, True, 2).outside
    assert vote(chain(3, 2, **pieces("genuine")), 0, True, 1).state is not None  # of an earlier one
    assert vote(chain(4, 1, faulty=1), 0, True, 2).state is not None


def test_an_honest_bit_once_set_stays():
    before = chain(3, 1, votes=[(1, True)], **pieces("genuine"))
    assert vote(before, 0, False, 2).outside
    assert vote(before, 0, True, 2).state is not None


# algorithm 10


@pytest.mark.parametrize(("n", "least"), [(1, 1), (2, 2), (3, 3), (4, 3)])
def test_more_than_two_thirds_make_available(n, least):
    assert decided(chain(n, 2, votes=[(2, True)] * least)) == "available"
    assert decided(chain(n, 2, votes=[(2, True)] * (least - 1))) == "to_be_determined"


def test_after_t_blocks_too_few_votes_make_unavailable():
    assert decided(chain(3, 1, votes=[(2, True)] * 2)) == "unavailable"
    assert decided(chain(3, 1, votes=[(2, True)] * 3)) == "available"


def test_bits_of_a_block_before_the_candidate_are_masked():
    old = chain(3, 2, votes=[(1, True)] * 3)
    assert decided(old) == "to_be_determined"
    assert decided(old, mask="none") == "available"


def test_the_mask_of_the_candidates_own_block():
    own = chain(3, 1, votes=[(1, True)] * 3)
    assert decided(own) == "available"
    assert decided(written(own), WRITTEN) == "available"
    assert decided(written(own, "mask_starts_later"), WRITTEN) == "unavailable"


def test_what_is_decided_is_cleared_and_numbers_age():
    before = chain(3, 1, votes=[(2, True), (1, True)], status="available", phase="decided")
    cleared = helpers.after(system(), "act", before)
    assert (cleared["status"], cleared["pending"][0]["some"]) == ("no_candidate", False)
    ended = helpers.after(system(), "end_block", cleared, accepted=True)
    assert ended["pending"] == [{"some": True, "backed_in": NOW}]
    assert ended["last"][:2] == [{"some": True, "block": 1}, NONE]
    assert ended["bits"][:2] == [{0}, set()]


def test_a_candidate_comes_only_where_there_is_none():
    before = chain(3, 2, phase="cleared")
    assert run("end_block", before, accepted=True).refused == "CandidatePending"
    assert run("end_block", before, accepted=False).state is not None


# pieces


def test_a_piece_is_proven_when_it_comes():
    assert run("distribute", chain(3, 2), v=0, given="bogus").refused == "ProofMismatch"
    assert run("distribute", chain(3, 2), v=0, given="genuine").state is not None


def test_as_written_a_piece_may_be_anything():
    either = lambda *taken: run(  # noqa: E731
        "distribute", written(chain(3, 2), *taken), WRITTEN, v=0, given="bogus"
    )
    assert either().refused == "ProofMismatch"
    assert either("pieces_are_uncommitted").state is not None


def check(
    amendments: frozenset[str] = IDS, *, holders: int = 3, bogus: int = 0, worth: str = "sound"
) -> str:
    """What a checker finds to whom honest holders and a faulty validator answer; "" if too few."""
    before = chain(4, 2, faulty=1, status="available", phase="decided")
    before |= pieces("none", *["genuine"] * holders)
    outcome = run("check", before, amendments, bogus=bogus, worth=worth)
    if outcome.state is None:
        return ""
    verdict: str = system(amendments).decode(outcome.state)["checked"]["verdict"]
    return verdict


def test_a_checker_waits_for_the_pieces_that_the_code_needs():
    assert [check(holders=h) for h in (0, 1, 2)] == ["", "valid", "valid"]  # one more is faulty
    late = IDS - {"needed-pieces-suffice"}
    assert [check(late, holders=h) for h in (0, 1, 2)] == ["", "", "valid"]


def test_a_wrong_piece_is_dropped_and_as_written_decoded():
    assert check(holders=2, bogus=1) == "valid"
    assert check(holders=1, bogus=1) == ""
    decoded = IDS - {"proofs-before-decoding"}
    assert check(decoded, holders=2, bogus=1) == "failure"
    assert check(decoded, holders=1, bogus=1) == "failure"
    assert check(decoded, holders=2) == "valid"


def test_nobody_sends_more_pieces_than_there_are():
    assert check(holders=3, bogus=2) == ""


def test_a_check_finds_what_the_receipt_stands_for():
    found = {w: check(worth=w) for w in ("sound", "invalid", "forged", "no_code")}
    assert found == {
        "sound": "valid",
        "invalid": "rejected",
        "forged": "rejected",
        "no_code": "failure",
    }
    assert check(IDS - {"extra-data-is-the-chains"}, worth="forged") == "valid"
