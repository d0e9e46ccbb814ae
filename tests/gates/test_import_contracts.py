"""The import contracts in pyproject.toml leave nothing out.

A contract that keeps a library to one package has to list all the others by name, so that a new
package would be free to import it until somebody notices.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
    "importlinter"
]["contracts"]
LIBRARIES = [one for one in CONTRACTS if "forbidden_modules" in one]


def modules_in(package: str, root: Path = ROOT) -> set[str]:
    """The full names of the modules and packages right inside a package."""
    folder = root.joinpath(*package.split("."))
    inside = [*folder.glob("*.py"), *(path.parent for path in folder.glob("*/__init__.py"))]
    return {f"{package}.{path.stem}" for path in inside if path.stem != "__init__"}


def left_out(contract: dict[str, Any], root: Path = ROOT, package: str = "app") -> set[str]:
    """The modules that a contract does not bind, each named as high up as possible."""
    bound: set[str] = set(contract["source_modules"])
    found: set[str] = set()
    for module in modules_in(package, root) - bound:
        split = any(one.startswith(f"{module}.") for one in bound)
        found |= left_out(contract, root, module) if split else {module}
    return found


@pytest.mark.parametrize("contract", LIBRARIES, ids=lambda contract: contract["id"])
def test_a_library_is_forbidden_everywhere_but_in_one_package(contract: dict[str, Any]) -> None:
    assert len(left_out(contract)) == 1


def test_a_contract_ignores_no_import() -> None:
    assert not [one["id"] for one in CONTRACTS if one.get("ignore_imports")]


def test_a_new_package_that_no_contract_lists_is_noticed(tmp_path: Path) -> None:
    for name in ("web", "store", "kernel", "kernel/jit", "kernel/events", "reports"):
        (tmp_path / "app" / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / "app" / name / "__init__.py").touch()
    (tmp_path / "app" / "actions.py").touch()
    sql = {"source_modules": ["app.actions", "app.kernel", "app.web"]}
    assert left_out(sql, tmp_path) == {"app.store", "app.reports"}
    compiler = {"source_modules": ["app.actions", "app.kernel.events", "app.store", "app.web"]}
    assert left_out(compiler, tmp_path) == {"app.kernel.jit", "app.reports"}
