"""Enum members in compiled code: plain int64 constants, as if the number stood there.

Numba types a member of an IntEnum as one of its enum, so that a function would be compiled for
each enum that it is called with, beside int64. Here ``Purpose.READ`` is replaced before types are
inferred, by the value as numpy's int64, which is no literal either.
"""

from __future__ import annotations

from enum import EnumMeta
from typing import Any

import numpy as np
from numba.core import ir
from numba.core.compiler_machinery import FunctionPass, register_pass


@register_pass(mutates_CFG=False, analysis_only=False)
class EnumConstants(FunctionPass):
    """Replace every member of a global enum by its value."""

    _name = "enum_constants"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        """Change the function's instructions; return whether any was changed."""
        changed = [_replace(block) for block in state.func_ir.blocks.values()]
        return any(changed)


def _replace(block: Any) -> bool:
    """Replace the members in one block, and drop the enums, which have no other use."""
    enums: dict[str, Any] = {}
    kept = []
    for one in block.body:
        value = one.value if isinstance(one, ir.Assign) else None
        if isinstance(value, ir.Global) and isinstance(value.value, EnumMeta):
            enums[one.target.name] = value.value
            continue
        if isinstance(value, ir.Expr) and value.op == "getattr" and value.value.name in enums:
            member = enums[value.value.name][value.attr]
            one.value = ir.Global(member.name, np.int64(member.value), value.loc)
        kept.append(one)
    block.body = kept
    return bool(enums)
