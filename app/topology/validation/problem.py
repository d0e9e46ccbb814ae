"""Problem of a drawing: a code, a place and words."""

from __future__ import annotations

from dataclasses import dataclass

from app.texts.text import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that will make requests fail; `node` and `link` say where ("" when not there)."""

    code: str
    node: str
    link: str
    text: Text
