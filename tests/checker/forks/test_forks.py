"""Every order of two forks: how many there are, and planted faults that one of them shows."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from math import comb

import pytest

from checker.forks.compare import fingerprint, first_difference
from checker.forks.explore import explore, grow_alone, orders
from checker.forks.isolated import isolated
from checker.forks.node import Node
from checker.forks.plan import FORKS, SIZES
from checker.verdict import Word
from impl.errors import Undefined
from impl.frozen_map import FrozenMap
from impl.rules import Rules
from impl.runtime.context import FIRST_SESSION
from impl.runtime.host import relay_chain

AMENDED = Rules.as_amended()
SEEN: list[str] = []
"""What planted faults remember from one block to the next, as a module should not."""


def maker(*finalizers, depth=2, size="tiny", seed=0, rules=AMENDED):
    """Fresh nodes whose runtime ends each block with these, too."""

    def make_runtime(chosen):
        made = relay_chain(chosen)
        return replace(made, finalizers=(*made.finalizers, *finalizers))

    return lambda: Node(rules, SIZES[size], seed=seed, depth=depth, make_runtime=make_runtime)


def found(*finalizers, depth=2):
    """The result for a runtime with a planted fault, which must be found."""
    result = explore(maker(*finalizers, depth=depth), depth)
    assert result.verdict("tiny", "as amended", "").exit_code == 12
    assert result.difference is not None
    return result


def labelled(state) -> str:
    return state.vrf_output.decode()


# ---- without a fault


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("size", SIZES)
def test_forks_do_not_touch_and_nothing_is_left_out(depth, size):
    result = explore(maker(depth=depth, size=size), depth)
    number = comb(2 * depth, depth)
    assert (result.total, result.done) == (number, number)
    assert result.trees == (depth + 1) ** 2
    per_order = 2 * depth + sum(2 + events for events in range(2 * depth + 1))
    assert result.compared == number * per_order
    assert (result.difference, result.differing) == (None, 0)
    verdict = result.verdict(size, "as amended", "")
    assert (verdict.word, verdict.exit_code) == (Word.HOLDS, 0)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_orders_are_all_different_and_keep_each_fork_in_order(depth):
    found = list(orders(depth))
    assert len(found) == len(set(found)) == comb(2 * depth, depth)
    assert found == sorted(found)
    assert all(order.count(fork) == depth for order in found for fork in FORKS)


def test_the_forks_differ_and_have_something_in_them():
    alone = {fork: grow_alone(maker(depth=3), fork, 3) for fork in FORKS}
    contents = [each.contents() for each in alone.values()]
    assert all(each["blocks"] == 3 for each in contents)
    assert all(each["candidates"] and each["bitfields"] and each["calls"] for each in contents)
    assert sorted(each["session changes"] for each in contents) == [0, 1]
    ends = [each.known[each.outcomes[-1]].state for each in alone.values()]
    assert sorted(end.session_index - FIRST_SESSION for end in ends) == [0, 1]
    assert ends[0].paras.heads != ends[1].paras.heads
    assert ends[0].scheduler.validator_groups != ends[1].scheduler.validator_groups


def test_seeds_give_other_forks_and_one_seed_always_the_same():
    ends = [grow_alone(maker(seed=seed), "b", 2).outcomes for seed in (0, 0, 1)]
    assert ends[0] == ends[1] != ends[2]


def test_a_refusal_is_compared_like_a_block_and_a_fork_without_blocks_is_vacuous():
    def refuse(state, runtime):
        if labelled(state).startswith("b"):
            raise Undefined("nothing", "§2.4/description.3")
        return state

    result = explore(maker(refuse), 2)
    assert (result.difference, result.trees) == (None, 3)
    assert len(result.alone["b"].refusals) == 2
    verdict = result.verdict("tiny", "as amended", "")
    assert (verdict.word, verdict.exit_code) == (Word.VACUOUS, 20)


# ---- planted faults


def test_a_cache_of_a_module_is_found():
    """What is remembered by height alone is the other fork's: a1 and b1 have one height."""
    cache = {}

    def remember(state, runtime):
        return replace(state, inclusion=cache.setdefault(state.now, state.inclusion))

    result = found(remember)
    assert result.difference.events in {("a1", "b1"), ("b1", "a1")}
    assert result.difference.where == result.difference.events[-1]
    assert result.difference.item.path.startswith("inclusion.")
    assert result.differing == result.done == 6
    assert cache == {}, "every order has a memory of its own"


