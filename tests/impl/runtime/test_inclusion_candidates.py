"""§2.5.6/process_candidates: what a candidate is checked for, and what it becomes."""

from __future__ import annotations

import inspect
import pickle
from dataclasses import replace

import pytest

from impl.crypto.encoding import encode
from impl.crypto.errors import Refused
from impl.errors import CheckFailed, Undefined
from impl.frozen_map import FrozenMap
from impl.receipts import BACKED_CANDIDATE, decode_backed
from impl.runtime import inclusion_errors
from impl.runtime.inclusion import process_candidates
from impl.runtime.inclusion_backing import compute_backing_threshold
from impl.runtime.inclusion_errors import (
    AlreadyIncluded,
    BadBackingSignature,
    BadCollatorSignature,
    BitfieldOfUnknownBlock,
    Blacklisted,
    CandidateNotScheduled,
    CandidateOfAnotherBlock,
    CandidatesNotAscending,
    NoSuchGroup,
    NotEnoughBacking,
    NotOnCurrentHead,
    ParaStillPending,
    PrematureUpgrade,
    UpgradeWaiting,
    WrongBackingSize,
    WrongCollator,
    WrongVoteCount,
)
from impl.runtime.past_code import ParaPastCodeMeta, ReplacementTimes
from impl.statements import StatementKind
from tests.impl.runtime.cases import AMENDED, WRITTEN, written
from tests.impl.runtime.inclusion_cases import (
    COLLATOR,
    NOW,
    OTHER,
    PARAS,
    SCHEDULED,
    assign,
    at,
    backed,
    key,
    pending,
    receipt,
    stored,
    vote,
)
from tests.impl.runtime.test_inclusion_bitfields import REFUSED

EMPTY = stored()


def process(*candidates, storage=EMPTY, scheduled=SCHEDULED, rules=AMENDED, **context):
    return process_candidates(storage, at(rules=rules, **context), candidates, scheduled)


def test_a_backed_candidate_becomes_pending_without_votes():
    storage, cores = process(backed())
    candidate = storage.pending_availability[1]
    assert cores == (0,)
    assert (candidate.core, candidate.receipt, candidate.backers) == (0, receipt(), (0, 1))
    assert candidate.availability_votes == (False,) * 6
    assert (candidate.relay_parent_number, candidate.backed_in_number) == (NOW - 1, NOW)


def test_cores_ascend_whatever_the_order_of_paras():
    scheduled = (assign(0, 2), assign(1, 1))
    storage, cores = process(backed(group=1), backed(receipt(2), group=0), scheduled=scheduled)
    assert cores == (0, 1)
    assert [each.core for each in storage.pending_availability.values()] == [1, 0]
    assert process() == (EMPTY, ())


def test_seconding_backs_a_candidate_as_well():
    candidate = receipt()
    votes = vote(candidate, 0, kind=StatementKind.SECONDED), vote(candidate, 1)
    process(replace(backed(candidate), validity_votes=votes))


def test_the_group_on_the_core_has_to_sign_and_no_other():
    process(backed(group=2), scheduled=[assign(0, 1, group=2)])
    with pytest.raises(BadBackingSignature, match="validator 4 did not back para 1"):
        process(backed(group=0), scheduled=[assign(0, 1, group=2)])


# ---- what is refused

WAITS = replace(PARAS, future_code_upgrades=FrozenMap({1: 20}))
UPGRADED = replace(
    PARAS, past_code_meta=FrozenMap({1: ParaPastCodeMeta((ReplacementTimes(3, 4),))})
)
PRUNED = replace(PARAS, past_code_meta=FrozenMap({1: ParaPastCodeMeta((), last_pruned=3)}))
CLAIM = [assign(0, 1, collator=key("claimant").public)]
UPGRADE = backed(receipt(code=b"next"))
FORGED = replace(receipt(), collator_signature=receipt(pov_hash=OTHER).collator_signature)

CASES = {
    CandidateNotScheduled: lambda: process(backed(receipt(3))),
    CandidatesNotAscending: lambda: process(backed(receipt(2), 1), backed()),
    ParaStillPending: lambda: process(backed(), storage=stored(pending(1, 2))),
    Blacklisted: lambda: process(backed(), blacklist=[receipt().hash()]),
    CandidateOfAnotherBlock: lambda: process(backed(receipt(relay_parent=OTHER))),
    NotOnCurrentHead: lambda: process(backed(receipt(parent_head=OTHER))),
    WrongCollator: lambda: process(backed(), scheduled=CLAIM),
    BadCollatorSignature: lambda: process(backed(FORGED)),
    PrematureUpgrade: lambda: process(UPGRADE, paras=UPGRADED, validation_upgrade_frequency=7),
    UpgradeWaiting: lambda: process(UPGRADE, paras=WAITS),
    NoSuchGroup: lambda: process(backed(), scheduled=[assign(0, 1, group=3)]),
    WrongBackingSize: lambda: process(replace(backed(), validator_indices=(True, True, False))),
    WrongVoteCount: lambda: process(replace(backed(), validator_indices=(True, False))),
    BadBackingSignature: lambda: process(
        replace(backed(), validity_votes=backed().validity_votes[::-1])
    ),
    NotEnoughBacking: lambda: process(backed(by=[1])),
}
ELSEWHERE = {BitfieldOfUnknownBlock, AlreadyIncluded}
"""One for the text as written, one for the inherent: in the tests of those."""


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
        for _, each in inspect.getmembers(inclusion_errors, inspect.isclass)
        if issubclass(each, CheckFailed) and each is not CheckFailed
    }
    assert classes == set(CASES) | set(REFUSED) | ELSEWHERE


