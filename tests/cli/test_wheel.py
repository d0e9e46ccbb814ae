"""The wheel: an installed one is the whole product, under a name that no project has."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from tests.support.programs.process import ROOT, serving


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel installs, and nothing of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    home = folder / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(home)
    return home


def in_a_project_with_an_app(
    home: Path, project: Path, arguments: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """Start Python in a project whose own package `app` must not be in anybody's way."""
    own = project / "app"
    own.mkdir()
    (own / "__init__.py").write_text("NAME = 'of the project'\n")
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(home), "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        check=False,
        text=True,
    )


def test_an_installed_wheel_serves_the_page_and_what_it_loads(home: Path, tmp_path: Path) -> None:
    assert [one.name for one in home.iterdir() if "-" not in one.name] == ["loadground"]
    sources = [one.read_text() for one in home.rglob("*.py")]
    assert not [one for one in sources if re.search(r"^\s*(from|import) app\b", one, re.M)]
    with (
        serving(tmp_path / "sessions.db", home, "loadground") as (_, address),
        httpx.Client(base_url=address, timeout=60, follow_redirects=True) as client,
    ):
        assert "Loadground" in client.get("/").text
        assert client.get("/static/icons.svg").status_code == 200


def test_the_command_runs_in_a_project_with_a_package_called_app(
    home: Path, tmp_path: Path
) -> None:
    run = ["-m", "loadground", "run", "single-server", "--until", "0.1", "--json"]
    done = in_a_project_with_an_app(home, tmp_path, run)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sim_seconds"] == 0.1


def test_both_packages_are_imported_side_by_side(home: Path, tmp_path: Path) -> None:
    both = (
        "import app, loadground; run = loadground.Scenario.load('single-server').run(until_s=0.1);"
        "print(app.NAME, run.columns[0])"
    )
    done = in_a_project_with_an_app(home, tmp_path, ["-c", both])
    assert done.stdout == "of the project offered_per_s\n", done.stderr
