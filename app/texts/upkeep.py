"""Catalogues kept in step with the sources, and everything that can be wrong with one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po, write_po

from app.texts.languages import LOCALE, Language, catalogue_file, cldr, languages_in

_PLACEHOLDER: Final = re.compile(r"\{\w*\}")
_ENDS: Final = re.compile(r"^(\s*).*?(\s*)$", re.DOTALL)


def updated(text: str, language: Language, messages: Catalog) -> str:
    """A catalogue brought in step with `messages`: new ones are empty, or fuzzy where an old one
    was nearly the same; those that are no longer there are gone.
    """
    catalog = read_po(StringIO(text), locale=cldr(language))
    catalog.update(messages, update_header_comment=False)
    return written(catalog, language)


def written(catalog: Catalog, language: Language) -> str:
    """A catalogue in the one form that it has in a file: sorted, unwrapped, without line numbers
    or dates, so that changes in it are changes of translations.
    """
    entries = BytesIO()
    write_po(
        entries,
        catalog,
        width=0,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    plurals = get_plural(cldr(language))
    header = (
        f"# {cldr(language).english_name}. How to write it: docs/adding-a-language.md\n"
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: nplurals={plurals.num_plurals}; plural={plurals.plural_expr};\\n"\n\n'
    )
    return header + entries.getvalue().decode().strip("\n") + "\n"


def update_all(messages: Catalog, locale: Path = LOCALE, also: tuple[Language, ...] = ()) -> None:
    """Bring every catalogue under `locale` in step, and start those of the languages in `also`."""
    for language in (*languages_in(locale)[1:], *also):
        file = catalogue_file(language, locale)
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text("utf-8") if file.exists() else ""
        file.write_text(updated(before, language, messages), "utf-8")


def faults_of_all(messages: Catalog, locale: Path = LOCALE) -> list[str]:
    """Everything that is wrong with the catalogues under `locale`, each with its language."""
    return [
        f"{language}: {fault}"
        for language in languages_in(locale)[1:]
        for fault in faults(catalogue_file(language, locale).read_text("utf-8"), language, messages)
    ]


def faults(text: str, language: Language, messages: Catalog) -> Iterator[str]:
    """Everything that is wrong with a catalogue, beside `messages` of the sources."""
    try:
        catalog = read_po(StringIO(text), locale=cldr(language), abort_invalid=True)
    except (PoFileError, ValueError) as error:
        yield f"cannot be read: {error}"
        return
    for message in messages:
        entry = catalog.get(message.id, message.context) if message.id else None
        if message.id and (entry is None or not all(_strings(entry.string))):
            yield f"missing: {_shown(message)}"
    for entry in catalog:
        if not entry.id:
            continue
        if entry.fuzzy:
            yield f"fuzzy: {_shown(entry)}"
        if messages.get(entry.id, entry.context) is None:
            yield f"no longer in the sources: {_shown(entry)}"
        yield from _broken(entry, get_plural(cldr(language)).num_plurals)
    if text != written(catalog, language):
        yield "is not in its normal form (twice the same, unsorted, wrapped): run `make texts`"


def _broken(entry: Message, plurals: int) -> Iterator[str]:
    strings, ids = _strings(entry.string), _strings(entry.id)
    if entry.pluralizable and len(strings) != plurals:
        yield f"needs {plurals} plural forms: {_shown(entry)}"
    for string in filter(None, strings):
        if not any(_placeholders(string) == _placeholders(one) for one in ids):
            yield f"other placeholders: {_shown(entry)}: {string!r}"
        if _ENDS.sub(r"\1-\2", string) != _ENDS.sub(r"\1-\2", ids[0]):
            yield f"other spaces at its ends: {_shown(entry)}: {string!r}"


def _placeholders(message: str) -> set[str]:
    return set(_PLACEHOLDER.findall(message))


def _strings(message: object) -> tuple[str, ...]:
    return message if isinstance(message, tuple) else (str(message or ""),)


def _shown(message: Message) -> str:
    context = f" (context {message.context!r})" if message.context else ""
    return f"{_strings(message.id)[0]!r}{context}"
