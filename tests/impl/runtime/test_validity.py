"""§2.5.8, local disputes: who may say what when, and what comes of it."""

from __future__ import annotations

import inspect
import pickle
from dataclasses import replace

import pytest

from impl.crypto.encoding import encode
from impl.crypto.errors import Refused
from impl.errors import CheckFailed
from impl.rules import Rules
from impl.runtime import validity, validity_errors
from impl.runtime.slashing import Verdict
from impl.runtime.validity import attest, note_included
from impl.runtime.validity_errors import (
    AcceptancePeriodOver,
    AlreadyAttested,
    BadStatementSignature,
    DisputeEnded,
    NoKeyForStatement,
    NotIncludedHere,
    NotYetAvailable,
    SessionNotKept,
)
from impl.runtime.validity_remote import start_remote_dispute
from impl.runtime.validity_storage import AbandonFork, LocalInclusion, ValidityStorage
from impl.statements import SIGNED_STATEMENT, decode_statement
from tests.impl.runtime.cases import AMENDED, WRITTEN, written
from tests.impl.runtime.inclusion_cases import PARENT, PUBLIC, key, receipt, says
from tests.impl.runtime.test_validity_remote import REFUSED as REFUSED_REMOTELY
from tests.impl.runtime.validity_cases import (
    NEXT_KEYS,
    at,
    begin,
    change_session,
    empty,
    included,
    lines,
    noted,
    record_of,
    remote,
    verdict_of,
    vote,
)

ONE = receipt()
SIGNAL = AbandonFork(PARENT, 9, ONE.hash(), 1)
THIRDS = replace(AMENDED, variants={"dispute_rule": "thirds"})


# ---- inclusion and attestation


def test_backers_of_an_included_candidate_have_attested_to_it():
    record = record_of(included(ONE, backers=(0, 3)))
    assert record.attested_valid == (True, False, False, True, False, False)
    assert not record.is_disputed
    assert record.origin == LocalInclusion(10, PARENT, b"vrf")


def test_attestations_are_kept_by_side():
    record = record_of(vote(included(ONE), 11, ONE, valid=[2], invalid=[4]))
    assert record.attested_valid == (True, True, True, False, False, False)
    assert record.attested_invalid == (False, False, False, False, True, False)
    assert record.finder == 4


def test_without_a_dispute_no_number_of_attestations_is_a_verdict():
    assert verdict_of(vote(included(ONE), 11, ONE, valid=[2, 3, 4, 5])) is None


@pytest.mark.parametrize(
    ("sides", "verdict"),
    [
        ({"valid": [2, 3], "invalid": [5]}, None),
        ({"valid": [2, 3, 4], "invalid": [5]}, Verdict.VALID),
        ({"invalid": [2, 3, 4, 5]}, None),
        ({"invalid": [1, 2, 3, 4, 5]}, Verdict.INVALID),
    ],
)
def test_a_side_with_more_than_two_thirds_concludes(sides, verdict):
    assert verdict_of(vote(included(ONE), 11, ONE, **sides)) is verdict


def test_a_verdict_stays_whatever_comes_later():
    storage = vote(included(ONE), 11, ONE, valid=[2, 3, 4], invalid=[5])
    storage = vote(storage, 12, ONE, invalid=[0, 1, 2, 3])
    record = record_of(storage)
    assert sum(record.attested_invalid) == 5
    assert (record.conclusion.verdict, record.conclusion.concluded_at) == (Verdict.VALID, 11)


# ---- who pays


def test_the_wrong_side_is_slashed_at_once_and_late_comers_when_they_come():
    storage = vote(included(ONE), 11, ONE, valid=[2, 3, 4], invalid=[5])
    assert lines(storage) == [("WRONG_SIDE", 5, "SLASH", 100)]
    storage = vote(storage, 13, ONE, invalid=[0])
    assert lines(storage)[1:] == [("WRONG_SIDE", 0, "SLASH", 100)]


def test_backers_of_an_invalid_block_are_slashed_and_the_finder_rewarded():
    storage = vote(included(ONE), 11, ONE, invalid=[4, 2, 3, 5, 1])
    assert sorted(lines(storage)) == [
        ("FOUND_INVALID", 4, "BOUNTY", 30),
        ("WRONG_SIDE", 0, "SLASH", 100),
        ("WRONG_SIDE", 1, "SLASH", 100),
    ]


def test_who_did_not_vote_pays_when_the_dispute_ends():
    storage = vote(included(ONE), 11, ONE, valid=[2, 3, 4], invalid=[])
    storage = vote(storage, 12, ONE, invalid=[0])
    assert record_of(begin(storage, 15)) is not None
    storage = begin(storage, 16)
    assert record_of(storage) is None
    assert lines(storage) == [("WRONG_SIDE", 0, "SLASH", 100), ("ABSENCE", 5, "SLASH", 1)]
    fees = replace(AMENDED, variants={"fee_form": "reward"})
    storage = vote(included(ONE), 11, ONE, valid=[2, 3, 4], invalid=[0])
    assert lines(begin(storage, 16, fees))[-1] == ("ABSENCE", 5, "WITHHELD", 1)


