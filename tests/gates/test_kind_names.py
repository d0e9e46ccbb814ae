"""No file names a kind but its folder, the registry and the dispatch file: others ask for facts."""

import ast
import re
from pathlib import Path

import pytest

from app.kinds import KINDS

ROOT = Path(__file__).parents[2]
NAMES = tuple(kind.name for kind in KINDS)
CONSTANTS = {name.upper() for name in NAMES}
PLACES = {"app/kinds/__init__.py", "app/engine/loop/dispatch.py"}
"""The registry, and where behaviours are asked."""
OTHER_MEANINGS = {
    ("app/cli/__init__.py", "store"): "a command",
    ("app/engine/warmup.py", "cache"): "the folder of compiled code",
    ("app/kernel/jit/compile_failures.py", "cache"): "the folder of compiled code",
    ("app/kernel/jit/pipeline.py", "cache"): "an option of Numba's",
    ("app/kernel/state/key_tables.py", "cache"): "a field of a table",
    ("app/schema/units.py", "cache"): "a unit of measure",
    ("app/session/persistence/vault.py", "store"): "the name of a thread",
    ("app/web/models/answers.py", "cache"): "the folder of compiled code",
    ("app/web/routes/actions.py", "web_server"): "an example for readers of the API's description",
}
"""Words that happen to be a kind's name, and what they mean where they stand."""
SOURCES = sorted((ROOT / "app").rglob("*.py"))
PAGES = sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").rglob("*.js")])


def owner(path: Path) -> str:
    """The kind in whose folder a file stands; "" for none."""
    found = re.match(r"app/kinds/(\w+)/", path.relative_to(ROOT).as_posix())
    return found[1] if found else ""


def named(tree: ast.AST) -> list[tuple[int, str]]:
    """Kinds that a module names: by a string, by a constant, or by importing from their folder."""
    found: list[tuple[int, str]] = []
    for one in ast.walk(tree):
        if isinstance(one, ast.Constant) and one.value in NAMES:
            found.append((one.lineno, str(one.value)))
        elif isinstance(one, ast.Name) and one.id in CONSTANTS:
            found.append((one.lineno, one.id.lower()))
        elif isinstance(one, ast.Attribute) and one.attr in CONSTANTS:
            found.append((one.lineno, one.attr.lower()))
        elif isinstance(one, ast.ImportFrom):
            modules = [f"{one.module}.{alias.name}" for alias in one.names]
            folders = {it[1] for m in modules if (it := re.match(r"app\.kinds\.(\w+)", m))}
            found += [(one.lineno, name) for name in sorted(folders & set(NAMES))]
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_names_no_kind_but_its_own(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    if place in PLACES:
        return
    own = owner(path)
    assert [
        (line, name)
        for line, name in named(ast.parse(path.read_text("utf-8")))
        if name != own and (place, name) not in OTHER_MEANINGS
    ] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_compares_with_no_kind_s_name(path: Path) -> None:
    literal = re.compile(rf"""kind[^\n]{{0,40}}["'`]({"|".join(NAMES)})["'`]""")
    assert literal.findall(path.read_text("utf-8")) == []


def test_the_search_finds_a_name_in_every_form() -> None:
    source = (
        "from app.kinds.cache import spec\n"
        "if node.kind == 'database' or kind == DNS or codes.STORE: ...\n"
    )
    assert {name for _, name in named(ast.parse(source))} == {"cache", "database", "dns", "store"}


def test_every_exception_is_still_one() -> None:
    for place, name in OTHER_MEANINGS:
        found = {one for _, one in named(ast.parse((ROOT / place).read_text("utf-8")))}
        assert name in found, f"{place} no longer says {name}"
