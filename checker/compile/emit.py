"""Nodes to LLVM IR text, for any number of lanes.

A value is one `i64` (or `i1`) for one lane and a vector `<L x i64>` (`<L x i1>`) for L lanes;
every instruction here reads the same for both.  All arithmetic is 64-bit: intervals keep it
inside 63 signed bits.  Nothing emitted may trap, because lanes whose guard is false run too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from checker.compile.layout import Layout
from checker.compile.nodes import Node, require_narrow, show

DOUBLE_EXACT = 1 << 31  # quotients of smaller numbers are exact in double precision
BINARY = {
    "iff": "icmp eq {bit}",
    "eq": "icmp eq {vec}",
    "le": "icmp sle {vec}",
    "mul": "mul {vec}",
}


class Emitter:
    """Appends instructions to `lines`; remembers per scope which node has which value.

    Scopes follow dominance: a value computed inside a loop or a conditional block is known
    there and deeper, and forgotten when its scope is closed.
    """

    def __init__(self, lanes: int, layout: Layout, names: Callable[[Node], str]) -> None:
        self.lanes = lanes
        self.layout = layout
        self.names = names
        self.vec = "i64" if lanes == 1 else f"<{lanes} x i64>"
        self.bit = "i1" if lanes == 1 else f"<{lanes} x i1>"
        self.real = "double" if lanes == 1 else f"<{lanes} x double>"
        self.lines: list[str] = []
        self.scopes: list[dict[Hashable, str]] = [{}]
        self.words: list[str] = []
        self.place = ""
        self.count = 0

    # Text

    def raw(self, line: str) -> None:
        """Append one line that defines no value."""
        self.lines.append("  " + line)

    def op(self, text: str) -> str:
        """Append an instruction and return the name of its result."""
        self.count += 1
        name = f"%v{self.count}"
        self.lines.append(f"  {name} = {text}")
        return name

    def label(self, hint: str) -> str:
        """Return a fresh block name."""
        self.count += 1
        return f"{hint}{self.count}"

    def start(self, label: str) -> None:
        """Begin a block."""
        self.lines.append(f"{label}:")

    def number(self, value: int) -> str:
        """Integer constant in all lanes."""
        value = (value + (1 << 63)) % (1 << 64) - (1 << 63)
        return str(value) if self.lanes == 1 else f"splat (i64 {value})"

    def truth(self, value: bool) -> str:  # noqa: FBT001 - a constructor of constants
        """Boolean constant in all lanes."""
        word = "true" if value else "false"
        return word if self.lanes == 1 else f"splat (i1 {word})"

    def splat(self, scalar: str) -> str:
        """One i64 in all lanes."""
        if self.lanes == 1:
            return scalar
        one = self.op(f"insertelement {self.vec} poison, i64 {scalar}, i64 0")
        return self.op(
            f"shufflevector {self.vec} {one}, {self.vec} poison, "
            f"<{self.lanes} x i32> zeroinitializer"
        )

    def any(self, mask: str) -> str:
        """Return an i1 that is true if any lane of the mask is."""
        if self.lanes == 1:
            return mask
        bits = self.op(f"bitcast {self.bit} {mask} to i{self.lanes}")
        return self.op(f"icmp ne i{self.lanes} {bits}, 0")

    def logic(self, op: str, a: str, b: str) -> str:
        """Combine masks by `and` or `or`."""
        return self.op(f"{op} {self.bit} {a}, {b}")

    def without(self, a: str, b: str) -> str:
        """Lanes of `a` that are not in `b`."""
        return self.logic("and", a, self.op(f"xor {self.bit} {b}, {self.truth(True)}"))

    def select(self, mask: str, a: str, b: str) -> str:
        """Integer `a` in the lanes of `mask`, else `b`."""
        return self.op(f"select {self.bit} {mask}, {self.vec} {a}, {self.vec} {b}")

    # Nodes

    def known(self, node: Hashable) -> str | None:
        """Value of a node (or of another key) that some open scope has computed."""
        for scope in reversed(self.scopes):
            found = scope.get(node)
            if found is not None:
                return found
        return None

    def value(self, root: Node) -> str:
        """Value of a node, computing into the innermost scope what no open scope has."""
        stack = [root]
        while stack:
            node = stack[-1]
            if self.known(node) is not None:
                stack.pop()
                continue
            waiting = [a for a in node.args if self.known(a) is None]
            if waiting:
                stack.extend(reversed(waiting))
                continue
            stack.pop()
            require_narrow(node, self.place, lambda n: show(n, self.names))
            args = [self.known(a) or "" for a in node.args]
            self.scopes[-1][node] = self._instruction(node, args)
        return self.known(root) or ""

    def _instruction(self, node: Node, args: list[str]) -> str:
        op, vec, bit = node.op, self.vec, self.bit
        if op == "const":
            return self.truth(bool(node.value)) if node.boolean else self.number(node.value)
        if op == "leaf":
            return self.leaf(node.value)
        if op == "add":
            return self.chain("add", args)
        if op in ("and", "or"):
            return self._fold(f"{op} {bit}", args)
        if op in ("div", "mod"):
            return self._division(node, args)
        if op == "ite":
            kind = bit if node.boolean else vec
            return self.op(f"select {bit} {args[0]}, {kind} {args[1]}, {kind} {args[2]}")
        if op == "not":
            return self.op(f"xor {bit} {args[0]}, {self.truth(True)}")
        return self.op(f"{BINARY[op].format(bit=bit, vec=vec)} {args[0]}, {args[1]}")

    def chain(self, op: str, args: list[str]) -> str:
        """Combine integers by a binary instruction."""
        return self._fold(f"{op} {self.vec}", args)

    def _fold(self, op: str, args: list[str]) -> str:
        result = args[0]
        for arg in args[1:]:
            result = self.op(f"{op} {result}, {arg}")
        return result

    def leaf(self, number: int) -> str:
        """Unpack one variable of the source state."""
        slot = self.layout.slots[number]
        word = self.words[slot.word]
        if slot.boolean:
            bit = self.op(f"and {self.vec} {word}, {self.number(1 << slot.shift)}")
            return self.op(f"icmp ne {self.vec} {bit}, {self.number(0)}")
        if slot.shift:
            word = self.op(f"lshr {self.vec} {word}, {self.number(slot.shift)}")
        if slot.shift + slot.width < self.layout.bits[slot.word]:
            word = self.op(f"and {self.vec} {word}, {self.number((1 << slot.width) - 1)}")
        return self.op(f"add {self.vec} {word}, {self.number(slot.lo)}") if slot.lo else word

    # Division: a = b q + r with 0 <= r < |b|, as z3 has it

    def _division(self, node: Node, args: list[str]) -> str:
        a, b = node.args
        if b.op == "const":
            return self._by_constant(node.op, a, args[0], b.value or 1)
        quotient, remainder, divisor = self._truncated(a, b, args)
        if a.lo >= 0:
            return quotient if node.op == "div" else remainder
        negative = self.op(f"icmp slt {self.vec} {remainder}, {self.number(0)}")
        upward = self.op(f"icmp slt {self.vec} {divisor}, {self.number(0)}")
        if node.op == "div":
            step = self.select(upward, self.number(1), self.number(-1))
            step = self.select(negative, step, self.number(0))
            return self.op(f"add {self.vec} {quotient}, {step}")
        minus = self.op(f"sub {self.vec} {self.number(0)}, {divisor}")
        size = self.select(upward, minus, divisor)
        size = self.select(negative, size, self.number(0))
        return self.op(f"add {self.vec} {remainder}, {size}")

    def _truncated(self, a: Node, b: Node, args: list[str]) -> tuple[str, str, str]:
        """Quotient towards zero, its remainder, and the divisor with 0 replaced by 1."""
        divisor = args[1]
        if b.lo <= 0 <= b.hi:
            zero = self.op(f"icmp eq {self.vec} {divisor}, {self.number(0)}")
            divisor = self.select(zero, self.number(1), divisor)
        if self.lanes > 1 and max(-a.lo, a.hi, -b.lo, b.hi) < DOUBLE_EXACT:
            # There is no vector division of integers; for these ranges doubles are exact.
            top = self.op(f"sitofp {self.vec} {args[0]} to {self.real}")
            low = self.op(f"sitofp {self.vec} {divisor} to {self.real}")
            ratio = self.op(f"fdiv {self.real} {top}, {low}")
            quotient = self.op(f"fptosi {self.real} {ratio} to {self.vec}")
        else:
            quotient = self.op(f"sdiv {self.vec} {args[0]}, {divisor}")
        product = self.op(f"mul {self.vec} {quotient}, {divisor}")
        return quotient, self.op(f"sub {self.vec} {args[0]}, {product}"), divisor

    def _by_constant(self, op: str, a: Node, value: str, divisor: int) -> str:
        size = abs(divisor)
        if size & (size - 1) == 0:
            if op == "mod":
                return self.op(f"and {self.vec} {value}, {self.number(size - 1)}")
            shift = self.number(size.bit_length() - 1)
            quotient = self.op(f"ashr {self.vec} {value}, {shift}")
        else:
            quotient = self._floor(a, value, size)
        if op == "mod":
            product = self.op(f"mul {self.vec} {quotient}, {self.number(size)}")
            return self.op(f"sub {self.vec} {value}, {product}")
        if divisor < 0:
            quotient = self.op(f"sub {self.vec} {self.number(0)}, {quotient}")
        return quotient

    def _floor(self, a: Node, value: str, size: int) -> str:
        """Floor of a quotient by a positive constant: shift above zero, multiply, shift right.

        With n bits of dividend and s = n + bits(size), floor(x * ceil(2^s / size) / 2^s) is the
        quotient for every x below 2^n: the error x e / 2^s, e < 1, is below 1 / size.
        """
        lift = -(a.lo // size) if a.lo < 0 else 0
        if lift:
            value = self.op(f"add {self.vec} {value}, {self.number(lift * size)}")
        top = a.hi + lift * size
        shift = top.bit_length() + size.bit_length()
        factor = ((1 << shift) + size - 1) // size
        if top * factor < 1 << 63:
            product = self.op(f"mul {self.vec} {value}, {self.number(factor)}")
            quotient = self.op(f"lshr {self.vec} {product}, {self.number(shift)}")
        else:
            quotient = self.op(f"udiv {self.vec} {value}, {self.number(size)}")
        return self.op(f"sub {self.vec} {quotient}, {self.number(lift)}") if lift else quotient
