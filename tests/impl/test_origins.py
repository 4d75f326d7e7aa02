"""Origins name who calls, and entry-points refuse the others."""

from __future__ import annotations

import pickle

import pytest

from impl.errors import BadValue
from impl.origins import (
    GOVERNANCE,
    INHERENT,
    BadOrigin,
    Origin,
    OriginKind,
    parachain,
    require_origin,
    signed,
)

ORIGINS = (GOVERNANCE, signed(b"\1\2"), parachain(7), INHERENT)


@pytest.mark.parametrize("kind", OriginKind)
def test_only_the_accepted_kind_passes(kind):
    for origin in ORIGINS:
        if origin.kind is kind:
            require_origin("a.call", origin, kind)
        else:
            with pytest.raises(BadOrigin) as caught:
                require_origin("a.call", origin, kind)
            assert (caught.value.accepted, caught.value.got) == ((kind.value,), str(origin))


def test_a_refusal_says_who_called_and_who_may():
    with pytest.raises(BadOrigin) as caught:
        require_origin("configuration.set_x", signed(b"\1\2"), OriginKind.GOVERNANCE)
    message = "configuration.set_x is for governance origins, not for signed 0102"
    assert str(caught.value) == f"{message} {BadOrigin.token}"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301


def test_an_origin_reads_as_what_it_is():
    assert list(map(str, ORIGINS)) == ["governance", "signed 0102", "parachain 7", "inherent"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Origin(OriginKind.SIGNED), "account must be given for a signed origin"),
        (lambda: Origin(OriginKind.GOVERNANCE, account=b"x"), "account must be given for a signed"),
        (lambda: Origin(OriginKind.PARACHAIN), "para must be given for a parachain origin"),
        (lambda: Origin(OriginKind.INHERENT, para=1), "para must be given for a parachain origin"),
        (lambda: signed("alice"), "account must be a byte string"),
        (lambda: parachain(-1), "para must be between 0 and"),
    ],
)
def test_an_origin_names_what_its_kind_needs_and_no_more(make, message):
    with pytest.raises(BadValue, match=message):
        make()
