"""The wheel's build: `app/` is packed as `loadground/`, since projects have an `app` of their own.

Every import of `app` in a packed module is one of `loadground`; nothing else of it changes. An
editable installation gets a `loadground` that is another name of `app`.
"""

import ast
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE, INSTALLED = "app", "loadground"
ALIAS = '''"""Another name of the package `app`, for a checkout that is installed in place."""

import sys

import app

sys.modules[__name__] = app
'''


def renamed(module: str) -> str:
    """Return the source of a module with its imports of `app` as imports of `loadground`."""
    lines = module.splitlines(keepends=True)
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [str(node.module)]
        else:
            continue
        if any(name.split(".")[0] == SOURCE for name in names):
            line = node.lineno - 1
            lines[line] = re.sub(rf"\b{SOURCE}\b", INSTALLED, lines[line], count=1)
    return "".join(lines)


class Wheel(BuildHookInterface[Any]):
    """Packs a renamed copy of the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make what is packed, and say where it is."""
        self.made = Path(tempfile.mkdtemp())
        if version == "editable":
            alias = self.made / "__init__.py"
            alias.write_text(ALIAS)
            build_data["force_include_editable"][str(alias)] = f"{INSTALLED}/__init__.py"
            return
        root = Path(self.root)
        ignored = shutil.ignore_patterns("__pycache__", "*.py[cod]")
        package = self.made / INSTALLED
        shutil.copytree(root / SOURCE, package, ignore=shutil.ignore_patterns("__pycache__"))
        for module in package.rglob("*.py"):
            module.write_text(renamed(module.read_text("utf-8")), "utf-8")
        for folder in ("static", "templates"):
            shutil.copytree(root / folder, package / folder, ignore=ignored)
        build_data["force_include"][str(package)] = INSTALLED

    def finalize(self, *_made: object) -> None:
        """Remove what was made."""
        shutil.rmtree(self.made, ignore_errors=True)
