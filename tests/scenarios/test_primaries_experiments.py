"""Library experiments with several primaries show their lesson."""

import pytest

from tests.scenarios.test_experiments import Experiment
from tests.support.databases.multi_primary_groups import figures
from tests.support.statistics.samples import must_be_poisson, seeds


def test_two_primaries_drop_updates_then_stop_at_a_collision_then_only_drop() -> None:
    dropped = []
    for seed in seeds(8):
        experiment = Experiment("two-primaries", seed)
        run = experiment.to(59.9)
        assert not run.incidents("duplicate_key")
        dropped.append(figures(run)["dropped"])
        run = experiment.to(79.9)
        assert len(run.incidents("duplicate_key")) == 2
        assert figures(run)["pairs_reachable"] == 0
        assert run.node("db-1")["lag_s"] > 15.0
        run = experiment.to(90.0)
        later = figures(run)
        assert later["pairs_reachable"] == 2
        assert run.node("db-1")["lag_s"] < 1.0
        end = figures(experiment.to(169.0))
        assert end["collisions"] == later["collisions"]
        assert end["dropped"] > later["dropped"]
    # 2 L w^2 / K for a minute, the work of writing and applying included.
    must_be_poisson(dropped, 2 * 0.1035 * 50.0**2 / 1000 * 60.0)


def test_a_ring_is_cut_then_mended_then_has_circling_writes() -> None:
    experiment = Experiment("ring-of-four")
    assert figures(experiment.to(29.9))["pairs_reachable"] == 12
    cut = figures(experiment.to(59.9))
    assert (cut["pairs"], cut["pairs_reachable"]) == (6, 3)
    assert experiment.run.node("db-4")["lag_s"] > 29.0
    whole = figures(experiment.to(99.9))
    assert (whole["pairs_reachable"], whole["diverged"], whole["circled"]) == (12, 0, 0)
    haunted = figures(experiment.to(139.9))
    assert haunted["circling"] > 0
    assert haunted["circled"] > 1000
    free = figures(experiment.to(150.0))
    assert free["circling"] == 0
    assert figures(experiment.to(179.0))["circled"] == free["circled"]


def test_a_lost_region_takes_unsent_writes_along_and_returns_with_them() -> None:
    experiment = Experiment("two-regions")
    before = experiment.watch(10.0, 30.0)
    assert before.frame["m"]["p50"] < 60.0
    run = experiment.to(32.0)
    stranded = figures(run)["stranded"]
    assert 0 <= stranded <= 10, "20 writes a second, 89 ms"
    after = experiment.watch(60.0, 89.0)
    assert after.failed < 0.02 * after.offered
    assert after.node("web-2")["rps"] == pytest.approx(200.0, rel=0.1)
    assert after.frame["m"]["p95"] > 178.0
    back = experiment.watch(115.0, 139.0)
    assert back.node("web-1")["rps"] == pytest.approx(100.0, rel=0.15)
    quiet = figures(experiment.run)
    assert (quiet["stranded"], quiet["diverged"], quiet["pairs_reachable"]) == (0, 0, 2)
    cut = experiment.watch(140.0, 159.9)
    assert cut.failed == 0
    apart = figures(experiment.run)
    assert apart["pairs_reachable"] == 0
    together = figures(experiment.to(170.0))
    assert together["pairs_reachable"] == 2
    assert together["conflicts"] - apart["conflicts"] > 50