# ---- leaving the fork


def test_an_invalid_block_is_left_at_once():
    storage = vote(included(ONE), 11, ONE, invalid=[1, 2, 3, 4, 5])
    assert storage.abandoned == (SIGNAL,)
    assert storage.blacklist == {ONE.hash()}
    storage = begin(vote(storage, 11, ONE, invalid=[0]), 12)
    assert storage.abandoned == ()
    assert storage.blacklist == {ONE.hash()}


def test_as_written_the_signal_comes_after_the_dispute_was_open_for_some_time():
    storage = vote(included(ONE, rules=WRITTEN), 11, ONE, invalid=[1, 2, 3, 4, 5], rules=WRITTEN)
    for now in (12, 13, 14):
        storage = begin(storage, now, WRITTEN)
        assert (storage.abandoned, storage.blacklist) == ((), frozenset())
    storage = begin(storage, 15, WRITTEN)
    assert storage.abandoned == (SIGNAL,)
    assert storage.blacklist == {ONE.hash()}
    rules = written("abandon-at-conclusion")
    storage = vote(included(ONE, rules=rules), 11, ONE, invalid=[1, 2, 3, 4, 5], rules=rules)
    assert storage.abandoned == (SIGNAL,)


def test_a_valid_block_is_not_left():
    storage = begin(vote(included(ONE), 11, ONE, valid=[2, 3, 4], invalid=[5]), 15)
    assert (storage.abandoned, storage.blacklist) == ((), frozenset())


# ---- chapter 1's rule


def test_thirds_read_the_outcome_once_two_thirds_attested_and_slash_at_the_end():
    storage = vote(included(ONE), 11, ONE, valid=[2], invalid=[5], rules=THIRDS)
    assert verdict_of(storage) is None
    storage = vote(storage, 11, ONE, invalid=[4], rules=THIRDS)
    assert verdict_of(storage) is Verdict.VALID
    assert lines(storage) == []
    end = begin(storage, 15, THIRDS)
    assert lines(end) == [("WRONG_SIDE", 4, "SLASH", 100), ("WRONG_SIDE", 5, "SLASH", 100)]
    assert end.abandoned == ()


def test_thirds_may_find_both_sides_large_while_the_dispute_is_open():
    storage = vote(included(ONE), 11, ONE, valid=[2], invalid=[4, 5], rules=THIRDS)
    storage = vote(storage, 13, ONE, invalid=[3], rules=THIRDS)
    record = record_of(storage)
    assert (record.conclusion.verdict, record.conclusion.concluded_at) == (Verdict.SPLIT, 11)
    assert storage.abandoned == (SIGNAL,)
    storage = begin(storage, 15, THIRDS)
    assert lines(storage) == []
    assert storage.blacklist == {ONE.hash()}


# ---- sessions


def test_blocks_of_the_session_before_are_judged_by_its_validators_with_their_keys():
    storage = change_session(included(ONE), 11)
    context = at(12, session=4, validators=NEXT_KEYS)
    storage = attest(storage, context, says(5, ONE, valid=False))
    assert record_of(storage).attested_invalid[5]
    with pytest.raises(BadStatementSignature):
        attest(storage, context, says(0, ONE, valid=False, by=key(5)))


def test_after_one_more_session_the_dispute_is_over_undecided():
    storage = vote(included(ONE), 11, ONE, valid=[2], invalid=[5])
    rules = Rules.as_amended(without=["duty-until-closed"])
    storage = change_session(change_session(storage, 12, rules=rules), 13, 5, rules)
    assert [session.index for session in storage.sessions] == [4, 5]
    assert (storage.candidates, storage.ledger.entries) == (empty().candidates, ())
    with pytest.raises(
        SessionNotKept, match=r"session 3 is over: validators are known of \[4, 5\]"
    ):
        attest(storage, at(14, session=5), says(3, ONE, valid=False))


def test_a_concluded_dispute_ends_with_its_session_at_the_latest():
    storage = vote(included(ONE), 11, ONE, valid=[2, 3], invalid=[4, 5])
    storage = vote(storage, 12, ONE, valid=[4])
    assert len(lines(storage)) == 2
    storage = change_session(change_session(storage, 12), 13, 5)
    assert lines(storage)[2:] == []
    assert storage.ended == frozenset()


