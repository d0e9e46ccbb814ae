"""The decorators of all compiled code, and the tables as it sees them.

``hot`` marks small functions that are inlined wherever they are called; ``cold`` marks rare paths;
``entry`` marks the few that Python calls, and only those are cached on disk. An entry opens the
World's buffer as tables that own nothing (``open_tables``), so nothing is reference counted.
With ``NUMBA_DISABLE_JIT=1`` the same source runs as plain Python, bit for bit.
"""

from __future__ import annotations

import os
from collections import namedtuple
from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from app.engine.kernel.inner import ColdCompiler, EntryCompiler, HotCompiler
from app.engine.kernel.rows import fetch as _fetch
from app.engine.kernel.rows import tables_at as _tables_at
from app.engine.records import ADDRESSES_MAX, LATENCY_BUCKETS, OUTCOMES, SOJOURN_BUCKETS
from app.engine.tables import (
    BALANCER,
    CHECK,
    CONTROL,
    DATABASE,
    EDGE,
    GROUP,
    HOP,
    INCIDENT,
    LAYOUT_ROWS,
    LINE,
    LOG,
    NAMES,
    NODE,
    PATH,
    POINT,
    RECORD,
    SLOT,
    SOURCE,
    STRAY,
    TABLES,
    WATCH,
)

_numba: Any = numba
_numpy: Any = np
carray = _numba.carray
JIT_OFF = bool(_numba.config.DISABLE_JIT)
CHECKED = os.environ.get("LOADGROUND_BOUNDSCHECK") == "1"
"""Whether this is the build that checks every index (slow to compile and to run)."""

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "boundscheck": CHECKED}
_ENTRY: dict[str, Any] = {**_OPTIONS, "cache": True, "no_cfunc_wrapper": True}
_INNER: dict[str, Any] = {**_OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_HOT, _COLD = {**_INNER, "forceinline": True}, _INNER
if not CHECKED:  # a failed check needs an environment to raise from
    _ENTRY = {**_ENTRY, "pipeline_class": EntryCompiler}
    _HOT = {**_INNER, "pipeline_class": HotCompiler}
    _COLD = {**_INNER, "pipeline_class": ColdCompiler}
int64: Callable[[Any], int] = _numpy.int64
"""Widens what a table's 32-bit field holds, so that a function is compiled for one width only."""

F = TypeVar("F", bound=Callable[..., Any])
entry: Callable[[F], F] = njit(**_ENTRY)
cold: Callable[[F], F] = njit(**_COLD)
hot: Callable[[F], F] = njit(**_HOT)

_named: Any = namedtuple
Tables = _named("Tables", NAMES)
"""Every table of the World, by name; what compiled functions are handed."""

I4, I8 = np.dtype("i4"), np.dtype("i8")
OUTCOME_COUNT = len(OUTCOMES)


def _point(_context: Any, _address: Any) -> Any:
    """An integer address as a pointer that numba's carray accepts."""
    signature = types.voidptr(types.intp)

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(types.voidptr))

    return signature, generate


_untyped: Any = intrinsic
_pointer = _untyped(_point)


def _no_fetch(_table: Any, _row: int) -> None:
    """Only compiled code can ask the processor for a row ahead of time."""


fetch: Any = _no_fetch if JIT_OFF else _fetch
tables_at: Any = _tables_at

if JIT_OFF:

    def open_tables(buffer: Any) -> Any:
        """Views of every table in `buffer`, rows of which read and write like records."""
        layout = buffer[: LAYOUT_ROWS * 16].view(np.int64).reshape(-1, 2).tolist()
        views = []
        for (_, dtype, width), (offset, rows) in zip(TABLES, layout, strict=True):
            flat = buffer[offset : offset + rows * width * dtype.itemsize].view(dtype)
            table = flat.reshape(rows, width) if width > 1 else flat
            views.append(table.view(np.recarray) if dtype.names else table)
        return Tables(*views)

