"""What makes Numba quicker in a process that does nothing but compile the kernel.

Our functions ask the same few hundred things ten thousand times; Numba goes through every rule that
it knows each time.
"""

from __future__ import annotations

from typing import Any

from llvmlite.binding import ffi
from numba.core.base import BaseContext as Target
from numba.core.types.functions import BaseFunction
from numba.core.typing.context import BaseContext as Typing


def hurry() -> None:
    """Let Numba remember its answers, and announce nothing when it takes LLVM's lock."""
    ffi.lib._lock._cblist.clear()
    _remember_calls()
    _remember_fields()
    _remember_sizes()


def _remember_calls() -> None:
    """Which types an operation has."""
    ask, known = BaseFunction.get_call_type, dict[Any, Any]()

    def get_call_type(self: Any, context: Any, arguments: Any, keywords: Any) -> Any:
        asked = id(self), arguments, tuple(keywords)
        if asked not in known:
            known[asked] = ask(self, context, arguments, keywords), self  # so that its id stays its
        return known[asked][0]

    BaseFunction.get_call_type = get_call_type


def _remember_fields() -> None:
    """Which type a field has."""
    ask, known = Typing.resolve_getattr, dict[Any, Any]()

    def resolve_getattr(self: Any, owner: Any, name: str) -> Any:
        if (owner, name) not in known:
            known[owner, name] = ask(self, owner, name)
        return known[owner, name]

    Typing.resolve_getattr = resolve_getattr


def _remember_sizes() -> None:
    """How many bytes a type needs."""
    ask, known = Target.get_abi_sizeof, dict[Any, int]()

    def get_abi_sizeof(self: Any, of: Any) -> int:
        if of not in known:
            known[of] = ask(self, of)
        return known[of]

    Target.get_abi_sizeof = get_abi_sizeof
