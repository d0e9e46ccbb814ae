"""Verdicts on samples made by hand: what is measured, by how much it misses, and since when."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pytest

from app.expectations.parse import parsed
from app.expectations.rows import Event
from app.verdicts.judge import judged
from app.verdicts.samples import Sample
from app.verdicts.story import Story
from app.verdicts.verdict import Verdict

S = 1_000_000_000
CRASH = Event("crash", "db-1")


def samples(failed: Sequence[int], offered: int = 100, **others: Iterable[float]) -> list[Sample]:
    """A sample a second: of `offered` requests so many fail in each, the others are answered."""
    totals = {"offered": 0, "completed": 0, "failed": 0}
    found = [Sample(0, {(name, ""): 0 for name in totals})]
    for second, lost in enumerate(failed, start=1):
        totals["offered"] += offered
        totals["failed"] += lost
        totals["completed"] += offered - lost
        counters: dict[Any, Any] = {(name, ""): value for name, value in totals.items()}
        found.append(Sample(second * S, counters))
    for name, values in others.items():
        key = name.replace("_", " "), ""
        for place, value in enumerate(values):
            found[place].counters[key] = value  # type: ignore[index]  # a dict, made above
    return found


def verdict(row: str, run: Sequence[Sample], story: Story | None = None) -> Verdict:
    return judged(parsed(row), run, story or Story())


def story(*at_s: float, others: Iterable[float] = ()) -> Story:
    times = [round(at * S) for at in at_s]
    return Story({CRASH: times}, sorted([*times, *(round(at * S) for at in others)]))


def test_availability_is_that_of_the_whole_run_and_says_since_when_it_is_missed() -> None:
    run = samples([0, 0, 10, 0, 0])
    fine = verdict("availability >= 98 %", run)
    assert (fine.holds, fine.measured, fine.at_ns) == (True, 0.98, None)
    missed = verdict("availability > 99 %", run)
    assert (missed.holds, missed.measured, missed.at_ns) == (False, 0.98, 3 * S)
    assert missed.off_by == pytest.approx(0.01)
    assert missed.said.en == "98.00 %, wanted > 99 %; missed at 3.0 s"


def test_a_miss_that_was_made_good_is_none() -> None:
    assert verdict("errors <= 2 %", samples([10, 0, 0, 0, 0])).holds
    assert verdict("errors < 2.5 %", samples([0, 10, 0, 0, 0])).at_ns is None


def test_a_span_leaves_out_the_rest() -> None:
    run = samples([50, 0, 0, 0, 50])
    assert verdict("errors = 0 % between 1 s and 4 s", run).holds
    assert verdict("errors = 0 % from 1 s", run).measured == pytest.approx(50 / 400)
    assert verdict("errors > 49 % until 1 s", run).holds
    assert verdict("goodput >= 100 /s between 1 s and 4 s", run).measured == 100
    assert verdict("goodput > 95 % of offered from 4 s", run).measured == 0.5


def test_each_stretch_holds_by_itself() -> None:
    run = samples([0, 0, 0, 20, 0, 0, 0, 0])
    assert verdict("errors < 5 %", run).holds
    missed = verdict("errors < 5 % in every 2 s", run)
    assert (missed.measured, missed.at_ns) == (0.1, 4 * S)


def test_a_deadline_measures_when_it_holds_again() -> None:
    run = samples([0, 0, 50, 50, 50, 0, 0, 0, 0, 0])
    fine = verdict("errors < 1 % within 3 s after crash db-1", run, story(2))
    assert (fine.holds, fine.measured, fine.wanted) == (True, 3.0, 3.0)
    assert fine.said.en == "3.00 s after crash db-1 at 2.0 s, wanted within 3 s"
    missed = verdict("recovered after crash db-1 within 2 s", run, story(2))
    assert (missed.holds, missed.measured, missed.at_ns) == (False, 3.0, 4 * S)


def test_a_deadline_looks_as_far_as_the_next_action() -> None:
    run = samples([0, 0, 50, 0, 0, 0, 50, 0, 0, 0])
    row = "errors < 1 % within 2 s after crash db-1"
    assert not verdict(row, run, story(2)).holds
    assert verdict(row, run, story(2, others=[6])).holds


def test_a_row_that_never_holds_again_says_so() -> None:
    run = samples([0, 0, 50, 50, 50, 50])
    missed = verdict("errors < 1 % within 2 s after crash db-1", run, story(2))
    assert not missed.holds
    assert missed.said.en == "not even 4.00 s after crash db-1 at 2.0 s, wanted within 2 s"


def test_every_time_that_something_happens_counts() -> None:
    run = samples([0, 0, 50, 0, 0, 0, 50, 50, 50, 0, 0, 0])
    assert verdict("errors < 1 % within 3 s after crash db-1", run, story(2, 6)).holds
    assert verdict("errors < 1 % within 2 s after crash db-1", run, story(2, 6)).measured == 3.0


def test_seconds_in_which_nobody_asks_hold_and_those_in_which_all_wait_do_not() -> None:
    idle = samples([0, 0, 0, 0, 0], offered=0)
    assert verdict("recovered after crash db-1 within 1 s", idle, story(1)).holds
    waiting = [
        Sample(k * S, {("offered", ""): 10 * k, ("completed", ""): 0, ("failed", ""): 0})
        for k in range(6)
    ]
    assert not verdict("recovered after crash db-1 within 1 s", waiting, story(1)).holds


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("errors < 1 % within 2 s after heal db-1", "heal db-1 does not happen."),
        ("errors < 1 % from crash web-1", "crash web-1 does not happen."),
        ("errors < 1 % within 9 s after crash db-1", "The run ends before that time."),
        ("errors < 1 % until 90 s", "The run ends before that time."),
        ("errors < 1 % from 90 s", "The run has ended by then."),
    ],
)
def test_a_row_about_what_the_run_does_not_have_is_missed_with_its_reason(
    row: str, said: str
) -> None:
    found = verdict(row, samples([0, 0, 0, 0]), story(2))
    assert (found.holds, found.measured, found.said.en) == (False, None, said)


def test_a_row_without_a_measurement_does_not_hold() -> None:
    found = verdict("errors < 1 %", samples([0, 0], offered=0))
    assert (found.holds, found.said.en) == (False, "Nothing was measured.")


def test_writes_count_by_growth_and_cost_by_its_most() -> None:
    run = samples([0] * 4, lost_writes=[0, 0, 7, 7, 7], cost=[100, 100, 300, 200, 200])
    assert verdict("lost writes = 0 until 1 s", run).holds
    assert verdict("lost writes = 0 from 2 s", run).holds
    missed = verdict("lost writes = 0", run)
    assert (missed.measured, missed.at_ns) == (7, 2 * S)
    assert missed.said.en == "7, wanted = 0; missed at 2.0 s"
    assert verdict("cost < 250 USD", run).measured == 300


def test_a_percentile_is_of_the_requests_between_two_samples() -> None:
    buckets = [np.zeros(2048, np.int32) for _ in range(3)]
    buckets[1][100] = 1000
    buckets[2][100], buckets[2][400] = 1000, 1000
    run = [Sample(k * S, {("p", ""): one}) for k, one in enumerate(buckets)]
    slow = verdict("p50 < 1 h from 1 s", run).measured
    fast = verdict("p50 < 1 h until 1 s", run).measured
    assert slow
    assert fast
    assert slow > fast > 0
