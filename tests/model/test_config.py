"""A configuration refuses every name that does not exist: no switch is misspelt in silence."""

from __future__ import annotations

import pytest

from model.config import Config, Rules, resized
from model.language.errors import BadValue, UnknownName
from model.systems import SYSTEMS, family

KNOWN = frozenset({"one-thing", "another-thing"})
VARIANTS = {"option": ("first", "second")}


def config(amendments=(), **variants):
    return Config({"cores": 2}, Rules(frozenset(amendments), KNOWN, variants), VARIANTS)


def test_sizes_are_attributes():
    assert config().cores == 2
    with pytest.raises(UnknownName, match=r"no 'core'.*cores"):
        _ = config().core


def test_what_follows_from_sizes_is_an_attribute_too():
    cfg = config()
    cfg.limit = 2 * cfg.cores
    assert cfg.limit == 4


def test_an_amendment_is_in_force_or_not_and_being_asked_is_remembered():
    cfg = config(["one-thing"])
    assert cfg.amended("one-thing")
    assert cfg.asked == {"one-thing"}
    assert not cfg.amended("another-thing")
    assert cfg.asked == KNOWN


def test_an_amendment_that_does_not_exist_is_an_error_with_the_nearest_name():
    with pytest.raises(UnknownName, match=r"no amendment 'one-thin'.*one-thing"):
        config().amended("one-thin")
    with pytest.raises(UnknownName, match=r"no amendment 'one-thin'.*one-thing"):
        Rules(frozenset({"one-thin"}), KNOWN)


def test_a_variant_is_the_first_alternative_unless_chosen():
    assert config().variant("option") == "first"
    assert config(option="second").variant("option") == "second"


def test_a_variant_or_alternative_that_does_not_exist_is_an_error():
    with pytest.raises(UnknownName, match=r"no variant 'optoin'.*option"):
        config(optoin="first")
    with pytest.raises(BadValue, match="option='third'; it is one of first, second"):
        config(option="third")
    with pytest.raises(UnknownName, match="no variant 'options'"):
        config().variant("options")


def test_sizes_can_be_overridden_by_name():
    assert resized({"cores": 2, "threads": 1}, {"cores": 3}) == {"cores": 3, "threads": 1}


def test_nothing_but_natural_numbers_are_sizes():
    with pytest.raises(UnknownName, match=r"no size 'core'.*cores"):
        resized({"cores": 2}, {"core": 3})
    for value in (-1, True, 1.5, "2"):
        with pytest.raises(BadValue, match="it is a natural number"):
            resized({"cores": 2}, {"cores": value})


def test_systems_are_found_by_name():
    assert family("scheduler").name == "scheduler"
    with pytest.raises(UnknownName, match=r"no system 'schedular'.*scheduler"):
        family("schedular")


def test_instances_are_found_by_name():
    with pytest.raises(UnknownName, match=r"scheduler has no instance 'tiy'.*tiny"):
        family("scheduler").system("tiy", Rules())


@pytest.mark.parametrize("name", SYSTEMS)
def test_all_instances_of_a_system_have_the_same_sizes(name):
    instances = family(name).instances
    assert "tiny" in instances
    assert len({frozenset(sizes) for sizes in instances.values()}) == 1
