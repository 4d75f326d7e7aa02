"""§2.5.4 The Paras Module: what it stores."""

from __future__ import annotations

from dataclasses import dataclass, field

from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, ParaId, require_bytes
from impl.runtime.past_code import ParaPastCodeMeta

HeadData = bytes
"""Head of a para; its meaning is the para's own."""

ValidationCode = bytes
"""Code that validates the blocks of a para."""


@dataclass(frozen=True, slots=True)
class ParaGenesisArgs:
    """How a para starts. §2.5.4/storage.ParaGenesisArgs."""

    genesis_head: HeadData
    """Its first head."""

    validation_code: ValidationCode
    """Its first code."""

    parachain: bool
    """True for a parachain, false for a parathread."""

    def __post_init__(self) -> None:
        """Refuse what is no bytes."""
        require_bytes("genesis_head", self.genesis_head)
        require_bytes("validation_code", self.validation_code)


def _empty() -> FrozenMap[ParaId, bytes]:
    return FrozenMap()


@dataclass(frozen=True, slots=True)
class ParasStorage:
    """The storage items of the module; the defaults are those of a chain without paras.

    All lists of paras ascend; where the text does not ask for it their order has no meaning.
    """

    parachains: tuple[ParaId, ...] = ()
    """All parachains, ascending; no parathreads. §2.5.4/storage.Parachains."""

    heads: FrozenMap[ParaId, HeadData] = field(default_factory=_empty)
    """Head of every registered para: its keys are the registered paras. §2.5.4/storage.Heads."""

    validation_code: FrozenMap[ParaId, ValidationCode] = field(default_factory=_empty)
    """Code of every live para. §2.5.4/storage.ValidationCode."""

    past_code: FrozenMap[tuple[ParaId, BlockNumber], ValidationCode] = field(
        default_factory=FrozenMap[tuple[ParaId, BlockNumber], ValidationCode]
    )
    """Old code, by para and the block at which its replacement was expected.

    §2.5.4/storage.PastCode.
    """

    past_code_meta: FrozenMap[ParaId, ParaPastCodeMeta] = field(
        default_factory=FrozenMap[ParaId, ParaPastCodeMeta]
    )
    """Times of replacements, also of paras no longer registered. §2.5.4/storage.PastCodeMeta."""

    past_code_pruning: tuple[tuple[ParaId, BlockNumber], ...] = ()
    """Paras and blocks of activation, ascending by block. §2.5.4/storage.PastCodePruning."""

    future_code_upgrades: FrozenMap[ParaId, BlockNumber] = field(
        default_factory=FrozenMap[ParaId, BlockNumber]
    )
    """When a planned upgrade is expected. §2.5.4/storage.FutureCodeUpgrades."""

    future_code: FrozenMap[ParaId, ValidationCode] = field(default_factory=_empty)
    """The code of planned upgrades. §2.5.4/storage.FutureCode."""

    upcoming_paras: tuple[ParaId, ...] = ()
    """Paras that come in at the next session change. §2.5.4/storage.UpcomingParas."""

    upcoming_paras_genesis: FrozenMap[ParaId, ParaGenesisArgs] = field(
        default_factory=FrozenMap[ParaId, ParaGenesisArgs]
    )
    """How they start. §2.5.4/storage.UpcomingParasGenesis."""

    outgoing_paras: tuple[ParaId, ...] = ()
    """Paras that go at the next session change. §2.5.4/storage.OutgoingParas."""
