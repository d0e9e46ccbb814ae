"""The log and the answers name the same request."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from asgi_correlation_id.context import correlation_id

from app.settings import Settings
from app.web.http.dependencies import Services
from app.web.observability.logs import log_handler

pytestmark = pytest.mark.anyio


async def test_every_answer_has_an_id_and_keeps_a_proxys(client: httpx.AsyncClient) -> None:
    first, second = [(await client.get("/healthz")).headers["x-request-id"] for _ in range(2)]
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second
    given = "0123456789abcdef0123456789abcdef"
    assert (await client.get("/healthz", headers={"X-Request-ID": given})).headers[
        "x-request-id"
    ] == given
    odd = await client.get("/healthz", headers={"X-Request-ID": "<b>\tline"})
    assert re.fullmatch("[0-9a-f]{32}", odd.headers["x-request-id"])


async def test_an_internal_error_names_its_request(
    client: httpx.AsyncClient, house: Services, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(house.registry, "find", broken)
    answer = await client.get(session)
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.json()["errors"][0]["text"]


@contextmanager
def log(settings: Settings) -> Iterator[logging.Logger]:
    """A log in the form that the settings ask for."""
    logger, handler = logging.getLogger("loadground.web"), log_handler(settings)
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)


def test_a_line_has_its_request_behind_it(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with log(settings) as logger:
        token = correlation_id.set("abc")
        logger.warning("it is %s", "late")
        correlation_id.reset(token)
        logger.warning("quiet")
    assert capsys.readouterr().err.splitlines() == [
        "WARNING loadground.web: it is late (request abc)",
        "WARNING loadground.web: quiet",
    ]


def test_a_json_log_has_an_object_a_line(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with log(settings.model_copy(update={"log_format": "json"})) as logger:
        try:
            raise RuntimeError("two\nlines")
        except RuntimeError:
            logger.exception("broken")
    (line,) = capsys.readouterr().err.splitlines()
    found = json.loads(line)
    assert (found["level"], found["logger"], found["message"]) == (
        "ERROR",
        "loadground.web",
        "broken",
    )
    assert "two\nlines" in found["exc_info"]
    assert re.match(r"\d{4}-\d\d-\d\dT", found["time"])
