"""Getting the engine ready: it is compiled once per machine, in a process of its own.

Compiling holds the interpreter for many seconds, so the server answers pages meanwhile and says
how far it is. The engine itself is imported only then, because that import is slow too.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import re
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from app.kernel.jit.compile_failures import PAUSES_S, CompileError, Reason, failed
from app.settings import PACKAGE

LOG = logging.getLogger("loadground.engine")
ROOT = Path(__file__).parents[2]
"""Folder from which `app` can be imported, whatever folder the server was started in."""

_PROGRESS = re.compile(r"warmup\s+(\d{1,3})\s*%")

Status = Literal["compiling", "ready", "failed"]


class Warmup:
    """Readiness of the engine: `status`, `progress` (0 to 1), `reason` and `detail` of a failure.

    The detail may name folders of this machine: it is for the log, not for answers.
    """

    def __init__(
        self,
        command: tuple[str, ...] = (sys.executable, "-m", PACKAGE, "warmup"),
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self.status: Status = "compiling"
        self.progress = 0.0
        self.reason: Reason | None = None
        self.detail = ""
        self._command = command
        self._pauses_s = tuple(pauses_s)

    @property
    def ready(self) -> bool:
        """True if engines can be made."""
        return self.status == "ready"

    async def prepare(self, after_s: float = 0.0) -> None:
        """Compile after so long, if that has not been done on this machine, then load; never
        raises.
        """
        await asyncio.sleep(after_s)
        try:
            if not await asyncio.to_thread(_is_warm):
                await self._compile()
            await asyncio.to_thread(_load)
        except Exception as error:
            self.status = "failed"
            self.reason = error.reason if isinstance(error, CompileError) else "compiler"
            self.detail = str(error) or type(error).__name__
            LOG.error("The engine could not be prepared: %s", self.detail)
            return
        self.status, self.progress = "ready", 1.0

    async def _compile(self) -> None:
        """Compile, several times if need be, with a pause before each. Raises CompileError."""
        for pause_s in (*self._pauses_s, None):
            try:
                await self._compile_once()
            except CompileError as error:
                if pause_s is None or not error.worth_a_retry:
                    raise
                LOG.warning("%s; it is tried again in %g s", error, pause_s)
                self.progress = 0.0
                await asyncio.sleep(pause_s)
            else:
                return

    async def _compile_once(self) -> None:
        """Run the warm-up command and follow its progress. Raises CompileError when it fails."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
        except OSError as error:
            scarce = error.errno in (errno.EAGAIN, errno.ENOMEM)
            raise CompileError("killed" if scarce else "compiler", str(error)) from None
        last: deque[str] = deque(maxlen=5)
        try:
            if process.stdout is not None:
                async for line in process.stdout:
                    text = line.decode(errors="replace").strip()
                    if found := _PROGRESS.search(text):
                        self.progress = min(1.0, int(found[1]) / 100)
                    elif text:
                        LOG.info("%s", text)
                        last.append(text)
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if code != 0:
            raise failed(code, " / ".join(last))


def _is_warm() -> bool:
    from app.engine.warmup import is_warm

    return is_warm()


def _load() -> None:
    """Import the engine and run a moment of it, so that no session waits for that."""
    from app.engine.engine import Engine
    from app.topology.model import Topology

    Engine(Topology(), seed=1, load=1.0).advance(1)
