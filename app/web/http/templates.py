"""Rendering: a template, its context, and what every template may use."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.session.explain.timeline import Row
from app.texts.languages import Language
from app.web.http.assets import Assets
from app.web.http.paths import STATIC, TEMPLATES
from app.web.text.language import (
    COOKIE,
    COOKIE_S,
    Theme,
    asked_language,
    language_of,
    theme_of,
    translator,
)
from app.web.text.menu import others
from app.web.views.timeline import timeline_row
from app.web.views.views import scenario_links


@dataclass(frozen=True, slots=True)
class Reader:
    """Reader of a page: language, theme, and the path of the page without its query.

    `asked` is a language that the address asks for, which is then remembered.
    """

    language: Language
    theme: Theme = ""
    path: str = "/"
    asked: Language | None = None

    @staticmethod
    def of(request: Request) -> Reader:
        """The reader who sent `request`."""
        return Reader(
            language_of(request), theme_of(request), request.url.path, asked_language(request)
        )


class Pages:
    """The templates. Names that a context lacks are errors, and everything printed is escaped."""

    def __init__(self) -> None:
        self.assets = Assets(STATIC)
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
        )
        self._environment.globals["asset"] = self.assets.address
        self._note = self._environment.from_string(
            '<p class="banner down" role="alert">{{ text }}</p>'
        )

    def html(self, name: str, reader: Reader, /, **context: object) -> str:
        """The template called `name` for a reader, with `context`."""
        return self._environment.get_template(name).render(
            language=reader.language,
            theme=reader.theme,
            path=reader.path,
            languages=others(reader.language),
            t=translator(reader.language),
            scenarios=scenario_links(reader.language),
            **context,
        )

    def answer(
        self, reader: Reader, name: str, status: int = 200, /, **context: object
    ) -> HTMLResponse:
        """A whole answer for a reader; a page in a language that was asked for is remembered."""
        response = HTMLResponse(self.html(name, reader, **context), status)
        # Partials always name their page's language, which another tab may not share.
        if name.startswith("pages/"):
            remember_language(reader, response)
        return response

    def note(self, text: str) -> str:
        """A short message for a panel that asked for something else."""
        return self._note.render(text=text)

    def timeline_rows(self, rows: tuple[Row, ...], whole: bool, language: Language) -> str:
        """Rows, oldest first, as the message that puts them into the page."""
        views = [timeline_row(row, language) for row in reversed(rows)]
        html = self.html("partials/_timeline_rows.html", Reader(language), rows=views)
        swap = "innerHTML" if whole else "afterbegin"
        return f'<hx-partial hx-target="#timeline" hx-swap="{swap}">{html}</hx-partial>'


def remember_language(reader: Reader, response: Response) -> None:
    """Keep a language that was asked for in a cookie, which the page's own code may write too."""
    if reader.asked:
        response.set_cookie(COOKIE, reader.asked, max_age=COOKIE_S, path="/", samesite="lax")
