"""Faults of groups, how a fault ends by itself, and how long a node takes to start."""

from typing import Literal

import pytest

from app.actions import (
    Crash,
    CutLink,
    Degrade,
    GroupOf,
    Heal,
    HealLink,
    LinkFault,
    NodeFault,
    Silence,
    Slow,
)
from app.schema import Value
from app.topology.edits.apply import SetGroups, SetNode
from app.topology.model import Topology
from tests.support.drawings import (
    balanced,
    edited,
    final_design,
)
from tests.support.runs import Run

# Groups


def zoned() -> Topology:
    """A server in zone a, another in zone b, the rest nowhere."""
    return edited(
        balanced(200.0),
        SetGroups(node="web-1", groups={"zone": "a", "machine": "m1"}),
        SetGroups(node="web-2", groups={"zone": "b", "machine": "m2"}),
    )


def test_a_fault_of_a_group_hits_whoever_is_in_it_at_that_instant() -> None:
    zone = GroupOf(sort="zone", name="a")
    run = Run(zoned()).to(2.0).fault(Crash(group=zone))
    assert not run.engine.is_up("web-1")
    assert run.engine.is_up("web-2")
    run.edit(SetGroups(node="web-2", groups={"zone": "a"}))
    assert run.engine.is_up("web-2")
    run.fault(Heal(group=zone))
    assert run.engine.is_up("web-1")
    run.fault(Silence(group=GroupOf(sort="machine", name="m2")))
    assert not run.engine.is_up("web-2")


@pytest.mark.parametrize(
    ("direction", "cut"), [("both", "both"), ("forth", "forth"), ("back", "back")]
)
def test_a_partition_of_a_group_cuts_every_link_that_crosses_its_border(
    direction: Literal["forth", "back", "both"], cut: str
) -> None:
    """Forth is into the group: along links that lead there, against those that lead out."""
    topology = edited(final_design(), SetGroups(node="web-1", groups={"zone": "a"}))
    zone = GroupOf(sort="zone", name="a")
    run = Run(topology).to(1.0).fault(CutLink(group=zone, direction=direction))
    found = run.watch(0.5).frame["link_faults"]
    other = {"forth": "back", "back": "forth"}.get(cut, cut)
    assert found.keys() == {"lb-1_web-1", *(f"web-1_db-{number}" for number in (1, 2, 3))}
    assert found.pop("lb-1_web-1")[0] == cut
    assert {one[0] for one in found.values()} == {other}
    run.fault(HealLink(group=zone))
    assert run.watch(0.5).frame["link_faults"] == {}


# How a fault ends


TIMED: list[NodeFault | LinkFault] = [
    Crash(node="web-1", for_s=2.5),
    Silence(node="web-1", for_s=2.5),
    Slow(node="web-1", factor=3.0, for_s=2.5),
    CutLink(link="lb-1_web-1", for_s=2.5),
    Degrade(link="lb-1_web-1", loss_percent=50.0, for_s=2.5),
]


def is_broken(run: Run) -> bool:
    """Whether anything is."""
    window = run.watch(0.0)
    return bool(window.frame["link_faults"]) or any(one["fault"] for one in window.frame["n"])


@pytest.mark.parametrize("fault", TIMED, ids=lambda one: one.type)
def test_a_fault_with_a_duration_heals_itself(fault: NodeFault | LinkFault) -> None:
    run = Run(balanced(100.0)).to(1.0).fault(fault)
    assert is_broken(run.to(3.499_999))
    assert not is_broken(run.to(3.5))
    (over,) = run.incidents("fault_over", "link_fault_over")
    assert over.at_ns == 3_500_000_000


@pytest.mark.parametrize("fault", TIMED, ids=lambda one: one.type)
def test_an_early_heal_or_a_newer_fault_cancels_the_end_of_a_timed_fault(
    fault: NodeFault | LinkFault,
) -> None:
    lasting = fault.model_copy(update={"for_s": None})
    healed = HealLink(link="lb-1_web-1") if isinstance(fault, LinkFault) else Heal(node="web-1")
    run = Run(balanced(100.0)).to(1.0).fault(fault).to(2.0).fault(healed)
    assert not is_broken(run)
    run.to(3.0).fault(lasting)
    assert is_broken(run.to(10.0))
    run = Run(balanced(100.0)).to(1.0).fault(fault).to(2.0).fault(lasting)
    assert is_broken(run.to(10.0))
    assert run.incidents("fault_over", "link_fault_over") == []


def test_a_healed_machine_is_up_only_after_its_boot_time() -> None:
    topology = edited(balanced(100.0), SetNode(node="web-1", parameters={"boot_s": 4.0}))
    run = Run(topology).to(1.0).crash("web-1").to(2.0).heal("web-1")
    window = run.watch(3.9)
    assert not run.engine.is_up("web-1")
    assert window.node("web-1")["state"] == "recovering"
    run.on(0.1)
    assert run.engine.is_up("web-1")
    (started,) = run.incidents("started")
    assert (started.at_ns, started.value) == (6_000_000_000, 4.0)
    run.crash("web-1").heal("web-1").on(1.0).crash("web-1").on(10.0)
    assert not run.engine.is_up("web-1")  # it died before it was up


@pytest.mark.parametrize(("setting", "restarts"), [("live", False), ("restart", True)])
def test_a_new_machine_size_restarts_only_nodes_that_resize_by_restart(
    setting: str, restarts: bool
) -> None:
    parameters: dict[str, Value] = {"resize_restarts": setting, "boot_s": 3.0}
    run = Run(edited(balanced(100.0), SetNode(node="web-1", parameters=parameters))).to(1.0)
    run.edit(SetNode(node="web-1", parameters={"service_ms": 7.0}))
    assert run.engine.is_up("web-1")
    run.edit(SetNode(node="web-1", parameters={"cores": 9}))
    assert run.engine.is_up("web-1") != restarts
    assert len(run.incidents("restarting")) == restarts
    assert run.on(3.0).engine.is_up("web-1")
