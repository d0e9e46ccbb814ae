"""Fleets of a World: how many servers a node stands for now, and the autoscaler that decides it.

An autoscaler's looks are events of the run, so it acts at the same instants whatever the steps.
"""

from __future__ import annotations

from typing import Any

from app.engine.breaking import start
from app.engine.incident import SCALED_IN, SCALED_OUT
from app.engine.intervene import crash, note, put_on_agenda, take_stock
from app.engine.kernel.agenda import FAULT
from app.engine.pending import pending
from app.engine.plan import EngineLimit, Fleet, Plan, parameter
from app.engine.reading import busy_ns
from app.engine.records import CHECK_ADDRESS, CHECK_SERVER, LOOKS
from app.engine.world import World
from app.schema import Text
from app.topology.fleets import SERVERS_MAX, bounds, deployed, instance, scales_itself
from app.topology.model import Node, Topology

_PLACE_SHIFT, _PLACE_MASK, _WHO_SHIFT = 5, (1 << 27) - 1, 32


def arrange(plan: Plan, topology: Topology) -> Topology:
    """Make fleets follow the drawing, and say what servers there are: the drawing with each.

    Raises EngineLimit when there are too many.
    """
    if sum(bounds(node)[0] - 1 for node in topology.of_kind("web_server")) > SERVERS_MAX:
        raise EngineLimit(
            Text(
                f"more than {SERVERS_MAX} instances besides the drawn servers",
                f"그려진 서버 외의 인스턴스가 {SERVERS_MAX}개를 넘습니다",
            )
        )
    fleets: dict[str, Fleet] = {}
    for node in topology.of_kind("web_server"):
        least, most = bounds(node)
        if node.id not in plan.fleets and most == 1 and not scales_itself(node):
            continue
        fleet = fleets[node.id] = plan.fleets.get(node.id, Fleet())
        while len(fleet.further) + 1 < least:
            fleet.further.append(_next_number(fleet))
        del fleet.further[max(most, 1) - 1 :]
        if not scales_itself(node):
            fleet.ticket = 0
            fleet.closing.clear()
    plan.fleets = fleets
    return as_deployed(plan, topology)


def as_deployed(plan: Plan, topology: Topology) -> Topology:
    """The drawing with every server that there is now."""
    return deployed(
        topology,
        {name: fleet.further for name, fleet in plan.fleets.items()},
        {name: fleet.closing for name, fleet in plan.fleets.items()},
    )


def launch(world: World, plan: Plan, topology: Topology) -> None:
    """Start servers that are new to the World, and autoscalers that do not look yet."""
    now = int(world.control["now"])
    for name, fleet in plan.fleets.items():
        for number in fleet.further:
            if number not in fleet.launched and now > 0:
                _boot(world, plan, plan.nodes[instance(name, number)])
        fleet.launched = {*fleet.further, *fleet.closing}
        if scales_itself(topology.node(name)) and not fleet.ticket:
            fleet.ticket = plan.next_ticket()
            fleet.over = fleet.under = fleet.rests_until_ns = 0
            _look_later(world, plan, topology.node(name), fleet)


def is_look(event: int) -> bool:
    """Whether an event is an autoscaler's look at its fleet."""
    return bool(event >> _WHO_SHIFT & int(LOOKS)) and event >> _WHO_SHIFT < 2 * int(LOOKS) - 1


