"""Host names: only requests that name this server are answered.

Otherwise a page of another site could make its own name point here and read answers as its own
(DNS rebinding), and links would be built from a name that somebody else chose.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import Settings
from app.texts.text import Text
from app.web.http.errors import answer
from app.web.http.refusal import Refusal

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{0,5})?")

MALFORMED = Text("The Host header names no host.")
MISDIRECTED = Text(
    "This server does not answer for that host name. LOADGROUND_HOSTS lists the names it has."
)


class KnownHosts:
    """Refuses requests whose Host header is malformed (400) or names another host (421).

    A request without the header, which no browser sends, passes.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        public = urlsplit(settings.public_url).hostname or ""
        self._names = {name.lower() for name in (*settings.hosts, settings.host, public) if name}
        self._parents = tuple(name[1:] for name in self._names if name.startswith("*."))
        self._any = "*" in settings.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with the refusal."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self.app(scope, receive, send)
        else:
            await answer(Request(scope), refusal)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Refusal | None:
        named = Headers(scope=scope).getlist("host")
        if not named:
            return None
        found = _HOST.fullmatch(named[0])
        if found is None or len(named) > 1:
            return Refusal(400, MALFORMED)
        name = found[1].strip("[]").rstrip(".").lower()
        server = scope.get("server")
        if self._any or self._listed(name) or _here(name, str(server[0]) if server else ""):
            return None
        return Refusal(421, MISDIRECTED)

    def _listed(self, name: str) -> bool:
        return name in self._names or name.endswith(self._parents)


def _here(name: str, bound: str) -> bool:
    """Return whether `name` is loopback, or the address that the connection came to."""
    if name == "localhost" or name.endswith(".localhost") or name == bound:
        return True
    try:
        address = ipaddress.ip_address(name)
        return address.is_loopback or address in _addresses(bound)
    except ValueError:
        return False


def _addresses(bound: str) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...]:
    """The address of a socket; an IPv4 address mapped into IPv6 counts as both."""
    address = ipaddress.ip_address(bound)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (address, mapped) if mapped else (address,)