elif CHECKED:

    @hot
    def _checked_table(address: int, rows: int, dtype: Any, _width: int) -> Any:
        return carray(_pointer(address), (rows,), dtype)

    @hot
    def _checked_wide(address: int, rows: int, dtype: Any, width: int) -> Any:
        return carray(_pointer(address), (rows, width), dtype)

    @hot
    def open_tables(buffer: Any) -> Any:
        """Every table in `buffer`, as views that own nothing: no reference is counted on them."""
        base = np.int64(buffer.ctypes.data)
        places = carray(_pointer(base), (LAYOUT_ROWS, 2), I8)
        return Tables(
            _checked_table(base + places[0, 0], places[0, 1], CONTROL, 1),
            _checked_table(base + places[1, 0], places[1, 1], NODE, 1),
            _checked_table(base + places[2, 0], places[2, 1], EDGE, 1),
            _checked_table(base + places[3, 0], places[3, 1], LINE, 1),
            _checked_table(base + places[4, 0], places[4, 1], I8, 1),
            _checked_table(base + places[5, 0], places[5, 1], I8, 1),
            _checked_table(base + places[6, 0], places[6, 1], SOURCE, 1),
            _checked_table(base + places[7, 0], places[7, 1], I8, 1),
            _checked_table(base + places[8, 0], places[8, 1], I8, 1),
            _checked_table(base + places[9, 0], places[9, 1], I8, 1),
            _checked_table(base + places[10, 0], places[10, 1], SLOT, 1),
            _checked_table(base + places[11, 0], places[11, 1], I8, 1),
            _checked_table(base + places[12, 0], places[12, 1], I8, 1),
            _checked_table(base + places[13, 0], places[13, 1], I8, 1),
            _checked_table(base + places[14, 0], places[14, 1], I8, 1),
            _checked_table(base + places[15, 0], places[15, 1], I4, 1),
            _checked_table(base + places[16, 0], places[16, 1], BALANCER, 1),
            _checked_table(base + places[17, 0], places[17, 1], I8, 1),
            _checked_table(base + places[18, 0], places[18, 1], DATABASE, 1),
            _checked_table(base + places[19, 0], places[19, 1], GROUP, 1),
            _checked_table(base + places[20, 0], places[20, 1], I4, 1),
            _checked_table(base + places[21, 0], places[21, 1], PATH, 1),
            _checked_table(base + places[22, 0], places[22, 1], LOG, 1),
            _checked_table(base + places[23, 0], places[23, 1], CHECK, 1),
            _checked_table(base + places[24, 0], places[24, 1], INCIDENT, 1),
            _checked_table(base + places[25, 0], places[25, 1], HOP, 1),
            _checked_table(base + places[26, 0], places[26, 1], POINT, 1),
            _checked_table(base + places[27, 0], places[27, 1], RECORD, 1),
            _checked_table(base + places[28, 0], places[28, 1], I8, 1),
            _checked_table(base + places[29, 0], places[29, 1], I8, 1),
            _checked_wide(base + places[30, 0], places[30, 1], I8, OUTCOME_COUNT),
            _checked_wide(base + places[31, 0], places[31, 1], I8, LATENCY_BUCKETS),
            _checked_wide(base + places[32, 0], places[32, 1], I4, SOJOURN_BUCKETS),
            _checked_table(base + places[33, 0], places[33, 1], WATCH, 1),
            _checked_table(base + places[34, 0], places[34, 1], I4, 1),
            _checked_wide(base + places[35, 0], places[35, 1], I4, ADDRESSES_MAX),
            _checked_table(base + places[36, 0], places[36, 1], I4, 1),
            _checked_table(base + places[37, 0], places[37, 1], STRAY, 1),
        )

else:

    @hot
    def open_tables(buffer: Any) -> Any:
        """The buffer's address, whose attributes are its tables; no references are counted."""
        return tables_at(np.int64(buffer.ctypes.data))
