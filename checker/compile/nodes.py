"""Typed, shared expression nodes with intervals: the form between z3 terms and LLVM IR.

Nodes are hash-consed per `Graph`: equal terms are one object, so identity is equality and a
memo table keyed by a node can never meet a recycled id.  Constructors fold as they build:
constants, neutral elements, comparisons decided by intervals.  Folding uses declared ranges
only, which every stored state keeps.

Operators (`Node.op`): const, leaf (variable of the state), next (variable of the successor),
choice; not, and, or, iff, ite; eq, le, lt over integers; add, mul, div, mod.  Nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from checker.compile import interval
from checker.compile.errors import CompileError

NEXT = 1  # bit of `Node.deps` that marks variables of the successor; choice i is bit i + 1
BOUND = (1 << 62) - 1  # largest magnitude of an intermediate: signed 63 bits

LONGEST_CHAIN = 64  # of conditionals that a comparison is moved into, one call deep each


class LeafLike(Protocol):
    """What compilation needs of a state or choice variable."""

    @property
    def name(self) -> str: ...
    @property
    def lo(self) -> int: ...
    @property
    def hi(self) -> int: ...
    @property
    def boolean(self) -> bool: ...


@dataclass(slots=True, eq=False)
class Node:
    """One term: operator, arguments, constant or variable number, interval, dependencies.

    Never changed once made; not frozen only because a frozen one takes three times as long to make.
    """

    op: str
    args: tuple[Node, ...]
    value: int
    boolean: bool
    lo: int
    hi: int
    deps: int
    number: int

    @property
    def range(self) -> interval.Interval:
        """Both ends of the interval."""
        return self.lo, self.hi


@dataclass(slots=True)
class Graph:
    """All nodes of one compilation."""

    table: dict[tuple[object, ...], Node] = field(default_factory=dict)

    def make(
        self,
        op: str,
        args: tuple[Node, ...],
        value: int,
        span: interval.Interval,
        *,
        boolean: bool,
        deps: int = 0,
    ) -> Node:
        """Return the node of this shape, one object per shape.

        The interval is part of the shape: choice 0 of two actions may differ in range.
        """
        key = (op, value, boolean, span, *(a.number for a in args))
        node = self.table.get(key)
        if node is None:
            for arg in args:
                deps |= arg.deps
            node = Node(op, args, value, boolean, span[0], span[1], deps, len(self.table))
            self.table[key] = node
        return node

    def const(self, value: int) -> Node:
        """Integer constant."""
        return self.make("const", (), value, (value, value), boolean=False)

    def truth(self, value: bool) -> Node:  # noqa: FBT001 - it is a constructor of constants
        """Boolean constant."""
        return self.make("const", (), int(value), (int(value), int(value)), boolean=True)

    def variable(self, op: str, number: int, leaf: LeafLike) -> Node:
        """Leaf, successor leaf or choice; a constant where the range has one value."""
        if leaf.lo == leaf.hi:
            return self.truth(bool(leaf.lo)) if leaf.boolean else self.const(leaf.lo)
        deps = {"leaf": 0, "next": NEXT, "choice": 2 << number}[op]
        span = (leaf.lo, leaf.hi)
        return self.make(op, (), number, span, boolean=leaf.boolean, deps=deps)

    # Booleans

    def not_(self, a: Node) -> Node:
        """Negation."""
        if a.op == "const":
            return self.truth(not a.value)
        if a.op == "not":
            return a.args[0]
        return self.make("not", (a,), 0, (0, 1), boolean=True)

    def and_(self, args: Iterable[Node]) -> Node:
        """Conjunction of any number of terms."""
        return self._junction("and", 0, args)

    def or_(self, args: Iterable[Node]) -> Node:
        """Disjunction of any number of terms."""
        return self._junction("or", 1, args)

    def _junction(self, op: str, absorbing: int, args: Iterable[Node]) -> Node:
        flat: dict[Node, None] = {}
        for arg in args:
            for part in arg.args if arg.op == op else (arg,):
                if part.op != "const":
                    flat[part] = None
                elif part.value == absorbing:
                    return part
        if any(part.op == "not" and part.args[0] in flat for part in flat):
            return self.truth(bool(absorbing))
        if not flat:
            return self.truth(not absorbing)
        if len(flat) == 1:
            return next(iter(flat))
        return self.make(op, tuple(flat), 0, (0, 1), boolean=True)

    def iff(self, a: Node, b: Node) -> Node:
        """Equality of Booleans."""
        if a is b:
            return self.truth(True)
        for x, y in ((a, b), (b, a)):
            if x.op == "const":
                return y if x.value else self.not_(y)
            if x.op == "not":
                return self.not_(self.iff(x.args[0], y))
        if a.number > b.number:
            a, b = b, a
        return self.make("iff", (a, b), 0, (0, 1), boolean=True)

    # Choice between values

    def ite(self, cond: Node, a: Node, b: Node) -> Node:
        """`a` where `cond`, else `b`; both arms are computed, so neither may trap."""
        if cond.op == "const":
            return a if cond.value else b
        if cond.op == "not":
            return self.ite(cond.args[0], b, a)
        if a.op == "ite" and a.args[0] is cond:
            a = a.args[1]
        if b.op == "ite" and b.args[0] is cond:
            b = b.args[2]
        if a is b:
            return a
        if a.boolean:
            folded = self._ite_boolean(cond, a, b)
            if folded is not None:
                return folded
        span = interval.hull(a.range, b.range)
        return self.make("ite", (cond, a, b), 0, span, boolean=a.boolean)

    def _ite_boolean(self, cond: Node, a: Node, b: Node) -> Node | None:
        if a.op == "const":
            return self.or_((cond, b)) if a.value else self.and_((self.not_(cond), b))
        if b.op == "const":
            return self.or_((self.not_(cond), a)) if b.value else self.and_((cond, a))
        return None

    # Comparison

    def eq(self, a: Node, b: Node) -> Node:
        """Equality of two terms of one sort."""
        if a.boolean:
            return self.iff(a, b)
        if a is b:
            return self.truth(True)
        if a.hi < b.lo or b.hi < a.lo:
            return self.truth(False)
        if a.op == "const" and b.op == "const":
            return self.truth(a.value == b.value)
        if a.op == "const" or (b.op != "const" and a.number > b.number):
            a, b = b, a
        pushed = self._into_arms(self.eq, a, b)
        if pushed is not None:
            return pushed
        return self.make("eq", (a, b), 0, (0, 1), boolean=True)

    def _into_arms(self, test: Callable[[Node, Node], Node], a: Node, b: Node) -> Node | None:
        """Compare inside a conditional where an arm is constant: selects become logic."""
        if b.op == "const" and a.op == "ite" and "const" in (a.args[1].op, a.args[2].op):
            below, length = a, 0
            while below.op == "ite" and length <= LONGEST_CHAIN:
                below, length = below.args[1 + (below.args[1].op == "const")], length + 1
            if length <= LONGEST_CHAIN:
                cond, x, y = a.args
                return self.ite(cond, test(x, b), test(y, b))
        return None

    def le(self, a: Node, b: Node) -> Node:
        """Less or equal, of signed integers."""
        if a is b or a.hi <= b.lo:
            return self.truth(True)
        if a.lo > b.hi:
            return self.truth(False)
        return self.make("le", (a, b), 0, (0, 1), boolean=True)

    def lt(self, a: Node, b: Node) -> Node:
        """Less than, of signed integers."""
        return self.not_(self.le(b, a))

    # Arithmetic

    def add(self, args: Iterable[Node]) -> Node:
        """Sum of any number of terms, constants gathered last."""
        total, parts = 0, []
        for arg in args:
            for part in arg.args if arg.op == "add" else (arg,):
                if part.op == "const":
                    total += part.value
                else:
                    parts.append(part)
        if total:
            parts.append(self.const(total))
        if not parts:
            return self.const(0)
        if len(parts) == 1:
            return parts[0]
        span = interval.add([part.range for part in parts])
        return self.make("add", tuple(parts), 0, span, boolean=False)

    def mul(self, a: Node, b: Node) -> Node:
        """Product of two terms."""
        if a.op == "const":
            a, b = b, a
        if b.op == "const":
            if a.op == "const":
                return self.const(a.value * b.value)
            if b.value in (0, 1):
                return a if b.value else self.const(0)
        return self.make("mul", (a, b), 0, interval.mul(a.range, b.range), boolean=False)

    def sub(self, a: Node, b: Node) -> Node:
        """Difference; a product with -1 is emitted as a subtraction."""
        if a is b:
            return self.const(0)
        return self.add((a, self.mul(b, self.const(-1))))

    def div(self, a: Node, b: Node) -> Node:
        """Euclidean quotient; a divisor of 0 is read as 1 (its use is an obligation elsewhere)."""
        if b.op == "const":
            value = b.value or 1
            if a.op == "const":
                return self.const(interval.euclid_div(a.value, value))
            if value == 1:
                return a
        span = interval.div(a.range, b.range)
        if span[0] == span[1]:
            return self.const(span[0])
        return self.make("div", (a, b), 0, span, boolean=False)

    def mod(self, a: Node, b: Node) -> Node:
        """Euclidean remainder; a divisor of 0 is read as 1."""
        if b.op == "const":
            value = b.value or 1
            if a.op == "const":
                return self.const(interval.euclid_mod(a.value, value))
            if a.lo >= 0 and a.hi < abs(value):
                return a
        span = interval.mod(a.range, b.range)
        if span[0] == span[1]:
            return self.const(span[0])
        return self.make("mod", (a, b), 0, span, boolean=False)

    def rebuild(self, node: Node, args: tuple[Node, ...]) -> Node:
        """Apply the operator of `node` to other arguments, folding again."""
        op = node.op
        if op in ("and", "or"):
            return self._junction(op, int(op == "or"), args)
        if op == "add":
            return self.add(args)
        makers: dict[str, Callable[..., Node]] = {
            "not": self.not_,
            "iff": self.iff,
            "ite": self.ite,
            "eq": self.eq,
            "le": self.le,
            "mul": self.mul,
            "div": self.div,
            "mod": self.mod,
        }
        return makers[op](*args)


def substitute(graph: Graph, roots: Iterable[Node], values: dict[Node, Node]) -> list[Node]:
    """Replace variables in all roots at once; parts that do not mention them are kept as is."""
    touched = 0
    for variable in values:
        touched |= variable.deps
    memo: dict[Node, Node] = dict(values)
    found = []
    for root in roots:
        _substitute(graph, root, touched, memo)
        found.append(memo.get(root, root))
    return found


def _substitute(graph: Graph, root: Node, touched: int, memo: dict[Node, Node]) -> None:
    stack = [root]
    while stack:
        node = stack[-1]
        if node in memo or not node.deps & touched:
            stack.pop()
            continue
        waiting = [a for a in node.args if a.deps & touched and a not in memo]
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        if node.args:
            memo[node] = graph.rebuild(node, tuple(memo.get(a, a) for a in node.args))
        else:
            memo[node] = node


def require_narrow(node: Node, place: str, shown: Callable[[Node], str]) -> None:
    """Refuse an intermediate that may leave 63 signed bits; wrapping would be a wrong verdict."""
    if node.lo < -BOUND or node.hi > BOUND:
        message = (
            f"{place}: the term {shown(node)} may be anything in {node.lo} .. {node.hi}, "
            "beyond signed 63 bits; narrow the declared ranges"
        )
        raise CompileError(message)


def show(node: Node, names: Callable[[Node], str], depth: int = 4) -> str:
    """Write a term in infix for an error message, cut off below `depth`."""
    if node.op == "const":
        return str(bool(node.value)) if node.boolean else str(node.value)
    if not node.args:
        return names(node)
    if depth == 0:
        return "..."
    parts = [show(a, names, depth - 1) for a in node.args]
    sign = {
        "add": " + ",
        "mul": " * ",
        "eq": " == ",
        "le": " <= ",
        "iff": " == ",
        "and": " and ",
        "or": " or ",
        "div": " / ",
        "mod": " % ",
    }.get(node.op)
    if sign:
        return "(" + sign.join(parts) + ")"
    if node.op == "ite":
        return f"({parts[1]} if {parts[0]} else {parts[2]})"
    return f"{node.op}({', '.join(parts)})"
