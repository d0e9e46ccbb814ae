"""Refusals: a request that is not done, with the reason in words and the field that is wrong."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

from app.schema import Text
from app.session.outcome import FieldError
from app.web.settings import RETRY_AFTER_S


class Refusal(Exception):
    """Ends a request with `status` and words; a page for people, JSON for programs."""

    def __init__(
        self,
        status: int,
        text: Text,
        faults: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(text.en)
        self.status = status
        self.text = text
        self.faults = tuple(faults) or (FieldError("", text),)
        self.headers = dict(headers or {})


GONE = Refusal(
    404,
    Text(
        "This session is gone, or it never was. Sessions nobody uses are removed after a while.",
        "이 세션은 사라졌거나 없던 것입니다. 쓰지 않는 세션은 시간이 지나면 지워집니다.",
    ),
)


def too_many() -> Refusal:
    """Too many sessions: from one address, or in all. Everybody waits a different time."""
    wait_s = random.randint(*RETRY_AFTER_S)
    return Refusal(
        429,
        Text(
            "Too many sessions are open right now. Try again in a moment.",
            "지금 열려 있는 세션이 너무 많습니다. 잠시 후 다시 시도하세요.",
        ),
        headers={"Retry-After": str(wait_s)},
    )


def too_many_watching() -> Refusal:
    """Too many open streams; the page's own retry comes back later."""
    wait_s = random.randint(*RETRY_AFTER_S)
    return Refusal(
        503,
        Text("Too many people are watching right now.", "지금 보고 있는 사람이 너무 많습니다."),
        headers={"Retry-After": str(wait_s)},
    )


def too_large(limit: int) -> Refusal:
    """The refusal of a body over `limit` bytes."""
    kibibytes = limit // 1024
    return Refusal(
        413,
        Text(f"The request is larger than {kibibytes} KiB.", f"요청이 {kibibytes} KiB보다 큽니다."),
    )
