"""Estimates: the same runs one by one, intervals as of the t distribution, and theory inside."""

import json
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from statistics import fmean, stdev
from typing import Any

import pytest

from app.cli import main
from app.estimates.estimates import WINDOWS, estimates
from app.scenarios.document import Scenario
from app.sweeps.errors import SweepError
from app.sweeps.series import series
from tests.support.drawings import mmc, without_latency

FIGURES = ("goodput", "mean", "p50")
MEAN_MS = 10.0 / (1 - 0.8)
"""Response time of an M/M/1 that is busy for 80 % of the time."""


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.fixture(scope="module")
def queue() -> Scenario:
    return Scenario("M/M/1", without_latency(mmc(0.8)), seed=7)


def run(*arguments: str) -> int:
    return main(["run", *arguments], serve=lambda _: None)


def test_each_replication_is_the_run_of_its_seed(queue: Scenario, executor: Executor) -> None:
    found = estimates(queue, FIGURES, executor, replications=4, until_s=20.0, warmup_s=5.0)
    assert found.seeds == (7, 8, 9, 10)
    for place, seed in enumerate(found.seeds):
        alone = series(queue, FIGURES, seed=seed, until_s=20.0, warmup_s=5.0)
        assert {one.name: one.values[place] for one in found.estimates} == alone.totals
        assert found.fingerprints[place] == alone.fingerprint


def test_the_interval_is_that_of_the_t_distribution(queue: Scenario, executor: Executor) -> None:
    found = estimates(queue, FIGURES, executor, replications=5, until_s=5.0)
    for one in found.estimates:
        assert one.mean == pytest.approx(fmean(one.values))
        # The 97.5 % quantile of four degrees of freedom, from a printed table.
        assert one.half_width == pytest.approx(2.776 * stdev(one.values) / 5**0.5, rel=1e-3)


def test_a_single_replication_has_no_interval(queue: Scenario, executor: Executor) -> None:
    found = estimates(queue, FIGURES, executor, replications=1, until_s=5.0)
    assert [one.half_width for one in found.estimates] == [None] * 3
    assert all(one.mean for one in found.estimates)


def test_intervals_hold_what_theory_says_as_often_as_they_promise(
    queue: Scenario, executor: Executor
) -> None:
    held = 0
    for first in range(1, 21):
        scenario = Scenario("M/M/1", queue.topology, seed=first * 1000)
        found = estimates(
            scenario, ("mean",), executor, replications=10, until_s=110.0, warmup_s=10.0
        )
        (mean,) = found.estimates
        assert mean.mean is not None
        assert mean.half_width is not None
        held += abs(mean.mean - MEAN_MS) <= mean.half_width
    # Of 20 intervals at 95 %, 15 or fewer hold once in 400 times.
    assert held > 15


def test_the_warm_up_is_found_where_a_queue_fills(queue: Scenario, executor: Executor) -> None:
    found = estimates(queue, ("mean",), executor, replications=5, until_s=60.0, warmup_s=None)
    assert found.settled is True
    assert 0 <= found.warmup_s <= 30
    steps = found.warmup_s / (60.0 / WINDOWS)
    assert steps == pytest.approx(round(steps))


def test_a_queue_that_grows_for_ever_has_no_steady_state(executor: Executor) -> None:
    scenario = Scenario("overload", without_latency(mmc(2.0)))
    found = estimates(scenario, ("mean",), executor, replications=3, until_s=20.0, warmup_s=None)
    assert found.settled is False
    assert found.warmup_s == 10.0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"replications": 0}, "replications"),
        ({"replications": 2, "warmup_s": 20.0}, "warm-up"),
        ({"replications": 2, "until_s": -1.0}, "until"),
    ],
)
def test_replications_and_times_without_sense_are_refused(
    queue: Scenario, executor: Executor, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(SweepError, match=said):
        estimates(queue, FIGURES, executor, **{"until_s": 20.0, **arguments})


def test_the_command_prints_means_and_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("split-database", "--replications", "3", "--until", "5", "--warmup", "auto")
    assert run(*asked, "--jobs", "1") == 0
    shown = capsys.readouterr().out
    assert "3 replications of 5 s" in shown
    assert "MSER-5" in shown
    assert "goodput_per_s" in shown
    assert run(*asked, "--jobs", "1", "--lang", "ko") == 0
    assert "3회 반복" in capsys.readouterr().out
    assert run(*asked, "--jobs", "1", "--json", "--read", "errors,p99.9(web users)") == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found["figures"]) == ["errors_share", "p99.9_ms(web users)"]
    assert found["seeds"] == [1, 2, 3]
    assert len(found["fingerprints"]) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--warmup", "auto"], "--warmup goes with --replications"),
        (["--read", "p99"], "--read goes with --replications"),
        (["--jobs", "1"], "--jobs goes with --replications"),
        (["--replications", "2", "--traces", "3"], "--traces is of a single run"),
        (["--replications", "2", "--steps", "3"], "--steps is of a single run"),
        (["--replications", "2", "--read", "wings"], "wings"),
        (["--replications", "2", "--until", "5", "--warmup", "5"], "warm-up"),
    ],
)
def test_arguments_that_would_be_ignored_or_cannot_be_are_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("split-database", *arguments) == 2
    assert said in capsys.readouterr().err
