"""One LLVM function per action: all successors of a block of states.

    i64 @action_K(ptr in, i64 stride, i64 begin, i64 end, ptr out, i64 out_stride,
                  ptr count, i64 room, ptr masks, i64 mask_stride)

Word w of source state i is in[w * stride + i]; word w of successor j goes to
out[w * out_stride + j], from j = *count on, and *count is advanced.  States are taken `lanes`
at a time; a group is begun only while `room` holds all it may produce, and the function
returns the first state it has not expanded.  Arrays must be readable and writable for `lanes`
entries past the last one used.  Observation bits are or-ed into masks[k * mask_stride + i].
With `sources` one more row of `out`, after the words, has the number i of the source state.
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.compile.emit import Emitter
from checker.compile.instances import Loop, Plan, Terms, count_nodes
from checker.compile.layout import Layout
from checker.compile.nodes import Graph, Node
from checker.compile.observe import ENABLED, OUTSIDE, UNDEFINED, Observations
from checker.compile.pack import Packer

ARGUMENTS = (
    "ptr noalias %in, i64 %stride, i64 %begin, i64 %end, ptr noalias %out, i64 %ostride, "
    "ptr noalias %count, i64 %room, ptr noalias %masks, i64 %mstride"
)
WORTH_A_BRANCH = 48  # nodes of an instance above which an empty guard skips it


class ActionFunction:
    """Emits the function of one plan."""

    def __init__(
        self,
        graph: Graph,
        layout: Layout,
        observations: Observations,
        plan: Plan,
        emitter: Emitter,
        *,
        sources: bool = False,
    ) -> None:
        self.graph = graph
        self.layout = layout
        self.observations = observations
        self.plan = plan
        self.out = emitter
        self.sources = sources
        self.packer = Packer(graph, emitter)
        self.level_of = {loop.node.deps: i + 1 for i, loop in enumerate(plan.loops)}
        self.levels: dict[int, int] = {0: 0}
        self.touched = self._touched_words()

    @property
    def need(self) -> int:
        """Room in the output that one group of lanes may take, padding included."""
        return (self.plan.successors + 1) * self.out.lanes

    def _touched_words(self) -> list[int]:
        bits = {ENABLED}
        for terms in self.plan.instances:
            bits |= {bit for bit, n in (*terms.limits, *terms.steps) if not _false(n)}
            bits |= {UNDEFINED} if not _false(terms.undefined) else set()
            bits |= {OUTSIDE} if not _false(terms.outside) else set()
        return sorted({bit // 64 for bit in bits})

    def text(self, symbol: str) -> list[str]:
        """Lines of the function."""
        out = self.out
        out.place = self.plan.name
        out.lines.append(f"define i64 @{symbol}({ARGUMENTS}) #0 {{")
        self._entry()
        body, nexts, done = out.label("body"), out.label("next"), out.label("done")
        self._heads(body, done)
        out.start(body)
        self._group()
        out.raw(f"br label %{nexts}")
        out.start(nexts)
        step = out.op(f"add i64 %pos, {out.lanes}")
        out.raw(f"store i64 {step}, ptr %posp")
        out.raw("br label %head")
        out.start(done)
        total = out.op("load i64, ptr %nnp")
        out.raw(f"store i64 {total}, ptr %count")
        last = out.op("load i64, ptr %posp")
        short = out.op(f"icmp slt i64 {last}, %end")
        result = out.op(f"select i1 {short}, i64 {last}, i64 %end")
        out.raw(f"ret i64 {result}")
        out.lines.append("}")
        return out.lines

    def _entry(self) -> None:
        out = self.out
        out.start("entry")
        out.raw("%posp = alloca i64")
        out.raw("%nnp = alloca i64")
        out.raw(f"%enabledp = alloca {out.bit}")
        for word in self.touched:
            out.raw(f"%flag{word}p = alloca {out.vec}")
        for i in range(len(self.plan.loops)):
            out.raw(f"%loop{i}p = alloca i64")
        out.raw("store i64 %begin, ptr %posp")
        first = out.op("load i64, ptr %count")
        out.raw(f"store i64 {first}, ptr %nnp")
        out.raw("br label %head")

    def _heads(self, body: str, done: str) -> None:
        out = self.out
        out.start("head")
        out.raw("%pos = load i64, ptr %posp")
        out.raw("%more = icmp slt i64 %pos, %end")
        out.raw("%nn = load i64, ptr %nnp")
        out.raw(f"%filled = add i64 %nn, {self.need}")
        out.raw("%fits = icmp sle i64 %filled, %room")
        out.raw("%go = and i1 %more, %fits")
        out.raw(f"br i1 %go, label %{body}, label %{done}")

    def _group(self) -> None:
        """One group of lanes: load, all instances, flags."""
        out = self.out
        out.scopes = [{}]
        out.words = load_words(out, self.layout)
        out.raw(f"store {out.bit} {out.truth(False)}, ptr %enabledp")
        for word in self.touched:
            out.raw(f"store {out.vec} {out.number(0)}, ptr %flag{word}p")
        active = active_lanes(out)
        self._share()
        for terms in self.plan.instances:
            self._instance(terms, active)
        enabled = out.op(f"load {out.bit}, ptr %enabledp")
        for word in self.touched:
            value = out.op(f"load {out.vec}, ptr %flag{word}p")
            if word == ENABLED // 64:
                bit = out.select(enabled, out.number(1 << ENABLED), out.number(0))
                value = out.op(f"or {out.vec} {value}, {bit}")
            at = out.op(f"mul i64 %mstride, {word}")
            at = out.op(f"add i64 {at}, %pos")
            place = out.op(f"getelementptr i64, ptr %masks, i64 {at}")
            old = out.op(f"load {out.vec}, ptr {place}, align 8")
            value = out.op(f"or {out.vec} {old}, {value}")
            out.raw(f"store {out.vec} {value}, ptr {place}, align 8")

    def _share(self) -> None:
        """Compute ahead what several skippable instances need."""
        if not any(self._skippable(t) for t in self.plan.instances):
            return
        uses: dict[Node, int] = {}
        for terms in self.plan.instances:
            for node in self._reached([*terms.guards, *terms.conditions(), *terms.updates]):
                uses[node] = uses.get(node, 0) + 1
        for node in sorted(uses, key=lambda n: n.number):
            if uses[node] > 1 and node.op != "const" and self._level(node) == 0:
                self.out.value(node)

    def _reached(self, roots: Iterable[Node]) -> set[Node]:
        seen: set[Node] = set()
        stack = list(roots)
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack.extend(node.args)
        return seen

    def _skippable(self, terms: Terms) -> bool:
        if self.plan.loops:
            return True
        return count_nodes([*terms.conditions(), *terms.updates]) > WORTH_A_BRANCH

    def _level(self, node: Node) -> int:
        """Depth of the innermost loop whose choice the node mentions; 0 outside all loops."""
        found = self.levels.get(node.deps)
        if found is None:
            found = max(level for bit, level in self.level_of.items() if bit & node.deps)
            self.levels[node.deps] = found
        return found

    # Instances and loops

    def _instance(self, terms: Terms, active: str) -> None:
        out = self.out
        if not self._skippable(terms):
            self._inside(terms, 0, active, {})
            return
        out.scopes.append({})
        mask = self._guard(terms, 0, active)
        taken, after = out.label("taken"), out.label("after")
        out.raw(f"br i1 {out.any(mask)}, label %{taken}, label %{after}")
        out.start(taken)
        self._level_body(terms, 0, mask, {})
        out.raw(f"br label %{after}")
        out.start(after)
        out.scopes.pop()

    def _guard(self, terms: Terms, level: int, mask: str) -> str:
        """Narrow the mask by the guards decided at this level."""
        self.out.place = f"{self.plan.name}, guard"
        for node in terms.guards:
            if self._level(node) == level:
                mask = self.out.logic("and", mask, self.out.value(node))
        return mask

    def _inside(self, terms: Terms, level: int, mask: str, packed: dict[int, str]) -> None:
        mask = self._guard(terms, level, mask)
        self._level_body(terms, level, mask, packed)

    def _level_body(self, terms: Terms, level: int, mask: str, packed: dict[int, str]) -> None:
        """What this level can compute, then the next loop or the successor itself."""
        out = self.out
        if level < len(self.plan.loops):
            roots = [*terms.guards, *terms.conditions(), *terms.updates]
            self._hoist(roots, level)
            packed = self._pack(terms, level, packed)
            self._loop(terms, level, mask, packed)
            return
        mask = self._observe(terms, mask)
        out.place = f"{self.plan.name}, update"
        packed = self._pack(terms, level, packed)
        self._store(mask, packed)

    def _hoist(self, roots: Iterable[Node], level: int) -> None:
        """Compute the largest parts of the roots that need no deeper loop."""
        seen: set[Node] = set()
        stack = list(roots)
        while stack:
            node = stack.pop()
            if node in seen or node.op == "const":
                continue
            seen.add(node)
            if self._level(node) <= level:
                self.out.value(node)
            else:
                stack.extend(node.args)

    def _loop(self, terms: Terms, level: int, mask: str, packed: dict[int, str]) -> None:
        out = self.out
        loop: Loop = self.plan.loops[level]
        head, body, inner = out.label("loop"), out.label("turn"), out.label("inner")
        step, leave = out.label("step"), out.label("leave")
        out.raw(f"store i64 {loop.lo}, ptr %loop{level}p")
        out.raw(f"br label %{head}")
        out.start(head)
        value = out.op(f"load i64, ptr %loop{level}p")
        more = out.op(f"icmp sle i64 {value}, {loop.hi}")
        out.raw(f"br i1 {more}, label %{body}, label %{leave}")
        out.start(body)
        out.scopes.append({})
        spread = out.splat(value)
        if loop.node.boolean:
            spread = out.op(f"icmp ne {out.vec} {spread}, {out.number(0)}")
        out.scopes[-1][loop.node] = spread
        narrowed = self._guard(terms, level + 1, mask)
        if narrowed is not mask:
            out.raw(f"br i1 {out.any(narrowed)}, label %{inner}, label %{step}")
            out.start(inner)
        self._level_body(terms, level + 1, narrowed, packed)
        out.raw(f"br label %{step}")
        out.scopes.pop()
        out.start(step)
        out.raw(f"store i64 {out.op(f'add i64 {value}, 1')}, ptr %loop{level}p")
        out.raw(f"br label %{head}")
        out.start(leave)

    # The successor

    def _observe(self, terms: Terms, mask: str) -> str:
        """Flag what the step does and return the lanes that have a successor."""
        out = self.out
        old = out.op(f"load {out.bit}, ptr %enabledp")
        out.raw(f"store {out.bit} {out.logic('or', old, mask)}, ptr %enabledp")
        stops = [(UNDEFINED, terms.undefined), *terms.limits, (OUTSIDE, terms.outside)]
        for bit, node in stops:
            if not _false(node):
                out.place = f"{self.plan.name}, undefined or limit"
                hit = out.logic("and", mask, out.value(node))
                self._flag(bit, hit)
                mask = out.without(mask, hit)
        for bit, node in terms.steps:
            if not _false(node):
                out.place = f"{self.plan.name}, step property {self.observations.name(bit)}"
                self._flag(bit, out.logic("and", mask, out.value(node)))
        return mask

    def _flag(self, bit: int, mask: str) -> None:
        out = self.out
        value = out.select(mask, out.number(1 << (bit % 64)), out.number(0))
        place = f"%flag{bit // 64}p"
        old = out.op(f"load {out.vec}, ptr {place}")
        out.raw(f"store {out.vec} {out.op(f'or {out.vec} {old}, {value}')}, ptr {place}")

    def _pack(self, terms: Terms, level: int, packed: dict[int, str]) -> dict[int, str]:
        """Or the updates of this level into the words packed further out."""
        result = dict(packed)
        for word in range(self.layout.words):
            items = [
                (i, node)
                for i, node in enumerate(terms.updates)
                if self.layout.slots[i].word == word and self._level(node) == level
            ]
            if items:
                value = self.packer.word(items)
                if word in packed:
                    value = self.out.op(f"or {self.out.vec} {packed[word]}, {value}")
                result[word] = value
        return result

    def _store(self, mask: str, packed: dict[int, str]) -> None:
        out = self.out
        at = out.op("load i64, ptr %nnp")
        values = [packed.get(word, out.number(0)) for word in range(self.layout.words)]
        if self.sources:
            values.append(out.op(f"add {out.vec} {out.splat('%pos')}, {lane_numbers(out)}"))
        for row, value in enumerate(values):
            dense = value
            if out.lanes > 1:
                dense = out.op(
                    f"call {out.vec} @llvm.experimental.vector.compress.v{out.lanes}i64"
                    f"({out.vec} {value}, {out.bit} {mask}, {out.vec} poison)"
                )
            base = out.op(f"mul i64 %ostride, {row}")
            where = out.op(f"add i64 {at}, {base}")
            place = out.op(f"getelementptr i64, ptr %out, i64 {where}")
            out.raw(f"store {out.vec} {dense}, ptr {place}, align 8")
        if out.lanes > 1:
            bits = out.op(f"bitcast {out.bit} {mask} to i{out.lanes}")
            ones = out.op(f"call i{out.lanes} @llvm.ctpop.i{out.lanes}(i{out.lanes} {bits})")
            added = out.op(f"zext i{out.lanes} {ones} to i64")
        else:
            added = out.op(f"zext i1 {mask} to i64")
        out.raw(f"store i64 {out.op(f'add i64 {at}, {added}')}, ptr %nnp")


def _false(node: Node) -> bool:
    return node.op == "const" and not node.value


def load_words(out: Emitter, layout: Layout) -> list[str]:
    """Load the words of the source states at %pos."""
    found = []
    for word in range(layout.words):
        at = "%pos"
        if word:
            base = out.op(f"mul i64 %stride, {word}")
            at = out.op(f"add i64 %pos, {base}")
        place = out.op(f"getelementptr i64, ptr %in, i64 {at}")
        found.append(out.op(f"load {out.vec}, ptr {place}, align 8"))
    return found


def active_lanes(out: Emitter) -> str:
    """Mask of lanes before %end; one lane is always active."""
    if out.lanes == 1:
        return "true"
    left = out.splat(out.op("sub i64 %end, %pos"))
    return out.op(f"icmp slt {out.vec} {lane_numbers(out)}, {left}")


def lane_numbers(out: Emitter) -> str:
    """Constant 0, 1, 2, ... by lane."""
    if out.lanes == 1:
        return "0"
    return "<" + ", ".join(f"i64 {i}" for i in range(out.lanes)) + ">"
