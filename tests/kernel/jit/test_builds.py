"""Builds of the kernel end the same story alike: compiled, plain Python, bounds checked."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.engine.engine import Engine
from tests.support.programs.story import cast, ending, tell

ROOT = Path(__file__).parents[3]
_DECORATORS = {"hot", "cold", "entry"}
PLAIN = {"NUMBA_DISABLE_JIT": "1"}
CHECKED = {"LOADGROUND_BOUNDSCHECK": "1"}
KERNEL_SUITE = (
    "tests/engine/test_invariants.py",
    "tests/engine/layout",
    "tests/engine/observe/test_failovers.py",
    "tests/engine/observe/test_hops.py",
    "tests/engine/observe/test_frame_of_data.py",
    "tests/engine/interventions/test_fault_ends.py",
    "tests/kernel/events",
    "tests/kinds/client/test_pages.py",
    *(f"tests/kinds/load_balancer/test_{name}.py" for name in (
        "draining", "networks", "several_balancers", "virtual_ip",
    )),
    "tests/kinds/database/replication/test_rings.py",
    "tests/kinds/database/writes/test_divergent_writes.py",
    *(f"tests/kinds/web_server/test_{name}.py" for name in ("overload", "memory")),
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


def test_the_story_ends_the_same_compiled_and_as_plain_python() -> None:
    plain = json.loads(python("-m", "tests.support.programs.story", **PLAIN))
    assert plain == json.loads(ending(tell(Engine(cast(), seed=5))))


def test_the_story_ends_the_same_in_a_process_with_another_hash_seed() -> None:
    again = json.loads(python("-m", "tests.support.programs.story", PYTHONHASHSEED="99"))
    assert again == json.loads(ending(tell(Engine(cast(), seed=5))))


def test_a_process_that_runs_engines_does_not_import_numba() -> None:
    told = "from tests.support.programs.story import *; tell(Engine(cast(), seed=5), until_s=0.5)"
    assert python("-c", f"import sys; {told}; print('numba' in sys.modules)").strip() == "False"


def test_no_compiled_function_raises() -> None:
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


def test_the_bounds_checked_build_raises_for_indices_outside() -> None:
    found = json.loads(python("-m", "tests.support.programs.bounds_probe", **CHECKED))
    assert found == {"inside": [True, True], "outside": [False] * 5}


def passes(*suite: str, **environment: str) -> None:
    """Run tests in another build; they must pass."""
    python(
        *("-m", "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider", "-m", "not long"),
        *suite,
        **environment,
    )


@pytest.mark.long
def test_the_kernel_suite_passes_as_plain_python() -> None:
    passes(*KERNEL_SUITE, **PLAIN)


@pytest.mark.long
def test_the_hard_tests_pass_with_bounds_checked() -> None:
    """Compiled with bounds checks, which takes minutes, the hard tests pass and the story ends
    alike: no row is read or written that is not there.
    """
    again = json.loads(python("-m", "tests.support.programs.story", **CHECKED))
    assert again == json.loads(ending(tell(Engine(cast(), seed=5))))
    others = ("tests/engine/test_limits.py", "tests/contracts/test_runs.py", "tests/kinds")
    passes(*KERNEL_SUITE, *others, **CHECKED)
