"""Metrics: what was answered, how fast, and what the sessions are at, for those who may read it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.settings import Settings
from app.web.app import create_app

pytestmark = pytest.mark.anyio


async def read(client: httpx.AsyncClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def key(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


async def test_requests_are_counted_by_the_routes_pattern(
    client: httpx.AsyncClient, session: str
) -> None:
    for _ in range(3):
        assert (await client.get(session)).status_code == 200
    assert (await client.get("/s/nobody-knows-this-session")).status_code == 404
    found = await read(client)
    requests = "loadground_requests_total"
    labels = {"method": "GET", "route": "/s/{session}"}
    assert found[key(requests, status="200", **labels)] == 3
    assert found[key(requests, status="404", **labels)] == 1
    times = "loadground_response_start_seconds"
    assert found[key(f"{times}_count", route="/s/{session}")] == 4
    assert 0 < found[key(f"{times}_sum", route="/s/{session}")] < 60


async def test_visitors_make_no_time_series(client: httpx.AsyncClient) -> None:
    for number in range(20):
        await client.get(f"/nothing-{number}")
        await client.request(f"ODD{number}", "/healthz")
    found = await read(client)
    named = {dict(labels).get("route") for _, labels in found} - {None}
    assert not [one for one in named if one and "nothing" in one]
    methods = {dict(labels).get("method") for _, labels in found} - {None}
    assert methods == {"GET", "other"}


async def test_sessions_streams_engine_and_store_have_gauges(
    client: httpx.AsyncClient, session: str
) -> None:
    assert session
    found = await read(client)
    gauges = {name: found[key(f"loadground_{name}")] for name in ("sessions", "viewers")}
    assert gauges == {"sessions": 1, "viewers": 0}
    assert found[key("loadground_store_usable")] == 1
    assert found[key("loadground_engine_ready")] == 0
    assert found[key("process_resident_memory_bytes")] > 0


async def test_an_error_that_nothing_catches_is_counted(
    client: httpx.AsyncClient, session: str, house: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(house.registry, "find", broken)  # type: ignore[attr-defined]
        assert (await client.get(session)).status_code == 500
    labels = {"method": "GET", "route": "/s/{session}", "status": "500"}
    assert (await read(client))[key("loadground_requests_total", **labels)] == 1


@pytest.fixture
async def guarded(anyio_backend: str, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings.model_copy(update={"metrics_from": "10.0.0.0/8"}), warm_up=False)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 1234))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield client


async def test_metrics_are_for_the_listed_addresses_alone(guarded: httpx.AsyncClient) -> None:
    answer = await guarded.get("/metrics")
    assert answer.status_code == 403
    assert "LOADGROUND_METRICS_FROM" in answer.json()["errors"][0]["text"]
