"""How functions are compiled that only other compiled functions call.

Numba optimises a function with everything that it calls, and so does each of its callers again. An
inner function needs none of that, nor machine code of its own: it is optimised once, as a part of
the entry that it ends up in, which takes a third less time in all. (Measured by `make bench`.)
"""

from __future__ import annotations

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class _NoEnvironments:
    """Only what Python calls has an environment to set."""

    def set_env(self, _name: str, _environment: Any) -> None:
        pass


class _InnerLibrary(JITCodeLibrary):
    """A function that is there to be linked into others."""

    codegen = _NoEnvironments()

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalized = True

    def get_pointer_to_function(self, _name: str) -> int:
        """There is no machine code to point to."""
        self._ensure_finalized()
        return 0


class InnerCompiler(Compiler):
    """Numba's own compiler, except for what it makes of the result."""

    def __init__(
        self,
        typing: Any,
        target: Any,
        library: Any,
        arguments: Any,
        return_type: Any,
        flags: Any,
        local_types: Any,
    ) -> None:
        super().__init__(typing, target, library, arguments, return_type, flags, local_types)
        if library is None:
            self.state.library = _InnerLibrary(self.state.targetctx.codegen(), "inner")
            self.state.library.enable_object_caching()
