"""The same story from every build: compiled, as plain Python, with every index checked."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.engine.engine import Engine
from tests.engine.story import cast, ending, tell

ROOT = Path(__file__).parents[2]
_DECORATORS = {"hot", "cold", "entry"}
PLAIN = {"NUMBA_DISABLE_JIT": "1"}
CHECKED = {"LOADGROUND_BOUNDSCHECK": "1"}
KERNEL_SUITE = (
    *(f"tests/engine/test_{name}.py" for name in (
        "invariants", "live_edits", "groups", "failovers", "horizon", "hops", "frame_of_data",
    )),
    *(f"tests/behaviours/test_{name}.py" for name in (
        "draining", "fault_ends", "rings", "strays", "overload", "networks", "several_balancers",
        "memory", "virtual_ip", "pages",
    )),
)  # fmt: skip
"""What every build must pass. As plain Python, a thousandth as fast, that takes half an hour."""


def python(*arguments: str, **environment: str) -> str:
    """What a Python of its own prints, which must end well."""
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_with_and_without_the_compiler() -> None:
    plain = json.loads(python("-m", "tests.engine.story", **PLAIN))
    assert plain == json.loads(ending(tell(Engine(cast(), seed=5))))


def test_in_another_process_with_another_hash_seed() -> None:
    again = json.loads(python("-m", "tests.engine.story", PYTHONHASHSEED="99"))
    assert again == json.loads(ending(tell(Engine(cast(), seed=5))))


def test_what_runs_engines_has_no_compiler() -> None:
    run = "from tests.engine.story import *; import sys; tell(Engine(cast(), seed=5), until_s=0.5)"
    assert python("-c", f"{run}; print('numba' in sys.modules)").strip() == "False"


def test_nothing_that_is_compiled_raises() -> None:
    """A compiled caller would not see it: nobody asks, nor looks for ``with`` (`kernel.haste`)."""
    compiled = set()
    for path in (ROOT / "app").rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and _DECORATORS & {
                one.id for one in function.decorator_list if isinstance(one, ast.Name)
            }:
                compiled.add(function.name)
                for one in ast.walk(function):
                    assert not isinstance(one, (ast.Raise, ast.Assert, ast.Try, ast.With)), (
                        function.name
                    )
    assert {"enter", "run", "schedule", "crash"} <= compiled


def test_the_checked_build_sees_what_is_outside() -> None:
    found = json.loads(python("-m", "tests.engine.outside", **CHECKED))
    assert found == {"inside": [True, True], "outside": [False] * 5}


def passes(*suite: str, **environment: str) -> None:
    """Run tests in another build; they must pass."""
    python(
        *("-m", "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider", "-m", "not long"),
        *suite,
        **environment,
    )


@pytest.mark.long
def test_without_the_compiler_the_kernel_suite_passes() -> None:
    passes(*KERNEL_SUITE, **PLAIN)


@pytest.mark.long
def test_no_index_leaves_its_table() -> None:
    """Compiled with bounds checks, which takes minutes, the hard tests pass and the story ends
    alike: no row is read or written that is not there.
    """
    again = json.loads(python("-m", "tests.engine.story", **CHECKED))
    assert again == json.loads(ending(tell(Engine(cast(), seed=5))))
    others = ("tests/engine/test_limits.py", "tests/contracts/test_runs.py", "tests/behaviours")
    passes(*KERNEL_SUITE, *others, **CHECKED)
