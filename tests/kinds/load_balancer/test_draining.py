"""Connection draining: a removed server finishes its requests within the draining time."""

import pytest

from app.actions import Crash
from app.schema import Value
from app.topology.edits.apply import RemoveNode, SetNode
from app.topology.model import Topology
from tests.support.drawings import balanced, edited, final_design
from tests.support.runs import Run, Window
from tests.support.statistics.samples import seeds

SLOW: dict[str, Value] = {"cores": 50, "service_ms": 1000.0, "distribution": "constant"}


def slow_servers(rate: float, **balancer: Value) -> Topology:
    """Two servers that work a second on every request."""
    return edited(
        balanced(rate, 2, **balancer),
        *(SetNode(node=name, parameters=SLOW) for name in ("web-1", "web-2")),
    )


def removed(drain_s: float, seed: int = 1) -> tuple[Run, Window]:
    """What happens in the five seconds after one of two slow servers is removed."""
    run = Run(slow_servers(20.0, drain_s=drain_s), seed).to(5.0)
    before = run.read()
    run.edit(RemoveNode(node="web-2"))
    window = Window(before, run.on(5.0).read())
    return run, window


def test_without_draining_the_requests_of_a_removed_server_fail() -> None:
    lost = [removed(0.0, seed)[1].failures for seed in seeds(20)]
    assert {name for failures in lost for name in failures} <= {"lost_in_crash", "refused"}
    mean = sum(sum(failures.values()) for failures in lost) / len(lost)
    assert mean == pytest.approx(10.0, abs=4 * (10.0 / len(lost)) ** 0.5)


def test_a_drained_server_finishes_its_requests() -> None:
    for seed in seeds(20):
        run, window = removed(3.0, seed)
        assert not window.failures
        draining, drained = run.incidents("draining", "drained")
        assert (draining.node, draining.value) == ("web-2", 3.0)
        assert drained.at_ns - draining.at_ns == 3_000_000_000


def test_requests_longer_than_the_draining_time_fail() -> None:
    """Requests that came evenly over the last second: after half of one, half of them are left."""
    lost = [removed(0.5, seed)[1].failures.get("lost_in_crash", 0) for seed in seeds(30)]
    assert sum(lost) / len(lost) == pytest.approx(5.0, abs=4 * (5.0 / len(lost)) ** 0.5)


def test_a_draining_server_gets_no_new_requests() -> None:
    run = Run(slow_servers(20.0, drain_s=60.0)).to(5.0)
    run.edit(RemoveNode(node="web-2"))
    run.on(1.1)
    served = run.read().nodes["reads"][run.read().node_ids.index("web-2")]
    run.on(10.0)
    assert run.read().nodes["reads"][run.read().node_ids.index("web-2")] == served
    assert "web-2" not in run.summary()["nodes"]


def test_a_draining_server_still_calls_its_databases() -> None:
    slow = SetNode(node="web-1", parameters={"service_ms": 400.0, "cores": 100})
    drawn = edited(final_design(50.0), slow, SetNode(node="lb-1", parameters={"drain_s": 10.0}))
    run = Run(drawn).to(5.0)
    asked = run.read().nodes["reads"].sum()
    run.edit(RemoveNode(node="web-1"))
    assert not run.watch(5.0).failures
    assert run.read().nodes["reads"].sum() > asked


def test_a_server_put_back_while_draining_goes_on_undisturbed() -> None:
    run = Run(slow_servers(20.0, drain_s=2.0)).to(5.0)
    undo = run.edit(RemoveNode(node="web-2"))
    run.on(0.5)
    run.edit(*undo)
    assert not run.watch(10.0).failures
    assert not run.incidents("drained")


def test_a_removed_server_that_is_down_is_not_drained() -> None:
    run = Run(slow_servers(20.0, drain_s=5.0)).to(5.0)
    run.fault(Crash(node="web-2")).on(0.5)
    run.edit(RemoveNode(node="web-2"))
    run.on(10.0)
    assert not run.incidents("draining", "drained")


def test_with_several_balancers_the_longest_draining_time_counts() -> None:
    """A server that returned and is removed again is drained anew."""
    run = Run(slow_servers(20.0, drain_s=2.0)).to(5.0)
    undo = run.edit(RemoveNode(node="web-2"))
    run.on(3.0).edit(*undo)
    run.on(5.0)
    run.edit(RemoveNode(node="web-2"))
    assert not run.watch(5.0).failures
    assert len(run.incidents("drained")) == 2
