"""Samples of a run: in the order of time, bounded, cut where the run takes another way."""

import itertools
from typing import Any

from app.session.playback.samples import Samples

SECOND = 1_000_000_000


def parts(value: float) -> dict[str, Any]:
    totals = dict.fromkeys(("offered_rps", "completed_rps", "failed_rps", "p50", "p95"), value)
    nodes = [{"id": "web-1", "util": value / 1000, "lag": None, "conn": 3}]
    return {"m": {**totals, "p99": None, "failing": {"refused": 2.0}}, "n": nodes}


def sampled(count: int, most: int, levels: int = 4) -> Samples:
    samples = Samples(most, levels)
    for second in range(count):
        samples.add(second * SECOND, parts(float(second)))
    return samples


def test_columns_have_the_figures_of_each_moment() -> None:
    samples = sampled(3, 10)
    times, columns = samples.columns()
    assert times == [0.0, 1.0, 2.0]
    assert columns["offered"] == [0.0, 1.0, 2.0]
    assert columns["u:web-1"] == [0.0, 0.1, 0.2]
    assert columns["c:web-1"] == [3.0, 3.0, 3.0]
    assert columns["f:refused"] == [2.0, 2.0, 2.0]
    assert columns.keys().isdisjoint({"p99", "l:web-1"})


def test_a_figure_that_was_not_always_known_is_none_elsewhere() -> None:
    samples = sampled(1, 10)
    more = parts(1.0)
    more["m"]["p99"] = 7.0
    samples.add(SECOND, more)
    assert samples.columns()[1]["p99"] == [None, 7.0]


def test_a_long_run_is_kept_from_end_to_end_in_a_bounded_number_of_samples() -> None:
    times, columns = sampled(50_000, 100).columns(most=400)
    assert 200 <= len(times) <= 400
    assert times[0] == 0.0
    assert times[-1] == 49_999.0
    assert columns["offered"] == times
    assert max(b - a for a, b in itertools.pairwise(times)) < 1_200


def test_a_part_of_a_run_is_as_fine_as_it_is_known() -> None:
    samples = sampled(5_000, 100)
    newest, _ = samples.columns(4_950.0, 4_960.0)
    assert newest == [4_950.0 + second for second in range(11)]
    older, _ = samples.columns(4_700.0, 4_800.0)
    assert older[0] <= 4_700.0
    assert older[-1] >= 4_800.0
    assert {b - a for a, b in itertools.pairwise(older)} == {4.0}


def test_a_part_between_two_samples_has_both() -> None:
    times, _ = sampled(10, 100).columns(4.2, 4.7)
    assert times == [4.0, 5.0]


def test_no_more_samples_are_given_than_are_wanted() -> None:
    times, _ = sampled(90, 100).columns(most=10)
    assert len(times) == 10
    assert (times[0], times[-1]) == (0.0, 89.0)


def test_samples_of_what_is_played_again_are_known_and_a_branch_forgets_what_came_after() -> None:
    samples = sampled(10, 100)
    samples.add(4 * SECOND, parts(99.0))
    assert len(samples.columns()[0]) == 10
    samples.cut(4 * SECOND)
    samples.add(5 * SECOND, parts(99.0))
    times, columns = samples.columns()
    assert times == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert columns["offered"][-1] == 99.0
