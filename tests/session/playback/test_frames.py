"""The session's part of a frame, and the number of requests a dot stands for."""

import json
from typing import Any

import pytest

from app.scenarios.document import Scenario
from app.session.engine_startup import Warmup
from app.session.limits import HOPS_PER_S
from app.session.playback import frames
from app.session.playback.run import Run, Slice
from app.session.playback.window import Window
from app.session.situation import Situation


def shape(value: Any) -> Any:
    """The names in a JSON value, without its values."""
    if isinstance(value, dict):
        return {key: shape(child) for key, child in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else "-"


def test_a_blank_frame_has_the_shape_of_a_measured_one(
    final_design: Scenario, engine_ready: Warmup
) -> None:
    situation = Situation(final_design.topology)
    reading = Run(situation, seed=1).work(Slice((), 1, 1, 1)).reading
    measured, blank = frames.measured(reading, reading), frames.blank(situation)
    assert shape(measured) == shape(blank)
    assert [one["id"] for one in measured["n"]] == [one["id"] for one in blank["n"]]


def test_a_frame_is_strict_json(final_design: Scenario) -> None:
    header = frames.Header(
        now_ns=42_310_000_000,
        head_ns=60_000_000_000,
        past=True,
        seeking=False,
        branches=2,
        branched_ns=13_400_000_000,
        rate=0.98765432,
        speed=None,
        running=True,
        engine="compiling",
        progress=0.41239,
        revision=7,
        seed=1,
        load=1.0,
        undo=("you", "somebody"),
        redo=(),
        faults=1,
        dot=20,
    )
    text = frames.encode(header, frames.blank(Situation(final_design.topology)), ())
    frame = json.loads(text)
    assert frame["t"] == 42.31
    assert (frame["head"], frame["past"], frame["seeking"]) == (60.0, True, False)
    assert (frame["branch"], frame["branched"]) == (2, 13.4)
    assert frame["rate"] == 0.9877
    assert frame["speed"] is None
    assert frame["ready"] is False
    assert frame["progress"] == 0.412
    assert frame["h"] == []


@pytest.mark.parametrize("offered", [0.0, 1.0, 59.0, 61.0, 800.0, 4_999.0, 1e6, 3.3e8])
def test_a_dot_is_a_round_number_of_requests(offered: float) -> None:
    every = frames.trace_every(offered, 1)
    assert str(every).rstrip("0") in {"1", "2", "5"}
    assert offered / every <= HOPS_PER_S
    # And not needlessly many: the next finer step would be too much.
    assert every == 1 or offered / every > HOPS_PER_S / 2.6


def test_the_number_of_requests_per_dot_has_hysteresis() -> None:
    every = frames.trace_every(800.0, 1)
    for offered in (700.0, 900.0, 650.0, 1_000.0):
        assert frames.trace_every(offered, every) == every
    assert frames.trace_every(8_000.0, every) > every
    assert frames.trace_every(80.0, every) < every
    assert frames.trace_every(float("nan"), every) == every


def test_the_window_of_a_frame_is_the_last_second_in_which_the_run_moved(
    final_design: Scenario, engine_ready: Warmup
) -> None:
    run = Run(Situation(final_design.topology), seed=1)
    window = Window()
    for tenth in range(1, 31):
        now_ns = tenth * 100_000_000
        window.add(0.1, now_ns, run.work(Slice((), now_ns, 1_000_000, 1)).reading)
    ends = window.ends
    assert ends is not None
    assert ends[1].now_ns == 3_000_000_000
    assert ends[0].now_ns == pytest.approx(2_000_000_000, abs=1)
    # At a standstill the newest reading is replaced and the window keeps its length.
    for _ in range(20):
        window.add(0.1, 3_000_000_000, ends[1])
    assert window.ends is not None
    assert window.ends[0].now_ns == ends[0].now_ns
    window.clear()
    assert window.ends is None


def test_a_seldom_part_is_in_a_frame_when_it_changes_and_now_and_then() -> None:
    seldom = frames.Seldom(every=4)
    one, other = {"rps": 1}, {"rps": 2}
    assert [seldom.take(one) for _ in range(6)] == [one, None, None, None, one, None]
    assert seldom.take(other) == other
    assert seldom.take(dict(other)) is None
    seldom.forget()
    assert seldom.take(other) == other
