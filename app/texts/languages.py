"""The languages of the product: English, as it stands in the code, and every catalogue's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from babel import Locale

Language = str
"""A language's code as in BCP 47 and in its folder's name, for example ``ko`` or ``zh-Hant``."""

ENGLISH: Final[Language] = "en"
DOMAIN: Final = "loadground"
LOCALE: Final = Path(__file__).resolve().parents[1] / "locale"


def catalogue_file(language: Language, locale: Path = LOCALE) -> Path:
    """The catalogue of a language other than English."""
    return locale / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def languages_in(locale: Path) -> tuple[Language, ...]:
    """English, and the languages that have a catalogue under `locale`, in alphabetical order."""
    files = locale.glob(f"*/LC_MESSAGES/{DOMAIN}.po")
    return (ENGLISH, *sorted(file.parts[-3] for file in files))


def cldr(language: Language) -> Locale:
    """The CLDR's data on a language: its names, numbers and plural forms."""
    # Only for who reads another language than English, or offers one.
    from babel import Locale

    return Locale.parse(language, sep="-")


def own_name(language: Language) -> str:
    """Return the name of a language in itself: ``한국어``."""
    return str(cldr(language).get_display_name())


LANGUAGES: Final = languages_in(LOCALE)
