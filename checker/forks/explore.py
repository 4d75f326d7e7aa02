"""Every order in which two forks can grow, and each state against the same fork grown alone.

Alone means: in a process of its own, from genesis on, the other fork never begun.  Each order, too,
has its own process, so that a fault that hides in memory is found where it first shows and can be
shown again by that order alone.
"""

from __future__ import annotations

import math
import pickle
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from checker.verdict import Verdict, Word
from impl.runtime.block import Block
from impl.runtime.digest import compute_hash
from impl.runtime.state import RuntimeState

from .compare import Item, fingerprint, first_difference
from .isolated import isolated
from .node import Node
from .plan import COMMON, FORKS

PROPERTY = "forks_do_not_touch_each_other"
TOKEN = "§2.4/description.3"  # noqa: S105 - of a sentence
GENESIS = "genesis"

Make = Callable[[], Node]
Order = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """One block of a fork that was grown alone."""

    label: str
    """Its fork and its place there."""

    block: Block
    state: RuntimeState
    mark: bytes
    """Fingerprint of the state."""


@dataclass(frozen=True, slots=True)
class Alone:
    """A fork grown by itself: what each step gave, and everything in its tree."""

    outcomes: tuple[bytes | str, ...]
    known: Mapping[bytes, Known]

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why there is no block, for each step without one."""
        return tuple(each for each in self.outcomes if isinstance(each, str))

    def contents(self) -> dict[str, int]:
        """How much there is in its own blocks: if that is little, little was tried."""
        own = [self.known[name].block for name in self.outcomes if isinstance(name, bytes)]
        inherents = [block.extrinsics[0].arguments for block in own]
        return {
            "blocks": len(own),
            "bitfields": sum(_size(bitfields) for bitfields, _ in inherents),
            "candidates": sum(_size(candidates) for _, candidates in inherents),
            "calls": sum(len(block.extrinsics) - 1 for block in own),
            "session changes": sum(block.session_change is not None for block in own),
        }


def _size(given: object) -> int:
    return len(given) if isinstance(given, tuple | list) else 0


@dataclass(frozen=True, slots=True)
class Difference:
    """An order of events after which something is not as it is alone."""

    events: tuple[str, ...]
    """The blocks in the order of their execution; the last one shows the difference."""

    where: str
    """The block whose state differs."""

    item: Item
    """The first storage item that differs."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One order, gone through: the trees it met, comparisons made, the first difference."""

    trees: tuple[bytes, ...]
    compared: int
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class Result:
    """All orders, or as many as there was time for."""

    total: int
    done: int
    trees: int
    compared: int
    differing: int
    difference: Difference | None
    """A shortest one."""

    alone: Mapping[str, Alone]
    seconds: float | None
    """The limit that was met, None if there was time enough."""

    def verdict(self, instance: str, amendments: str, extent: str) -> Verdict:
        """The answer for this instance and this text."""
        word, detail = Word.HOLDS, ""
        if self.difference is not None:
            word = Word.VIOLATED
        elif self.seconds is not None:
            word = Word.UNDETERMINED
            detail = f"seconds: {self.seconds:g}; {self.done} of {self.total} interleavings"
        elif any(not fork.contents()["blocks"] for fork in self.alone.values()):
            word, detail = Word.VACUOUS, "a fork without a block"
        length = None if self.difference is None else len(self.difference.events)
        return Verdict(
            word,
            detail,
            system="forks",
            property=PROPERTY,
            kind="invariant",
            token=TOKEN,
            engine="interleavings",
            length=length,
            instance=instance,
            amendments=amendments,
            extent=extent,
        )


# ---- one fork, one order


def grow_alone(make: Make, fork: str, depth: int) -> Alone:
    """Grow one fork and never begin the other; keep each state as it is when it is made."""
    node = make()
    known = {node.tree.genesis_hash: _snapshot(node, node.tree.genesis_hash, GENESIS)}
    known[node.common] = _snapshot(node, node.common, COMMON)
    outcomes = []
    for step in range(1, depth + 1):
        outcome = node.grow(fork)
        outcomes.append(outcome)
        if isinstance(outcome, bytes):
            known[outcome] = _snapshot(node, outcome, f"{fork}{step}")
    return Alone(tuple(outcomes), known)


