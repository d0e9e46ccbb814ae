"""Operational laws that hold for any drawing: utilisation, Little's, and scaling of time."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.actions import Crash, Heal
from app.engine.engine import Engine
from app.engine.observe.reading import Reading
from app.schema import Value
from app.topology.model import Topology
from tests.support.audit.balances import books
from tests.support.drawings import drawing, link, node, replica, web
from tests.support.statistics.intervals import Estimate
from tests.support.statistics.sampling import Effort, efforts, people, runs, to

OCCASIONS = settings().max_examples // 4
SHARING: dict[str, Value] = {"discipline": "processor_sharing"}
HEAVY: dict[str, Value] = {"distribution": "hyperexponential", "scv": 8.0}
SPREAD: dict[str, Value] = {"distribution": "lognormal", "scv": 2.0}

STATIONS = {
    # name: (arrivals a second x work in ms, cores)
    "lb-1": (1000 * 0.4, 1),
    "web-1": (500 * 3.0, 4),
    "web-2": (500 * 3.0, 2),
    "db-1": (250 * 5.0, 2),
    "db-2": (375 * 2.0, 1),
    "db-3": (375 * 2.0, 3),
}


def motley() -> Topology:
    """Stations of all sorts; a quarter of the requests write, and replicas apply for nothing."""
    return drawing(
        people(1000.0, write_share=25.0),
        node("load_balancer", "lb-1", forward_ms=0.4, cores=1),
        web("web-1", service_ms=3.0, cores=4, **SHARING),
        web("web-2", service_ms=3.0, cores=2, **SPREAD),
        node("database", "db-1", write_ms=5.0, cores=2, **SPREAD),
        replica("db-2", read_ms=2.0, cores=1, apply_ms=0.0, **HEAVY, **SHARING),
        replica("db-3", read_ms=2.0, cores=3, apply_ms=0.0, distribution="constant"),
        link("users-1", "lb-1"),
        *(link("lb-1", server) for server in ("web-1", "web-2")),
        *(link(server, f"db-{k}") for server in ("web-1", "web-2") for k in (1, 2, 3)),
        *(link("db-1", f"db-{k}") for k in (2, 3)),
    )


@efforts
def test_busy_cores_equal_arrival_rate_times_work_at_every_node(effort: Effort) -> None:
    """Busy cores = arrivals x work, however the work varies and in whatever order it is done."""
    seen = runs(motley(), 2.0, 20.0, effort)
    for name, (work, cores) in STATIONS.items():
        Estimate.of([run.at(name).used for run in seen.windows]).must_be(
            f"utilisation {name}", work / 1000.0 / cores, 0.02 * effort.precision
        )
        assert all(run.at(name).used <= 1.0 for run in seen.windows)


@efforts
def test_littles_law_holds_at_every_node(effort: Effort) -> None:
    """Mean number present = arrivals x mean time, but for those who are there at the ends (`books`
    counts those too, to the nanosecond, at both ends of every run of every oracle).
    """
    seen = runs(motley(), 2.0, 20.0, effort)
    for name in STATIONS:
        ratios = []
        for run in seen.windows:
            visits = run.at(name)
            rate = visits.served / run.seconds
            ratios.append(1000.0 * visits.present / (rate * visits.time_ms))
        Estimate.of(ratios).must_be(f"Little {name}", 1.0, 0.005)


def test_requests_add_up_at_every_pause_of_a_run() -> None:
    engine = Engine(motley(), seed=1)
    for _ in range(300):
        engine.step(97)
        books(engine)


@dataclass(frozen=True)
class Shape:
    """Whatever a drawing may vary in, and who is down for a while."""

    arrivals: str
    shape: str
    algorithm: str
    discipline: str
    distribution: str
    servers: int
    cores: int
    queue_limit: int
    replies: int
    patience_s: float
    named: bool
    victim: str


shapes = st.builds(
    Shape,
    arrivals=st.sampled_from(["open", "closed"]),
    shape=st.sampled_from(["constant", "ramp", "step", "spike", "daily"]),
    algorithm=st.sampled_from(["round_robin", "random", "least_connections", "two_choices"]),
    discipline=st.sampled_from(["fifo", "processor_sharing"]),
    distribution=st.sampled_from(["exponential", "constant", "lognormal", "hyperexponential"]),
    servers=st.integers(1, 3),
    cores=st.integers(1, 2),
    queue_limit=st.sampled_from([0, 3, 1000]),
    replies=st.integers(0, 2),
    patience_s=st.sampled_from([15.0, 100.0]),
    named=st.booleans(),
    victim=st.sampled_from(["dns-1", "lb-1", "web-1", "db-1", "db-2"]),
)


def stretched(shape: Shape, k: float) -> Topology:
    """The drawing of a shape, with everything in it k times as slow. It is slow to begin with, so
    that rounding to nanoseconds does not change who comes first.
    """
    varied: dict[str, Value] = {
        "distribution": shape.distribution,
        "discipline": shape.discipline,
        "cores": shape.cores,
        "queue_limit": shape.queue_limit,
        "check_interval_s": 10.0 * k,
    }
    stores: dict[str, Value] = {
        **{key: value for key, value in varied.items() if key != "check_interval_s"},
        "read_ms": 2500.0 * k,
        "write_ms": 3500.0 * k,
        "apply_ms": 400.0 * k,
        "heartbeat_s": 20.0 * k,
        "promotion_s": 30.0 * k,
        "max_lag_s": 100.0 * k,
    }
    servers = [f"web-{number}" for number in range(1, shape.servers + 1)]
    entry = [link("users-1", "dns-1", 700.0 * k)] if shape.named else []
    return drawing(
        node(
            "client",
            "users-1",
            users=20,
            requests_per_user=0.015 / k,
            arrivals=shape.arrivals,
            shape=shape.shape,
            shape_start_s=200.0 * k,
            shape_length_s=300.0 * k,
            think_s=50.0 * k,
            patience_s=shape.patience_s * k,
            write_share=20.0,
            dns_caches=3,
        ),
        node("dns", "dns-1", lookup_ms=800.0 * k, ttl_s=90.0 * k),
        node("load_balancer", "lb-1", algorithm=shape.algorithm, forward_ms=900.0 * k, **varied),
        *(
            node("web_server", name, service_ms=4000.0 * k, read_replies=shape.replies, **varied)
            for name in servers
        ),
        node("database", "db-1", **stores),
        replica("db-2", **stores),
        *entry,
        link("users-1", "lb-1", 1500.0 * k),
        *(link("lb-1", name, 30.0 * k) for name in servers),
        *(link(name, database, 45.0 * k) for name in servers for database in ("db-1", "db-2")),
        link("db-1", "db-2", 60.0 * k),
    )


def counts(reading: Reading) -> list[int]:
    """Everything that was counted, and nothing that was measured."""
    fields = ("busy", "queue_length", "reads", "writes", "failed")
    return [
        reading.offered,
        reading.completed,
        *reading.failures.sum(axis=0).tolist(),
        *(int(row[field]) for row in reading.nodes for field in fields),
        *reading.sent.tolist(),
        *reading.link_failed.tolist(),
    ]


def troubled(shape: Shape, seed: int, until_s: float, k: int) -> Reading:
    """A run in which somebody is down for a third of the time."""
    engine = Engine(stretched(shape, k), seed=seed)
    to(engine, until_s / 3 * k)
    engine.fault(Crash(node=shape.victim))
    to(engine, until_s / 3 * 2 * k)
    engine.fault(Heal(node=shape.victim))
    return to(engine, until_s * k)


@pytest.mark.parametrize(
    "until_s",
    [
        pytest.param(1000.0, id="fast"),
        pytest.param(5000.0, id="tight", marks=pytest.mark.long),
    ],
)
@settings(max_examples=OCCASIONS)
@given(shape=shapes, k=st.sampled_from([2, 3, 5]), seed=st.integers(0, 1000))
def test_multiplying_all_times_by_k_gives_the_same_run_k_times_slower(
    until_s: float, shape: Shape, k: int, seed: int
) -> None:
    """All times k times as long: the same things happen, k times as late."""
    once = troubled(shape, seed, until_s, 1)
    slow = troubled(shape, seed, until_s, k)
    assert counts(slow) == counts(once)
    assert once.offered > 100
    near = 200.0 * k  # ns a request: what rounding adds up to
    assert slow.latency_ns == pytest.approx(once.latency_ns * k, abs=near * once.offered)
    for n in range(len(once.nodes)):
        for slowly, quickly in ((slow.busy_ns, once.busy_ns), (slow.wait_ns, once.wait_ns)):
            assert slowly[n] == pytest.approx(quickly[n] * k, abs=near * (once.offered + 100))
