"""The server that ``python -m app serve`` starts."""

from __future__ import annotations

from functools import partial

import uvicorn

from app.settings import Settings
from app.web.app import create_app
from app.web.connections.census import Census
from app.web.connections.descriptors import connections_that_fit
from app.web.connections.limits import KEEP_ALIVE_S
from app.web.connections.protocol import BoundedProtocol, Patience
from app.web.connections.proxies import TrustedProxies
from app.web.observability.logs import begin_log

START_PAUSE_S = 0.3
"""Time after the start in which pages alone are served, before anything else is done."""
STOP_S = 3
"""Longest time for open streams to end when the server stops."""


def serve(settings: Settings) -> None:
    """Serve the pages until told to stop, and print the address."""
    begin_log(settings)
    config = uvicorn.Config(
        create_app(settings, start_pause_s=START_PAUSE_S),
        host=settings.host,
        port=settings.port,
        http=_protocol(settings),
        ws="none",
        forwarded_allow_ips=settings.trusted_proxies,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_S,
    )
    _Server(config).run()


def _protocol(settings: Settings) -> type[BoundedProtocol]:
    """Return what uvicorn makes of every connection."""
    census = Census(
        connections_that_fit(settings.connections_max),
        settings.connections_per_address_max,
        TrustedProxies(settings.trusted_proxies),
    )
    patience = Patience(settings.head_within_s, settings.body_within_s)
    # Uvicorn calls it with its own arguments, as it would the class.
    return partial(BoundedProtocol, census, patience)  # type: ignore[return-value]


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
