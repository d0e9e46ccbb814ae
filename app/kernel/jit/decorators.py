"""The decorators of all compiled code, and the tables as it sees them.

``hot`` marks small functions that are inlined wherever they are called; ``cold`` marks rare paths;
``entry`` marks the one that Python calls. Where nothing is compiled (see `mode`), they are what
they are: plain Python.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from app.kernel.jit.code_cache import use_cache
from app.kernel.jit.mode import compiles
from app.kernel.state.tables import LAYOUT_ROWS, NAMES, TABLES

F = TypeVar("F", bound=Callable[..., Any])
_numpy: Any = np
_named: Any = namedtuple
int64: Callable[[Any], int] = _numpy.int64
"""Widens what a table's 32-bit field holds, so that a function is compiled for one width only."""

hot: Callable[[F], F]
cold: Callable[[F], F]
entry: Callable[[F], F]
fetch: Any
fetch_line: Any
open_tables: Any

if compiles():
    use_cache()  # Numba looks for its folder once, when it is imported
    from app.kernel.jit import pipeline as compiler
    from app.kernel.jit import table_types as rows

    hot, cold, entry = compiler.hot, compiler.cold, compiler.entry
    fetch, fetch_line = rows.fetch, rows.fetch_line
    open_tables = rows.tables_at

else:
    Tables = _named("Tables", NAMES)

    def _as_it_is(function: F) -> F:
        return function

    def _no_fetch(_table: Any, _row: int) -> None:
        """Do nothing: only compiled code can ask the processor for a row ahead of time."""

    def _views(buffer: Any) -> Any:
        """Views of every table in `buffer`, rows of which read and write like records."""
        layout = buffer[: LAYOUT_ROWS * 16].view(np.int64).reshape(-1, 2).tolist()
        views = []
        for (_, dtype, width), (offset, count) in zip(TABLES, layout, strict=True):
            flat = buffer[offset : offset + count * width * dtype.itemsize].view(dtype)
            table = flat.reshape(count, width) if width > 1 else flat
            views.append(table.view(np.recarray) if dtype.names else table)
        return Tables(*views)

    hot = cold = entry = _as_it_is
    fetch = fetch_line = _no_fetch
    open_tables = _views
