"""Series: figures of a run by window, equal to those that other readings of the run have."""

from dataclasses import replace

import numpy as np
import pytest

from app.cli.play import run
from app.scenarios import library
from app.scenarios.document import NANOSECONDS
from app.sweeps.errors import SweepError
from app.sweeps.series import series
from app.texts.languages import ENGLISH


def test_figures_of_a_whole_run_are_those_of_its_report() -> None:
    scenario = library.load("kill-one-of-two")
    read = ("offered", "errors", "p99", "mean")
    found = series(scenario, read, seed=2, until_s=25.0)
    report = run(scenario, 25 * NANOSECONDS, 2, 1, ENGLISH)
    asked = report["requests"]
    assert found.fingerprint == report["fingerprint"]
    assert found.totals["offered_per_s"] == asked["offered"] / 25
    answered = asked["completed"] + asked["failed"]
    assert found.totals["errors_share"] == pytest.approx(asked["failed"] / answered)
    assert found.totals["p99_ms"] == pytest.approx(report["latency_ms"]["p99"])
    assert found.totals["mean_ms"] == pytest.approx(report["latency_ms"]["mean"])


def test_windows_add_up_to_the_whole_after_the_warm_up() -> None:
    scenario = library.load("load-balanced")
    found = series(scenario, ("offered", "goodput"), seed=1, until_s=6.5, warmup_s=2, window_s=2)
    assert found.t_s.tolist() == [4.0, 6.0, 6.5]
    lengths = np.array([2.0, 2.0, 0.5])
    for name in ("offered_per_s", "goodput_per_s"):
        whole = (found.windows[name] * lengths).sum() / 4.5
        assert found.totals[name] == pytest.approx(whole)


def test_the_largest_lag_is_seen_whatever_the_windows_are() -> None:
    scenario = library.load("primary-dies-async")
    database = next(one.id for one in scenario.topology.nodes if one.spec.replication == "log")
    fine, coarse = (
        series(scenario, (f"lag({database})",), seed=1, until_s=8.0, window_s=window).totals
        for window in (1.0, 8.0)
    )
    assert fine == coarse


def test_a_window_without_requests_has_no_latency() -> None:
    scenario = replace(library.load("single-server"), load=0.0)
    found = series(scenario, ("p99", "offered"), seed=1, until_s=2.0)
    assert np.isnan(found.windows["p99_ms"]).all()
    assert found.totals == {"p99_ms": None, "offered_per_s": 0.0}


@pytest.mark.parametrize(
    ("figures", "options", "said"),
    [
        (("wings",), {}, "no figure"),
        (("p99(nobody)",), {}, "no node"),
        ((), {}, "Read 1 to"),
        (("p99",), {"warmup_s": 5.0}, "warm-up"),
        (("p99",), {"window_s": 0.0}, "windows"),
        (("p99",), {"until_s": -1.0}, "until"),
        (("p99",), {"until_s": float("nan")}, "until"),
    ],
)
def test_a_figure_or_time_that_a_run_has_not_is_refused_in_words(
    figures: tuple[str, ...], options: dict[str, float], said: str
) -> None:
    given = {"until_s": 2.0, **options}
    with pytest.raises(SweepError, match=said):
        series(library.load("single-server"), figures, seed=1, **given)