def test_a_signature_is_missing_for_a_set_bit():
    missing = replace(backed(), validity_votes=backed().validity_votes[:1])
    with pytest.raises(WrongVoteCount, match="1 signatures for 2 bits"):
        process(missing)


def test_one_para_has_one_candidate_at_most():
    with pytest.raises(CandidatesNotAscending):
        process(backed(), backed())


def test_a_claimant_may_author_and_a_parachain_has_no_claimant():
    claimant = key("claimant")
    process(backed(receipt(by=claimant)), scheduled=CLAIM)
    process(backed(receipt(by=claimant)))


def test_every_flipped_bit_is_refused_by_name():
    data = encode(BACKED_CANDIDATE, backed())
    for place in range(0, len(data) * 8, 7):
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises((CheckFailed, Refused)):
            process(decode_backed(bytes(flipped)))
    for length in range(0, len(data), 5):
        with pytest.raises(Refused):
            decode_backed(data[:length])


# ---- upgrades


@pytest.mark.parametrize(("frequency", "accepted"), [(6, True), (7, False)])
@pytest.mark.parametrize("known", [UPGRADED, PRUNED], ids=["known", "pruned"])
def test_upgrades_are_at_least_the_frequency_apart(frequency, accepted, known):
    """Relay parent 7, delay 2: expected at 9; the one before at 3."""
    context = {"paras": known, "validation_upgrade_frequency": frequency}
    if accepted:
        process(UPGRADE, **context)
    else:
        with pytest.raises(PrematureUpgrade):
            process(UPGRADE, **context)
    process(backed(), **context)


@pytest.mark.parametrize(("planned", "accepted"), [(4, True), (5, False), (13, False), (14, True)])
def test_as_written_a_planned_upgrade_far_enough_away_may_be_replaced(planned, accepted):
    paras = replace(PARAS, future_code_upgrades=FrozenMap({1: planned}))
    candidate = backed(receipt(code=b"next"), rules=WRITTEN)
    context = {"paras": paras, "rules": WRITTEN, "validation_upgrade_frequency": 5}
    if accepted:
        process(candidate, **context)
    else:
        with pytest.raises(
            PrematureUpgrade, match=f"less than 5 blocks from its upgrade at {planned}"
        ):
            process(candidate, **context)


def test_as_written_an_upgrade_that_is_done_does_not_matter():
    candidate = backed(receipt(code=b"next"), rules=WRITTEN)
    process(candidate, rules=WRITTEN, paras=UPGRADED, validation_upgrade_frequency=7)


# ---- backing


@pytest.mark.parametrize(
    ("members", "majority", "two_thirds"),
    [(0, 1, 0), (1, 1, 1), (2, 2, 2), (3, 2, 2), (4, 3, 3), (5, 3, 4), (6, 4, 4), (7, 4, 5)],
)
def test_the_two_thresholds_of_the_text(members, majority, two_thirds):
    assert compute_backing_threshold(AMENDED, members) == majority
    rules = written(variants={"backing_threshold": "two_thirds"})
    assert compute_backing_threshold(rules, members) == two_thirds


# ---- the text as written, where an amendment adds a check

LENIENT = {
    "candidate-on-parent": lambda rules: process(
        backed(receipt(relay_parent=OTHER), rules=rules),
        storage=stored(ancestry=FrozenMap({OTHER: 4})),
        rules=rules,
    ),
    "candidate-extends-head": lambda rules: process(
        backed(receipt(parent_head=OTHER), rules=rules), rules=rules
    ),
    "candidate-of-claimant": lambda rules: process(
        backed(rules=rules), scheduled=CLAIM, rules=rules
    ),
    "collator-signs-candidate": lambda rules: process(backed(FORGED, rules=rules), rules=rules),
    "no-upgrade-while-one-waits": lambda rules: process(
        backed(receipt(code=b"next"), rules=rules), paras=WAITS, rules=rules
    ),
}


@pytest.mark.parametrize("amendment", LENIENT)
def test_each_amendment_alone_makes_the_difference(amendment):
    LENIENT[amendment](WRITTEN)
    with pytest.raises(CheckFailed):
        LENIENT[amendment](written(amendment))


def test_as_written_the_number_of_an_unknown_relay_parent_is_undefined():
    with pytest.raises(Undefined, match="none of this chain"):
        process(backed(receipt(relay_parent=OTHER), rules=WRITTEN), rules=WRITTEN)


def test_as_written_a_statement_can_be_replayed_in_another_session():
    candidate = backed(rules=WRITTEN)
    process(candidate, rules=WRITTEN)
    with pytest.raises(BadBackingSignature):
        process(candidate, rules=written("signatures-name-session"))
    assert candidate.candidate.descriptor.collator == COLLATOR.public
