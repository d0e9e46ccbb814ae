"""Counted texts are used with their `count`, without which they fail when they are said."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.web.text.strings import STRINGS
from tests.support.source_rules import Breach, check, source, tree

COUNTED = {key for key, text in STRINGS.items() if text.other}
"""Keys of the page's counted texts; those of the browser begin with ``js.`` here alone."""


def counted_names(module: ast.Module) -> Iterator[str]:
    """Constants of a module that are counted texts without a count of their own."""
    for node in module.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call)
            ) if ast.unparse(call.func) == "plural" and not has_count(call):
                yield name


def has_count(call: ast.Call) -> bool:
    """True if a call passes `count`, or values that are named elsewhere."""
    return any(one.arg in ("count", None) for one in call.keywords)


def constant_without_count(path: Path) -> Iterator[Breach]:
    """A counted text that is a constant is said through `given(count=...)`."""
    names = set(counted_names(tree(path)))
    used = {
        one: node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "given"
        for one in ast.walk(node.func.value)
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load):
            call = used.get(node)
            if call is None or not has_count(call):
                yield node.lineno, f"{node.id} without a count"


def key_without_count(path: Path) -> Iterator[Breach]:
    """A counted text of the page is asked for with `count`, in templates and in scripts."""
    text, script = path.read_text(), path.suffix == ".js"
    for found in re.finditer(r"\bt\(\s*[\"']([\w.]+)[\"']", text):
        key = f"js.{found[1]}" if script else found[1]
        if key in COUNTED and not re.search(r"\bcount\b", arguments(text, found.end())):
            yield text.count("\n", 0, found.start()) + 1, f"{key} without a count"


def arguments(text: str, start: int) -> str:
    """Text from `start` to the end of the call that is open there."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return text[start:place]
    return text[start:]


def test_constants_that_are_counted_texts_are_given_a_count() -> None:
    check(constant_without_count, source("app", suffixes={".py"}))


def test_templates_and_scripts_ask_for_counted_texts_with_a_count() -> None:
    check(key_without_count, source("templates", "static", suffixes={".html", ".js"}))


@pytest.mark.parametrize(
    "text",
    [
        '_A = plural("{count} a", "{count} as")\nx = _A.say("en")\n',
        '_A = plural("{count} a", "{count} as")\nx = _A.given(node=1)\n',
        '_A: Final = plural("{count} a", "{count} as")\nx = (_A if y else _B).given(n=1)\n',
    ],
)
def test_a_constant_without_its_count_is_found(text: str, tmp_path: Path) -> None:
    path = tmp_path / "file.py"
    path.write_text(text)
    assert list(constant_without_count(path)) == [(2, "_A without a count")]


def test_a_key_without_its_count_is_found(tmp_path: Path) -> None:
    page, script = tmp_path / "page.html", tmp_path / "script.js"
    page.write_text('{{ t("overview.nodes") }}\n{{ t("overview.nodes", count=len(x)) }}\n')
    script.write_text('t("faults", { n: f(1) });\nt("faults", { count: 1 });\n')
    assert list(key_without_count(page)) == [(1, "overview.nodes without a count")]
    assert list(key_without_count(script)) == [(1, "js.faults without a count")]
