"""The web application, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI

from app.session.engine_startup import Warmup
from app.session.persistence.vault import Vault
from app.session.registry import Registry
from app.settings import Settings
from app.settings import settings as settings_of_process
from app.web.connections.open_streams import OpenStreams
from app.web.connections.proxies import TrustedProxies
from app.web.http.assets import StaticFolder
from app.web.http.dependencies import Services
from app.web.http.errors import add_handlers
from app.web.http.rate_limit import Rates, Refusals
from app.web.http.request_body import FIELDS_MAX, FILES_MAX
from app.web.http.security_headers import SecurityHeaders
from app.web.http.templates import Pages
from app.web.middleware.body_limit import BodyLimit
from app.web.middleware.head import HeadAsGet
from app.web.middleware.hosts import KnownHosts
from app.web.middleware.same_origin import SameOrigin
from app.web.observability.metrics import MeasuredRequests, Metrics
from app.web.openapi.description import Descriptions
from app.web.routes import (
    actions,
    exports,
    gallery,
    health,
    inspector,
    live,
    model,
    pages,
    reference,
    requests,
    scenarios,
    text_view,
)


def create_app(
    settings: Settings | None = None, *, warm_up: bool = True, start_pause_s: float = 0.0
) -> FastAPI:
    """The application. Its lifespan opens the store, prepares the engine and saves at the end.

    Without `settings`, those of the process. Without `warm_up` the engine is never prepared:
    everything but running works. Store and engine are loaded `start_pause_s` after the start.
    """
    chosen = settings or settings_of_process()
    registry = Registry(Vault(chosen), Warmup(), chosen)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await registry.start(warm_up, start_pause_s)
        try:
            yield
        finally:
            await registry.stop()

    app = FastAPI(
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        form_limits={"max_fields": FIELDS_MAX, "max_files": FILES_MAX},
    )
    rendered = Pages()
    descriptions = Descriptions(app)
    metrics = Metrics(registry)
    app.state.services = Services(
        registry,
        rendered,
        Rates(chosen.create_burst, chosen.create_per_s),
        OpenStreams(chosen.viewers_per_address_max),
        Refusals(),
        descriptions,
        metrics,
        TrustedProxies(chosen.metrics_from),
        chosen.public_url,
    )
    for module in (
        pages,
        gallery,
        actions,
        inspector,
        live,
        model,
        requests,
        scenarios,
        health,
        reference,
        text_view,
        exports,
    ):
        app.include_router(module.router)
    app.mount("/static", StaticFolder(rendered.assets))
    # The last one added is the outermost.
    app.add_middleware(BodyLimit)
    app.add_middleware(SameOrigin, settings=chosen)
    app.add_middleware(HeadAsGet)
    app.add_middleware(KnownHosts, settings=chosen)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(MeasuredRequests, metrics=metrics)
    app.add_middleware(CorrelationIdMiddleware)
    add_handlers(app)
    return app
