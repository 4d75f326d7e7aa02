"""The configuration changes at session changes only, and only governance can change it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.errors import BadValue, UnknownName
from impl.origins import GOVERNANCE, INHERENT, BadOrigin, parachain, signed
from impl.rules import Rules
from impl.runtime.configuration import (
    MEMBERS,
    ConfigurationStorage,
    HostConfiguration,
    NoRotation,
    configuration,
    entry_point_name,
    session_change,
    set_member,
    update_configuration,
)

START = ConfigurationStorage(HostConfiguration(acceptance_period=5))


def test_a_pending_configuration_waits_for_the_session():
    storage = set_member(START, GOVERNANCE, "validation_upgrade_delay", 100)
    assert configuration(storage) is START.configuration
    assert storage.pending_configuration.validation_upgrade_delay == 100
    changed = session_change(storage)
    expected = HostConfiguration(acceptance_period=5, validation_upgrade_delay=100)
    assert changed == ConfigurationStorage(expected, None)
    assert session_change(changed) is changed


def test_updates_add_up():
    storage = set_member(START, GOVERNANCE, "parathread_cores", 3)
    storage = set_member(storage, GOVERNANCE, "acceptance_period", 7)
    storage = set_member(storage, GOVERNANCE, "parathread_cores", 4)
    expected = HostConfiguration(acceptance_period=7, parathread_cores=4)
    assert session_change(storage).configuration == expected


@given(st.lists(st.tuples(st.sampled_from(MEMBERS), st.integers(1, 2**32 - 1)), max_size=8))
def test_the_last_value_asked_for_counts(changes):
    storage = START
    for member, value in changes:
        storage = set_member(storage, GOVERNANCE, member, value)
    assert session_change(storage).configuration == replace(START.configuration, **dict(changes))


def test_an_update_may_be_any_change():
    storage = update_configuration(START, lambda pending: replace(pending, dispute_slash=9))
    assert storage.pending_configuration == HostConfiguration(acceptance_period=5, dispute_slash=9)


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("origin", [signed(b"alice"), parachain(1), INHERENT], ids=str)
def test_only_governance_sets_a_member(member, origin):
    with pytest.raises(BadOrigin) as caught:
        set_member(START, origin, member, 1)
    assert caught.value.call == f"configuration.set_{member}"
    assert set_member(START, GOVERNANCE, member, 1).pending_configuration is not None


def test_a_member_cannot_be_set_to_what_it_cannot_be():
    with pytest.raises(BadValue, match="parathread_cores must be between"):
        set_member(START, GOVERNANCE, "parathread_cores", -1)


def test_rotations_take_blocks():
    member = "group_rotation_frequency"
    with pytest.raises(NoRotation, match=r"leaves no group on any core §2\.5\.3/entry-points\.1"):
        set_member(START, GOVERNANCE, member, 0)
    rules = Rules.as_amended(without=["rotations-take-blocks"])
    pending = set_member(START, GOVERNANCE, member, 0, rules=rules).pending_configuration
    assert pending == replace(START.configuration, group_rotation_frequency=0)


def test_a_member_that_does_not_exist_is_refused():
    with pytest.raises(UnknownName, match="no member of the host configuration 'cores'"):
        set_member(START, GOVERNANCE, "cores", 1)
    assert entry_point_name("parathread_cores") == "configuration.set_parathread_cores"
