"""Refusals: a request that is not done, with the reason in words and the field that is wrong."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

from starlette.exceptions import HTTPException

from app.session.outcome import FieldError
from app.texts.languages import Language
from app.texts.text import Text

RETRY_AFTER_S = (5, 15)
"""A refused client is told to come back after a random time in this range, not all at once."""


class Refusal(HTTPException):
    """Ends a request with `status` and words; a page for people, JSON for programs."""

    def __init__(
        self,
        status: int,
        text: Text,
        faults: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, text.en, headers)
        self.text = text
        self.faults = tuple(faults) or (FieldError("", text),)


def details_of(refusal: Refusal, language: Language) -> list[str]:
    """A refusal's faults, beyond its own sentence, in words."""
    return [
        f"{one.field}: {one.text.say(language)}" if one.field else one.text.say(language)
        for one in refusal.faults
        if one.text is not refusal.text or one.field
    ]


NOTHING_CHANGED = Text("It was refused, and nothing was changed.")


def gone() -> Refusal:
    """Return the refusal for a session that is no more."""
    return Refusal(
        404,
        Text(
            "This session is gone, or it never was. Sessions nobody uses are removed after a while."
        ),
    )


def too_many() -> Refusal:
    """Too many sessions: from one address, or in all. Everybody waits a different time."""
    wait_s = random.randint(*RETRY_AFTER_S)
    return Refusal(
        429,
        Text("Too many sessions are open right now. Try again in a moment."),
        headers={"Retry-After": str(wait_s)},
    )


def too_many_refused() -> Refusal:
    """Too many links or documents from one address that could not be opened."""
    wait_s = random.randint(*RETRY_AFTER_S)
    return Refusal(
        429,
        Text("Too much that cannot be opened came from your address. Try again in a moment."),
        headers={"Retry-After": str(wait_s)},
    )


def too_many_watching() -> Refusal:
    """Too many open streams; the page's own retry comes back later."""
    wait_s = random.randint(*RETRY_AFTER_S)
    return Refusal(
        503,
        Text("Too many people are watching right now."),
        headers={"Retry-After": str(wait_s)},
    )


def too_large(limit: int) -> Refusal:
    """The refusal of a body over `limit` bytes."""
    kibibytes = limit // 1024
    return Refusal(
        413,
        Text("The request is larger than {kibibytes} KiB.", kibibytes=kibibytes),
    )
