"""The command line as a person runs it: in this process, or as a program of its own."""

import contextlib
import io
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
from typing import Any, NoReturn

from app import cli
from app.settings import Settings

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def loadground(*arguments: str, stdin: bytes = b"") -> Answer:
    """Carry out a command here: to start Python and import everything costs more than most do."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main(arguments, serve=_not_here)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdin = before
    return Answer(code, *(one.buffer.getvalue().decode() for one in (out, err)))


def _not_here(settings: Settings) -> NoReturn:
    raise AssertionError("a server never ends: see `serving`")


def program(*arguments: str, stdin: bytes = b"", python: tuple[str, ...] = ()) -> Answer:
    """Run ``python -m app`` with these arguments to its end, in a process of its own."""
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


def resident_bytes(pid: int) -> int:
    """Return the memory that a process has in use, as the kernel counts it."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def serving(
    database: Path, home: Path = ROOT, package: str = "app"
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `serve` of the `package` in `home`, on a port that the system chose, and its
    address. Its runs must not contradict themselves.
    """
    with TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", package, "serve", "--port", "0"],
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
