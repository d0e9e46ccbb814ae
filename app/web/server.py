"""The server that ``python -m app serve`` starts."""

from __future__ import annotations

import logging

import uvicorn

from app.web.app import create_app
from app.web.settings import Settings

START_PAUSE_S = 0.3
"""How long whoever opens a page right after the start is served before anything else is done."""
STOP_S = 3
"""How long open streams may take to end when the server stops."""


def serve(host: str, port: int) -> None:
    """Serve the pages on `host` and `port` until told to stop, and print the address."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    config = uvicorn.Config(
        create_app(Settings(start_pause_s=START_PAUSE_S)),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_S,
    )
    _Server(config).run()


class _Server(uvicorn.Server):
    """Says where it listens once it does, in words for whoever started it."""

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            for server in self.servers:
                for socket in server.sockets:
                    host, port = socket.getsockname()[:2]
                    shown = f"[{host}]" if ":" in host else host
                    print(f"Loadground runs at http://{shown}:{port} - Ctrl+C stops it", flush=True)
