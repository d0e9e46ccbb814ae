"""What makes Numba quicker in a process that does nothing but compile the kernel.

Our functions ask the same few hundred things ten thousand times; Numba goes through every rule that
it knows each time.
"""

from __future__ import annotations

from typing import Any

from llvmlite.binding import ffi
from numba.core import base, types
from numba.core.types import functions
from numba.core.typing import context

_Target: Any = base.BaseContext
_Typing: Any = context.BaseContext
_Function: Any = functions.BaseFunction
_Compiled: Any = functions.Dispatcher


def hurry() -> None:
    """Let Numba remember its answers, and announce nothing when it takes LLVM's lock."""
    library: Any = ffi.lib
    library._lock._cblist.clear()
    _forget_literals()
    _remember_calls()
    _remember_fields()
    _remember_sizes()


def _forget_literals() -> None:
    """Compile our functions for numbers, and not for each number that one is called with."""
    ask = _Compiled.get_call_type

    def get_call_type(self: Any, typing: Any, arguments: Any, keywords: Any) -> Any:
        return ask(self, typing, tuple(map(types.unliteral, arguments)), keywords)

    _Compiled.get_call_type = get_call_type


def _remember_calls() -> None:
    """Which types an operation has."""
    ask, known = _Function.get_call_type, dict[Any, Any]()

    def get_call_type(self: Any, typing: Any, arguments: Any, keywords: Any) -> Any:
        asked = id(self), arguments, tuple(keywords)
        if asked not in known:
            known[asked] = ask(self, typing, arguments, keywords), self  # so that its id stays its
        return known[asked][0]

    _Function.get_call_type = get_call_type


def _remember_fields() -> None:
    """Which type a field has."""
    ask, known = _Typing.resolve_getattr, dict[Any, Any]()

    def resolve_getattr(self: Any, owner: Any, name: str) -> Any:
        if (owner, name) not in known:
            known[owner, name] = ask(self, owner, name)
        return known[owner, name]

    _Typing.resolve_getattr = resolve_getattr


def _remember_sizes() -> None:
    """How many bytes a type needs."""
    ask, known = _Target.get_abi_sizeof, dict[Any, int]()

    def get_abi_sizeof(self: Any, of: Any) -> int:
        if of not in known:
            known[of] = ask(self, of)
        return known[of]

    _Target.get_abi_sizeof = get_abi_sizeof
