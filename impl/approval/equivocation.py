"""§1.9.5 Additional Checking in Case of Equivocation: twice as many outputs.

The author of two blocks with one VRF output could choose the second one by who will check it.  So
for each of the blocks every checker proves two inputs at both stages: the usual one, and the one
with the block's hash in it.  Either output assigns.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.approval.context import RelayBlock
from impl.approval.errors import NoEquivocation
from impl.approval.extra import extra_assignment
from impl.approval.one_shot import Assignment, one_shot_assignment
from impl.crypto.keys import KeyPair
from impl.rules import Rules


@dataclass(frozen=True, slots=True)
class Assignments:
    """All that assigns one validator for one relay-chain block."""

    one_shot: tuple[Assignment, ...]
    """What it checks in any case."""

    extra: tuple[Assignment, ...]
    """What it checks if its turn comes: ascending parachains, after an equivocation twice."""


def is_equivocation(first: RelayBlock, second: RelayBlock) -> bool:
    """Tell whether one validator made both blocks with one VRF output. §1.9.5/description.1.1."""
    same = (first.author, first.vrf_output) == (second.author, second.vrf_output)
    return same and first.block_hash != second.block_hash


def require_equivocation(first: RelayBlock, second: RelayBlock) -> None:
    """Raise `NoEquivocation` unless the two blocks are one."""
    if not is_equivocation(first, second):
        raise NoEquivocation(first.block_hash, second.block_hash)


def ordinary_assignment(block: RelayBlock, key: KeyPair, rules: Rules) -> Assignments:
    """Assign a validator where no equivocation is known: algorithms 12 and 13."""
    return Assignments(one_shot_assignment(block, key, rules), extra_assignment(block, key, rules))


def equivocated_assignment(
    block: RelayBlock, other: RelayBlock, key: KeyPair, rules: Rules
) -> Assignments:
    """§1.9.5/alg-14: assign a validator for one of two blocks of an equivocation.

    A block that both outputs of the first stage name is in it twice: either proof will do.
    """
    require_equivocation(block, other)
    usual = ordinary_assignment(block, key, rules)
    one_shot = one_shot_assignment(block, key, rules, with_hash=True)
    extra = extra_assignment(block, key, rules, with_hash=True)
    pairs = zip(usual.extra, extra, strict=True)
    return Assignments(usual.one_shot + one_shot, tuple(each for pair in pairs for each in pair))
