"""The real server in a process of its own, for the bench to talk to."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.cli.bench.contest import BenchError

ROOT: Final = Path(__file__).parents[3]


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[str]:
    """The address of a server that keeps its sessions in a folder of its own, until the end."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'bench.db'}"
        server = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--port", "0"],
            cwd=ROOT,
            env={**environment, "LOADGROUND_DATABASE_URL": database},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+", server.stdout.readline())
            if address is None:
                raise BenchError("the server did not say where it listens")
            yield address[0]
        finally:
            server.terminate()
            server.communicate()
