"""Terms as standard SMT-LIB 2.6, the same text in every process.

z3's own printer writes operators that no other solver knows.  Here the list of operators is closed,
what z3 adds to the standard is spelt out, and anything else is refused.  Shared subterms become
definitions `?1`, `?2`, ...; what depends on bound variables is bound by `let` in the quantifier.
Everything is in the order in which the terms mention it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field

import z3

from .canonical import Node, NotStandard, Terms
from .operators import COUNTING, DIVISIONS, OPERATORS

DEEPEST = 40
"""Nesting at which a subterm is given a name although it is not shared."""


_SIMPLE = re.compile(r"[A-Za-z~!$%^&*_+=<>?/-][A-Za-z0-9~!@$%^&*_+=<>.?/-]*")
_OWN = re.compile(r"\?\d+")
_RESERVED = frozenset({
    "_", "!", "as", "let", "exists", "forall", "match", "par", "assert", "true", "false", "not",
    "and", "or", "xor", "ite", "distinct", "div", "mod", "abs", "rem", "Bool", "Int", "Real",
    "Array", "String", "BitVec", "concat", "extract", "repeat", "to_real", "to_int", "is_int",
    "divisible", "select", "store", "iand", "int.pow2", "int.log2", "exp", "sin", "cos", "tan",
    "pi", "sqrt", "int2bv", "bv2nat", "char", "implies", "iff", "if", "lambda", "choice", "pow",
    "BINARY", "DECIMAL", "HEXADECIMAL", "NUMERAL", "STRING", "RegLan", "Set", "Bag", "Tuple",
    "Unit",
})  # fmt: skip
_RESERVED_START = ("bv", "str.", "re.", "seq.", "set.", "bag.", "rel.", "fp.", "real.", "int.")


def symbol(name: str, taken: Container[str] = ()) -> str:
    """A name as a symbol of SMT-LIB: quoted if need be, changed if it means something else."""
    plain = re.sub(r"[^ -~]|[|\\]", lambda m: f"U+{ord(m.group()):04X}", name) or "!"
    if plain in _RESERVED or plain.startswith(_RESERVED_START) or _OWN.fullmatch(plain):
        plain += "!"
    while (found := plain if _SIMPLE.fullmatch(plain) else f"|{plain}|") in taken:
        plain += "!"
    return found


def numeral(value: int) -> str:
    """An integer; the standard has no negative numerals."""
    return str(value) if value >= 0 else f"(- {-value})"


@dataclass(slots=True)
class Features:
    """What a logic must have to state the terms."""

    integers: bool = False
    bits: bool = False
    functions: bool = False
    quantifiers: bool = False
    products: bool = False

    @property
    def logic(self) -> str:
        """The narrowest standard logic; ALL where integers and bit-vectors meet."""
        free = "" if self.quantifiers else "QF_"
        functions = "UF" if self.functions else ""
        if self.bits and self.integers:
            return "ALL"
        if self.bits:
            return f"{free}{functions}BV"
        if self.integers:
            return f"{free}{functions}{'N' if self.products else 'L'}IA"
        return f"{free}UF"


class Text:
    """Several terms as text: `lines` declare and define what `of` refers to.

    `taken` are the symbols that are declared.
    """

    def __init__(self, terms: Sequence[z3.ExprRef]) -> None:
        self.features = Features()
        self.lines: list[str] = []
        self.taken: set[str] = set()
        self._names = 0
        self._sorts: dict[str, str] = {}
        self._symbols: dict[str, str] = {}
        found = Terms()
        roots = [found.node(term) for term in terms]
        nodes = list(_in_order(roots, lambda node: node.parts))
        for node in nodes:
            self._note(node)
        self._declare(nodes)
        self._closed = _Level({}, {}, _uses(nodes, roots))
        for node in nodes:
            if not node.open:
                self._write(node, self._closed, ())
        self._roots = {term.get_id(): root for term, root in zip(terms, roots, strict=True)}

    def of(self, term: z3.ExprRef) -> str:
        """The text of one of the terms."""
        return self._closed.texts[self._roots[term.get_id()].digest]

    # what a logic must have, and what is declared

    def _note(self, node: Node) -> None:
        """What a node needs of a logic.  Raises NotStandard."""
        features, head = self.features, node.head
        for sort in (node.sort, *(sort for _, sort in node.binds)):
            if sort is not None:
                self._sort(sort)
        features.quantifiers |= bool(node.binds)
        if head is None:
            return
        if head.kind == z3.Z3_OP_UNINTERPRETED:
            features.functions |= bool(head.domain)
        elif head.kind not in OPERATORS:
            raise NotStandard(f"the operator {head.name}; standard SMT-LIB has no word for it")
        features.integers |= head.kind in COUNTING
        if head.kind == z3.Z3_OP_MUL:
            features.products |= sum(part.value is None for part in node.parts) > 1
        elif head.kind in DIVISIONS:
            features.products |= node.parts[1].value is None

    def _declare(self, nodes: Sequence[Node]) -> None:
        """A line for every sort, constant and function."""
        declared = []
        for head in (node.head for node in nodes):
            if head is None or head.kind != z3.Z3_OP_UNINTERPRETED or head.text in self._symbols:
                continue
            found = self._symbols[head.text] = symbol(head.name, self.taken)
            self.taken.add(found)
            domain, result = [self._sort(sort) for sort in head.domain], self._sort(head.sort)
            if domain:
                declared.append(f"(declare-fun {found} ({' '.join(domain)}) {result})")
            else:
                declared.append(f"(declare-const {found} {result})")
        self.lines = [f"(declare-sort {name} 0)" for name in self._sorts.values()] + declared

    def _sort(self, sort: z3.SortRef) -> str:
        kind = sort.kind()
        if kind == z3.Z3_BOOL_SORT:
            return "Bool"
        if kind == z3.Z3_INT_SORT:
            self.features.integers = True
            return "Int"
        if kind == z3.Z3_BV_SORT:
            self.features.bits = True
            return f"(_ BitVec {sort.size()})"
        if kind != z3.Z3_UNINTERPRETED_SORT:
            raise NotStandard(f"the sort {sort}; there are Int, Bool, BitVec and sorts by name")
        name = str(sort.name())
        if name not in self._sorts:
            self.features.functions = True
            self._sorts[name] = symbol(name, self._sorts.values())
        return self._sorts[name]

    # the text of each

    def _write(self, node: Node, level: _Level, names: tuple[str, ...]) -> None:
        """The text of a node whose parts have theirs; `names` are of the variables around it."""
        key = node.digest
        depth = 1 + max((level.depths.get(p.digest, 0) for p in node.parts), default=-1)
        text = self._quantified(node, names) if node.binds else self._applied(node, level, names)
        shared = level.uses.get(key, 0) > 1 or depth > DEEPEST
        if depth and shared:
            self._names += 1
            name = f"?{self._names}"
            if node.open:
                level.lets.append(f"(let (({name} {text})) ")
            else:
                assert node.sort is not None  # noqa: S101 - only variables have none
                self.lines.append(f"(define-fun {name} () {self._sort(node.sort)} {text})")
            text, depth = name, 0
        level.texts[key], level.depths[key] = text, depth

    def _quantified(self, node: Node, around: tuple[str, ...]) -> str:
        """A quantifier; what is shared inside is bound by `let` at the head of its body."""
        own: list[str] = []
        for name, _ in node.binds:
            own.append(symbol(name, {*self.taken, *around, *own}))
        names, (body,) = (*around, *own), node.parts
        inside = list(_in_order([body] * bool(body.open), _open_parts))
        level = _Level({}, {}, _uses(inside, [body]))
        for one in inside:
            self._write(one, level, names)
        sorts = [self._sort(sort) for _, sort in node.binds]
        listed = " ".join(f"({n} {sort})" for n, sort in zip(own, sorts, strict=True))
        text = "".join(level.lets) + self._part(body, level) + ")" * len(level.lets)
        return f"({'forall' if node.forall else 'exists'} ({listed}) {text})"

    def _applied(self, node: Node, level: _Level, names: tuple[str, ...]) -> str:
        head = node.head
        if node.index is not None:
            return names[-1 - node.index]
        if head is None:
            return self._number(node)
        parts = [self._part(part, level) for part in node.parts]
        if head.kind == z3.Z3_OP_UNINTERPRETED:
            name = self._symbols[head.text]
            return f"({name} {' '.join(parts)})" if parts else name
        return OPERATORS[head.kind](node, parts)

    def _part(self, node: Node, level: _Level) -> str:
        return (level if node.open else self._closed).texts[node.digest]

    def _number(self, node: Node) -> str:
        assert node.value is not None  # noqa: S101 - it is no application
        assert node.sort is not None  # noqa: S101 - numbers have one
        is_bits = node.sort.kind() == z3.Z3_BV_SORT
        return bits(node.value, node.sort.size()) if is_bits else numeral(node.value)


@dataclass(slots=True)
class _Level:
    """Texts and depths, by digest, of what is written at one level: closed, or in a quantifier."""

    texts: dict[bytes, str]
    depths: dict[bytes, int]
    uses: dict[bytes, int]
    lets: list[str] = field(default_factory=list)


def _open_parts(node: Node) -> tuple[Node, ...]:
    """What is written at the level of a node that refers to variables around it."""
    return () if node.binds else tuple(part for part in node.parts if part.open)


def _in_order(roots: Sequence[Node], parts: Callable[[Node], tuple[Node, ...]]) -> Iterator[Node]:
    """Nodes once each, parts before the whole."""
    done: set[bytes] = set()
    stack = [(node, False) for node in reversed(roots)]
    while stack:
        node, opened = stack.pop()
        if node.digest in done:
            continue
        if opened:
            done.add(node.digest)
            yield node
        else:
            stack.append((node, True))
            stack += [(part, False) for part in reversed(parts(node))]


def _uses(nodes: Sequence[Node], roots: Sequence[Node]) -> dict[bytes, int]:
    """How often each node is a part of another, or a root."""
    found: dict[bytes, int] = {}
    for part in (*(part for node in nodes for part in node.parts), *roots):
        found[part.digest] = found.get(part.digest, 0) + 1
    return found


def bits(value: int, width: int) -> str:
    """A bit-vector, in hexadecimal where that fits."""
    if width % 4:
        return f"#b{value:0{width}b}"
    return f"#x{value:0{width // 4}x}"
