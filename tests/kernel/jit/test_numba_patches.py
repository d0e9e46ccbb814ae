"""Patches of Numba: the kernel does the same with and without each; unknown versions get none."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from app.engine.engine import Engine
from app.kernel.jit import mode
from app.settings import settings
from tests.support.programs.story import cast, ending, tell

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs/decisions/numba-and-its-patches.md"
PLAIN = {"LOADGROUND_NUMBA_PATCHES": "0"}
CHANGES_CODE = {"patch_literal_arguments", "patch_status_checks", "all"}
"""One function instead of one per constant, no branch after a call; the others change no byte."""


@pytest.fixture(scope="module")
def outcomes() -> dict[str, list[object]]:
    """Of a sample of the kernel, by patch: what it returns, digests of its code and its World."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.programs.compiled_sample"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    return {name: rest for name, *rest in map(json.loads, done.stdout.splitlines())}


def test_the_kernel_does_the_same_with_each_patch_and_without(
    outcomes: dict[str, list[object]],
) -> None:
    assert len(outcomes) > 10
    for name, (result, _, world) in outcomes.items():
        assert (result, world) == (outcomes["none"][0], outcomes["none"][2]), name


def test_the_machine_code_is_the_same_but_for_patches_that_are_there_to_change_it(
    outcomes: dict[str, list[object]],
) -> None:
    changed = {name for name, one in outcomes.items() if one[1] != outcomes["none"][1]}
    assert changed == CHANGES_CODE


def test_the_tested_version_of_numba_is_patched() -> None:
    assert version("numba").startswith(mode.PATCHED_NUMBA)
    assert mode.numba_patches() == (True, "")


@pytest.mark.parametrize("other", ["0.62.1", "0.69.0", "1.0.0"])
def test_another_version_of_numba_is_not_patched_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    monkeypatch.setattr(mode, "version", lambda _: other)
    patched, remark = mode.numba_patches()
    assert not patched
    assert remark.startswith(f"Numba {other} is not patched")


def test_the_setting_switches_the_patches_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOADGROUND_NUMBA_PATCHES", "0")
    settings.cache_clear()
    patched, remark = mode.numba_patches()
    monkeypatch.undo()
    settings.cache_clear()
    assert (patched, remark) == (
        False,
        "Numba is not patched, as set; compiling takes about twice as long",
    )


def test_the_document_has_a_row_for_each_patch(outcomes: dict[str, list[object]]) -> None:
    rows = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `patch_")]
    assert {row.split("`")[1] for row in rows} == outcomes.keys() - {"none", "all"}


@pytest.mark.long
@pytest.mark.parametrize("pretended", [version("numba"), "9.9.9"])
def test_a_kernel_compiled_without_patches_ends_the_story_alike(
    tmp_path: Path, pretended: str
) -> None:
    pretend = (
        "import importlib.metadata as m; real = m.version\n"
        f"m.version = lambda name: {pretended!r} if name == 'numba' else real(name)\n"
        "from tests.support.programs.story import *\n"
        "from app.engine.engine import Engine\n"
        "from app.engine.warmup import compile_all\n"
        "compile_all()\n"
    )
    environment = {**os.environ, "LOADGROUND_CACHE_DIR": str(tmp_path)}
    environment |= PLAIN if pretended == version("numba") else {}
    warmup = pretend.replace("from tests.support.programs.story import *\n", "").replace(
        "from app.engine.engine import Engine\n", ""
    )
    done = subprocess.run(
        [sys.executable, "-c", warmup],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=environment,
        text=True,
    )
    assert "not patched" in done.stdout
    story = pretend.replace("compile_all()\n", "print(ending(tell(Engine(cast(), seed=5))))\n")
    told = subprocess.run(
        [sys.executable, "-c", story],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=environment,
        text=True,
    )
    assert json.loads(told.stdout) == json.loads(ending(tell(Engine(cast(), seed=5))))
