"""Errors carry their values, end with their token, and survive a process boundary."""

from __future__ import annotations

import pickle

import pytest

from impl import errors

EXAMPLES = [
    errors.ClaimAlreadyIndexed(10, (10, 11)),
    errors.QueueFull(4, 4),
    errors.NotAParathread(1),
    errors.CoreNotScheduled(2, (0, 1)),
    errors.CoresNotSorted((1, 0)),
    errors.Undefined("7 % 0", "§2.5.5/session-change.9"),
    errors.Unrecoverable("a session change after initialization", "§2.5.2/session-change"),
    errors.BadValue("now", "an integer", "x"),
    errors.UnknownName("reading", "x"),
    errors.MissingReading("x", ("a", "b")),
    errors.ContradictoryReading("x", "a", "b"),
]


def leaves(cls):
    below = cls.__subclasses__()
    return [leaf for each in below for leaf in leaves(each)] if below else [cls]


def test_every_error_has_an_example():
    here = [leaf for leaf in leaves(errors.HostError) if leaf.__module__ == errors.__name__]
    assert {type(each) for each in EXAMPLES} == set(here)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda each: type(each).__name__)
def test_an_error_survives_pickling(error):
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - own bytes
    assert type(twin) is type(error)
    assert (str(twin), vars(twin)) == (str(error), vars(error))


@pytest.mark.parametrize("error", EXAMPLES[:7], ids=lambda each: type(each).__name__)
def test_an_error_of_the_text_ends_with_its_token(error):
    assert error.token.startswith("§2.5.")
    assert str(error).endswith(f" {error.token}")


def test_failed_checks_are_told_from_everything_else():
    assert [isinstance(each, errors.CheckFailed) for each in EXAMPLES] == [True] * 5 + [False] * 6
    assert isinstance(EXAMPLES[-1], ValueError)


def test_an_error_class_must_say_what_it_means():
    with pytest.raises(NotImplementedError):
        str(errors.HostError())
