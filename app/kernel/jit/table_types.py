"""Tables as compiled code sees them: an address and a row type, one machine word each.

An ordinary array argument is seven words and is reference counted, and even forty single words made
the kernel slow to compile. So functions are handed the buffer's address alone, and find a table in
it when they need it. ``table[row]`` is a record (or a number) right in the World's buffer.
Only the checked build knows how many rows there are, and raises IndexError.
"""

from __future__ import annotations

import hashlib
import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core.cgutils import get_or_insert_function
from numba.core.imputils import lower_builtin, lower_getattr_generic
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_getattr,
    infer_global,
    signature,
)
from numba.extending import intrinsic, models, register_model
from numba.np.numpy_support import from_dtype

from app.kernel.jit.mode import CHECKED
from app.kernel.state.tables import CONTROL_OFFSET, NAMES, TABLES

_BYTE, _INT, _LONG = ir.IntType(8).as_pointer(), ir.IntType(32), ir.IntType(64)
_COUNTED = ir.LiteralStructType([_BYTE, _LONG])


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
        super().__init__(manager, rows, _COUNTED if CHECKED else _BYTE)


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
        if CHECKED:
            _check(context, builder, column, ir.Constant(_LONG, rows.width))
        index = builder.add(builder.mul(row, ir.Constant(row.type, rows.width)), column)
    if CHECKED:
        base, count = (builder.extract_value(base, part) for part in (0, 1))
        _check(context, builder, index, builder.mul(count, ir.Constant(_LONG, rows.width)))
    layout = context.get_data_type(rows.item)
    return builder.gep(builder.bitcast(base, layout.as_pointer()), [index])


def _check(context: Any, builder: Any, index: Any, count: Any) -> None:
    """Raise IndexError for a row that is not there; a negative one counts as too large."""
    with builder.if_then(builder.icmp_unsigned(">=", index, count), likely=False):
        context.call_conv.return_user_exc(builder, IndexError, ("no such row",))


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


_PREFETCH = ir.FunctionType(ir.VoidType(), [_BYTE, _INT, _INT, _INT])
_TO_WRITE, _TO_KEEP, _DATA = (ir.Constant(_INT, flag) for flag in (1, 3, 1))
_CACHE_LINE = 64


def _fetching(rows: Any, lines: int) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        if not CHECKED:
            prefetch = get_or_insert_function(builder.module, _PREFETCH, "llvm.prefetch.p0")
            layout = context.get_data_type(rows.item)
            base, index = arguments
            index = builder.mul(index, ir.Constant(_LONG, rows.width))
            place = builder.gep(builder.bitcast(base, layout.as_pointer()), [index])
            row = builder.bitcast(place, _BYTE)
            for line in range(lines):
                address = builder.gep(row, [ir.Constant(_LONG, line * _CACHE_LINE)])
                builder.call(prefetch, [address, _TO_WRITE, _TO_KEEP, _DATA])
        return context.get_dummy_value()

    return types.none(rows, types.intp), generate


@intrinsic
def fetch(_context: Any, rows: Any, _index: Any) -> Any:
    """Ask the processor for the first two cache lines of a row that will soon be needed.

    A hint that changes nothing and cannot fail, whatever the index; none in the checked build.
    """
    return _fetching(rows, 2)


@intrinsic
def fetch_line(_context: Any, rows: Any, _index: Any) -> Any:
    """Ask only for the first one."""
    return _fetching(rows, 1)


class Tables(types.Type):
    """The type of a World's buffer: one machine word, whose attributes are its tables."""

    def __init__(self) -> None:
        super().__init__(name="Tables")


@register_model(Tables)
class _TablesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, tables: Any) -> None:
        super().__init__(manager, tables, _BYTE)


_TABLES = Tables()
_ROWS = {name: Rows(from_dtype(dtype), width) for name, dtype, width in TABLES}
_OFFSET_OF = {name: 16 * place for place, name in enumerate(NAMES)}


@infer_getattr
class _TablesHave(AttributeTemplate):
    key = Tables

    def _resolve(self, _tables: Any, name: str) -> Any:
        return _ROWS.get(name)

    generic_resolve: Any = _resolve


def _table(_context: Any, builder: Any, _tables: Any, base: Any, name: str) -> Any:
    """A table's address: the buffer begins with the offset of each, and those do not change."""
    if name == NAMES[0]:
        table = builder.gep(base, [ir.Constant(_LONG, CONTROL_OFFSET)])
    else:
        place = builder.gep(base, [ir.Constant(_LONG, _OFFSET_OF[name])])
        offset = builder.load(builder.bitcast(place, _LONG.as_pointer()))
        offset.set_metadata("invariant.load", builder.module.add_metadata([]))
        table = builder.gep(base, [offset])
    if not CHECKED:
        return table
    place = builder.gep(base, [ir.Constant(_LONG, _OFFSET_OF[name] + 8)])
    count = builder.load(builder.bitcast(place, _LONG.as_pointer()))
    counted = builder.insert_value(ir.Constant(_COUNTED, ir.Undefined), table, 0)
    return builder.insert_value(counted, count, 1)


lower_getattr_generic(Tables)(_table)


@intrinsic
def tables_at(_context: Any, address: Any) -> Any:
    """The tables of the World whose buffer is at an address."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], _BYTE)

    return _TABLES(types.intp), generate
