"""What makes Numba quicker in a process that does nothing but compile the kernel.

Our functions ask the same few hundred things ten thousand times; Numba goes through every rule that
it knows each time, finds out how long each variable lives for counting references, which records
and numbers have none of, and is ready at every step to say where it was when something failed.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

from llvmlite.binding import ffi
from llvmlite.ir import Constant
from numba.core import (
    base,
    errors,
    imputils,
    ir,
    lowering,
    postproc,
    transforms,
    typeinfer,
    types,
)
from numba.core.types import functions
from numba.core.typing import context

_Target: Any = base.BaseContext
_Typing: Any = context.BaseContext
_Function: Any = functions.BaseFunction
_Compiled: Any = functions.Dispatcher
_Instruction: Any = ir.Inst
_AfterPass: Any = postproc.PostProcessor
_errors: Any = errors


def hurry() -> None:
    """Let Numba remember its answers, and announce nothing when it takes LLVM's lock."""
    library: Any = ffi.lib
    library._lock._cblist.clear()
    _forget_literals()
    _remember_calls()
    _remember_fields()
    _remember_sizes()
    _remember_signatures()
    _forget_lifetimes()
    _forget_places()
    _forget_failures()
    _list_variables()


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
