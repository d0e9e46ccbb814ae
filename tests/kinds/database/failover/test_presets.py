"""Presets of databases (B13): the write outage after the death of the primary, by product."""

import pytest

from app.kinds import BY_NAME
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, link, node, users, web
from tests.support.runs import SECOND, Run
from tests.support.statistics.samples import must_average, seeds

CRASH_S = 50.0


def trio(preset: str) -> Topology:
    """A primary and two replicas that all know each other, made from one preset."""
    names = ("db-1", "db-2", "db-3")
    return drawing(
        users(50.0, write_share=100.0),
        web("web-1", check_interval_s=1.0),
        node("database", "db-1", preset, role="primary"),
        node("database", "db-2", preset, role="replica"),
        node("database", "db-3", preset, role="replica"),
        link("users-1", "web-1"),
        *(link("web-1", name) for name in names),
        link("db-1", "db-2"),
        link("db-1", "db-3"),
        link("db-2", "db-3"),
    )


def pause(preset: str) -> tuple[float, float]:
    """Heartbeat, and what follows detection: election, promotion, re-aiming, in seconds."""
    of = BY_NAME["database"].preset(preset).parameters
    return float(of["heartbeat_s"]), sum(
        float(of.get(name, 0.0)) for name in ("election_s", "promotion_s", "reaim_s")
    )


@pytest.mark.parametrize(
    ("preset", "typical_s"),
    [
        ("patroni", 30.0),
        ("mongodb", 11.0),
        ("rds", 95.0),
        ("aurora", 30.0),
        ("group_replication", 11),
    ],
)
def test_the_write_outage_of_a_preset_is_that_of_its_product(preset: str, typical_s: float) -> None:
    """The first of two replicas to notice has missed between `misses - 1` and `misses` beats: on
    average a third of a beat more than the least. A web server asks within a second.
    """
    heartbeat_s, rest_s = pause(preset)
    misses = int(BY_NAME["database"].preset(preset).parameters["heartbeat_misses"])
    outages = []
    for seed in seeds(60):
        run = (
            Run(trio(preset), seed).to(CRASH_S).crash("db-1").on(misses * heartbeat_s + rest_s + 3)
        )
        (resumed,) = run.incidents("writes_resumed")
        outages.append(resumed.value)
        least = (misses - 1) * heartbeat_s + rest_s
        assert least < resumed.value < least + heartbeat_s + 1.2
    # The least of two uniform draws has a mean of a third and a deviation of root 1/18.
    expected = (misses - 1 + 1 / 3) * heartbeat_s + rest_s + 0.5 + 0.025
    must_average(outages, expected, (heartbeat_s**2 / 18 + 1 / 12) ** 0.5)
    assert sum(outages) / len(outages) == pytest.approx(typical_s, rel=0.15)


def test_with_manual_failover_the_write_outage_lasts_until_people_promote_a_replica() -> None:
    """Nobody is elected; after a quarter of an hour somebody makes a replica the primary."""
    run = Run(trio("manual")).to(CRASH_S).crash("db-1").on(900.0)
    assert run.incidents("elected", "promoted") == []
    assert {one.node for one in run.incidents("leaderless")} == {"db-2", "db-3"}
    assert run.watch(0.1).completed == 0
    run.edit(SetNode(node="db-2", parameters={"role": "primary"}))
    run.on(3.0)
    (resumed,) = run.incidents("writes_resumed")
    assert 900.0 < resumed.value < 900.1 + 1.1
    assert resumed.at_ns / SECOND == pytest.approx(CRASH_S + resumed.value)


def test_every_preset_sets_only_parameters_that_its_form_shows() -> None:
    """All that a preset sets are parameters that people see and change."""
    kind = BY_NAME["database"]
    names = {one.name for one in kind.parameters}
    for preset in kind.presets:
        assert preset.parameters.keys() <= names


def test_replicas_follow_a_new_primary_only_after_the_re_pointing_time() -> None:
    """The one that was not elected ships nothing on until it is re-pointed."""
    late = SetNode(node="db-3", parameters={"repoint_s": 20.0, "promotion_s": 60.0})
    run = Run(trio("sql_database")).to(5.0)
    run.edit(late)
    run.crash("db-1").on(10.0)
    (promoted,) = run.incidents("promoted")
    if promoted.node == "db-3":  # the most advanced by a hair
        return
    group = run.read().groups[0]
    behind = int(group["written"]) - int(run.read().databases["received"][2])
    assert behind == pytest.approx(50 * (run.now_s - promoted.at_ns / SECOND - 0.5), rel=0.3)
    run.to(promoted.at_ns / SECOND + 20.1)
    group = run.read().groups[0]
    assert int(group["written"]) - int(run.read().databases["received"][2]) <= 3
