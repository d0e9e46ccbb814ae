"""R1 in Ciw: the balancer and the servers are nodes, reads and writes are classes of customers.

Every request makes the same hops, so they are added instead of given nodes, which Ciw would take
longer for.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

import ciw

if TYPE_CHECKING:
    from app.cli.bench.contenders.model import Model

_READ, _WRITE = "read", "write"


def prepare(model: Model, _: str) -> Callable[[int], tuple[int, float]]:
    """A function that simulates some requests afresh: how many, and their mean latency in ms."""
    seeds = count(1)

    def run(requests: int) -> tuple[int, float]:
        ciw.seed(next(seeds))
        simulation: Any = ciw.Simulation(_network(model))
        simulation.simulate_until_max_customers(requests, method="Finish")
        answered = simulation.nodes[-1].all_individuals
        inside = sum(
            one.data_records[-1].exit_date - one.data_records[0].arrival_date for one in answered
        )
        return len(answered), 1e3 * inside / len(answered) + 6.0 * model.hop_ms

    return run


def _network(model: Model) -> Any:
    webs = range(2, 2 + model.webs)
    primary = 2 + model.webs
    replicas = list(range(primary + 1, primary + 1 + model.replicas))
    none_elsewhere = [None] * (model.webs + 1 + model.replicas)
    balancer = ciw.routing.Cycle(list(webs))
    leave = [ciw.routing.Leave() for _ in (primary, *replicas)]

    def work(mean_ms: float) -> Any:
        return ciw.dists.Exponential(1e3 / mean_ms)

    def services(database_ms: float) -> list[Any]:
        at_webs = [work(model.web_ms) for _ in webs]
        return [ciw.dists.Deterministic(0.0), *at_webs, *(work(database_ms) for _ in leave)]

    def arrivals(share: float) -> list[Any]:
        return [ciw.dists.Exponential(model.rate_per_s * share), *none_elsewhere]

    to_replicas = [ciw.routing.Cycle(replicas) for _ in webs]
    to_primary = [ciw.routing.Direct(primary) for _ in webs]
    return ciw.create_network(
        arrival_distributions={
            _READ: arrivals(1.0 - model.write_share),
            _WRITE: arrivals(model.write_share),
        },
        service_distributions={_READ: services(model.read_ms), _WRITE: services(model.write_ms)},
        routing={
            _READ: ciw.routing.NetworkRouting([balancer, *to_replicas, *leave]),
            _WRITE: ciw.routing.NetworkRouting([balancer, *to_primary, *leave]),
        },
        number_of_servers=[
            float("inf"),
            *[model.web_cores] * model.webs,
            *[model.database_cores] * (1 + model.replicas),
        ],
    )
