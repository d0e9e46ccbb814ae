"""What makes Numba quicker in a process that does nothing but compile the kernel.

Our functions ask the same few hundred things ten thousand times; Numba goes through every rule that
it knows each time, finds out how long each variable lives for counting references, which records
and numbers have none of, and is ready at every step to say where it was when something failed.
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
from llvmlite.ir import Constant, values
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
    postproc,
    rewrites,
    transforms,
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
_Name: Any = values.NamedValue
_Instruction: Any = ir.Inst
_Assignment: Any = ir.Assign
_Reader: Any = interpreter.Interpreter
_bytecode: Any = bytecode
_config: Any = config
_rewrites: Any = rewrites
_AfterPass: Any = postproc.PostProcessor
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


def hurry() -> None:
    """Let Numba remember its answers, and leave out what our functions do not need."""
    _forget_locks()
    _forget_literals()
    _forget_settings()
    _forget_news()
    _forget_gaps()
    _forget_rewriting()
    _forget_escapes()
    _remember_calls()
    _remember_fields()
    _remember_values()
    _remember_kinds()
    _remember_sizes()
    _remember_signatures()
    _forget_lifetimes()
    _forget_places()
    _forget_failures()
    _list_variables()


def _forget_locks() -> None:
    """Let the one thread that there is compile, without asking and announcing that at each step,
    nor each call of LLVM.
    """
    library: Any = ffi.lib
    library._lock._cblist.clear()
    _Lock.acquire = _Lock.release = lambda _self: None
    _Lock.is_locked = lambda _self: True


def _forget_literals() -> None:
    """Compile our functions for numbers, and not for each number that one is called with."""
    ask = _Compiled.get_call_type

    def get_call_type(self: Any, typing: Any, arguments: Any, keywords: Any) -> Any:
        return ask(self, typing, tuple(map(types.unliteral, arguments)), keywords)

    _Compiled.get_call_type = get_call_type


def _forget_settings() -> None:
    """Read the environment's settings once, not for every function, and trace no assignment."""
    _config.reload_config = lambda: None
    _Assignment.__str__ = object.__repr__


def _forget_news() -> None:
    """Import once, not for every function, what Numba has for all that people compile, and not the
    linear algebra; only take up what that has learned since.
    """
    sys.modules.setdefault("scipy", None)  # type: ignore[arg-type] # as if it were not there
    load = _Processor.load_additional_registries

    def load_additional_registries(self: Any) -> None:
        if not self._registries:
            load(self)
        for registry in tuple(self._registries):
            self.install_registry(registry)

    _Processor.load_additional_registries = load_additional_registries


def _forget_gaps() -> None:
    """Leave out the room that Python keeps behind an instruction for its own use: in 3.11, more
    than half of what a function consists of.
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


def _forget_rewriting() -> None:
    """Look for no ``try``, ``with``, ``print``, starred call or joined dictionary: ours have none;
    only for constant places in a tuple.
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


def _forget_escapes() -> None:
    """Write a name for LLVM as it is: there are no quotes in ours."""
    _Name._get_reference = lambda self: f'{self.name_prefix}"{self._name}"'


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


def _remember_values() -> None:
    """Which type a constant has."""
    ask, known = _Typing.resolve_value_type, dict[int, Any]()

    def resolve_value_type(self: Any, value: Any) -> Any:
        if id(value) not in known:
            known[id(value)] = ask(self, value), value  # so that its id stays its
        return known[id(value)][0]

    _Typing.resolve_value_type = resolve_value_type


def _remember_kinds() -> None:
    """A type's hash, and that its class says alone which kind it is of."""

    def get_hash(self: Any) -> int:
        try:
            known: int = self._hash
        except AttributeError:
            known = self._hash = hash(self.key)
        return known

    _Kind.__hash__ = get_hash
    of_kinds: Any = type(_Kind)
    of_kinds.__instancecheck__ = type.__instancecheck__


def _remember_sizes() -> None:
    """How many bytes a type needs."""
    ask, known = _Target.get_abi_sizeof, dict[Any, int]()

    def get_abi_sizeof(self: Any, of: Any) -> int:
        if of not in known:
            known[of] = ask(self, of)
        return known[of]

    _Target.get_abi_sizeof = get_abi_sizeof


def _remember_signatures() -> None:
    """Which of Numba's own functions want to know where they are called, and what a table's fields
    are in words, which is part of saying that a way to read one was not the right one.
    """
    numba_base: Any = base
    numba_base._has_loc = cache(numba_base._has_loc)
    record: Any = types.Record
    record.__repr__ = cache(record.__repr__)


def _forget_lifetimes() -> None:
    """Leave out when a variable's last reference is gone: ours are not counted."""

    def run(self: Any, emit_dels: bool = False, extend_lifetimes: bool = False) -> None:
        self.func_ir.blocks = transforms.canonicalize_cfg(self.func_ir.blocks)
        self.func_ir.variable_lifetime = postproc.VariableLifetime(self.func_ir.blocks)
        self.func_ir.generator_info = None

    _AfterPass.run = run


def _forget_places() -> None:
    """Tell of a failure what it was, and the function, but not on which steps it was met, nor in
    colours; and look out for warnings once, not at every step.
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


def _forget_failures() -> None:
    """Take what a function returns, without asking whether it raised: ours do not (a test reads
    them).
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


def _list_variables() -> None:
    """Which variables an instruction has, without asking five times what a line number is."""

    def listed(self: Any, value: Any) -> list[Any]:
        kind = type(value)
        if kind is ir.Var:
            return [value]
        if kind is list or kind is tuple:
            return [found for each in value for found in listed(self, each)]
        if kind is dict:
            return [found for each in value.values() for found in listed(self, each)]
        return value.list_vars() if isinstance(value, ir.Inst) else []

    _Instruction._rec_list_vars = listed
