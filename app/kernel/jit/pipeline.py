"""Compiler pipeline of the kernel: the decorators of `jit`, where they do compile.

Numba optimises a function together with everything that it calls, and its callers do so again, so
that the work grows with the depth of the calls. Here an inner function is only lowered; the
entries, which Python calls, link every function that they can reach once, and optimise the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from llvmlite import binding as llvm
from llvmlite.ir import CallInstr
from numba import njit
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager
from numba.core.typed_passes import (
    AnnotateTypes,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.untyped_passes import (
    FixupArgs,
    GenericRewrites,
    IRProcessing,
    ReconstructSSA,
    TranslateByteCode,
)

from app.kernel.jit.enum_constants import EnumConstants
from app.kernel.jit.mode import CHECKED

_PASSES: Final = (
    TranslateByteCode,
    FixupArgs,
    IRProcessing,
    EnumConstants,
    GenericRewrites,
    ReconstructSSA,
    NopythonTypeInference,
    PreLowerStripPhis,
    AnnotateTypes,
    NativeLowering,
    NoPythonBackend,
)
"""Numba's passes that plain functions of numbers and records need. The others (closures, array
expressions, literals, branches that types rule out) find nothing here, for a tenth of the time.
"""


_SMALL: Final = 60
"""Instructions, before any is optimised away: about what a call of it takes."""
_large: set[str] = set()


class _NoEnvironments:
    """Only what Python calls has an environment to set."""

    def set_env(self, _name: str, _environment: Any) -> None:
        pass


@cache
def _slimming(codegen: Any) -> Any:
    """Passes over a function that cost little and leave little."""
    passes = llvm.create_new_function_pass_manager()
    passes.add_sroa_pass()
    passes.add_dead_code_elimination_pass()
    passes.add_simplify_cfg_pass()
    return passes, codegen._pass_builder()


class _InnerLibrary(JITCodeLibrary):
    """A function that is there to be linked into others."""

    codegen = _NoEnvironments()
    attributes: tuple[str, ...] = ()

    def _optimize_functions(self, module: Any) -> None:
        """Only make them smaller, and leave the rest to the entry, too."""
        module.data_layout = self._codegen._data_layout
        passes, builder = _slimming(self._codegen)
        for function in module.functions:
            if not function.is_declaration:
                passes.run(function, builder)

    def add_ir_module(self, module: Any) -> None:
        """Take in what a function was lowered to."""
        for function in module.functions:
            if not function.is_declaration:
                for attribute in self.attributes:
                    function.attributes.add(attribute)
        super().add_ir_module(module)

    def add_llvm_module(self, module: Any) -> None:
        """Keep the one module as it is, for the entry to take in."""
        self._optimize_functions(module)
        self._final_module = module

    def finalize(self) -> None:
        """Leave linking, optimising and machine code to the entry."""
        self._raise_if_finalized()
        self._finalized = True

    def get_pointer_to_function(self, _name: str) -> int:
        """Return 0: an inner function has no machine code of its own."""
        self._ensure_finalized()
        return 0


class _EntryLibrary(JITCodeLibrary):
    """An entry and everything that it reaches."""

    def finalize(self) -> None:
        """Link every function once."""
        known = self._reachable()
        self._link([one for one in known if isinstance(one, _InnerLibrary)])
        self._linking_libraries = self._asked_for(
            [one for one in known if not isinstance(one, _InnerLibrary)]
        )
        super().finalize()

    def _link(self, inner: list[_InnerLibrary]) -> None:
        """Take in what is ours, which nobody sees from outside."""
        seen = set(_defined(self._final_module))
        self._final_module.link_in(_joined([one._final_module for one in inner]))
        for name in set(_defined(self._final_module)) - seen:
            self._final_module.get_function(name).linkage = "linkonce_odr"

    def _asked_for(self, libraries: list[Any]) -> list[Any]:
        """Return Numba's own libraries that are called, each after the first that calls it: LLVM
        leaves out what nobody has asked for yet.
        """
        modules = {library: library._get_module_for_linking() for library in libraries}
        home = {name: library for library in libraries for name in _defined(modules[library])}
        order: dict[Any, None] = {}
        wanted = _declared(self._final_module)
        while wanted:
            library = home.get(wanted.pop())
            if library is not None and library not in order:
                order[library] = None
                wanted += _declared(modules[library])
        return list(order)

    def _optimize_final_module(self) -> None:
        """Once: Numba's extra first round is for reference counts, which there are none of. More
        effort than this takes longer and makes nothing faster; no loop of ours is for vectors.
        """
        passes, builder = self._codegen._module_pass_manager(opt=1, loop_vectorize=False)
        passes.run(self._final_module, builder)

    def _reachable(self) -> dict[Any, None]:
        found: dict[Any, None] = {}
        waiting = list(self._linking_libraries)
        while waiting:
            library = waiting.pop()
            if library not in found:
                found[library] = None
                if isinstance(library, _InnerLibrary):
                    waiting += library._linking_libraries
        return found


def _joined(modules: list[Any]) -> Any:
    """One of many, by halves: each time, LLVM looks through all of the one that takes another."""
    while len(modules) > 1:
        for one, other in zip(modules[::2], modules[1::2], strict=False):
            one.link_in(other)
        modules = modules[::2]
    return modules[0]


def _defined(module: Any) -> list[str]:
    """The functions that a module has."""
    return [function.name for function in module.functions if not function.is_declaration]


def _declared(module: Any) -> list[str]:
    """The functions that a module calls and does not have."""
    return [function.name for function in module.functions if function.is_declaration]


class _HotLibrary(_InnerLibrary):
    """One on the way of every request: part of whatever calls it."""

    attributes = ("alwaysinline",)

    def add_ir_module(self, module: Any) -> None:
        """Take in what a function was lowered to, and see how much it is."""
        for function in module.functions:
            if sum(len(block.instructions) for block in function.blocks) > _SMALL:
                _large.add(function.name)
        super().add_ir_module(module)


class _ColdLibrary(_InnerLibrary):
    """A rare one: small and apart, which is quicker to compile, and keeps the others together. It
    calls what is large.
    """

    attributes = ("cold", "optsize")

    def add_ir_module(self, module: Any) -> None:
        """Take in what a function was lowered to."""
        for function in module.functions:
            for block in function.blocks:
                for one in block.instructions:
                    if isinstance(one, CallInstr) and one.callee.name in _large:
                        one.attributes.add("noinline")
        super().add_ir_module(module)


class _Passes(PassManager):
    """Numba's, without its clocks, events and analysis of the whole function around each pass."""

    def _runPass(self, _index: int, one: Any, state: Any) -> None:  # noqa: N802 (Numba's name)
        one.analysis = self._analysis
        one.run_pass(state)


