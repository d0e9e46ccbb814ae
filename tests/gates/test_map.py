"""The map in docs/map.md names every folder, in the words of its docstring; none is too full."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"
OF_KIND = re.compile(r"app/kinds/(\w+)")
ROW = re.compile(r"^\| `(app[\w/<>]*)` \| (.+) \|$", re.MULTILINE)
SCRIPTS_ROW = re.compile(r"^\| `(static/js/[\w/]+)` \| .+ \|$", re.MULTILINE)
MODULES_MAX = 12


def folders() -> dict[str, str]:
    """Each package's path and the first line of its docstring; every kind stands as ``<kind>``."""
    found: dict[str, str] = {}
    for path in sorted(APP.rglob("__init__.py")):
        docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
        folder, line = path.parent.relative_to(ROOT).as_posix(), docstring.partition("\n")[0]
        if kind := OF_KIND.match(folder):
            folder = folder.replace(kind[1], "<kind>")
            line = line.replace(kind[1], "<kind>")
            assert found.get(folder, line) == line, f"{path} begins otherwise than other kinds"
        found[folder] = line
    return found


def table(rows: dict[str, str]) -> str:
    """What stands in the document, so that a red test prints what to put there."""
    return "\n".join(f"| `{folder}` | {line} |" for folder, line in rows.items())


def test_the_map_has_every_folder_and_the_first_line_of_its_docstring() -> None:
    shown = dict(ROW.findall((ROOT / "docs" / "map.md").read_text()))
    assert table(shown) == table(folders())


def test_the_first_line_of_a_packages_docstring_is_a_sentence() -> None:
    assert not [folder for folder, line in folders().items() if not line.endswith(".")]


def test_a_folder_with_code_is_a_package() -> None:
    code = {path.parent for path in APP.rglob("*.py")}
    assert not [folder for folder in code if not (folder / "__init__.py").exists()]


def test_the_map_has_every_folder_of_scripts() -> None:
    found = [path for path in (ROOT / "static/js").rglob("*") if path.is_dir()]
    names = sorted(path.relative_to(ROOT).as_posix() for path in found)
    assert SCRIPTS_ROW.findall((ROOT / "docs" / "map.md").read_text()) == names


def test_a_folder_fits_a_glance() -> None:
    """Sort a fuller one by subject, into folders with a first line each."""
    modules = [*APP.rglob("*.py"), *(ROOT / "static").glob("[jc]s*/**/*.[jc]s*")]
    counts = Counter(path.parent for path in modules if path.name != "__init__.py")
    assert not {str(folder): count for folder, count in counts.items() if count > MODULES_MAX}
