"""Relays of a World: room to note which ones a request has passed, and news of their parameters."""

from __future__ import annotations

from app.engine.loop.entry import edited
from app.engine.numbering import Numbering, room
from app.kernel.state.world import World
from app.topology.model import Topology


def lay_out_relays(world: World, _numbering: Numbering, topology: Topology) -> None:
    """Give every slot a row once a relay is drawn; it keeps it, since requests may be under way."""
    if any(node.spec.relays for node in topology.nodes):
        room(world, "relays", len(world["slots"]))
        world.control["relays"] = 1


def tell_relays(world: World, numbering: Numbering, topology: Topology) -> None:
    """Let relays act on parameters that are others now: whoever waits there may go on sooner."""
    for node in topology.nodes:
        if node.spec.relays:
            edited(world.buffer, numbering.nodes[node.id])
