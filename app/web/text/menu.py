"""The languages that a page offers, each by a name that those who read it know."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from app.texts.languages import LANGUAGES, Language, own_name


@dataclass(frozen=True, slots=True)
class LanguageView:
    """A language of the menu: its code, its name in itself, and a label that is short."""

    code: Language
    name: str
    label: str


@cache
def others(language: Language) -> tuple[LanguageView, ...]:
    """Every language but the page's own."""
    return tuple(_view(one) for one in LANGUAGES if one != language)


def _view(language: Language) -> LanguageView:
    name = own_name(language)
    latin = unicodedata.name(name[0]).startswith("LATIN")
    return LanguageView(language, name, language.upper() if latin else name)
