"""Which text is in force: names are known, readings are decided, and never twice."""

from __future__ import annotations

import copy
import pickle

import pytest

from impl.errors import BadValue, ContradictoryReading, MissingReading, UnknownName
from impl.rules import (
    ALL_READINGS,
    ALL_VARIANTS,
    AMENDMENTS,
    PENDING_READINGS,
    PENDING_REPAIRS,
    PENDING_VARIANTS,
    READINGS,
    REPAIRS,
    VARIANTS,
    Rules,
)


def test_the_text_as_written_has_no_amendment():
    rules = Rules.as_written()
    assert rules.amendments == frozenset()
    assert not any(rules.amended(name) for name in AMENDMENTS)


def test_the_text_as_amended_has_them_all_but_those_left_out():
    assert Rules.as_amended().amendments == AMENDMENTS
    rules = Rules.as_amended(without=["no-core-no-group"])
    assert AMENDMENTS - rules.amendments == {"no-core-no-group"}


def test_single_amendments_can_be_added_to_the_text_as_written():
    rules = Rules.as_written(plus=["no-core-no-group"])
    assert rules.amended("no-core-no-group")
    assert not rules.amended("groups-per-core")


def test_an_amended_reading_has_the_first_option():
    assert Rules.as_amended().reading("returned-claim-core") == "own"
    assert Rules.as_amended({"returned-claim-core": "own"}).reading("returned-claim-core") == "own"


def test_a_reading_that_is_not_amended_must_be_chosen():
    assert (
        Rules.as_written({"returned-claim-core": "next"}).reading("returned-claim-core") == "next"
    )
    with pytest.raises(MissingReading) as caught:
        Rules.as_written().reading("returned-claim-core")
    message = "the text leaves 'returned-claim-core' open: choose 'own' or 'next'"
    assert str(caught.value) == message


def test_an_amended_reading_cannot_be_read_otherwise():
    with pytest.raises(ContradictoryReading, match="amended to 'own' and cannot be read as 'next'"):
        Rules.as_amended({"returned-claim-core": "next"})


def test_a_variant_has_a_default():
    assert Rules.as_amended().variant("timeout_rule") == "predicate"
    assert Rules.as_written(variants={"timeout_rule": "prose"}).variant("timeout_rule") == "prose"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Rules.as_written(plus=["group-per-core"]),
            "no amendment 'group-per-core'; did you mean 'groups-per-core'?",
        ),
        (
            lambda: Rules.as_amended(without=["next-core-restart"]),
            "no amendment 'next-core-restart'; did you mean 'next-core-restarts'?",
        ),
        (
            lambda: Rules.as_written({"returned-claims-core": "own"}),
            "no reading 'returned-claims-core'; did you mean 'returned-claim-core'?",
        ),
        (
            lambda: Rules.as_written({"returned-claim-core": "zzz"}),
            "no option of reading 'returned-claim-core' 'zzz'; known: next, own",
        ),
        (
            lambda: Rules.as_written(variants={"timeout": "prose"}),
            "no variant 'timeout'; did you mean 'timeout_rule'?",
        ),
        (
            lambda: Rules.as_written(variants={"timeout_rule": "proze"}),
            "no value of variant 'timeout_rule' 'proze'; did you mean 'prose'?",
        ),
        (
            lambda: Rules.as_amended().amended("freed"),
            f"no amendment 'freed'; known: {min(AMENDMENTS)}, ",
        ),
        (lambda: Rules.as_amended().reading("groups-per-core"), "no reading 'groups-per-core'"),
        (lambda: Rules.as_amended().variant("timeouts"), "no variant 'timeouts'; did you mean"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(make, message):
    with pytest.raises(UnknownName) as caught:
        make()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Rules("groups-per-core"),
        lambda: Rules.as_written(plus="groups-per-core"),
        lambda: Rules.as_amended(without="groups-per-core"),
    ],
)
def test_a_single_name_is_no_set_of_names(make):
    with pytest.raises(BadValue, match="must be a set of ids, got 'groups-per-core'"):
        make()


def test_rules_are_values():
    rules = Rules.as_written({"returned-claim-core": "own"}, variants={"timeout_rule": "prose"})
    for twin in (copy.deepcopy(rules), pickle.loads(pickle.dumps(rules))):  # noqa: S301 - own bytes
        assert twin == rules
        assert hash(twin) == hash(rules)
    assert rules != Rules.as_written({"returned-claim-core": "next"})


def test_rules_do_not_change_with_the_mappings_they_were_made_from():
    readings = {"returned-claim-core": "own"}
    rules = Rules.as_written(readings)
    readings["returned-claim-core"] = "next"
    assert rules.reading("returned-claim-core") == "own"
    with pytest.raises(TypeError):
        rules.readings["returned-claim-core"] = "next"


def test_every_reading_and_variant_offers_a_choice():
    for options in (*ALL_READINGS.values(), *ALL_VARIANTS.values()):
        assert len(options) == len(set(options)) >= 2


def test_what_is_pending_is_an_amendment_too_and_in_one_group_only():
    groups = (REPAIRS, PENDING_REPAIRS, set(READINGS), set(PENDING_READINGS))
    assert set().union(*groups) == AMENDMENTS
    assert sum(map(len, groups)) == len(AMENDMENTS)
    assert not VARIANTS.keys() & PENDING_VARIANTS.keys()
    pending = Rules.as_amended(variants={"session_order": "soft"})
    assert pending.variant("session_order") == "soft"
    assert Rules.as_written().variant("session_order") == "brick"
