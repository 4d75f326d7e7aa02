"""A tree of blocks: forks do not touch each other, and share what they have in common."""

from __future__ import annotations

import gc
import pickle
import random
import tracemalloc
from dataclasses import fields

import pytest

from impl.errors import UnknownName
from impl.primitives import ParaId
from impl.runtime.block import inclusion_extrinsic
from impl.runtime.block_errors import UnknownParent, WrongNumber
from impl.runtime.host import BlockTree, relay_chain
from tests.impl.runtime.block_cases import (
    child,
    genesis,
    govern,
    inherent,
    make_block,
    runtime,
    session,
)
from tests.impl.runtime.cases import AMENDED, WRITTEN, starts

HOST = runtime()
BLOCKS, FORKS, MANY = 1000, 20, 30


def grow(tree, parent, *extrinsics, **parts):
    """Import the next block on `parent`."""
    return tree.import_block(child(tree.get_state(parent), *extrinsics, parent=parent, **parts))


@pytest.fixture
def tree():
    return BlockTree(HOST, genesis(HOST))


def test_a_tree_begins_with_its_genesis(tree):
    root = tree.genesis_hash
    assert list(tree) == [root]
    assert (len(tree), root in tree, tree.get_leaves()) == (1, True, (root,))
    assert (tree.get_block(root).number, tree.get_state(root).now) == (0, 0)
    assert tree.get_state(root).paras.parachains == (1, 2)
    assert len(tree.get_state(root).scheduler.validator_groups) == 3


def test_children_leaves_and_ancestors(tree):
    root = tree.genesis_hash
    first = grow(tree, root)
    second = grow(tree, root, author=1)
    third = grow(tree, first)
    assert tree.get_children(root) == (first, second)
    assert tree.get_leaves() == (second, third)
    assert list(tree.get_chain(third)) == [third, first, root]
    assert tree.is_ancestor(first, third)
    assert tree.is_ancestor(third, third)
    assert not tree.is_ancestor(second, third)


def test_a_block_is_imported_once(tree):
    block = child(tree.get_state(tree.genesis_hash), parent=tree.genesis_hash)
    name = tree.import_block(block)
    state = tree.get_state(name)
    assert tree.import_block(block) == name
    assert (len(tree), tree.get_state(name)) == (2, state)
    assert tree.get_children(tree.genesis_hash) == (name,)


def test_a_block_on_an_unknown_parent_is_refused(tree):
    with pytest.raises(UnknownParent, match=f"the parent {'70' * 32} is not known"):
        tree.import_block(make_block(b"p" * 32, 1, (inherent(),)))


def test_a_refused_block_leaves_the_tree_as_it_was(tree):
    with pytest.raises(WrongNumber):
        tree.import_block(make_block(tree.genesis_hash, 2, (inherent(),)))
    assert (len(tree), tree.get_leaves()) == (1, (tree.genesis_hash,))


def test_an_unknown_block_is_refused_by_name(tree):
    for ask in (tree.get_block, tree.get_state, tree.get_children):
        with pytest.raises(UnknownName, match="no block '6e6f'"):
            ask(b"no")


def test_a_copy_grows_by_itself(tree):
    twin = tree.copy()
    name = grow(twin, twin.genesis_hash)
    assert (name in twin, name in tree) == (True, False)
    assert tree.get_children(tree.genesis_hash) == ()
    assert twin.get_state(twin.genesis_hash) is tree.get_state(tree.genesis_hash)


def test_forks_do_not_touch_each_other(tree):
    root = tree.genesis_hash
    before = pickle.dumps(tree.get_state(root))
    first = grow(tree, root, govern("registrar.register", 3, starts()))
    other = grow(tree, root, govern("configuration.set_parathread_cores", 4))
    assert pickle.dumps(tree.get_state(root)) == before
    for name, change in ((first, session()), (other, session(seed=1))):
        grow(tree, name, change=change)
    registered, reconfigured = map(tree.get_state, tree.get_leaves())
    assert (registered.paras.parachains, len(registered.scheduler.validator_groups)) == (
        (1, 2, 3),
        4,
    )
    assert (reconfigured.paras.parachains, len(reconfigured.scheduler.validator_groups)) == (
        (1, 2),
        6,
    )


def test_what_a_block_does_not_change_is_the_parents(tree):
    parent = tree.get_state(tree.genesis_hash)
    head = inherent((1, b"new head", 0))
    block = make_block(tree.genesis_hash, 1, (head,))
    state = tree.get_state(tree.import_block(block))
    assert state.configuration is parent.configuration
    for item in fields(parent.paras):
        if item.name != "heads":
            assert getattr(state.paras, item.name) is getattr(parent.paras, item.name)
    assert state.paras.heads[2] is parent.paras.heads[2]
    for name in ("validator_groups", "parathread_claim_index"):
        assert getattr(state.scheduler, name) is getattr(parent.scheduler, name)


@pytest.mark.parametrize("rules", [AMENDED, WRITTEN], ids=["as amended", "as written"])
def test_a_chain_with_all_modules_grows_through_sessions(rules):
    host = relay_chain(rules)
    tree = BlockTree(host, genesis(host))
    tip = tree.genesis_hash
    for number in range(1, 13):
        change = session(seed=number) if number % 4 == 0 else None
        block = make_block(tip, number, (inclusion_extrinsic((), ()),), session_change=change)
        tip = tree.import_block(block)
    state = tree.get_state(tip)
    assert (state.now, state.session_index) == (12, 3)
    assert state.included == (rules is WRITTEN)  # nobody takes the mark: §2.5.7/description.2
    assert not state.initializer.has_initialized


def grow_forks(tree):
    """1,000 blocks on 20 forks of a chain with 30 paras; each block has one new head."""
    random.seed(1)
    tips = [tree.genesis_hash] * FORKS
    for number in range(BLOCKS):
        fork = number % FORKS
        state = tree.get_state(tips[fork])
        para = ParaId(random.randrange(MANY))
        body = (inherent((para, bytes([fork]) * 32, state.now)),)
        change = session(seed=fork) if state.now % 25 == 24 else None
        block = make_block(tips[fork], state.now + 1, body, session_change=change)
        tips[fork] = tree.import_block(block)
    return tips


def test_a_thousand_blocks_on_twenty_forks_share_what_they_have_in_common():
    """All codes exist once, and a block costs far less than a state of its own."""
    registered = {ParaId(n): starts(b"h" * 32, bytes([n]) * 10_000) for n in range(MANY)}
    tree = BlockTree(HOST, genesis(HOST, registered))
    alone = len(pickle.dumps(tree.get_state(tree.genesis_hash)))
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tips = grow_forks(tree)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (len(tree), tree.get_leaves()) == (BLOCKS + 1, tuple(tips))
    for name in tree:
        paras = tree.get_state(name).paras
        assert paras.validation_code is tree.get_state(tree.genesis_hash).paras.validation_code
    assert len({tree.get_state(tip).now for tip in tips}) == 1
    cost = (after - before) / BLOCKS
    assert cost < 10_000 < alone / 10
