"""Source of a command's scenario: a file, standard input, the library or a link."""

from __future__ import annotations

import sys
from pathlib import Path

from app.scenarios import library
from app.scenarios.document import DocumentError, Scenario
from app.scenarios.errors import ShareError
from app.scenarios.limits import DOCUMENT_BYTES_MAX


class SourceError(Exception):
    """A scenario that cannot be had; the message is one sentence for the person who asked."""


def scenario_from(source: str) -> Scenario:
    """The scenario called `source`: ``-``, a name of the library, a share code, or a path.

    Raises SourceError when there is none, or when what is there is not acceptable.
    """
    try:
        return library.named(source, _read)
    except DocumentError as error:
        place = "standard input" if source == "-" else source
        where = f"{error.field}: " if error.field else ""
        raise SourceError(f"{place}: {where}{error.text.en}") from None
    except ShareError as error:
        raise SourceError(error.text.en) from None


def _read(source: str) -> bytes:
    # One byte more than is accepted shows that there is too much, however much there is.
    if source == "-":
        return sys.stdin.buffer.read(DOCUMENT_BYTES_MAX + 1)
    try:
        with Path(source).open("rb") as file:
            return file.read(DOCUMENT_BYTES_MAX + 1)
    except FileNotFoundError:
        known = ", ".join(library.names())
        raise SourceError(f"There is no file {source}. The library has: {known}.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceError(f"{source} cannot be read: {reason}.") from None
