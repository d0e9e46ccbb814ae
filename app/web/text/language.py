"""Language of a request's answer, and the texts in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from starlette.requests import Request

from app.texts.languages import ENGLISH, LANGUAGES, Language
from app.texts.text import Said
from app.web.text.strings import STRINGS

Theme = Literal["", "light", "dark"]

COOKIE = "lang"
COOKIE_S = 365 * 86_400


def asked_language(request: Request) -> Language | None:
    """The language that the address asks for (``?lang=``), if it does and we have it."""
    return _known(request.query_params.get("lang", ""))


def language_of(request: Request) -> Language:
    """The address's language, else the cookie's, else the browser's, else English."""
    chosen = asked_language(request) or _known(request.cookies.get(COOKIE, ""))
    return chosen or _preferred(request.headers.get("accept-language", ""))


def theme_of(request: Request) -> Theme:
    """The theme that the page's reader chose; "" follows the system."""
    chosen = request.cookies.get("theme", "")
    return "light" if chosen == "light" else "dark" if chosen == "dark" else ""


def translator(language: Language) -> Callable[..., str]:
    """``t(key, **values)`` for templates. Raises KeyError for a key that no text has."""

    def t(key: str, **values: Said) -> str:
        return STRINGS[key].say(language, **values)

    return t


def browser_strings(language: Language) -> dict[str, str | dict[str, str]]:
    """The texts that the page's own code uses, placeholders untouched; of a counted one, every
    form by its name in the CLDR.
    """
    return {key: text.forms(language) for key, text in STRINGS.items() if key.startswith("js.")}


def _known(name: str) -> Language | None:
    return next((one for one in LANGUAGES if one.lower() == name.lower()), None)


def _preferred(header: str) -> Language:
    """The best language of an Accept-Language header (RFC 9110, 12.5.4)."""
    best: tuple[float, Language] = (0.0, ENGLISH)
    for part in header.split(",")[:20]:
        tag, _, weight = part.strip().partition(";")
        language = _known(tag.strip()) or _known(tag.strip().partition("-")[0])
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if language and quality > best[0]:
            best = (quality, language)
    return best[1]
