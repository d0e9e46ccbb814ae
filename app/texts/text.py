"""Text: a message in English with the values of its placeholders, which every language can say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from app.texts.catalogue import OTHER_COUNT, counted, plural_forms, translated
from app.texts.languages import ENGLISH, LANGUAGES, Language
from app.texts.numbers import Fixed, number

Said: TypeAlias = "str | int | float | Fixed | Text | Sequence[Text | str]"
"""The value of a placeholder: a name as it is, or what each language writes in its own way."""


@dataclass(frozen=True, slots=True, init=False)
class Text:
    """One sentence or name for people: a message of the catalogue, in English, and its values.

    Numbers are written as the language writes them, texts among the values are said in it, and of
    several values a list is made. `context` tells apart what is one text in English and several
    elsewhere. A message is a literal, so that it is found and translated.
    """

    message: str
    other: str
    context: str
    values: tuple[tuple[str, Said], ...]

    def __init__(self, message: str, /, *, context: str = "", **values: Said) -> None:
        self._set(message, "", context, values)

    @property
    def en(self) -> str:
        """The text in English, as the log and exceptions have it."""
        return self.say(ENGLISH)

    def say(self, language: Language, **values: Said) -> str:
        """The text in `language`, with `values` beside its own. Placeholders without any value at
        all are left as they are, but a counted text needs its count: it raises KeyError.
        """
        given = {**dict(self.values), **values}
        if self.other:
            count = given.get("count")
            of = count if isinstance(count, int | float) else OTHER_COUNT
            message = counted(self.message, self.other, self.context, language, of)
        else:
            message = translated(self.message, self.context, language)
        if not given and not self.other:
            return message
        return message.format_map({name: _said(value, language) for name, value in given.items()})

    def in_every_language(self) -> dict[Language, str]:
        """The text by language, for answers that other programs read."""
        return {language: self.say(language) for language in LANGUAGES}

    def given(self, **values: Said) -> Text:
        """The same text with `values` beside its own."""
        text = Text.__new__(Text)
        text._set(self.message, self.other, self.context, {**dict(self.values), **values})
        return text

    def forms(self, language: Language) -> str | dict[str, str]:
        """The message in `language` with its placeholders, for who fills them in elsewhere; of a
        counted one, each form by the CLDR's name of its counts.
        """
        if not self.other:
            return translated(self.message, self.context, language)
        return plural_forms(self.message, self.other, self.context, language)

    def _set(self, message: str, other: str, context: str, values: dict[str, Said]) -> None:
        for name, value in (
            ("message", message),
            ("other", other),
            ("context", context),
            ("values", tuple(values.items())),
        ):
            object.__setattr__(self, name, value)


def plural(one: str, other: str, /, *, context: str = "", **values: Said) -> Text:
    """A text about things that are counted: `one` for 1 in English, `other` for the rest. The value
    or placeholder called ``count`` decides.
    """
    text = Text.__new__(Text)
    text._set(one, other, context, values)
    return text


def verbatim(value: str | float | Fixed) -> Text:
    """A name as it is, the same in every language, or a number alone."""
    return _put_together("{value}", {"value": value})


def joined(*texts: Text, by: str = " ") -> Text:
    """Texts one after the other, with `by` between them."""
    values: dict[str, Said] = {f"text_{place}": text for place, text in enumerate(texts)}
    return _put_together(by.join(f"{{{name}}}" for name in values), values)


def _put_together(pattern: str, values: dict[str, Said]) -> Text:
    """A text that is no message: placeholders, and what stands between them everywhere."""
    text = Text.__new__(Text)
    text._set(pattern, "", "", values)
    return text


def _said(value: Said, language: Language) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Text):
        return value.say(language)
    if isinstance(value, int | float | Fixed):
        return number(value, language)
    return ", ".join(_said(one, language) for one in value)
