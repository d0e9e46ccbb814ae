"""R1 in SimPy, in its own style: a process per request, a Resource per server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, cycle
from random import Random
from typing import TYPE_CHECKING, Any

import simpy

if TYPE_CHECKING:
    from app.cli.bench.contenders.model import Model


def prepare(model: Model, _: str) -> Callable[[int], tuple[int, float]]:
    """A function that simulates some requests afresh: how many, and their mean latency in ms."""
    seeds = count(1)

    def run(requests: int) -> tuple[int, float]:
        total: list[float] = []
        site = _Site(model, next(seeds))
        site.now.process(site.users(requests, total))
        site.now.run()
        return requests, 1e3 * sum(total) / requests

    return run


class _Site:
    """Every server of R1, and what is random."""

    def __init__(self, model: Model, seed: int) -> None:
        self.now: Any = simpy.Environment()
        self.model = model
        self.expovariate = Random(seed).expovariate
        self.draw = Random(-seed).random
        self.webs = [simpy.Resource(self.now, model.web_cores) for _ in range(model.webs)]
        self.primary = simpy.Resource(self.now, model.database_cores)
        replicas = [simpy.Resource(self.now, model.database_cores) for _ in range(model.replicas)]
        self.replicas = [cycle(replicas) for _ in self.webs]

    def users(self, requests: int, total: list[float]) -> Iterator[Any]:
        """Requests at random moments, to the web servers in turn."""
        for number in range(requests):
            self.now.process(self.request(number % self.model.webs, total))
            yield self.now.timeout(self.expovariate(self.model.rate_per_s))

    def request(self, web: int, total: list[float]) -> Iterator[Any]:
        """One request; nothing can happen on its way back, so that time is only added."""
        model, now, sent, hop_s = self.model, self.now, self.now.now, self.model.hop_ms / 1e3
        yield now.timeout(2.0 * hop_s)
        with self.webs[web].request() as core:
            yield core
            yield now.timeout(self.expovariate(1e3 / model.web_ms))
        yield now.timeout(hop_s)
        writes = self.draw() < model.write_share
        mean_ms = model.write_ms if writes else model.read_ms
        database = self.primary if writes else next(self.replicas[web])
        with database.request() as core:
            yield core
            yield now.timeout(self.expovariate(1e3 / mean_ms))
        total.append(now.now + 3.0 * hop_s - sent)
