"""The log of the server: lines for people or JSON for programs, with the id of the request."""

from __future__ import annotations

import logging
import sys

from asgi_correlation_id import CorrelationIdFilter
from asgi_correlation_id.context import correlation_id
from pythonjsonlogger.json import JsonFormatter

from app.settings import Settings


def begin_log(settings: Settings) -> None:
    """Have everything logged on standard error, in the form that the settings ask for."""
    logging.basicConfig(level=logging.INFO, handlers=[log_handler(settings)])
    # It warns of every id that is not acceptable, and anybody may send one.
    logging.getLogger("asgi_correlation_id").setLevel(logging.ERROR)


def log_handler(settings: Settings) -> logging.Handler:
    """A handler that writes on standard error, in the form that the settings ask for."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(CorrelationIdFilter())
    handler.setFormatter(_Json() if settings.log_format == "json" else _Line())
    return handler


def request_id() -> str:
    """The id of the request that is being answered; empty without one."""
    return correlation_id.get() or ""


class _Line(logging.Formatter):
    """One line, and the request's id behind it if there is one."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """Return the line of a record."""
        line = super().formatMessage(record)
        found = getattr(record, "correlation_id", None)
        return f"{line} (request {found})" if found else line


class _Json(JsonFormatter):
    """An object a line: time, level, logger, message, request, and what was raised, if anything."""

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s %(message)s %(correlation_id)s",
            rename_fields={
                "asctime": "time",
                "levelname": "level",
                "name": "logger",
                "correlation_id": "request",
            },
            datefmt="%Y-%m-%dT%H:%M:%S%z",
        )
