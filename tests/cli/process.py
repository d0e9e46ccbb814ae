"""The command line as a person runs it: a process of its own."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def loadground(*arguments: str, stdin: bytes = b"", python: tuple[str, ...] = ()) -> Answer:
    """Run ``python -m app`` with these arguments to its end."""
    done = subprocess.run(
        [sys.executable, *python, "-m", "app", *arguments],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        timeout=600,
        check=False,
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def serving(database: Path, home: Path = ROOT) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `serve` of the program in `home`, on a port that the system chose, and its
    address. Its runs must not contradict themselves.
    """
    with TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--port", "0"],
            cwd=home,
            env={
                **os.environ,
                "PYTHONUTF8": "1",
                "LOADGROUND_DATABASE_URL": f"sqlite:///{database}",
            },
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            # A shell's background jobs ignore it, and so would whatever they start.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        assert process.stdout is not None
        try:
            address = re.search(r"http://[\d.]+:\d+", process.stdout.readline())
            assert address
            yield process, address[0]
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
        log.seek(0)
        said = log.read()
    assert b"loadground.invariants" not in said, said.decode()


def refused(*arguments: str, stdin: bytes = b"") -> str:
    """The one line that a command says when it does not take what it was given."""
    answer = loadground(*arguments, stdin=stdin)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.count("\n") == 1
    assert answer.err.endswith("\n")
    return answer.err.strip()
