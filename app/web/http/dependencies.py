"""Dependencies of routes: the shared services, the reader, the session that a path names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.scenarios.document import Scenario
from app.session.registry import FullError, Registry
from app.session.session import Session
from app.texts import languages
from app.texts.text import Text
from app.web.connections.open_streams import OpenStreams
from app.web.connections.proxies import TrustedProxies
from app.web.http.author import Author, author_of, reader_of
from app.web.http.rate_limit import Rates, Refusals
from app.web.http.refusal import gone, too_many
from app.web.http.templates import Pages, Reader, remember_language
from app.web.observability.metrics import Metrics
from app.web.openapi.description import Descriptions

HEAD = "loadground.head"
"""Key of a request's scope that is there when its body will be dropped."""


@dataclass(frozen=True, slots=True)
class Services:
    """The sessions, the templates, who has opened how many sessions lately, has how many streams
    open and sent how much that was refused, the description of the addresses, the metrics and who
    may read them, and the public URL.
    """

    registry: Registry
    pages: Pages
    creations: Rates
    streams: OpenStreams
    refusals: Refusals
    descriptions: Descriptions
    metrics: Metrics
    metrics_readers: TrustedProxies
    public_url: str = ""


def services_of(request: Request) -> Services:
    """Return what the routes of the application share that answers `request`."""
    services: Services = request.app.state.services
    return services


TheServices = Annotated[Services, Depends(services_of)]


def _reader(
    request: Request,
    lang: Annotated[
        str,
        Query(
            description=Text(
                "Language of the answer, such as `en` or `ko`; without it that of the cookie "
                "`lang`, else that of Accept-Language."
            ).en
        ),
    ] = "",
) -> Reader:
    del lang  # declared for the description; the reader looks at cookie and headers, too
    return Reader.of(request)


TheReader = Annotated[Reader, Depends(_reader)]


def _language(reader: TheReader) -> languages.Language:
    return reader.language


Language: TypeAlias = Annotated[languages.Language, Depends(_language)]


def _base_url(request: Request, services: TheServices) -> str:
    """Scheme and host that links begin with: the public ones, else those of the request."""
    return services.public_url or str(request.base_url).rstrip("/")


BaseUrl = Annotated[str, Depends(_base_url)]


def _only_head(request: Request) -> bool:
    """Return whether the body is dropped, so that nothing costly or lasting should be begun."""
    return HEAD in request.scope


OnlyHead = Annotated[bool, Depends(_only_head)]


def address_of(request: Request) -> str:
    """Return the address that a request comes from, behind proxies that are trusted."""
    return request.client.host if request.client else ""


Address = Annotated[str, Depends(address_of)]


def _in_page(request: Request) -> bool:
    """Return whether a page asks, to put the answer into itself."""
    return request.headers.get("hx-request") == "true"


InPage = Annotated[bool, Depends(_in_page)]
TheAuthor = Annotated[str, Depends(author_of)]
TheBrowser = Annotated[Author, Depends(reader_of)]


async def _session(
    services: TheServices,
    address: Address,
    session: Annotated[
        str,
        Path(
            description=Text("Address of a session; whoever knows it may use it.").en,
            examples=["Zk3vN0r1wXyQ5u8a2b4c6d"],
        ),
    ],
) -> Session:
    """The session that the path names. Raises a Refusal: 404 when it is gone, 429 when full."""
    try:
        found = await services.registry.find(session, address)
    except FullError:
        raise too_many() from None
    if found is None:
        raise gone()
    return found


TheSession = Annotated[Session, Depends(_session)]


def is_navigation(request: Request) -> bool:
    """Return whether a browser vouches that its user went here: by the address bar, a bookmark or a
    link of this site, and not ahead of time. No page of another site can make it say so.
    """
    headers = request.headers
    return (
        headers.get("sec-fetch-site") in ("none", "same-origin")
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
        and "sec-purpose" not in headers
    )


class Opener:
    """Opens new sessions for whoever sent the request."""

    def __init__(
        self,
        request: Request,
        address: Address,
        services: TheServices,
        reader: TheReader,
        only_head: OnlyHead,
    ) -> None:
        self._address, self._by_a_person = address, is_navigation(request)
        self._services, self._reader, self._only_head = services, reader, only_head

    async def offer(self, scenario: Scenario, action: str) -> Response:
        """Return what GET answers: a redirect to a new session if a person went there in a browser.

        Else a page that asks for one by POST to `action`, as soon as a browser shows it: what a
        picture's address, a preview or a crawler asks for begins nothing. Raises a Refusal (429).
        """
        if self._by_a_person and not self._only_head:
            return await self.open(scenario)
        return self._services.pages.answer(
            self._reader,
            "pages/opening.html",
            name=scenario.name,
            action=action,
            nodes=len(scenario.topology.nodes),
            links=len(scenario.topology.links),
        )

    async def open(self, scenario: Scenario) -> Response:
        """Return a redirect to a new session. Raises a Refusal (429)."""
        if not self._services.creations.allow(self._address):
            raise too_many()
        try:
            session = await self._services.registry.create(scenario, self._address)
        except FullError:
            raise too_many() from None
        response = RedirectResponse(f"/s/{session.id}", 303)
        remember_language(self._reader, response)
        return response


TheOpener = Annotated[Opener, Depends()]
