"""A hint to the processor to fetch a spectrum before it is needed.

A draw's spectra lie all over the library; waiting for them costs a component or two.
The hint changes no number.
"""

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

LINE_VALUES = 16
"""Single-precision values in a line of the cache."""

_READ, _TO_SECOND_LEVEL, _DATA = 0, 2, 1


def _prefetch(typing: Any, rows: Any, row: Any, column: Any) -> Any:  # noqa: ANN401 - numba's own types
    """Ask for the line of `rows` that holds this element; both indices are int64."""
    del typing

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:  # noqa: ANN401 - numba's own types
        kind = signature.args[0]
        array = context.make_array(kind)(context, builder, values[0])
        place = cgutils.get_item_pointer(  # type: ignore[no-untyped-call]
            context, builder, kind, array, list(values[1:]), wraparound=False
        )
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        hint = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte, number, number, number]),
            "llvm.prefetch.p0",
        )
        how = [number(one) for one in (_READ, _TO_SECOND_LEVEL, _DATA)]
        builder.call(hint, [builder.bitcast(place, byte), *how])
        return context.get_dummy_value()

    return types.void(rows, row, column), generate


prefetch: Any = intrinsic(_prefetch)
