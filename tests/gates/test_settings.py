"""Settings are read in one place and documented in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.cli.settings import settings_markdown
from tests.support.programs.process import ROOT


def test_the_document_lists_every_setting_as_the_class_has_it() -> None:
    assert settings_markdown() in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def environment_reads(path: Path) -> Iterator[int]:
    """Lines that look a variable up; handing the whole environment to a process is none."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            looked_up = ast.unparse(node.value) == "os.environ"
        elif isinstance(node, ast.Call):
            looked_up = ast.unparse(node.func) in ("os.getenv", "os.environ.get")
        else:
            continue
        if looked_up:
            yield node.lineno


def test_no_other_module_looks_a_variable_up() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in (ROOT / "app").rglob("*.py")
        if path != ROOT / "app" / "settings.py"
        for line in environment_reads(path)
    }
    assert found == set()
    assert list(environment_reads(ROOT / "app" / "settings.py"))
