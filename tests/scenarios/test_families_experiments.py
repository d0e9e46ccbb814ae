"""Library experiments with caches and families of stores show their lesson."""

import pytest

from app.engine.observe.reading import latency_percentile_ms
from tests.scenarios.test_experiments import Experiment

SQL, KEY_VALUE, DOCUMENT, WIDE_COLUMN, GRAPH = range(5)


def percentiles_ms(experiment: Experiment, from_s: float, to_s: float, share: float) -> list[float]:
    """Of the latency of each lane's users."""
    latencies = experiment.to(from_s).engine.world["latencies"].copy()
    gained = experiment.to(to_s).engine.world["latencies"] - latencies
    return [latency_percentile_ms(row, share) for row in gained if row.sum()]


def test_the_same_page_costs_what_each_of_five_stores_needs() -> None:
    experiment = Experiment("which-database")
    apart = percentiles_ms(experiment, 10.0, 29.9, 0.5)
    assert apart[GRAPH] < apart[SQL] < apart[KEY_VALUE] < apart[WIDE_COLUMN] < apart[DOCUMENT]
    assert apart[DOCUMENT] == pytest.approx(10.0 + 2.0 + 21 * 1.5, rel=0.15)
    together = percentiles_ms(experiment, 31.0, 59.9, 0.5)
    assert together[DOCUMENT] < 0.4 * apart[DOCUMENT]
    assert together[WIDE_COLUMN] < 0.5 * apart[WIDE_COLUMN]
    assert together[KEY_VALUE] < 0.7 * apart[KEY_VALUE]
    walked = percentiles_ms(experiment, 62.0, 89.9, 0.5)
    assert walked[GRAPH] == min(walked)
    assert walked[DOCUMENT] > 200.0 > 30.0 > walked[SQL]
    scanned = percentiles_ms(experiment, 92.0, 130.0, 0.5)
    assert scanned[KEY_VALUE] == max(scanned)
    nodes = experiment.run.summary()["nodes"].values()
    assert sum(one.get("stale_reads", 0) for one in nodes) > 100
    assert sum(one.get("hinted", 0) for one in nodes) == 0
    assert experiment.run.read().failed < 10


def test_with_single_flight_one_request_reads_and_the_others_wait() -> None:
    experiment = Experiment("cache-stampede")
    before = [experiment.to(59.9).node(name)["served"] for name in ("db-1", "db-2")]
    everybody, single = percentiles_ms(experiment, 59.9, 80.0, 0.99)
    after = [experiment.run.node(name)["served"] for name in ("db-1", "db-2")]
    read = [later - earlier for later, earlier in zip(after, before, strict=True)]
    assert read[1] == pytest.approx(1000, rel=0.05), "each value once"
    assert read[0] > 1.6 * read[1]
    assert everybody > 3000.0 > 1500.0 > single
    assert experiment.run.read().failed < 40, "only of a cold start"
    down = experiment.watch(125.0, 139.0)
    assert down.completed / down.offered == pytest.approx(0.16, abs=0.05)
    well = experiment.watch(200.0, 219.0)
    assert well.failed == 0
    assert well.frame["m"]["p95"] < 25.0