def test_a_change_of_the_parents_storage_is_found():
    def spoil(state, runtime):
        if labelled(state) == "a2":
            configuration = state.configuration.configuration
            object.__setattr__(configuration, "dispute_reward", 7)
        return state

    result = found(spoil)
    assert result.difference.events == ("a1", "a2")
    assert result.difference.where == "genesis"
    item = result.difference.item
    assert item.path == "configuration.configuration.dispute_reward"
    assert (item.expected, item.found) == ("0", "7")


def test_a_change_inside_a_shared_map_is_found():
    def spoil(state, runtime):
        if labelled(state) == "b2":
            para = next(iter(state.paras.validation_code))
            state.paras.validation_code._entries[para] = b"other code"
        return state

    result = found(spoil)
    assert result.difference.events == ("b1", "b2")
    assert result.difference.item.path == "paras.validation_code[1]"


def test_a_fault_of_one_order_is_found_and_that_order_named():
    def touch(state, runtime):
        SEEN.append(labelled(state))
        touched = SEEN[-3:] == ["b1", "a1", "b2"]
        return replace(state, included=True) if touched else state

    result = found(touch, depth=3)
    assert result.difference.events == ("b1", "a1", "b2")
    assert (result.difference.where, result.difference.item.path) == ("b2", "included")
    assert result.differing == 3  # b a b and then one b among a a b
    assert SEEN == []


def test_a_block_that_is_refused_only_after_the_other_forks_is_found():
    def refuse(state, runtime):
        SEEN.append(labelled(state))
        if labelled(state) == "a2" and "b1" in SEEN:
            raise Undefined("a place", "§2.4/description.3")
        return state

    result = found(refuse)
    assert result.difference.events[-1] == "a2"
    assert sorted(result.difference.events) == ["a1", "a2", "b1"]
    assert result.difference.item.path == "import"
    assert result.difference.item.found.startswith("refused, Undefined: undefined: a place")
    assert SEEN == []


def test_a_value_that_can_still_change_is_found():
    def loosen(state, runtime):
        SEEN.append(labelled(state))
        return replace(state, validity=[]) if SEEN[-2:] == ["b1", "a1"] else state

    result = found(loosen)
    assert (result.difference.events, result.difference.where) == (("b1", "a1"), "a1")
    item = result.difference.item
    assert (item.path, item.found) == ("validity", "[]")


def test_what_breaks_down_only_beside_the_other_fork_is_found():
    def stumble(state, runtime):
        SEEN.append(labelled(state))
        return {}[labelled(state)] if SEEN[-2:] == ["a2", "b1"] else state

    result = found(stumble)
    assert result.difference.events == ("a1", "a2", "b1")
    assert result.difference.item.found == "broke down, KeyError: 'b1'"


def test_what_breaks_down_alone_is_no_finding_about_forks():
    with pytest.raises(KeyError):
        explore(maker(lambda state, _: {}[labelled(state)]), 2)


# ---- too little time


def test_too_little_time_is_no_success():
    ticks = count()
    result = explore(maker(), 2, seconds=3, clock=lambda: next(ticks))
    assert (result.total, result.done) == (6, 2)
    verdict = result.verdict("tiny", "as amended", "")
    assert verdict.text == "undetermined(seconds: 3; 2 of 6 interleavings)"
    assert verdict.exit_code == 30


# ---- parts


def test_work_apart_returns_and_raises_and_leaves_nothing_behind():
    assert isolated(lambda: SEEN.append("x") or len(SEEN)) == 1
    assert SEEN == []
    with pytest.raises(Undefined, match="a place"):
        isolated(lambda: (_ for _ in ()).throw(Undefined("a place", "§2.4/description.3")))
    with pytest.raises(RuntimeError, match="Odd: strange"):
        isolated(_raise_what_cannot_travel)


def _raise_what_cannot_travel():
    class Odd(Exception):
        pass

    raise Odd("strange")


@pytest.mark.parametrize(
    ("one", "other", "path"),
    [
        ((1, 2), (1, 3), "[1]"),
        ((1, 2), (1,), " (length)"),
        (FrozenMap({1: 2}), FrozenMap({1: 2, 3: 4}), "[3]"),
        (FrozenMap({1: 2, 3: 4}), FrozenMap({1: 2}), "[3]"),
        (True, 1, "value"),
    ],
)
def test_the_first_difference_is_named(one, other, path):
    assert fingerprint(one) != fingerprint(other)
    assert first_difference(one, other).path == path
    assert first_difference(one, one) is None


def test_what_can_change_has_no_fingerprint():
    assert fingerprint([]) == b""
    assert fingerprint(()) != b""
