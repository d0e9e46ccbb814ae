"""Getting the engine ready: it is compiled once per machine, in a process of its own.

Compiling holds the interpreter for many seconds, so the server answers pages meanwhile and says
how far it is. The engine itself is imported only then, because that import is slow too.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections import deque
from pathlib import Path
from typing import Literal

LOG = logging.getLogger("loadground.engine")
ROOT = Path(__file__).parents[2]
"""Where the package `app` can be imported from, whatever folder the server was started in."""

_PROGRESS = re.compile(r"warmup\s+(\d{1,3})\s*%")

Status = Literal["compiling", "ready", "failed"]


class Warmup:
    """Whether the engine can be used: `status`, `progress` (0 to 1), `detail` of a failure."""

    def __init__(self, command: tuple[str, ...] = (sys.executable, "-m", "app", "warmup")) -> None:
        self.status: Status = "compiling"
        self.progress = 0.0
        self.detail = ""
        self._command = command

    @property
    def ready(self) -> bool:
        """Whether engines can be made."""
        return self.status == "ready"

    async def prepare(self, after_s: float = 0.0) -> None:
        """After so long, compile if that has not been done on this machine, then load; never
        raises.
        """
        await asyncio.sleep(after_s)
        try:
            if not await asyncio.to_thread(_is_warm):
                await self._compile()
            await asyncio.to_thread(_load)
        except Exception as error:
            self.status = "failed"
            self.detail = str(error) or type(error).__name__
            LOG.error("The engine could not be prepared: %s", self.detail)
            return
        self.status, self.progress = "ready", 1.0

    async def _compile(self) -> None:
        """Run the warm-up command and follow its progress. Raises RuntimeError when it fails."""
        process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        last: deque[str] = deque(maxlen=5)
        try:
            if process.stdout is not None:
                async for line in process.stdout:
                    text = line.decode(errors="replace").strip()
                    if found := _PROGRESS.search(text):
                        self.progress = min(1.0, int(found[1]) / 100)
                    elif text:
                        last.append(text)
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if code != 0:
            said = " / ".join(last) or "it said nothing"
            raise RuntimeError(f"the warm-up ended with code {code}: {said}")


def _is_warm() -> bool:
    from app.engine.warmup import is_warm

    return is_warm()


def _load() -> None:
    """Import the engine and run a moment of it, so that no session waits for that."""
    from app.engine.engine import Engine
    from app.topology.model import Topology

    Engine(Topology(), seed=1, load=1.0).advance(1)