def test_ended_disputes_are_remembered_as_long_as_they_could_be_repeated():
    storage = begin(vote(included(ONE), 11, ONE, invalid=[1, 2, 3, 4, 5]), 15)
    assert storage.ended == {(3, ONE.hash())}
    storage = change_session(storage, 16)
    assert storage.ended == {(3, ONE.hash())}
    assert change_session(storage, 17, 5).ended == frozenset()


def test_the_first_session_begins_without_one_before():
    storage = change_session(ValidityStorage(), 0, 0)
    assert [session.index for session in storage.sessions] == [0]
    assert storage.sessions[0].validators == NEXT_KEYS


def test_finalization_leaves_everything_readable():
    storage = vote(included(ONE), 11, ONE, invalid=[1, 2, 3, 4, 5])
    assert validity.finalization(storage, at(11)) is storage


# ---- what is refused

DISPUTED = vote(included(ONE), 11, ONE, valid=[2, 3, 4], invalid=[5])
WAITING = start_remote_dispute(empty(), at(11), remote(ONE))

CASES = {
    SessionNotKept: lambda: attest(included(ONE), at(11), says(2, ONE, valid=True, session=1)),
    NotIncludedHere: lambda: attest(empty(), at(11), says(2, ONE, valid=False)),
    AcceptancePeriodOver: lambda: attest(included(ONE), at(16), says(2, ONE, valid=False)),
    DisputeEnded: lambda: attest(begin(DISPUTED, 15), at(15), says(1, ONE, valid=False)),
    NotYetAvailable: lambda: attest(WAITING, at(11), says(2, ONE, valid=False)),
    NoKeyForStatement: lambda: attest(included(ONE), at(11), says(6, ONE, valid=False)),
    BadStatementSignature: lambda: attest(
        included(ONE), at(11), says(2, ONE, valid=False, by=key(3))
    ),
    AlreadyAttested: lambda: attest(included(ONE), at(11), says(0, ONE, valid=True)),
}


@pytest.mark.parametrize("error", CASES, ids=lambda each: each.__name__)
def test_each_check_refuses_by_its_own_name(error):
    with pytest.raises(error) as caught:
        CASES[error]()
    assert type(caught.value) is error
    assert str(caught.value).endswith(error.token)
    twin = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - own bytes
    assert (type(twin), str(twin)) == (error, str(caught.value))


def test_every_error_of_the_module_is_raised_somewhere():
    classes = {
        each
        for _, each in inspect.getmembers(validity_errors, inspect.isclass)
        if issubclass(each, CheckFailed) and each is not CheckFailed
    }
    assert classes == set(CASES) | set(REFUSED_REMOTELY)


def test_the_acceptance_period_ends_with_its_last_block():
    attest(included(ONE), at(15), says(2, ONE, valid=False))
    disputed = vote(included(ONE), 15, ONE, invalid=[2])
    attest(disputed, at(16), says(3, ONE, valid=False))


def test_nobody_says_the_same_twice_but_both_sides_can_be_taken():
    storage = vote(included(ONE), 11, ONE, invalid=[0])
    with pytest.raises(AlreadyAttested, match="validator 0 is already against"):
        vote(storage, 12, ONE, invalid=[0])
    assert record_of(storage).attested_valid[0]


def test_a_statement_for_another_session_is_none_for_this_one():
    other = replace(says(2, ONE, valid=False, session=2), session=3)
    with pytest.raises(BadStatementSignature):
        attest(included(ONE), at(11), other)
    old = replace(says(2, ONE, valid=False, session=2, rules=WRITTEN), session=3)
    attest(included(ONE, rules=WRITTEN), at(11, WRITTEN), old)


def test_every_flipped_bit_and_every_cut_is_refused_by_name():
    storage = included(ONE)
    data = encode(SIGNED_STATEMENT, says(2, ONE, valid=False))
    for place in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises((CheckFailed, Refused)):
            attest(storage, at(11), decode_statement(bytes(flipped)))
    for length in range(len(data)):
        with pytest.raises(Refused):
            decode_statement(data[:length])
    assert storage == included(ONE)


# ---- from other forks


def test_a_dispute_brought_here_before_the_inclusion_goes_on_as_a_local_one():
    storage = note_included(WAITING, at(12), [noted(ONE, (0, 2))], b"vrf")
    record = record_of(storage)
    assert isinstance(record.origin, LocalInclusion)
    assert record.attested_valid == (True, True, True, False, False, False)
    assert record.is_disputed
    storage = vote(storage, 13, ONE, invalid=[1, 2, 3, 4])
    assert storage.abandoned == (replace(SIGNAL, last_ancestor_number=11),)


def test_an_ended_dispute_is_not_begun_again_by_an_inclusion():
    ended = begin(DISPUTED, 15)
    assert note_included(ended, at(15), [noted(ONE)]) == ended
    assert len(PUBLIC) == 6
