"""§2.5.8, remote disputes: roll-ups, transplants, the availability process."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import replace

import pytest

from impl.errors import BadValue
from impl.rules import Rules
from impl.runtime.slashing import Verdict
from impl.runtime.validity import compute_selection_seed
from impl.runtime.validity_errors import (
    AlreadyAttested,
    AlreadyVotedAvailable,
    BadAvailabilitySignature,
    BadStatementSignature,
    CodeNotOfReceipt,
    DisputeEnded,
    NoBacking,
    NoEscalation,
    NoKeyForStatement,
    NotConcluded,
    NothingToVoteOn,
    SessionNotKept,
    WrongSubject,
)
from impl.runtime.validity_remote import (
    RemoteDispute,
    RollUp,
    import_concluded,
    start_remote_dispute,
    vote_available,
)
from impl.runtime.validity_storage import RemoteOrigin
from tests.impl.runtime.cases import AMENDED, WRITTEN, written
from tests.impl.runtime.inclusion_cases import key, receipt, says
from tests.impl.runtime.validity_cases import (
    at,
    available,
    begin,
    change_session,
    empty,
    included,
    lines,
    record_of,
    remote,
    roll_up,
    verdict_of,
    vote,
)

ONE, TWO = receipt(), receipt(2)
STARTED = start_remote_dispute(empty(), at(11), remote(ONE))


def make_available(storage, now=12, rules=AMENDED):
    for validator in range(5):
        storage = vote_available(storage, at(now, rules), available(validator, ONE, rules))
    return storage


# ---- roll-ups


def test_a_concluded_dispute_is_settled_in_one_transaction():
    dispute = roll_up(ONE, valid=[0], invalid=[4, 1, 2, 3, 5])
    storage = import_concluded(empty(), at(11), dispute)
    assert verdict_of(storage) is Verdict.INVALID
    assert lines(storage) == [("WRONG_SIDE", 0, "SLASH", 100), ("FOUND_INVALID", 4, "BOUNTY", 30)]
    assert storage.blacklist == {ONE.hash()}
    assert storage.abandoned == ()
    assert record_of(begin(storage, 14)) is not None
    assert begin(storage, 15).ended == {(3, ONE.hash())}


def test_a_roll_up_about_an_included_candidate_makes_the_chain_leave_this_fork():
    storage = import_concluded(included(ONE), at(12), roll_up(ONE, invalid=[1, 2, 3, 4, 5]))
    assert [signal.candidate_hash for signal in storage.abandoned] == [ONE.hash()]
    assert storage.abandoned[0].last_ancestor_number == 9
    assert {line[1] for line in lines(storage) if line[0] == "WRONG_SIDE"} == {0, 1}


def test_a_roll_up_can_be_repeated_while_open_and_slashes_once():
    dispute = roll_up(ONE, valid=[0], invalid=[1, 2, 3, 4, 5])
    storage = import_concluded(empty(), at(11), dispute)
    again = import_concluded(storage, at(12), dispute)
    assert again == storage
    later = import_concluded(storage, at(13), roll_up(ONE, valid=[2], invalid=[1, 2, 3, 4, 5]))
    assert [line[1] for line in lines(later) if line[0] == "WRONG_SIDE"] == [0, 2]


def test_a_roll_up_ends_the_wait_of_a_dispute_that_was_not_concluded():
    storage = import_concluded(STARTED, at(12), roll_up(ONE, invalid=[1, 2, 3, 4, 5]))
    assert record_of(storage).origin.available
    assert verdict_of(storage) is Verdict.INVALID


# ---- the availability process


def test_votes_wait_for_the_block_to_become_available():
    record = record_of(STARTED)
    assert isinstance(record.origin, RemoteOrigin)
    assert (record.origin.started_at, record.origin.validation_code) == (11, b"c1")
    storage = STARTED
    for validator in range(4):
        storage = vote_available(storage, at(12), available(validator, ONE))
        assert not record_of(storage).origin.available
    storage = vote_available(storage, at(12), available(4, ONE))
    assert record_of(storage).origin.available
    storage = vote(storage, 13, ONE, valid=[2, 3, 4])
    assert verdict_of(storage) is Verdict.VALID
    assert lines(storage) == [("WRONG_SIDE", 5, "SLASH", 100)]


def test_what_was_brought_along_is_judged_when_the_block_is_available():
    storage = start_remote_dispute(empty(), at(11), remote(ONE, valid=[2, 3, 4]))
    assert verdict_of(storage) is None
    assert verdict_of(make_available(storage)) is Verdict.VALID


def test_others_can_add_to_a_dispute():
    storage = start_remote_dispute(STARTED, at(12), remote(ONE, backers=(2,), invalid=[4, 5]))
    record = record_of(storage)
    assert (sum(record.attested_valid), sum(record.attested_invalid)) == (3, 2)
    assert (record.origin.started_at, record.finder) == (11, 5)


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("both", [("UNAVAILABLE", 5), ("DISTRACTION", 0), ("DISTRACTION", 1)]),
        ("disputers", [("UNAVAILABLE", 5)]),
        ("voters_for", [("DISTRACTION", 0), ("DISTRACTION", 1)]),
    ],
)
def test_the_chapters_blame_opposite_sides_for_a_block_that_is_not_available(variant, expected):
    rules = replace(AMENDED, variants={"unavailable_dispute": variant})
    assert record_of(begin(STARTED, 14, rules)) is not None
    storage = begin(STARTED, 15, rules)
    assert [line[:2] for line in lines(storage)] == expected
    assert storage.ended == {(3, ONE.hash())}


def test_an_undecided_dispute_costs_those_for_the_block_a_fee():
    storage = make_available(STARTED)
    for now in range(13, 30):
        storage = begin(storage, now)
    assert lines(storage) == []
    rules = Rules.as_amended(without=["duty-until-closed"])
    storage = change_session(change_session(storage, 30, rules=rules), 31, 5, rules)
    assert [line[:3] for line in lines(storage)] == [
        ("DISTRACTION", 0, "SLASH"),
        ("DISTRACTION", 1, "SLASH"),
    ]


def test_a_remote_dispute_with_a_supermajority_costs_no_fee():
    storage = vote(make_available(STARTED), 12, ONE, valid=[2, 3, 4])
    assert {line[0] for line in lines(begin(storage, 16))} == {"WRONG_SIDE"}


def test_all_forks_select_by_the_same_seed():
    record = record_of(STARTED)
    seed = hashlib.sha256(bytes([3]) * 32 + ONE.hash()).digest()
    assert compute_selection_seed(STARTED, record) == seed
    local = included(ONE)
    assert compute_selection_seed(local, record_of(local)) == b"vrf"


# ---- the text as written


def test_as_written_any_code_may_be_brought_along():
    start_remote_dispute(empty(), at(11, WRITTEN), remote(ONE, rules=WRITTEN, code=b"other"))
    with pytest.raises(CodeNotOfReceipt):
        start_remote_dispute(
            empty(),
            at(11, written("dispute-code-of-receipt")),
            remote(ONE, rules=WRITTEN, code=b"other"),
        )


# ---- what is refused


def start(dispute, storage=None):
    return start_remote_dispute(empty() if storage is None else storage, at(11), dispute)


def import_(dispute, storage=None):
    return import_concluded(empty() if storage is None else storage, at(11), dispute)


def confirm(vote, storage=STARTED):
    return vote_available(storage, at(12), vote)


SIGNED_ELSEWHERE = says(2, ONE, valid=True, by=key(3))
REFUSED = {
    SessionNotKept: lambda: import_(roll_up(ONE, invalid=range(6), session=1)),
    DisputeEnded: lambda: start(remote(ONE), begin(STARTED, 15)),
    WrongSubject: lambda: start(replace(remote(ONE), backing=(says(0, TWO, valid=True),))),
    AlreadyAttested: lambda: import_(roll_up(ONE, invalid=[1, 2, 3, 4, 5, 5])),
    NoKeyForStatement: lambda: import_(roll_up(ONE, invalid=[1, 2, 3, 4, 6])),
    BadStatementSignature: lambda: start(replace(remote(ONE), backing=(SIGNED_ELSEWHERE,))),
    NoBacking: lambda: start(remote(ONE, backers=())),
    CodeNotOfReceipt: lambda: start(remote(ONE, code=b"other")),
    NoEscalation: lambda: start(remote(ONE, valid=[3], invalid=())),
    NotConcluded: lambda: import_(roll_up(ONE, valid=[0], invalid=[1, 2, 3, 4])),
    NothingToVoteOn: lambda: confirm(available(0, TWO)),
    BadAvailabilitySignature: lambda: confirm(available(0, ONE, by=key(1))),
    AlreadyVotedAvailable: lambda: confirm(available(0, ONE), confirm(available(0, ONE))),
}


@pytest.mark.parametrize("error", REFUSED, ids=lambda each: each.__name__)
def test_each_check_refuses_by_its_own_name(error):
    with pytest.raises(error) as caught:
        REFUSED[error]()
    assert type(caught.value) is error
    assert str(caught.value).endswith(error.token)
    twin = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - own bytes
    assert (type(twin), str(twin)) == (error, str(caught.value))


@pytest.mark.parametrize(
    ("error", "attempt"),
    [
        (NoEscalation, lambda: import_(roll_up(ONE, valid=range(6)))),
        (NoBacking, lambda: start(replace(remote(ONE), backing=remote(ONE).checks))),
        (WrongSubject, lambda: import_(replace(roll_up(ONE, invalid=range(6)), session=2))),
        (NoKeyForStatement, lambda: confirm(available(6, ONE))),
        (SessionNotKept, lambda: confirm(available(0, ONE, session=1))),
        (BadAvailabilitySignature, lambda: confirm(available(0, ONE, rules=WRITTEN))),
        (NothingToVoteOn, lambda: confirm(available(0, ONE), included(ONE))),
        (NothingToVoteOn, lambda: confirm(available(5, ONE), make_available(STARTED))),
        (DisputeEnded, lambda: import_(roll_up(ONE, invalid=range(6)), begin(STARTED, 15))),
        (BadValue, lambda: RollUp(ONE, 3, [])),
        (BadValue, lambda: RollUp(ONE, -1, ())),
        (BadValue, lambda: RemoteDispute(ONE, 3, (), "code", ())),
        (BadValue, lambda: RemoteDispute(ONE, 3, (), b"code", [])),
    ],
)
def test_the_same_checks_in_other_places(error, attempt):
    with pytest.raises(error):
        attempt()
