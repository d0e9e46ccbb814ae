"""The legend of one-letter arguments in `app.kernel` covers every compiled function."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.source_rules import ROOT, Breach, check, source, tree

LEGEND = ast.get_docstring(tree(ROOT / "app" / "kernel" / "__init__.py")) or ""
LETTERS = set(re.findall(r"`(\w)`", LEGEND))
COMPILING = {"hot", "cold", "entry"}
"""Decorators of compiled functions (see `app.kernel.jit.decorators`)."""


def compiled_letters(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of every one-letter parameter of a compiled function."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef) and COMPILING & {
            ast.unparse(one) for one in node.decorator_list
        }:
            yield from ((one.lineno, one.arg) for one in node.args.args if len(one.arg) == 1)


def letter_without_legend(path: Path) -> Iterator[Breach]:
    """A one-letter parameter of a compiled function is in the legend of `app.kernel`."""
    for line, letter in compiled_letters(path):
        if letter not in LETTERS:
            yield line, f"{letter!r} is not in the legend"


APP = source("app", suffixes={".py"})


def test_one_letter_arguments_of_compiled_functions_are_in_the_legend() -> None:
    check(letter_without_legend, APP)


def test_the_legend_has_no_letter_that_no_compiled_function_takes() -> None:
    used = {letter for path in APP for _, letter in compiled_letters(path)}
    assert used == LETTERS


def test_the_gate_finds_a_letter_without_legend(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("@cold\ndef f(w, z): ...\n")
    assert list(letter_without_legend(path)) == [(2, "'z' is not in the legend")]