def _snapshot(node: Node, name: bytes, label: str) -> Known:
    """A block with a copy of its state that shares nothing with the state in the tree."""
    state = node.tree.get_state(name)
    copy = pickle.loads(pickle.dumps(state))  # noqa: S301 - written here, in the same breath
    return Known(label, node.tree.get_block(name), copy, fingerprint(state))


def walk(make: Make, order: Order, alone: Mapping[str, Alone]) -> Walk:
    """Grow both forks in this order; after each event, compare the whole tree."""
    node, events, trees, compared = make(), [], [], 0
    known = {name: each for fork in alone.values() for name, each in fork.known.items()}
    taken = dict.fromkeys(FORKS, 0)
    for fork in (None, *order):
        difference = None
        if fork is not None:
            taken[fork] += 1
            events.append(f"{fork}{taken[fork]}")
            expected = alone[fork].outcomes[taken[fork] - 1]
            compared += 1
            difference = _of_outcome(node, expected, _grow(node, fork), events, known)
        if difference is None:
            compared += len(node.tree)
            difference, tree = _of_tree(node, events, known)
            trees.append(tree)
        if difference is not None:
            return Walk(tuple(trees), compared, difference)
    return Walk(tuple(trees), compared, None)


def _grow(node: Node, fork: str) -> bytes | str:
    """The next block; alone nothing breaks down, so whatever does so here is a difference."""
    try:
        return node.grow(fork)
    except Exception as error:  # noqa: BLE001 - of the implementation under test
        return f"broke down, {type(error).__name__}: {error}"


def _of_outcome(
    node: Node,
    expected: bytes | str,
    found: bytes | str,
    events: list[str],
    known: Mapping[bytes, Known],
) -> Difference | None:
    """The event itself: the same block or the same refusal, and if not, where they differ."""
    if expected == found:
        return None
    item: Item | None = None
    if isinstance(expected, bytes) and isinstance(found, bytes):
        item = first_difference(known[expected].state, node.tree.get_state(found))
        item = item or first_difference(known[expected].block, node.tree.get_block(found), "block")
    item = item or Item("import", _told(expected), _told(found))
    return Difference(tuple(events), events[-1], item)


def _told(outcome: bytes | str) -> str:
    return outcome if isinstance(outcome, str) else f"block {outcome.hex()}"


def _of_tree(
    node: Node, events: list[str], known: Mapping[bytes, Known]
) -> tuple[Difference | None, bytes]:
    """Every state in the tree, parents first; and the fingerprint of the tree."""
    marks, where = {}, events[-1] if events else COMMON
    for name in node.tree:
        state, should = node.tree.get_state(name), known.get(name)
        if should is None:
            item = Item("block", "not in the tree", name.hex())
            return Difference(tuple(events), where, item), b""
        marks[name] = fingerprint(state)
        if not marks[name] or marks[name] != should.mark:
            differing = first_difference(should.state, state)
            item = differing or Item("state", "immutable", "a value that can still change")
            return Difference(tuple(events), should.label, item), b""
    return None, compute_hash(tuple(sorted(marks.items())))


# ---- all orders


def orders(depth: int) -> Iterator[Order]:
    """Every way to shuffle `depth` steps of each fork together, in lexicographic order."""
    first, second = FORKS
    for places in combinations(range(2 * depth), depth):
        chosen = set(places)
        yield tuple(first if at in chosen else second for at in range(2 * depth))


def explore(
    make: Make,
    depth: int,
    *,
    seconds: float | None = None,
    progress: Callable[..., None] = lambda **_: None,
    clock: Callable[[], float] = time.monotonic,
) -> Result:
    """Grow each fork alone, then both in every order, as long as there is time."""
    end = math.inf if seconds is None else clock() + seconds
    alone = {fork: isolated(lambda fork=fork: grow_alone(make, fork, depth)) for fork in FORKS}  # type: ignore[misc]
    walks: list[Walk] = []
    stopped = False
    total = math.comb(2 * depth, depth)
    for order in orders(depth):
        if clock() >= end:
            stopped = True
            break
        walks.append(isolated(lambda order=order: walk(make, order, alone)))  # type: ignore[misc]
        progress(interleavings=len(walks), of=total)
    found = [each.difference for each in walks if each.difference is not None]
    return Result(
        total=total,
        done=len(walks),
        trees=len({tree for each in walks for tree in each.trees}),
        compared=sum(each.compared for each in walks),
        differing=len(found),
        difference=min(found, key=lambda each: len(each.events), default=None),
        alone=alone,
        seconds=seconds if stopped else None,
    )
