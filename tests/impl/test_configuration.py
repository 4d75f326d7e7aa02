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


def test_a_member_may_be_zero():
    for name in MEMBERS:
        assert getattr(HostConfiguration(**{name: 0}), name) == 0
