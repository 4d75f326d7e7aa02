"""What the kernels need and numba has no word for: calls by address, prefetch, bucket search."""

# ruff: noqa: PLR0913, PLR0917, ARG001 - an intrinsic names arguments that only its code reads

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from checker.explicit import jit  # noqa: F401 - sets up the cache before any kernel is compiled

I1, I16, I32, I64 = (ir.IntType(n) for n in (1, 16, 32, 64))
PTR = ir.IntType(8).as_pointer()
FULL, KNOWN = 16, -1  # answers of find16 beside an index


def _caller(pointers: tuple[int, ...], count: int, result: ir.Type) -> Any:
    """Code generator of an indirect call; arguments are integers, some passed as pointers."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        kinds = [PTR if i in pointers else I64 for i in range(count)]
        function = ir.FunctionType(result, kinds).as_pointer()
        callee = builder.inttoptr(args[0], function)
        given = [builder.inttoptr(a, PTR) if i in pointers else a for i, a in enumerate(args[1:])]
        answer = builder.call(callee, given)
        return answer if result is I64 else cgutils.get_null_value(I64)

    return generate


def _signature(count: int) -> Any:
    return types.int64(*([types.int64] * count))


@intrinsic
def call_action(
    _typing: Any,
    address: Any,
    source: Any,
    stride: Any,
    begin: Any,
    end: Any,
    out: Any,
    out_stride: Any,
    count: Any,
    room: Any,
    masks: Any,
    mask_stride: Any,
) -> Any:
    """Expand states begin .. end - 1; return the first one not expanded."""
    return _signature(11), _caller((0, 4, 6, 8), 10, I64)


@intrinsic
def call_observe(
    _typing: Any,
    address: Any,
    source: Any,
    stride: Any,
    begin: Any,
    end: Any,
    masks: Any,
    mask_stride: Any,
) -> Any:
    """Write the observation masks of states begin .. end - 1."""
    return _signature(7), _caller((0, 4), 6, ir.VoidType())


@intrinsic
def prefetch(_typing: Any, address: Any) -> Any:
    """Ask for the cache line at an address."""

    def generate(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [PTR, I32, I32, I32])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        flags = [ir.Constant(I32, n) for n in (1, 3, 1)]
        builder.call(function, [builder.inttoptr(args[0], PTR), *flags])
        return cgutils.get_null_value(I64)

    return _signature(1), generate


@intrinsic
def find16(_typing: Any, address: Any, value: Any) -> Any:
    """Look for a value in the 16 slots of a 64-byte bucket.

    KNOWN if it is there, else the number of the first empty slot, else FULL.
    """

    def generate(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        vector = ir.VectorType(I32, 16)
        place = builder.inttoptr(args[0], vector.as_pointer())
        line = builder.load(place, align=64)
        single = builder.insert_element(
            ir.Constant(vector, ir.Undefined), builder.trunc(args[1], I32), ir.Constant(I32, 0)
        )
        zeros = ir.Constant(ir.VectorType(I32, 16), [0] * 16)
        spread = builder.shuffle_vector(single, ir.Constant(vector, ir.Undefined), zeros)
        equal = builder.bitcast(builder.icmp_unsigned("==", line, spread), I16)
        empty = builder.bitcast(builder.icmp_unsigned("==", line, zeros), I16)
        # Sixteen ones above make the count of trailing zeros 16 where no slot is empty.
        wide = builder.or_(builder.zext(empty, I32), ir.Constant(I32, 0xFFFF0000))
        first = builder.zext(builder.cttz(wide, ir.Constant(I1, 1)), I64)
        there = builder.icmp_unsigned("!=", equal, ir.Constant(I16, 0))
        return builder.select(there, ir.Constant(I64, KNOWN), first)

    return _signature(2), generate
