"""What holds exactly at every pause of every run that a theory is compared with."""

from __future__ import annotations

from app.engine.engine import Engine
from app.engine.observe.reading import Reading, latency_percentile_ms
from app.kernel.state.world import World
from tests.support.audit.laws import laws


def books(engine: Engine) -> None:
    """Fail unless a run without faults and edits is in order right now."""
    reading = engine.read()
    _conservation(engine.world, reading)
    laws(engine)
    shares = [latency_percentile_ms(reading.latencies, k / 10) for k in range(1, 11)]
    assert shares == sorted(shares) or not reading.completed


def _conservation(world: World, reading: Reading) -> None:
    """Every request offered is completed, failed, or stands in the line of the patient."""
    younger, in_flight = world["slots"]["younger"], 0
    for source in world["sources"][: world.control["sources_used"]]:
        slot = int(source["deadline_head"])
        while slot >= 0:
            in_flight += 1
            slot = int(younger[slot])
    assert reading.offered == reading.completed + reading.failed + in_flight
