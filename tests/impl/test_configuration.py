"""Members of the host configuration have ranges."""

from __future__ import annotations

from dataclasses import fields

import pytest

from impl.errors import BadValue
from impl.runtime.configuration import HostConfiguration

MEMBERS = [member.name for member in fields(HostConfiguration)]


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("value", [-1, 2**32, "3", None, 1.5])
def test_a_member_is_an_unsigned_number(name, value):
    with pytest.raises(BadValue, match=f"{name} must be"):
        HostConfiguration(**{name: value})


def test_only_the_rotation_frequency_may_not_be_zero():
    for name in MEMBERS:
        if name != "group_rotation_frequency":
            assert getattr(HostConfiguration(**{name: 0}), name) == 0
    with pytest.raises(BadValue, match=r"group_rotation_frequency must be between 1 and"):
        HostConfiguration(group_rotation_frequency=0)
