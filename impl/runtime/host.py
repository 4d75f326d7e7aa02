"""A chain with its forks: its runtime and genesis state, and a tree of blocks with their states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from impl.errors import UnknownName
from impl.primitives import BlockNumber, ParaId
from impl.rules import Rules
from impl.runtime import inclusion_inherent, initializer, outside, paras, validity_calls
from impl.runtime.block import Block, execute_block, make_block
from impl.runtime.block_errors import UnknownParent
from impl.runtime.configuration import ConfigurationStorage, HostConfiguration
from impl.runtime.context import GENESIS_PARENT
from impl.runtime.dispatch import CONFIGURATION, Runtime, table
from impl.runtime.groups import shuffled
from impl.runtime.initializer import SessionChange
from impl.runtime.paras_storage import ParaGenesisArgs, ParasStorage
from impl.runtime.scheduler_storage import Shuffle
from impl.runtime.state import RuntimeState


def relay_chain(rules: Rules, *, shuffle: Shuffle = shuffled) -> Runtime:
    """Return the runtime with all modules of the text, and what a chain needs besides. §2.5.1."""
    entry_points = table(
        CONFIGURATION,
        inclusion_inherent.ENTRY_POINTS,
        validity_calls.ENTRY_POINTS,
        outside.ENTRY_POINTS,
    )
    finalizers = (inclusion_inherent.finalization,)
    return Runtime(rules, entry_points, finalizers=finalizers, shuffle=shuffle)


def genesis_state(
    runtime: Runtime,
    configuration: HostConfiguration,
    registered: Mapping[ParaId, ParaGenesisArgs],
    session: SessionChange,
) -> RuntimeState:
    """Return the state behind block 0: the first session, with paras that are live already.

    By one reading of §2.5.1/description.8.1 no module is told of that session.
    """
    state = RuntimeState(
        configuration=ConfigurationStorage(configuration),
        paras=paras.with_registered(ParasStorage(), registered),
    )
    if runtime.rules.reading("genesis-begins-session") == "silent":
        return replace(state, validators=session.validators, queued=session.queued)
    return initializer.start_session(state, runtime, session)


@dataclass(frozen=True, slots=True)
class Imported:
    """A block that is part of a tree."""

    block: Block
    """The block."""

    state: RuntimeState
    """The state behind it."""


class BlockTree:
    """All blocks that one node knows. §2.4/description.1.

    Everything in it is immutable and states share what a block did not change, so forks, and copies
    of whole trees, cost only what differs.  A block that is refused leaves the tree as it was.
    """

    def __init__(self, runtime: Runtime, genesis: RuntimeState) -> None:
        block = make_block(GENESIS_PARENT, BlockNumber(0))
        self.runtime, self.genesis_hash = runtime, block.hash
        self._imported = {block.hash: Imported(block, genesis)}
        self._children: dict[bytes, tuple[bytes, ...]] = {block.hash: ()}

    def import_block(self, block: Block) -> bytes:
        """Execute a block on its parent and return its hash; one that is known stays as it is."""
        name = block.hash
        if name in self._imported:
            return name
        parent = self._imported.get(block.header.parent_hash)
        if parent is None:
            raise UnknownParent(block.header.parent_hash)
        state = execute_block(parent.state, block, self.runtime)
        self._imported[name] = Imported(block, state)
        self._children[name] = ()
        self._children[parent.block.hash] += (name,)
        return name

    def get_block(self, name: bytes) -> Block:
        """Return the block of this hash."""
        return self._get(name).block

    def get_state(self, name: bytes) -> RuntimeState:
        """Return the state behind the block of this hash."""
        return self._get(name).state

    def get_children(self, name: bytes) -> tuple[bytes, ...]:
        """Return the blocks on this one, in the order of their arrival."""
        self._get(name)
        return self._children[name]

    def get_leaves(self) -> tuple[bytes, ...]:
        """Return the blocks without children, in the order of their arrival."""
        return tuple(name for name, children in self._children.items() if not children)

    def get_chain(self, name: bytes) -> Iterator[bytes]:
        """Yield this block, its parent, and so on to genesis."""
        while name != self.genesis_hash:
            yield name
            name = self._get(name).block.header.parent_hash
        yield name

    def is_ancestor(self, ancestor: bytes, name: bytes) -> bool:
        """Tell whether `ancestor` is `name` or one of the blocks that it builds on."""
        return ancestor in self.get_chain(name)

    def copy(self) -> BlockTree:
        """Return a tree of its own with the same blocks and the same states."""
        twin = BlockTree(self.runtime, self.get_state(self.genesis_hash))
        twin._imported = dict(self._imported)
        twin._children = dict(self._children)
        return twin

    def __contains__(self, name: bytes) -> bool:
        return name in self._imported

    def __len__(self) -> int:
        return len(self._imported)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the blocks in the order of their arrival: parents before children."""
        return iter(self._imported)

    def _get(self, name: bytes) -> Imported:
        if name not in self._imported:
            raise UnknownName("block", name.hex(), known=tuple(each.hex() for each in self))
        return self._imported[name]
