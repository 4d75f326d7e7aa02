"""Operators of z3 in the words of standard SMT-LIB; those it adds to the standard spelt out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import z3

from .canonical import Node

Writer = Callable[[Node, Sequence[str]], str]
"""From an application and the text of its operands to its own text."""


def _plain(name: str) -> Writer:
    return lambda _node, parts: f"({name} {' '.join(parts)})"


def _chained(name: str, nothing: str) -> Writer:
    """An operator of any number of operands: of one it is that one, of none a constant."""

    def write(_node: Node, parts: Sequence[str]) -> str:
        if len(parts) > 1:
            return f"({name} {' '.join(parts)})"
        return parts[0] if parts else nothing

    return write


def _paired(name: str) -> Writer:
    """An operator of two operands, nested to the left for more."""

    def write(_node: Node, parts: Sequence[str]) -> str:
        text = parts[0]
        for part in parts[1:]:
            text = f"({name} {text} {part})"
        return text

    return write


def _indexed(name: str) -> Writer:
    return lambda node, parts: f"((_ {name} {' '.join(map(str, _params(node)))}) {parts[0]})"


def _params(node: Node) -> tuple[int, ...]:
    assert node.head is not None  # noqa: S101 - it is an application
    return node.head.params


def _width(node: Node) -> int:
    sort = node.parts[0].sort
    assert sort is not None  # noqa: S101 - only variables have none
    return int(sort.size())


def _distinct(_node: Node, parts: Sequence[str]) -> str:
    return f"(distinct {' '.join(parts)})" if len(parts) > 1 else "true"


def _bit(node: Node, parts: Sequence[str]) -> str:
    (place,) = _params(node)
    return f"(= ((_ extract {place} {place}) {parts[0]}) #b1)"


def _wide(node: Node, parts: Sequence[str], extension: str) -> str:
    width = _width(node)
    a, b = (f"((_ {extension} {width}) {part})" for part in parts)
    return f"(bvmul {a} {b})"


def _no_overflow(node: Node, parts: Sequence[str]) -> str:
    width = _width(node)
    greatest = "#b" + "0" * (width + 1) + "1" * (width - 1)
    return f"(bvsle {_wide(node, parts, 'sign_extend')} {greatest})"


def _no_underflow(node: Node, parts: Sequence[str]) -> str:
    width = _width(node)
    least = "#b" + "1" * (width + 1) + "0" * (width - 1)
    return f"(bvsge {_wide(node, parts, 'sign_extend')} {least})"


def _no_carry(node: Node, parts: Sequence[str]) -> str:
    width = _width(node)
    product = _wide(node, parts, "zero_extend")
    return f"(= ((_ extract {2 * width - 1} {width}) {product}) #b{'0' * width})"


def _counted(relation: str) -> Writer:
    """A weighted count of conditions, compared with a number."""

    def write(node: Node, parts: Sequence[str]) -> str:
        bound, *weights = _params(node)
        weights = weights or [1] * len(parts)
        cases = [f"(ite {p} {_signed(w)} 0)" for p, w in zip(parts, weights, strict=True)]
        return f"({relation} {_chained('+', '0')(node, cases)} {_signed(bound)})"

    return write


def _signed(value: int) -> str:
    return str(value) if value >= 0 else f"(- {-value})"


COUNTING = frozenset({
    z3.Z3_OP_PB_AT_MOST, z3.Z3_OP_PB_AT_LEAST, z3.Z3_OP_PB_LE, z3.Z3_OP_PB_GE, z3.Z3_OP_PB_EQ,
})  # fmt: skip
"""Operators over Booleans that are written with integers."""
DIVISIONS = frozenset({z3.Z3_OP_IDIV, z3.Z3_OP_MOD})

OPERATORS: dict[int, Writer] = {
    z3.Z3_OP_TRUE: lambda _node, _parts: "true",
    z3.Z3_OP_FALSE: lambda _node, _parts: "false",
    z3.Z3_OP_EQ: _plain("="),
    z3.Z3_OP_IFF: _plain("="),
    z3.Z3_OP_DISTINCT: _distinct,
    z3.Z3_OP_ITE: _plain("ite"),
    z3.Z3_OP_AND: _chained("and", "true"),
    z3.Z3_OP_OR: _chained("or", "false"),
    z3.Z3_OP_NOT: _plain("not"),
    z3.Z3_OP_XOR: _paired("xor"),
    z3.Z3_OP_IMPLIES: _plain("=>"),
    z3.Z3_OP_LE: _plain("<="),
    z3.Z3_OP_GE: _plain(">="),
    z3.Z3_OP_LT: _plain("<"),
    z3.Z3_OP_GT: _plain(">"),
    z3.Z3_OP_ADD: _chained("+", "0"),
    z3.Z3_OP_MUL: _chained("*", "1"),
    z3.Z3_OP_SUB: _plain("-"),
    z3.Z3_OP_UMINUS: _plain("-"),
    z3.Z3_OP_IDIV: _plain("div"),
    z3.Z3_OP_MOD: _plain("mod"),
    z3.Z3_OP_PB_AT_MOST: _counted("<="),
    z3.Z3_OP_PB_AT_LEAST: _counted(">="),
    z3.Z3_OP_PB_LE: _counted("<="),
    z3.Z3_OP_PB_GE: _counted(">="),
    z3.Z3_OP_PB_EQ: _counted("="),
    z3.Z3_OP_BIT2BOOL: _bit,
    z3.Z3_OP_BSMUL_NO_OVFL: _no_overflow,
    z3.Z3_OP_BSMUL_NO_UDFL: _no_underflow,
    z3.Z3_OP_BUMUL_NO_OVFL: _no_carry,
    z3.Z3_OP_EXTRACT: _indexed("extract"),
    z3.Z3_OP_SIGN_EXT: _indexed("sign_extend"),
    z3.Z3_OP_ZERO_EXT: _indexed("zero_extend"),
    z3.Z3_OP_REPEAT: _indexed("repeat"),
    z3.Z3_OP_ROTATE_LEFT: _indexed("rotate_left"),
    z3.Z3_OP_ROTATE_RIGHT: _indexed("rotate_right"),
}
for _kind, _word in {
    z3.Z3_OP_BNEG: "bvneg", z3.Z3_OP_BNOT: "bvnot",
    z3.Z3_OP_BSDIV: "bvsdiv", z3.Z3_OP_BUDIV: "bvudiv", z3.Z3_OP_BSREM: "bvsrem",
    z3.Z3_OP_BUREM: "bvurem", z3.Z3_OP_BSMOD: "bvsmod",
    # the variants that z3 simplifies to: a zero divisor means what the standard says it does
    z3.Z3_OP_BSDIV_I: "bvsdiv", z3.Z3_OP_BUDIV_I: "bvudiv", z3.Z3_OP_BSREM_I: "bvsrem",
    z3.Z3_OP_BUREM_I: "bvurem", z3.Z3_OP_BSMOD_I: "bvsmod",
    z3.Z3_OP_ULEQ: "bvule", z3.Z3_OP_SLEQ: "bvsle", z3.Z3_OP_UGEQ: "bvuge",
    z3.Z3_OP_SGEQ: "bvsge", z3.Z3_OP_ULT: "bvult", z3.Z3_OP_SLT: "bvslt",
    z3.Z3_OP_UGT: "bvugt", z3.Z3_OP_SGT: "bvsgt", z3.Z3_OP_BCOMP: "bvcomp",
    z3.Z3_OP_BSHL: "bvshl", z3.Z3_OP_BLSHR: "bvlshr", z3.Z3_OP_BASHR: "bvashr",
    z3.Z3_OP_BNAND: "bvnand", z3.Z3_OP_BNOR: "bvnor",
}.items():  # fmt: skip
    OPERATORS[_kind] = _plain(_word) if _kind in {z3.Z3_OP_BNEG, z3.Z3_OP_BNOT} else _paired(_word)
for _kind, _word in {
    z3.Z3_OP_BADD: "bvadd", z3.Z3_OP_BSUB: "bvsub", z3.Z3_OP_BMUL: "bvmul",
    z3.Z3_OP_BAND: "bvand", z3.Z3_OP_BOR: "bvor", z3.Z3_OP_BXOR: "bvxor",
    z3.Z3_OP_BXNOR: "bvxnor", z3.Z3_OP_CONCAT: "concat",
}.items():  # fmt: skip
    OPERATORS[_kind] = _paired(_word)
