"""What the routes of one application share, and how they find a request's session."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from app.scenarios.document import Scenario
from app.session.registry import FullError, Registry
from app.session.session import Session
from app.web.pages import Pages
from app.web.rates import Rates
from app.web.refusal import GONE, too_many


@dataclass(frozen=True, slots=True)
class House:
    """The sessions, the templates, and who has opened how many sessions lately."""

    registry: Registry
    pages: Pages
    creations: Rates


def house_of(request: Request) -> House:
    """The House of the application that answers `request`."""
    house: House = request.app.state.house
    return house


async def session_of(request: Request) -> Session:
    """The session that the path names. Raises a Refusal: 404 when it is gone, 429 when full."""
    registry = house_of(request).registry
    try:
        session = await registry.find(request.path_params["session"])
    except FullError:
        raise too_many() from None
    if session is None:
        raise GONE
    return session


async def new_session(request: Request, scenario: Scenario) -> Session:
    """A new session for whoever sent `request`. Raises a Refusal (429)."""
    house = house_of(request)
    address = request.client.host if request.client else ""
    if not house.creations.allow(address):
        raise too_many()
    try:
        return await house.registry.create(scenario)
    except FullError:
        raise too_many() from None
