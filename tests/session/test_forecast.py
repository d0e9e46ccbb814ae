"""The forecast in the frames: theory of the drawing as it is, worked out once."""

import pytest

from app.scenarios import library
from app.session.forecast import Forecast
from app.session.situation import Situation
from app.topology.cost import cost

pytestmark = pytest.mark.anyio


async def test_it_follows_the_drawing_and_the_load() -> None:
    forecast = Forecast()
    drawing = library.load("final-design").topology
    found = await forecast.of(Situation(drawing))
    assert found["bottleneck"] == "web-1"
    assert found["n"]["web-1"]["util"] == pytest.approx(0.55)
    assert found["rps"] == pytest.approx(2000)
    assert sum(found["usd"].values()) == cost(drawing).total > 500.0
    assert await forecast.of(Situation(drawing)) is found
    doubled = await forecast.of(Situation(drawing, load=2.0))
    assert doubled["n"]["web-1"]["util"] == pytest.approx(1.1)
    assert doubled["n"]["web-1"]["time"] is None or not doubled["n"]["web-1"]["exact"]
