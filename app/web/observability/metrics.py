"""Metrics of the server in the text format of Prometheus: requests, sessions, streams, process."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.session.registry import Registry

METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
UNKNOWN: Final = "other"
"""Label of a method or route that is none of ours: visitors cannot make new time series."""


class Metrics:
    """The metrics of one application."""

    def __init__(self, sessions: Registry) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "loadground_requests",
            "Requests that were answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "loadground_response_start_seconds",
            "Time until the head of an answer was sent.",
            ("route",),
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self.registry.register(_Sessions(sessions))
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)

    def text(self) -> bytes:
        """Every metric now, in the text format."""
        return generate_latest(self.registry)

    def answered(self, scope: Scope, status: int, passed_s: float) -> None:
        """Count an answer whose head was sent after so many seconds."""
        method = scope["method"] if scope["method"] in METHODS else UNKNOWN
        route = getattr(scope.get("route"), "path", UNKNOWN)
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(passed_s)


class MeasuredRequests:
    """Counts and times every answer in the application's metrics."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun_s = time.perf_counter()
        heads: list[int] = []

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                heads.append(message["status"])
                passed_s = time.perf_counter() - begun_s
                self._metrics.answered(scope, message["status"], passed_s)
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except Exception:
            if not heads:
                # Whoever made the application answers for it, outside of all middleware.
                self._metrics.answered(scope, 500, time.perf_counter() - begun_s)
            raise


class _Sessions(Collector):
    """Gauges of the sessions, read when somebody asks."""

    def __init__(self, sessions: Registry) -> None:
        self._sessions = sessions

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yield a gauge for each thing that is counted."""
        sessions = self._sessions
        for name, about, value in (
            ("sessions", "Sessions in memory.", len(sessions)),
            ("viewers", "Open event streams.", sessions.viewers),
            ("engine_ready", "1 when runs can be simulated.", int(sessions.warmup.ready)),
            ("store_usable", "1 when changes can be saved.", int(sessions.saves)),
        ):
            yield GaugeMetricFamily(f"loadground_{name}", about, value)
