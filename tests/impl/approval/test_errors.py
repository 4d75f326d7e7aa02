"""Every error of approval is raised somewhere, carries its values and ends with its token."""

from __future__ import annotations

import pickle
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest

from impl.approval import errors, voting_errors
from impl.errors import CheckFailed
from tests.impl.approval.cases import defined_in

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ONE, TWO = bytes(32), bytes(31) + b"\1"

EXAMPLES = [
    errors.WrongRelayBlock(ONE, TWO),
    errors.NotExecuted(5, ONE),
    errors.WrongCandidate(ONE, TWO),
    errors.WrongVrfInput(None, 5),
    errors.NotEquivocated(ONE),
    errors.NoEquivocation(ONE, TWO),
    errors.NotAssigned(1, 5, 9),
    errors.AlreadyAnnounced(1, 5),
    errors.TooEarly(1, 30, 20),
    errors.PeriodOver(60, 61),
    errors.NoAssignment(1, ONE),
    errors.NotItsTurn(1, 5, 20),
    errors.StakeNotRaised(2, 2),
    errors.NotAnAttester(1, ONE),
    errors.NotAsked(1),
    errors.WrongAnswer(ONE, TWO),
    errors.NothingInAnswer(1),
    errors.WrongBlock(ONE, TWO),
    errors.WrongBlob(ONE, TWO),
    errors.NotItsPiece(1, 2),
    errors.PieceKnown(1),
    errors.PiecesMissing(4, 5),
    errors.OtherState(ONE, TWO),
    errors.CodeHasAnotherRoot("why"),
    errors.RejectedByValidation("why"),
    errors.ContradictsReceipt("header", 1, 2),
    voting_errors.ClockRunsBack(1, 2),
    voting_errors.UnknownBlock(ONE),
    errors.BlockKnown(ONE),
    voting_errors.NotAChild(12, 10),
    voting_errors.NotOnFinalizedChain(ONE, TWO),
    voting_errors.NotYetApproved(ONE, 4, Fraction(5)),
    voting_errors.NotYetResolved(ONE),
    voting_errors.FoundInvalid(ONE),
]
NAMES = [type(each).__name__ for each in EXAMPLES]


def test_every_error_has_an_example():
    assert {type(each) for each in EXAMPLES} == defined_in("impl.approval.errors") | defined_in(
        "impl.approval.voting_errors"
    )


@pytest.mark.parametrize("error", EXAMPLES, ids=NAMES)
def test_an_error_says_what_happened_and_where_the_text_asks_for_it(error):
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - own bytes
    assert (type(twin), str(twin), vars(twin)) == (type(error), str(error), vars(error))
    assert isinstance(error, CheckFailed)
    outline = tomllib.loads((ROOT / "docs/spec/outline.toml").read_text())
    assert error.token in outline
    assert str(error) == f"{error.describe()} {error.token}"
    for value in vars(error).values():
        shown = value.hex() if isinstance(value, bytes) else str(value)
        assert shown in str(error)


@pytest.mark.parametrize("name", NAMES)
def test_another_test_raises_it(name):
    tests = "".join(
        path.read_text() for path in HERE.glob("test_*.py") if path.name != "test_errors.py"
    )
    assert f"errors.{name}" in tests