class _OurCompiler(CompilerBase):
    """Numba's own compiler, except for the passes left out and what it makes of the result."""

    makes: type[JITCodeLibrary] = _InnerLibrary

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
            made = self.makes(self.state.targetctx.codegen(), self.makes.__name__)
            made.enable_object_caching()
            self.state["library"] = made

    def define_pipelines(self) -> list[Any]:
        """The one way of compiling."""
        passes = _Passes("loadground")
        for one in _PASSES:
            passes.add_pass(one, one.__name__)
        passes.finalize()
        return [passes]


class HotCompiler(_OurCompiler):
    """Compiles what only compiled functions call, on the way of every request."""

    makes = _HotLibrary


class ColdCompiler(_OurCompiler):
    """Compiles what only compiled functions call, and rarely."""

    makes = _ColdLibrary


class EntryCompiler(_OurCompiler):
    """Compiles what Python calls."""

    makes = _EntryLibrary


class CheckedCompiler(CompilerBase):
    """Numba's own compiler, which knows our enums."""

    def define_pipelines(self) -> list[Any]:
        """Return Numba's pipeline, with enums replaced before types are inferred."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(EnumConstants, IRProcessing)
        passes.finalize()
        return [passes]


_INNER: Final[dict[str, Any]] = {
    "nogil": True,
    "error_model": "numpy",
    "boundscheck": CHECKED,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "_nrt": False,
}
Decorator = Callable[[Any], Any]
hot: Decorator
cold: Decorator
entry: Decorator

if CHECKED:  # a failed check raises from an environment, which Numba's own compiler provides
    checked = {**_INNER, "pipeline_class": CheckedCompiler}
    hot = cold = njit(**checked)
    entry = njit(**{**checked, "cache": True, "no_cpython_wrapper": False})
else:
    hot = njit(**_INNER, pipeline_class=HotCompiler)
    cold = njit(**_INNER, pipeline_class=ColdCompiler)
    entry = njit(**_INNER, pipeline_class=EntryCompiler)
