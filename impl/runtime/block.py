"""Blocks of the relay chain, and the state transition: what one block makes of its parent's state.

A block is what its author put together and never changes.  Executing it takes the state behind its
parent and returns another one; whatever goes wrong, the parent's is what it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from impl.errors import CheckFailed, HostError, Undefined, Unrecoverable
from impl.origins import INHERENT, Origin, require_origin
from impl.primitives import (
    BlockNumber,
    ValidatorIndex,
    require_bytes,
    require_tuple,
    require_u32,
)
from impl.runtime import initializer
from impl.runtime.block_errors import (
    FailedExtrinsic,
    InherentNotFirst,
    MalformedExtrinsic,
    MissingInherent,
    RepeatedInherent,
    UnknownEntryPoint,
    WrongArguments,
    WrongBody,
    WrongNumber,
    WrongValidators,
)
from impl.runtime.context import HASH_BYTES
from impl.runtime.digest import compute_hash
from impl.runtime.dispatch import INCLUSION, EntryPoint, Runtime
from impl.runtime.initializer import SessionChange
from impl.runtime.state import RuntimeState

FIRST_VALIDATOR = ValidatorIndex(0)


@dataclass(frozen=True, slots=True)
class Header:
    """What identifies a block."""

    parent_hash: bytes
    """Hash of the parent's header. §2.4/description.1."""

    number: BlockNumber
    """One more than the parent's."""

    body_hash: bytes
    """Hash of the extrinsics and of the session change."""

    author: ValidatorIndex = FIRST_VALIDATOR
    """Who made it, by BABE: which rules choose is beyond this text. §2.3/inclusion-pipeline.5."""

    vrf_output: bytes = b""
    """The author's randomness, by which checkers select themselves. §2.5.8/local-disputes.5.1."""

    def __post_init__(self) -> None:
        """Refuse what is no hash, no number, no index and no bytes."""
        require_bytes("parent_hash", self.parent_hash, length=HASH_BYTES)
        require_u32("number", self.number)
        require_bytes("body_hash", self.body_hash, length=HASH_BYTES)
        require_u32("author", self.author)
        require_bytes("vrf_output", self.vrf_output)

    @property
    def hash(self) -> bytes:
        """The name of the block, from everything in it."""
        return compute_hash(self)


@dataclass(frozen=True, slots=True)
class Extrinsic:
    """One call of an entry-point. §2.4/description.7.5."""

    call: str
    """Name of the entry-point."""

    arguments: tuple[object, ...] = ()
    """What is handed to it; all of them immutable."""

    origin: Origin = INHERENT
    """On whose authority."""

    def __post_init__(self) -> None:
        """Refuse a list."""
        require_tuple("arguments", self.arguments)


@dataclass(frozen=True, slots=True)
class Block:
    """A block, as it travels."""

    header: Header
    """What identifies it."""

    extrinsics: tuple[Extrinsic, ...] = ()
    """Its calls, in order."""

    session_change: SessionChange | None = None
    """The new session that it brings, if any: the decision comes from outside. §2.5.1."""

    def __post_init__(self) -> None:
        """Refuse a list."""
        require_tuple("extrinsics", self.extrinsics)

    @property
    def number(self) -> BlockNumber:
        """Its height."""
        return self.header.number

    @property
    def hash(self) -> bytes:
        """Hash of its header, which commits to the rest."""
        return self.header.hash


def compute_body_hash(
    extrinsics: tuple[Extrinsic, ...], session_change: SessionChange | None
) -> bytes:
    """Return what the header of a block with this body holds."""
    return compute_hash((extrinsics, session_change))


def make_block(
    parent_hash: bytes,
    number: BlockNumber,
    extrinsics: tuple[Extrinsic, ...] = (),
    *,
    session_change: SessionChange | None = None,
    author: ValidatorIndex = FIRST_VALIDATOR,
    vrf_output: bytes = b"",
) -> Block:
    """Put a block together; whether it is valid, only its execution tells."""
    body_hash = compute_body_hash(extrinsics, session_change)
    header = Header(parent_hash, number, body_hash, author, vrf_output)
    return Block(header, extrinsics, session_change)


def inclusion_extrinsic(bitfields: object, backed_candidates: object) -> Extrinsic:
    """Return the call that every block makes once. §2.5.7/inclusion."""
    return Extrinsic(INCLUSION, (bitfields, backed_candidates))


# ---- the state transition


