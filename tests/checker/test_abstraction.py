"""An abstract system allows what the concrete one does, or the first thing it does not is named."""

from __future__ import annotations

import pytest

from checker import abstraction
from model.config import Config
from model.language import Action, Bool, Nat, Not, System
from model.systems import Family
from properties.theorem import Abstraction


def _counter(cfg):
    def begin(s):
        s.n = 0

    def up(s):
        """One more."""
        s.require(s.n < 3, "Full")
        s.n += 1

    def reset(s):
        """None."""
        s.n = 0

    return System("counter", cfg, dict(n=Nat(3)), begin, [Action(up), Action(reset)])


def _parity(start=False, flips=True):
    def begin(s):
        s.odd = start

    def flip(s):
        """The other one."""
        s.require(s.odd if not flips else True, "Never")
        s.odd = Not(s.odd)

    return System("parity", None, dict(odd=Bool), begin, [Action(flip)])


@pytest.fixture(autouse=True)
def counter(monkeypatch: pytest.MonkeyPatch):
    family = Family(
        "counter", "", "", lambda sizes, rules: Config(sizes, rules, {}), _counter, {"tiny": {}}
    )
    monkeypatch.setattr(abstraction, "family", lambda _name: family)


def _odd(_system, state):
    return dict(odd=state["n"] % 2 == 1)


def test_every_step_has_its_image():
    image = abstraction.checked(Abstraction("counter", "tiny", _odd), _parity())
    assert not image.problem
    assert (image.concrete, image.states, image.steps) == (4, 2, 2)


def test_a_step_that_the_abstract_system_lacks_is_named():
    image = abstraction.checked(Abstraction("counter", "tiny", _odd), _parity(flips=False))
    assert "no abstract step leads from odd no to odd yes" in image.problem


def test_an_initial_state_that_is_none_is_named():
    image = abstraction.checked(Abstraction("counter", "tiny", _odd), _parity(start=True))
    assert "not an initial abstract state" in image.problem


def test_a_state_without_an_image_is_named():
    mapping = Abstraction("counter", "tiny", lambda _system, state: dict(odd=state["n"]))
    assert "no abstract state" in abstraction.checked(mapping, _parity()).problem
