"""What is installed from a wheel is the whole product."""

import subprocess
import sys
import zipfile
from pathlib import Path

import httpx

from tests.cli.process import ROOT, serving


def test_an_installed_wheel_serves_the_page_and_what_it_loads(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    home = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(home)
    assert sorted(one.name for one in home.iterdir() if "-" not in one.name) == ["app"]
    with (
        serving(tmp_path / "sessions.db", home) as (_, address),
        httpx.Client(base_url=address, timeout=60, follow_redirects=True) as client,
    ):
        assert "Loadground" in client.get("/").text
        assert client.get("/static/icons.svg").status_code == 200
