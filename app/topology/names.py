"""Names that people give: one line of text that stays where it is printed.

Control characters could steer a terminal or forge a line of a log. Characters that change the
direction of text (Unicode's Bidi_Control) make a name, and what stands beside it, read otherwise
than it is.
"""

from __future__ import annotations

import re

from pydantic_core import PydanticCustomError

ERROR = "name_characters"
"""Type of the validation error; the words for people are in `app.scenarios.validation_messages`."""

REFUSED = r"\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
"""The characters, as they stand between the brackets of a regular expression."""

PATTERN = f"^[^{REFUSED}]*$"
"""The same rule for JSON Schema (ECMA-262)."""

_BREAKS = re.compile(r"[\t-\r\u0085\u2028\u2029]+")
_FOUND = re.compile(f"[{REFUSED}]")


def is_clean(name: str) -> bool:
    """Return whether a name has none of those characters."""
    return _FOUND.search(name) is None


def checked(name: str) -> str:
    """`name` itself. Raises PydanticCustomError for one with such characters."""
    if not is_clean(name):
        raise PydanticCustomError(ERROR, "control or direction character")
    return name


def cleaned(name: str) -> str:
    """`name` without those characters; what breaks a line becomes a space."""
    return _FOUND.sub("", _BREAKS.sub(" ", name))
