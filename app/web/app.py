"""The web application, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from app.session.registry import Registry
from app.session.vault import Vault
from app.session.warmup import Warmup
from app.web.assets import StaticFolder
from app.web.errors import add_handlers
from app.web.house import House
from app.web.pages import Pages
from app.web.rates import Rates
from app.web.routes import actions, health, inspector, live, pages, scenarios
from app.web.security import BodyLimit, SecurityHeaders, same_origin
from app.web.settings import CREATE_PER_S, Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application. Its lifespan opens the store, prepares the engine and saves at the end."""
    chosen = settings or Settings()
    registry = Registry(Vault(chosen.database_url), Warmup(), chosen.sessions_max)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await registry.start(chosen.warm_up, chosen.start_pause_s)
        try:
            yield
        finally:
            await registry.stop()

    app = FastAPI(
        lifespan=lifespan,
        dependencies=[Depends(same_origin)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    rendered = Pages()
    app.state.house = House(registry, rendered, Rates(chosen.create_burst, CREATE_PER_S))
    for module in (pages, actions, inspector, live, scenarios, health):
        app.include_router(module.router)
    app.mount("/static", StaticFolder(rendered.assets))
    # The last one added is the outermost.
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    add_handlers(app)
    return app
