"""Patches of Numba, for a process that does nothing but compile the kernel.

Each leaves out work, or remembers answers, that Numba repeats for every one of some four hundred
functions. None changes a result of the kernel. They know Numba's inside, so they are applied only
to versions that they were tested with (see `mode`), one by one and all off (see
`docs/decisions/numba-and-its-patches.md`, which has what each saves).
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from types import FunctionType
from typing import Any, Final

from llvmlite.binding import ffi
from llvmlite.ir import Constant
from numba.core import (
    base,
    bytecode,
    compiler_lock,
    config,
    cpu,
    errors,
    imputils,
    interpreter,
    ir,
    lowering,
    rewrites,
    typeinfer,
    types,
)
from numba.core.types import functions
from numba.core.typing import context

_Target: Any = base.BaseContext
_Processor: Any = cpu.CPUContext
_Typing: Any = context.BaseContext
_Function: Any = functions.BaseFunction
_Compiled: Any = functions.Dispatcher
_Kind: Any = types.Type
_Lock: Any = compiler_lock._CompilerLock
_Lower: Any = lowering.Lower
_Assignment: Any = ir.Assign
_Reader: Any = interpreter.Interpreter
_bytecode: Any = bytecode
_config: Any = config
_rewrites: Any = rewrites
_errors: Any = errors
_ROOM: Final = 1_000_000
"""Of frames, in words: several times what the compiler's deepest calls of itself need."""


def with_room(function: Callable[[Any], None]) -> Callable[[Any], None]:
    """The same function, with so large a frame that those of all that it calls fit beside it.

    Python has frames in pieces of 16 KB (``push_chunk`` in CPython's ``pystate.c``). Where calls
    in a loop happen to go over the edge of one, each asks the system for a piece and gives it back.
    """
    code, names = function.__code__, function.__globals__
    return FunctionType(code.replace(co_stacksize=_ROOM), names)


def patch_numba() -> None:
    """Apply every patch, for the rest of this process."""
    for patch in PATCHES:
        patch()


def patch_locks() -> None:
    """Do without the locks of Numba's compiler and of LLVM.

    Safe: the process that compiles has one thread, which is what the locks are for.
    """
    library: Any = ffi.lib
    library._lock._cblist.clear()
    _Lock.acquire = _Lock.release = lambda _self: None
    _Lock.is_locked = lambda _self: True


def patch_literal_arguments() -> None:
    """Compile a callee for the type of a number, never for the one number that it is called with.

    Safe: a literal's type converts to the type of its value, and no function asks for a literal.
    """
    ask = _Compiled.get_call_type

    def get_call_type(self: Any, typing: Any, arguments: Any, keywords: Any) -> Any:
        return ask(self, typing, tuple(map(types.unliteral, arguments)), keywords)

    _Compiled.get_call_type = get_call_type


def patch_config_reload() -> None:
    """Read Numba's settings once, not before each function; print no assignment for its log.

    Safe: nobody changes the environment while the process compiles.
    """
    _config.reload_config = lambda: None
    _Assignment.__str__ = object.__repr__


def patch_registry_reload() -> None:
    """Import Numba's registries once, without the one for SciPy's linear algebra, and only take up
    what they have learned since.

    Safe: the kernel calls no linear algebra, and what registries learn is still installed.
    """
    sys.modules.setdefault("scipy", None)  # type: ignore[arg-type] # as if it were not there
    load = _Processor.load_additional_registries

    def load_additional_registries(self: Any) -> None:
        if not self._registries:
            load(self)
        for registry in tuple(self._registries):
            self.install_registry(registry)

    _Processor.load_additional_registries = load_additional_registries


def patch_bytecode_reader() -> None:
    """Skip the cache entries that CPython 3.11 and later keep between instructions.

    Safe: they are no instructions; Numba itself drops them, one step later.
    """
    read, gap = _bytecode._unpack_opargs, dis.opmap.get("CACHE")

    def unpack(code: bytes) -> Iterator[tuple[int, int, int | None, int]]:
        held: tuple[int, int, int | None, int] | None = None
        for offset, operation, argument, after in read(code):
            if operation == gap and held is not None:
                held = (*held[:3], after)
                continue
            if held is not None:
                yield held
            held = offset, operation, argument, after
        if held is not None:
            yield held

    _bytecode._unpack_opargs = unpack


def patch_rewrites() -> None:
    """Look for no ``try``, ``with``, ``print``, starred call or joined dictionary.

    Safe: compiled functions have none of them (a test reads their source). The rewrite of constant
    places in a tuple stays.
    """
    places = "RewriteConstGetitems"
    early: list[Any] = _rewrites.rewrite_registry.rewrites["before-inference"]
    early[:] = [one for one in early if one.__name__ == places]

    def pre_block(self: Any, block: Any) -> None:
        self._cur_ir_block = block

    _Lower.pre_block = pre_block

    def post_process(_reader: Any, _rewrites: Any, function: Any) -> Any:
        return function

    _Reader.post_process = post_process


