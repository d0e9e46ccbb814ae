"""Virtual IPs of a World: which balancers share one, and who holds it to begin with."""

from __future__ import annotations

from app.engine.loop.entry import schedule_event
from app.engine.numbering import Numbering, parameter, seed_words
from app.kernel.state.codes.events import EventType
from app.kernel.state.world import World
from app.topology.model import Topology
from app.topology.paths.routing import ranks

_ADVERTS = 3
_PRIORITIES = 256


def lay_out_virtual_ips(world: World, numbering: Numbering, topology: Topology) -> None:
    """Make the members of virtual IPs follow the drawing."""
    rank = ranks(topology)
    joined: dict[int, list[int]] = {}
    for node in topology.balancers():
        name = node.groups.get("virtual_ip")
        vip = numbering.vips.setdefault(name, len(numbering.vips) + 1) if name else 0
        n = numbering.nodes[node.id]
        row = world["nodes"][n]
        row["priority"], row["rank"] = int(parameter(node, "vrrp_priority")), rank[node.id]
        row["advert_ns"] = round(parameter(node, "advert_interval_s"))
        if int(row["vip"]) != vip:
            row["vip"], row["master"], row["holder"] = vip, 0, 0
            row["vrrp_ticket"] += 1
            if vip:
                joined.setdefault(vip, []).append(n)
    for vip, newcomers in joined.items():
        _join(world, numbering, vip, newcomers)


def _join(world: World, numbering: Numbering, vip: int, newcomers: list[int]) -> None:
    """Let newcomers listen first; where all are new, make the best of them the master at once."""
    nodes = world["nodes"]
    now = int(world.control["now"])
    others = [n for n in numbering.nodes.values() if nodes[n]["vip"] == vip and n not in newcomers]
    holder = max((int(nodes[n]["holder"]) for n in others), default=0)
    heard_at = now
    if not holder:
        best = max(newcomers, key=lambda n: tuple(nodes[n][["up", "priority", "rank"]]))
        holder = best + 1
        interval = int(nodes[best]["advert_ns"])
        phase = seed_words(numbering.seed, f"advert:{vip}", 1)[0] * interval >> 64
        nodes[best]["master"] = int(bool(nodes[best]["up"]))
        heard_at = now + phase - interval
    for n in newcomers:
        row = world["nodes"][n]
        row["holder"], row["heard_at"] = holder, heard_at
        interval = int(row["advert_ns"])
        skew = (_PRIORITIES - int(row["priority"])) * interval // _PRIORITIES
        wait = interval if row["master"] else _ADVERTS * interval + skew
        schedule_event(
            world.buffer,
            max(now, heard_at + wait),
            EventType.VRRP_ADVERT,
            n,
            int(row["vrrp_ticket"]),
        )
