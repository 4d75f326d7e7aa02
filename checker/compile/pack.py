"""Packing of updates into words: whole groups of variables move at once where they can.

Unchanged variables are one `and` with the source word; constants are one constant; variables
copied over the same distance are one shift; variables under the same condition are packed on
both sides and selected as one word.  A variable's value may be out of range only in a lane
that is masked out before the word is stored (then its bits may spill over its neighbours), or
in the arm of a conditional that this lane does not take.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from checker.compile.emit import Emitter
from checker.compile.layout import Slot
from checker.compile.nodes import Graph, Node

MAX_DEPTH = 12  # of nested conditionals packed as words; deeper ones are computed as values

Item = tuple[int, Node]  # leaf number, its new value
Split = tuple[Node, Node, Node]  # condition, value where it holds, value elsewhere


@dataclass(slots=True)
class _Parts:
    """Items of one word, sorted by how they are packed."""

    constant: int = 0
    moves: dict[tuple[int, int], int] = field(default_factory=dict)  # (word, shift) -> mask
    groups: dict[Node, list[tuple[int, Node, Node]]] = field(default_factory=dict)
    single: list[tuple[Slot, Node]] = field(default_factory=list)


class Packer:
    """Packs lists of items that lie in one word."""

    def __init__(self, graph: Graph, emitter: Emitter) -> None:
        self.graph = graph
        self.out = emitter

    def word(self, items: list[Item], depth: int = 0) -> str:
        """Value of the word with these items in place and zero elsewhere.

        Equal lists under one scope are packed once: without that, arms that share a value
        would be packed once per path to it.
        """
        key = tuple(items)
        known = self.out.known(key)
        if known is None:
            known = self._pack(items, depth)
            self.out.scopes[-1][key] = known
        return known

    def _pack(self, items: list[Item], depth: int) -> str:
        parts = _Parts()
        for item in items:
            self._sort(item, parts)
        pieces = [self._move(key, mask) for key, mask in parts.moves.items()]
        for cond, group in parts.groups.items():
            pieces.append(self._group(cond, group, depth))
        pieces += [self._single(slot, node) for slot, node in parts.single]
        if parts.constant or not pieces:
            pieces.append(self.out.number(parts.constant))
        return self.out.chain("or", pieces)

    def _sort(self, item: Item, parts: _Parts) -> None:
        number, node = item
        slots = self.out.layout.slots
        slot = slots[number]
        if slot.width == 0:
            return
        if node.op == "const":
            parts.constant |= (node.value - slot.lo) << slot.shift
            return
        source = slots[node.value] if node.op == "leaf" else None
        if source is not None and source.lo == slot.lo:
            key = (source.word, slot.shift - source.shift)
            parts.moves[key] = parts.moves.get(key, 0) | source.mask
            return
        split = self._split(number, node)
        if split is not None:
            parts.groups.setdefault(split[0], []).append((number, split[1], split[2]))
        else:
            parts.single.append((slot, node))

    def _split(self, number: int, node: Node) -> Split | None:
        """Read an update as a conditional; `and`/`or` with the variable itself is one too."""
        if node.op == "ite":
            return node.args[0], node.args[1], node.args[2]
        if node.op in ("and", "or"):
            own = next((a for a in node.args if a.op == "leaf" and a.value == number), None)
            if own is not None:
                rest = [a for a in node.args if a is not own]
                if node.op == "and":
                    return self._upright(self.graph.and_(rest), own, self.graph.truth(False))
                return self._upright(self.graph.or_(rest), self.graph.truth(True), own)
        return None

    @staticmethod
    def _upright(cond: Node, a: Node, b: Node) -> Split:
        """Conditions meet in one group whether they are negated or not."""
        return (cond.args[0], b, a) if cond.op == "not" else (cond, a, b)

    def _move(self, key: tuple[int, int], mask: int) -> str:
        word, shift = key
        value = self.out.words[word]
        if mask != (1 << self.out.layout.bits[word]) - 1:
            value = self.out.op(f"and {self.out.vec} {value}, {self.out.number(mask)}")
        if shift:
            op = "shl" if shift > 0 else "lshr"
            value = self.out.op(f"{op} {self.out.vec} {value}, {self.out.number(abs(shift))}")
        return value

    def _group(self, cond: Node, group: list[tuple[int, Node, Node]], depth: int) -> str:
        _, a, b = group[0]
        plain = not any(arm.op in ("const", "leaf", "ite") for arm in (a, b))
        if depth >= MAX_DEPTH or (len(group) == 1 and plain):
            slots = self.out.layout.slots
            pieces = [self._single(slots[n], self.graph.ite(cond, x, y)) for n, x, y in group]
            return self.out.chain("or", pieces)
        taken = self.word([(number, a) for number, a, _ in group], depth + 1)
        other = self.word([(number, b) for number, _, b in group], depth + 1)
        return self.out.select(self.out.value(cond), taken, other)

    def _single(self, slot: Slot, node: Node) -> str:
        value = self.out.value(node)
        if slot.boolean:
            bit = self.out.number(1 << slot.shift)
            return self.out.select(value, bit, self.out.number(0))
        if slot.lo:
            value = self.out.op(f"sub {self.out.vec} {value}, {self.out.number(slot.lo)}")
        if slot.shift:
            value = self.out.op(f"shl {self.out.vec} {value}, {self.out.number(slot.shift)}")
        return value