def look(world: World, plan: Plan, topology: Topology, event: int) -> bool:
    """An autoscaler looks at its fleet; whether the World must be patched since it acts."""
    n = event >> _PLACE_SHIFT & _PLACE_MASK
    name = next(one for one, number in plan.nodes.items() if number == n)
    fleet = plan.fleets.get(name)
    if fleet is None or fleet.ticket != event >> _WHO_SHIFT & ~int(LOOKS):
        return False
    node, now = topology.node(name), int(world.control["now"])
    used = _utilisation(world, plan, name, fleet)
    fleet.over = fleet.over + 1 if used > parameter(node, "scale_out_percent") else 0
    fleet.under = fleet.under + 1 if used < parameter(node, "scale_in_percent") else 0
    done, fleet.closing = bool(fleet.closing), []
    if now >= fleet.rests_until_ns and _act(plan, node, fleet):
        done = True
        fleet.over = fleet.under = 0
        fleet.rests_until_ns = now + round(parameter(node, "scale_cooldown_s"))
        code = SCALED_IN if fleet.closing else SCALED_OUT
        note(world.buffer, code, n, -1, float(len(fleet.further) + 1))
    _look_later(world, plan, node, fleet)
    return done


def _act(plan: Plan, node: Node, fleet: Fleet) -> bool:
    """Start or stop servers, if it is time to; whether any."""
    least, most = bounds(node)
    step, breaches = (int(parameter(node, one)) for one in ("scale_step", "scale_breaches"))
    now = len(fleet.further) + 1
    all_of_them = sum(len(one.further) + len(one.closing) for one in plan.fleets.values())
    most = min(most, now + max(SERVERS_MAX - all_of_them, 0))
    if fleet.over >= breaches and now < most:
        for _ in range(min(step, most - now)):
            fleet.further.append(_next_number(fleet))
        return True
    if fleet.under >= breaches and now > least:
        keep = max(now - step, least) - 1
        fleet.closing = fleet.further[keep:]
        del fleet.further[keep:]
        return True
    return False


def _next_number(fleet: Fleet) -> int:
    taken = {*fleet.further, *fleet.closing}
    return next(number for number in range(2, len(taken) + 3) if number not in taken)


def _look_later(world: World, plan: Plan, node: Node, fleet: Fleet) -> None:
    """Plan the next look, and note what the servers have worked until now."""
    now = int(world.control["now"])
    fleet.looked_at_ns = now
    busy = busy_ns(world, pending(world))
    fleet.busy_ns = {
        n: int(busy[n]) for n in _numbers(plan, node.id, fleet) if world["nodes"][n]["up"]
    }
    at_ns = now + round(parameter(node, "scale_period_s"))
    put_on_agenda(
        world.buffer, at_ns, int(FAULT), plan.nodes[node.id] << 1, int(LOOKS) | fleet.ticket
    )


def _numbers(plan: Plan, name: str, fleet: Fleet) -> list[int]:
    return [
        plan.nodes[one]
        for one in (name, *(instance(name, k) for k in fleet.further))
        if one in plan.nodes
    ]


def _utilisation(world: World, plan: Plan, name: str, fleet: Fleet) -> float:
    """How busy the servers were since the last look that have been up since; NaN without any."""
    passed, busy = int(world.control["now"]) - fleet.looked_at_ns, busy_ns(world, pending(world))
    rows = world["nodes"]
    known = [n for n in _numbers(plan, name, fleet) if n in fleet.busy_ns and rows[n]["up"]]
    room = passed * sum(int(rows[n]["cores"]) for n in known)
    return sum(int(busy[n]) - fleet.busy_ns[n] for n in known) / room if room else float("nan")


def _boot(world: World, plan: Plan, n: int) -> None:
    """A new server starts; whoever checks servers trusts it when it has passed."""
    crash(world.buffer, n)
    checks = world["checks"][: int(world.control["checks_used"])]
    asked = (checks["target"] == n) & (checks["active"] == 1)
    asked &= (checks["purpose"] == CHECK_SERVER) | (checks["purpose"] == CHECK_ADDRESS)
    checks["passing"][asked] = checks["streak"][asked] = 0
    edges: Any = world["edges"]
    for check in checks[asked & (checks["purpose"] == CHECK_SERVER)]:
        edges["healthy"][check["edge"]] = 0
        take_stock(world.buffer, int(check["watcher"]))
    start(world, plan, n)
