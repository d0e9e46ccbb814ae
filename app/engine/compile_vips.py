"""Virtual IPs of a World: which balancers share one, and who holds it to begin with."""

from __future__ import annotations

from app.engine.intervene import put_on_agenda
from app.engine.kernel.agenda import ADVERT
from app.engine.plan import Plan, parameter, seed_words
from app.engine.world import World
from app.topology.model import Topology
from app.topology.routing import ranks

_ADVERTS = 3
_PRIORITIES = 256


def arrange(world: World, plan: Plan, topology: Topology) -> None:
    """Make the members of virtual IPs follow the drawing."""
    rank = ranks(topology)
    joined: dict[int, list[int]] = {}
    for node in topology.of_kind("load_balancer"):
        name = node.groups.get("virtual_ip")
        vip = plan.vips.setdefault(name, len(plan.vips) + 1) if name else 0
        n = plan.nodes[node.id]
        row = world["nodes"][n]
        row["priority"], row["rank"] = int(parameter(node, "vrrp_priority")), rank[node.id]
        row["advert_ns"] = round(parameter(node, "advert_interval_s"))
        if int(row["vip"]) != vip:
            row["vip"], row["master"], row["holder"] = vip, 0, 0
            row["vrrp_ticket"] += 1
            if vip:
                joined.setdefault(vip, []).append(n)
    for vip, newcomers in joined.items():
        _join(world, plan, vip, newcomers)


def _join(world: World, plan: Plan, vip: int, newcomers: list[int]) -> None:
    """Newcomers listen first; where all are new, the best of them is the master already."""
    nodes = world["nodes"]
    now = int(world.control["now"])
    others = [n for n in plan.nodes.values() if nodes[n]["vip"] == vip and n not in newcomers]
    holder = max((int(nodes[n]["holder"]) for n in others), default=0)
    heard_at = now
    if not holder:
        best = max(newcomers, key=lambda n: tuple(nodes[n][["up", "priority", "rank"]]))
        holder = best + 1
        interval = int(nodes[best]["advert_ns"])
        phase = seed_words(plan.seed, f"advert:{vip}", 1)[0] * interval >> 64
        nodes[best]["master"] = int(bool(nodes[best]["up"]))
        heard_at = now + phase - interval
    for n in newcomers:
        row = world["nodes"][n]
        row["holder"], row["heard_at"] = holder, heard_at
        interval = int(row["advert_ns"])
        skew = (_PRIORITIES - int(row["priority"])) * interval // _PRIORITIES
        wait = interval if row["master"] else _ADVERTS * interval + skew
        put_on_agenda(world.buffer, max(now, heard_at + wait), ADVERT, n, int(row["vrrp_ticket"]))
