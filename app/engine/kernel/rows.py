"""Tables as compiled code sees them: an address and a row type, one machine word each.

An ordinary array argument is seven words and is reference counted; twenty-seven of them made the
kernel slow to compile. ``table[row]`` is a record (or a number) right in the World's buffer.
There are no bounds checks here; the checked build uses arrays instead (see `jit`).
"""

from __future__ import annotations

import hashlib
import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core.cgutils import get_or_insert_function
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, models, register_model


class Rows(types.Type):
    """The type of a table: what a row is, and how many items a row has."""

    def __init__(self, item: Any, width: int) -> None:
        self.item = item
        self.width = width
        # A record's own name spells out every field. Compiled functions carry the names of their
        # arguments' types, so with every table in every name those took most of the cache.
        digest = hashlib.blake2b(str(item).encode(), digest_size=8).hexdigest()
        super().__init__(name=f"Rows({digest}, {width})")


@register_model(Rows)
class _RowsModel(models.PrimitiveModel):
    def __init__(self, manager: Any, rows: Any) -> None:
        super().__init__(manager, rows, ir.IntType(8).as_pointer())


def _accepts(index: Any, rows: Rows) -> Any:
    if rows.width == 1:
        return types.intp if isinstance(index, types.Integer) else None
    if isinstance(index, types.BaseTuple) and len(index) == 2:
        return types.UniTuple(types.intp, 2)
    return None


@infer_global(operator.getitem)
class _GetRow(AbstractTemplate):
    def generic(self, args: Any, _keywords: Any) -> Any:
        rows, index = args
        if isinstance(rows, Rows) and (accepted := _accepts(index, rows)):
            return signature(rows.item, rows, accepted)
        return None


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args: Any, _keywords: Any) -> Any:
        rows, index, _value = args
        if isinstance(rows, Rows) and (accepted := _accepts(index, rows)):
            return signature(types.none, rows, accepted, rows.item)
        return None


def _place(context: Any, builder: Any, rows: Rows, base: Any, index: Any) -> Any:
    """The address of an item, as a pointer to how items lie in memory."""
    if rows.width > 1:
        row, column = (builder.extract_value(index, part) for part in (0, 1))
        index = builder.add(builder.mul(row, ir.Constant(row.type, rows.width)), column)
    layout = context.get_data_type(rows.item)
    return builder.gep(builder.bitcast(base, layout.as_pointer()), [index])


def _get(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    rows, (base, index) = sig.args[0], args
    place = _place(context, builder, rows, base, index)
    if isinstance(rows.item, types.Record):
        return builder.bitcast(place, context.get_value_type(rows.item))
    return context.unpack_value(builder, rows.item, place)


def _set(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    rows, (base, index, value) = sig.args[0], args
    context.pack_value(builder, rows.item, value, _place(context, builder, rows, base, index))
    return context.get_dummy_value()


for _index in (types.intp, types.UniTuple(types.intp, 2)):
    lower_builtin(operator.getitem, Rows, _index)(_get)
    lower_builtin(operator.setitem, Rows, _index, types.Any)(_set)


_BYTE, _INT, _LONG = ir.IntType(8).as_pointer(), ir.IntType(32), ir.IntType(64)
_PREFETCH = ir.FunctionType(ir.VoidType(), [_BYTE, _INT, _INT, _INT])
_TO_WRITE, _TO_KEEP, _DATA = (ir.Constant(_INT, flag) for flag in (1, 3, 1))
_CACHE_LINE = 64


@intrinsic
def fetch(_context: Any, rows: Any, _index: Any) -> Any:
    """Ask the processor for the first two cache lines of a row that will soon be needed.

    A hint that changes nothing and cannot fail, whatever the index; none in the checked build.
    """

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        if isinstance(rows, Rows):
            prefetch = get_or_insert_function(builder.module, _PREFETCH, "llvm.prefetch.p0")
            row = builder.bitcast(_place(context, builder, rows, *arguments), _BYTE)
            for offset in (0, _CACHE_LINE):
                line = builder.gep(row, [ir.Constant(_LONG, offset)])
                builder.call(prefetch, [line, _TO_WRITE, _TO_KEEP, _DATA])
        return context.get_dummy_value()

    return types.none(rows, types.intp), generate


@intrinsic
def rows_at(_context: Any, _address: Any, count: Any, item: Any, width: Any) -> Any:
    """The table at an address, with rows of a dtype; the width must be a constant."""
    if not isinstance(width, types.IntegerLiteral):
        return None
    rows = Rows(item.dtype, width.literal_value)

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

    return rows(types.intp, count, item, width), generate