def patch_call_types() -> None:
    """Cache which types an operation has for its arguments.

    Safe: the answer follows from the arguments' types, and no overload is added meanwhile.
    """
    ask, known = _Function.get_call_type, dict[Any, Any]()

    def get_call_type(self: Any, typing: Any, arguments: Any, keywords: Any) -> Any:
        asked = id(self), arguments, tuple(keywords)
        if asked not in known:
            known[asked] = ask(self, typing, arguments, keywords), self  # so that its id stays its
        return known[asked][0]

    _Function.get_call_type = get_call_type


def patch_attribute_types() -> None:
    """Cache which type an attribute has. Safe for the same reason as the types of calls."""
    ask, known = _Typing.resolve_getattr, dict[Any, Any]()

    def resolve_getattr(self: Any, owner: Any, name: str) -> Any:
        if (owner, name) not in known:
            known[owner, name] = ask(self, owner, name)
        return known[owner, name]

    _Typing.resolve_getattr = resolve_getattr


def patch_constant_types() -> None:
    """Cache which type a constant has. Safe: the constant is kept, so its id stays its own."""
    ask, known = _Typing.resolve_value_type, dict[int, Any]()

    def resolve_value_type(self: Any, value: Any) -> Any:
        if id(value) not in known:
            known[id(value)] = ask(self, value), value  # so that its id stays its
        return known[id(value)][0]

    _Typing.resolve_value_type = resolve_value_type


def patch_type_hashes() -> None:
    """Cache a type's hash, and let a type's class alone say of which kind it is.

    Safe: types are immutable, and Numba registers no virtual subclass of one.
    """

    def get_hash(self: Any) -> int:
        try:
            known: int = self._hash
        except AttributeError:
            known = self._hash = hash(self.key)
        return known

    _Kind.__hash__ = get_hash
    of_kinds: Any = type(_Kind)
    of_kinds.__instancecheck__ = type.__instancecheck__


def patch_type_sizes() -> None:
    """Cache how many bytes a type needs. Safe: that follows from the type and the processor."""
    ask, known = _Target.get_abi_sizeof, dict[Any, int]()

    def get_abi_sizeof(self: Any, of: Any) -> int:
        if of not in known:
            known[of] = ask(self, of)
        return known[of]

    _Target.get_abi_sizeof = get_abi_sizeof


def patch_signature_checks() -> None:
    """Cache which of Numba's functions ask where they are called, and the name of a record type.

    Safe: both follow from objects that do not change.
    """
    numba_base: Any = base
    numba_base._has_loc = cache(numba_base._has_loc)
    record: Any = types.Record
    record.__repr__ = cache(record.__repr__)


def patch_error_contexts() -> None:
    """Say of an error what it is and in which function, without the steps on which it was met.

    Safe: only the words of an error that stops the compiler change. Warnings of each step are not
    collected.
    """
    nowhere = nullcontext()

    def new_error_context(*_message: Any, **_fields: Any) -> AbstractContextManager[None]:
        return nowhere

    def catch_warnings(*_asked: Any, **_where: Any) -> AbstractContextManager[None]:
        return nowhere

    def begin(self: Any, msg: Any, loc: Any = None, highlighting: bool = True) -> None:
        Exception.__init__(self, str(msg))
        self.msg, self.loc = msg, loc

    users: tuple[Any, ...] = (errors, lowering, typeinfer)
    for module in users:
        module.new_error_context = new_error_context
    _errors.WarningsFixer.catch_warnings = catch_warnings
    _errors.NumbaError.__init__ = begin


def patch_status_checks() -> None:
    """Take what a function returns without asking whether it raised.

    Safe: no compiled function raises (a test reads their source). It changes the machine code, and
    no result.
    """

    def user_function(described: Any, libraries: Any) -> Any:
        def call(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            callee = context.declare_function(builder.module, described)
            where, no_exception = callee.function_type.args[:2]
            with builder.goto_entry_block():
                result = builder.alloca(where.pointee)  # Numba's own would set it to zero first
            packed = context.get_arg_packer(described.argtypes).as_arguments(builder, arguments)
            builder.call(callee, [result, Constant(no_exception, None), *packed])
            kind = described.restype
            returned = context.get_returned_value(builder, kind, builder.load(result))
            return imputils.impl_ret_new_ref(context, builder, kind, returned)

        implementation: Any = call
        implementation.signature, implementation.libs = described.argtypes, tuple(libraries)
        return implementation

    numba_base: Any = base
    numba_base.user_function = user_function


PATCHES: Final[tuple[Callable[[], None], ...]] = (
    patch_locks,
    patch_literal_arguments,
    patch_config_reload,
    patch_registry_reload,
    patch_bytecode_reader,
    patch_rewrites,
    patch_call_types,
    patch_attribute_types,
    patch_constant_types,
    patch_type_hashes,
    patch_type_sizes,
    patch_signature_checks,
    patch_error_contexts,
    patch_status_checks,
)
