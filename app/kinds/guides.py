"""Guides: a page on each kind of node, in every language that has one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from app.texts.languages import ENGLISH, Language

_FOLDER = Path(__file__).parent


@cache
def guide(kind: str, language: Language) -> tuple[str, ...]:
    """The paragraphs of a kind's guide, in English where the language has none.

    Raises FileNotFoundError when there is no kind of that name.
    """
    file = _FOLDER / kind / f"guide.{language}.md"
    if not file.is_file():
        file = _FOLDER / kind / f"guide.{ENGLISH}.md"
    return tuple(part.strip() for part in file.read_text(encoding="utf-8").split("\n\n") if part)
