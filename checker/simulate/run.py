"""One run: slot by slot somebody makes a block, or two, or one that is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from checker.files import ToolError
from impl.errors import HostError, Undefined, Unrecoverable
from impl.primitives import BlockNumber, ValidatorId, ValidatorIndex
from impl.runtime.block import apply_extrinsic, inclusion_extrinsic, make_block
from impl.runtime.block_errors import InvalidBlock

from . import adversary, names, watch
from .cast import Settings
from .honest import Draft, accepted, draft
from .world import World

_FORK, _OTHER_TIP, _FORGES, _EQUIVOCATES = 0.12, 0.5, 0.5, 0.35
_STANDSTILL, _LAG = 45, 8
_NEAR = 2


class NoGenesis(ToolError):
    """The text itself has no first state: the worst of ends."""

    exit_code: ClassVar[int] = 12

    def __init__(self, label: str, error: HostError) -> None:
        self.label = label
        self.error = error
        super().__init__(f"the run ends badly before it begins, {label}: {error}")


def simulate(settings: Settings, told: Callable[[int], None] = lambda _slot: None) -> World:
    """Run all slots; what came of it is in the world.

    Raises NoGenesis if the text has no state to begin with.
    """
    try:
        world = World(settings)
    except (Undefined, Unrecoverable) as error:
        raise NoGenesis(settings.label, error) from error
    pairs: list[tuple[bytes, bytes]] = []
    for slot in range(1, settings.slots + 1):
        world.slot = slot
        told(slot)
        try:
            pairs += _slot(world)
        except (Undefined, Unrecoverable) as error:
            world.fault(f"there is no next block: {error}")
            break
        except InvalidBlock as error:
            world.fault(f"an honest block is refused: {reason(error)}: {error}")
            break
    _settle(world, pairs)
    return world


def reason(error: HostError) -> str:
    """The name of what a block was refused for."""
    return type(getattr(error, "cause", error)).__name__


def _slot(world: World) -> list[tuple[bytes, bytes]]:
    """One slot; the two blocks of an equivocation if there is one."""
    parent = _parent(world)
    author = world.random.randrange(world.settings.validators)
    honest = draft(world, parent)
    if author in world.cast.faulty and world.random.random() < _FORGES:
        forged = adversary.forge(world, world.api(parent), honest)
        if forged is not None:
            _propose_forged(world, author, *forged)
            return []
    first = _propose(world, author, _heard(world, honest))
    if author in world.cast.faulty and world.random.random() < _EQUIVOCATES:
        second = _propose(world, author, honest)
        world.deed(names.EQUIVOCATION)
        number = world.number(first)
        world.tell(number, f"v{author}! makes two blocks at height {number}")
        return [(first, second)]
    return []


def _parent(world: World) -> bytes:
    """The block to build on: the best tip, or what a node knows that hears of it late."""
    tips = world.leaves()
    best = tips[0]
    if not world.settings.forks or best == world.tree.genesis_hash:
        return best
    near = [tip for tip in tips[1:] if world.number(best) - world.number(tip) <= _NEAR]
    drawn = world.random.random()
    if near and drawn < _OTHER_TIP:
        return near[0]
    if not near and drawn < _FORK:
        return world.tree.get_block(best).header.parent_hash
    return best


def _heard(world: World, honest: Draft) -> Draft:
    """The draft with what faulty validators said, as far as the chain takes it."""
    api = world.api(honest.parent)
    state = apply_extrinsic(
        api.state, inclusion_extrinsic(honest.bitfields, honest.candidates), api.runtime
    )
    for extrinsic in honest.extras:
        state = apply_extrinsic(state, extrinsic, api.runtime)
    said = list(adversary.statements(world, state.validity))
    taken = list(accepted(api, state, (each.extrinsic for each in said)))
    for each in said:
        if each.extrinsic in taken:
            world.deed(each.deed)
    return Draft(honest.parent, honest.bitfields, honest.candidates, (*honest.extras, *taken))


def _propose(world: World, author: int, wanted: Draft) -> bytes:
    """Import a block; raises InvalidBlock where it is refused."""
    parent = world.tree.get_state(wanted.parent)
    public = ValidatorId(world.cast.keys[author].public)
    index = parent.validators.index(public) if public in parent.validators else 0
    block = make_block(
        wanted.parent,
        BlockNumber(parent.now + 1),
        (inclusion_extrinsic(wanted.bitfields, wanted.candidates), *wanted.extras),
        session_change=world.change_on(wanted.parent),
        author=ValidatorIndex(index),
        vrf_output=world.random.randbytes(32),
    )
    siblings = world.tree.get_children(wanted.parent)
    name = world.tree.import_block(block)
    world.authors[name] = world.cast.name_of(public)
    if wanted.parent in world.dead:
        world.dead.add(name)
    if siblings and not all(each in world.dead for each in siblings):
        world.counts["forks"] += 1
        world.tell(block.number, f"a fork: v{author} builds beside the other block")
    watch.imported(world, block)
    return name


def _propose_forged(world: World, author: int, forged: Draft, deed: str) -> None:
    """Propose a block that has to be refused."""
    world.deed(deed)
    number = world.number(forged.parent) + 1
    try:
        _propose(world, author, forged)
    except InvalidBlock as error:
        world.counts["blocks refused"] += 1
        world.followed(deed, f"block refused, {reason(error)}")
        world.tell(number, f"block of v{author}! refused, {reason(error)}: {deed}")
    else:
        world.followed(deed, "ACCEPTED")
        world.fault(f"a block of v{author}! is accepted: {deed}")


def _settle(world: World, pairs: list[tuple[bytes, bytes]]) -> None:
    """What the chain that was chosen looks like at the end."""
    best = world.leaves()[0]
    chain = list(world.tree.get_chain(best))
    world.counts["height"] = world.number(best)
    on_chain = set(chain)
    for pair in pairs:
        kept = any(each in on_chain for each in pair)
        what = "fork, one of the two is kept" if kept else "fork, both are left behind"
        world.followed(names.EQUIVOCATION, what)
    for candidate in world.backed:
        made = world.made[candidate]
        bad = watch.badness(world, made)
        if bad and candidate not in world.ended:
            world.followed(bad, "left with its fork, or still pending")
    _check_chain(world, chain)


def _check_chain(world: World, chain: list[bytes]) -> None:
    """Every para goes on, and nothing invalid stays, on the chain from its tip to genesis."""
    height = world.number(chain[0])
    last = dict.fromkeys(world.cast.paras, 0)
    for name in reversed(chain[:-1]):
        block, state = world.tree.get_block(name), world.tree.get_state(name)
        before = world.tree.get_state(block.header.parent_hash)
        for para in world.cast.paras:
            if state.paras.heads.get(para) != before.paras.heads.get(para):
                last[para] = block.number
        for (_, candidate), record in state.validity.candidates.items():
            made = world.made[candidate]
            included = getattr(record.origin, "included_in", None) == block.number
            invalid = not made.is_valid(world.cast.code(made.para))
            if included and invalid and height - block.number > _LAG:
                world.fault(f"{made.name} of para {made.para} is invalid and stays included")
    for para, number in last.items():
        if height - number > _STANDSTILL:
            world.fault(f"para {para} stands still since height {number}")
