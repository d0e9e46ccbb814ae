"""Authors: one name for everything that a browser does, so that each person undoes their own."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from app.session.explain.timeline import YOU

COOKIE = "author"
COOKIE_S = 365 * 86_400
_SECRET = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Author:
    """A browser: the secret in its cookie, and the name that others may see."""

    secret: str

    @property
    def name(self) -> str:
        """A name that does not tell the secret."""
        return hashlib.sha256(self.secret.encode()).hexdigest()[:12]

    def remember(self, response: Response) -> None:
        """Keep the cookie for another year."""
        response.set_cookie(
            COOKIE, self.secret, max_age=COOKIE_S, path="/", httponly=True, samesite="lax"
        )


def reader_of(request: Request) -> Author:
    """The browser that asks for a page; a new author for one without the cookie."""
    secret = request.cookies.get(COOKIE, "")
    return Author(secret if _SECRET.fullmatch(secret) else secrets.token_hex(16))


def author_of(request: Request) -> str:
    """The name of the browser that acts; without a cookie it is the nameless "you"."""
    secret = request.cookies.get(COOKIE, "")
    return Author(secret).name if _SECRET.fullmatch(secret) else YOU
