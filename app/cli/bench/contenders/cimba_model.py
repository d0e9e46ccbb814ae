"""R1 in Cimba (a C engine that runs models compiled by Numba): a process per core, not per request.

A process per request is Cimba's more usual style, and several times slower. The annotations are
read at run time, so there is no `from __future__ import annotations` here.
"""

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

import cimba

if TYPE_CHECKING:
    from app.cli.bench.contenders.model import Model

WEB_CORES, DATABASE_CORES = 2, 4
"""Cimba fixes the copies of a process when it compiles, so these cannot be given later."""


class _Database(cimba.Model):
    """A primary or a replica, with the line of requests that are on their way to it."""

    mean_s: cimba.Param[float]
    hop_s: cimba.Param[float]
    due: cimba.Store[float]
    sent: cimba.Store[float]
    queue: cimba.Store[float]
    sum_s: float = 0.0
    total_s: cimba.Output[float]

    @cimba.process
    def line(self) -> None:
        while True:
            due = self.due.get()
            cimba.hold(due - cimba.now())
            self.queue.put(self.sent.get())

    @cimba.process(copies=DATABASE_CORES)
    def core(self) -> None:
        while True:
            sent = self.queue.get()
            cimba.hold(cimba.random.exponential(self.mean_s))
            self.sum_s += cimba.now() + 3.0 * self.hop_s - sent

    @cimba.on_end
    def report(self) -> None:
        self.total_s = self.sum_s


class _Web(cimba.Model):
    """A web server: reads go to the replicas in turn."""

    mean_s: cimba.Param[float]
    hop_s: cimba.Param[float]
    write_share: cimba.Param[float]
    queue: cimba.Store[float]
    primary: cimba.Ref[_Database]
    replicas: list[cimba.Ref[_Database]]
    turn: int = 0

    @cimba.process(copies=WEB_CORES)
    def core(self) -> None:
        while True:
            sent = self.queue.get()
            cimba.hold(cimba.random.exponential(self.mean_s))
            if cimba.random.uniform() < self.write_share:
                self.primary.due.put(cimba.now() + self.hop_s)
                self.primary.sent.put(sent)
            else:
                self.turn = (self.turn + 1) % len(self.replicas)
                replica = self.replicas[self.turn]
                replica.due.put(cimba.now() + self.hop_s)
                replica.sent.put(sent)


class _Site(cimba.Model):
    """Users, who reach the web servers in turn, and everything behind them."""

    requests: cimba.Param[int]
    gap_s: cimba.Param[float]
    hop_s: cimba.Param[float]
    webs: list[_Web]
    primary: _Database
    replicas: list[_Database]

    @cimba.process
    def users(self) -> None:
        for number in range(self.requests):
            cimba.hold(cimba.random.exponential(self.gap_s))
            self.webs[number % len(self.webs)].queue.put(cimba.now() - 2.0 * self.hop_s)


def prepare(model: "Model", _: str) -> Callable[[int], tuple[int, float]]:
    """A function that simulates some requests afresh: how many, and their mean latency in ms.

    Its first call compiles. Raises ValueError for cores that are not those compiled in.
    """
    if (model.web_cores, model.database_cores) != (WEB_CORES, DATABASE_CORES):
        raise ValueError(f"only {WEB_CORES} and {DATABASE_CORES} cores are compiled in")
    seeds = count(1)

    def run(requests: int) -> tuple[int, float]:
        site = _site(model, requests)
        window = cimba.Window.until_idle()
        results = cimba.Experiment(site, window=window, seed=next(seeds)).run(workers=1)
        totals = [results[one].total_s.values[0, 0] for one in (site.primary, *site.replicas)]
        return requests, 1e3 * float(sum(totals)) / requests

    return run


def _site(model: "Model", requests: int) -> Any:
    hop_s = model.hop_ms / 1e3
    site = _Site()
    site.requests, site.gap_s, site.hop_s = requests, 1.0 / model.rate_per_s, hop_s
    site.primary = _database(model.write_ms, hop_s)
    site.replicas = [_database(model.read_ms, hop_s) for _ in range(model.replicas)]
    site.webs = [_web(model, site) for _ in range(model.webs)]
    return site


def _database(mean_ms: float, hop_s: float) -> Any:
    database = _Database()
    database.mean_s, database.hop_s = mean_ms / 1e3, hop_s
    return database


def _web(model: "Model", site: Any) -> Any:
    web = _Web()
    web.mean_s, web.hop_s = model.web_ms / 1e3, model.hop_ms / 1e3
    web.write_share = model.write_share
    web.primary, web.replicas = site.primary, list(site.replicas)
    return web
