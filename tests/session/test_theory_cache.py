"""The forecast in the frames: theory of the drawing as it is, worked out once."""

import pytest

from app.scenarios import library
from app.schema import Value
from app.session.analysis import theory_cache
from app.session.analysis.theory_cache import Forecast, Present
from app.session.situation import Situation
from app.topology.edits.apply import SetGroups, SetNode
from app.topology.servers.cost import cost
from app.topology.servers.outages import Outage
from tests.support.drawings import edited, mmc

pytestmark = pytest.mark.anyio


async def test_the_forecast_follows_the_drawing_and_the_load() -> None:
    forecast = Forecast()
    drawing = library.load("final-design").topology
    found = await forecast.of(Present(Situation(drawing)), ())
    assert found["bottleneck"] == "web-1"
    assert found["n"]["web-1"]["util"] == pytest.approx(0.55)
    assert found["rps"] == pytest.approx(2000)
    assert sum(found["usd"].values()) == cost(drawing).total > 500.0
    assert await forecast.of(Present(Situation(drawing)), ()) is found
    doubled = await forecast.of(Present(Situation(drawing, load=2.0)), ())
    assert doubled["change"] != found["change"]
    assert doubled["n"]["web-1"]["util"] == pytest.approx(1.1)
    assert doubled["n"]["web-1"]["time"] is None or not doubled["n"]["web-1"]["exact"]


async def test_the_forecast_counts_the_servers_that_there_are() -> None:
    """Each has the first one's share of the traffic, and is paid for on a machine of its own."""
    scaling = SetNode(node="web-1", parameters={"scaling": "auto", "instances_max": 8})
    drawing = edited(mmc(0.8), scaling, SetGroups(node="web-1", groups={"machine": "box"}))
    forecast, situation = Forecast(), Situation(drawing)
    alone = await forecast.of(Present(situation, {"web-1": 1}), ())
    four = await forecast.of(Present(situation, {"web-1": 4}), ())
    assert alone["n"]["web-1"]["util"] == pytest.approx(0.8)
    assert four["n"]["web-1"]["util"] == pytest.approx(0.2)
    assert four["n"].keys() == {"web-1"}
    assert four["rps"] == pytest.approx(4 * alone["rps"])
    assert four["usd"]["web-1"] == 4 * alone["usd"]["web-1"]
    whole, now = forecast.theory(Present(situation, {"web-1": 4}))
    assert whole.saturation is not None
    assert now is None


async def test_a_fault_adds_what_is_up_and_leaves_the_rest() -> None:
    """The server that is left does the work of both."""
    situation = Situation(library.load("final-design").topology)
    forecast = Forecast()
    whole = await forecast.of(Present(situation), ())
    outage = Outage(frozenset({"web-1"}))
    broken = await forecast.of(Present(situation, outage=outage), ("web-1",))
    assert broken["change"] != whole["change"]
    assert whole["now"] is None
    assert {**broken, "change": 0, "now": None} == {**whole, "change": 0}
    assert broken["now"]["bottleneck"] == "web-2"
    assert broken["now"]["rps"] == pytest.approx(1000.0)
    assert broken["now"]["n"]["web-1"]["util"] == 0.0
    assert broken["now"]["n"]["web-2"]["util"] == pytest.approx(1.1)
    assert broken["n"]["web-2"]["util"] == pytest.approx(0.55)


async def test_the_forecast_follows_a_load_that_changes_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A ramp from 80 to 400 requests a second; at most one theory a second for that alone."""
    shape: dict[str, Value] = {
        "shape": "ramp", "shape_factor": 5.0, "shape_start_s": 10.0, "shape_length_s": 100.0,
    }  # fmt: skip
    situation = Situation(edited(mmc(0.8), SetNode(node="users-1", parameters=shape)))
    forecast = Forecast()
    begun = await forecast.of(Present(situation, at_s=5.0), ())
    assert begun["n"]["web-1"]["util"] == pytest.approx(0.8)
    assert await forecast.of(Present(situation, at_s=60.0), ()) is begun
    monkeypatch.setattr(theory_cache, "RATES_EVERY_S", 0.0)
    half = await forecast.of(Present(situation, at_s=60.0), ())
    assert half["n"]["web-1"]["util"] == pytest.approx(2.4)
    assert half["change"] != begun["change"]
    after = await forecast.of(Present(situation, at_s=500.0), ())
    assert after["n"]["web-1"]["util"] == pytest.approx(4.0)
    assert await forecast.of(Present(situation, at_s=600.0), ()) is after