def execute_block(state: RuntimeState, block: Block, runtime: Runtime) -> RuntimeState:
    """Return the state behind a block on the state behind its parent. §2.4/description.3.

    In this order: the modules are initialized, the inherent runs, then the other extrinsics, then
    the modules are finalized.  A session change comes before all that or, when it is late, right
    after initialization; with the amendment `session-change-at-block-end`, after all that.

    Raises `InvalidBlock`, one class for each reason; `Unrecoverable` where the text asks for a
    panic; `Undefined` where it does not say what happens.
    """
    _check_header(state, block)
    _check_inherent(block, runtime)
    _check_session_change(state, block)
    state = begin_block(state, block, runtime)
    for position, extrinsic in enumerate(block.extrinsics):
        state = apply_extrinsic(state, extrinsic, runtime, position=position)
    for finalize in runtime.finalizers:
        state = finalize(state, runtime)
    state = initializer.finalization(state, runtime)
    change = block.session_change
    if change is not None and _is_change_at_end(runtime):
        state = initializer.session_change(state, runtime, change)
    return state


def begin_block(state: RuntimeState, block: Block, runtime: Runtime) -> RuntimeState:
    """Return the state in which the first extrinsic of a block runs; its body does not matter."""
    change, header = block.session_change, block.header
    state = replace(
        state,
        now=header.number,
        parent_hash=header.parent_hash,
        vrf_output=header.vrf_output,
    )
    if change is None or _is_change_at_end(runtime):
        return initializer.initialization(state, runtime)
    if change.after_initialization:
        state = initializer.initialization(state, runtime)
        return initializer.session_change(state, runtime, change)
    state = initializer.session_change(state, runtime, change)
    return initializer.initialization(state, runtime)


def _is_change_at_end(runtime: Runtime) -> bool:
    return runtime.rules.amended("session-change-at-block-end")  # §2.5.5/goal.1, §2.5.1


def _check_header(state: RuntimeState, block: Block) -> None:
    if block.number != state.now + 1:
        raise WrongNumber(state.now + 1, block.number)
    body_hash = compute_body_hash(block.extrinsics, block.session_change)
    if block.header.body_hash != body_hash:
        raise WrongBody(block.header.body_hash, body_hash)


def _check_inherent(block: Block, runtime: Runtime) -> None:
    """Demand the inherent exactly once, before all else. §2.5.7/description.1.2.

    As written no routine sees to the number, and nothing of the format of a block is said.
    Whether it comes first the text does not say; all it needs is that the modules are initialized.
    """
    calls = [extrinsic.call for extrinsic in block.extrinsics]
    positions = tuple(at for at, call in enumerate(calls) if call == runtime.inherent)
    rules = runtime.rules
    if not positions and rules.amended("inherent-is-finalized"):  # §2.5.7/description.2
        raise MissingInherent(runtime.inherent)
    if len(positions) > 1 and rules.amended("inherent-runs-once"):  # §2.5.7/inclusion.6
        raise RepeatedInherent(runtime.inherent, positions)
    # §2.5.7/description.1.2
    if positions and positions[0] and rules.reading("inherent-comes-first") == "first":
        raise InherentNotFirst(runtime.inherent, positions[0])


def _check_session_change(state: RuntimeState, block: Block) -> None:
    """Demand the validators that were known beforehand. §2.5.1/description.8.2."""
    change = block.session_change
    if change is not None and change.validators != state.queued:
        raise WrongValidators(state.queued, change.validators)


def apply_extrinsic(
    state: RuntimeState, extrinsic: Extrinsic, runtime: Runtime, *, position: int = 0
) -> RuntimeState:
    """Run one call on the state of a block that is being executed. §2.4/description.7.5."""
    entry_point = runtime.entry_points.get(extrinsic.call)
    if entry_point is None:
        raise UnknownEntryPoint(position, extrinsic.call)
    _check_arguments(entry_point, extrinsic, position)
    try:
        require_origin(entry_point.name, extrinsic.origin, entry_point.origin)
        return entry_point.call(state, runtime, extrinsic.origin, *extrinsic.arguments)
    except (Undefined, Unrecoverable):
        raise
    except CheckFailed as cause:
        raise FailedExtrinsic(position, extrinsic.call, cause) from cause
    except HostError as cause:
        raise MalformedExtrinsic(position, extrinsic.call, cause) from cause


def _check_arguments(entry_point: EntryPoint, extrinsic: Extrinsic, position: int) -> None:
    expected, given = entry_point.parameters, extrinsic.arguments
    matches = len(expected) == len(given) and all(map(isinstance, given, expected))
    if not matches:
        got = tuple(type(each).__name__ for each in given)
        wanted = tuple(_name_of(each) for each in expected)
        raise WrongArguments(position, entry_point.name, wanted, got)


def _name_of(kind: type | tuple[type, ...]) -> str:
    return kind.__name__ if isinstance(kind, type) else "|".join(each.__name__ for each in kind)
