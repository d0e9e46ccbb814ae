"""The messages of a language, read from its catalogue once per process."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from app.texts.languages import ENGLISH, LOCALE, Language, catalogue_file, cldr

OTHER_COUNT: Final = 100
"""A count that stands for many of whatever it is, where a counted text is said without one."""

_SAMPLES: Final = (*range(200), 1_000, 1_000_000)


def messages(language: Language) -> GNUTranslations:
    """The catalogue of a language other than English. Raises OSError when there is none."""
    return _read(catalogue_file(language, LOCALE))


def translated(message: str, context: str, language: Language) -> str:
    """A message in `language`; in English where the catalogue lacks it."""
    if language == ENGLISH or not message:
        return message
    known = messages(language)
    return known.pgettext(context, message) if context else known.gettext(message)


def counted(one: str, other: str, context: str, language: Language, count: float) -> str:
    """The form of a counted message that goes with `count` in `language`."""
    whole = int(count) if count == int(count) else OTHER_COUNT
    if language == ENGLISH:
        return one if whole == 1 else other
    known = messages(language)
    if context:
        return known.npgettext(context, one, other, whole)
    return known.ngettext(one, other, whole)


def plural_forms(one: str, other: str, context: str, language: Language) -> dict[str, str]:
    """Every form of a counted message by the CLDR's name of its counts: ``one``, ``other``."""
    category = cldr(language).plural_form
    forms: dict[str, str] = {}
    for count in _SAMPLES:
        if category(count) not in forms:
            forms[category(count)] = counted(one, other, context, language, count)
    return {"other": counted(one, other, context, language, OTHER_COUNT), **forms}


@cache
def _read(file: Path) -> GNUTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with file.open("rb") as text:
        catalogue = read_po(text)
    binary = BytesIO()
    write_mo(binary, catalogue)
    binary.seek(0)
    return GNUTranslations(binary)
