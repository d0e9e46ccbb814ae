"""Documents of older versions, brought up to the present one step at a time.

A step takes the whole document as version N wrote it and gives what version N+1 would have
written. Documents and links leave out parameters that have their default, so *a changed default
is a new version too*: its step writes the old default into the documents that relied on it. The
links in tests/links notice a default that was changed without one.
"""

from __future__ import annotations

from collections.abc import Callable

from app.scenarios.errors import DocumentError
from app.texts.text import Text

Document = dict[str, object]

STEPS: tuple[Callable[[Document], Document], ...] = ()
"""STEPS[0] leads from version 1 to 2, and so on. Append only."""

VERSION = len(STEPS) + 1


def to_current(
    document: Document, steps: tuple[Callable[[Document], Document], ...] = STEPS
) -> Document:
    """`document` as the present version writes it.

    Raises DocumentError for a version that is missing, senseless or newer than this program.
    """
    version = document.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise DocumentError("version", Text("Use a whole number from 1 on."))
    newest = len(steps) + 1
    if version > newest:
        raise DocumentError(
            "version",
            Text(
                "It was made by a newer Loadground (version {version}; this one reads up to "
                "{newest}).",
                version=version,
                newest=newest,
            ),
        )
    for step in steps[version - 1 :]:
        document = step(document)
    return {**document, "version": newest}
