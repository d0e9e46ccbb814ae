"""Machines of a World: which nodes work on the same cores, how many, and in what order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.engine.loop.entry import set_cores, set_sharing
from app.engine.numbering import Numbering, parameter
from app.kernel.state.codes.nodes import Discipline, Trait
from app.kernel.state.flags import set_trait
from app.kernel.state.world import World
from app.kinds.machine_sizes import GIGABYTES, MEGABYTES
from app.schema import Role
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.servers.machines import (
    cores_of,
    counts_memory,
    machines,
    memory_bytes,
    shares,
    slowdown_of,
)

_ENOUGH_WORKERS = 1 << 30


@dataclass(frozen=True, slots=True)
class _Seat:
    """Place of a node on a machine: the next one in the machine's ring, the machine's number, and
    all nodes on it, first the one that says how large it is.
    """

    node: Node
    next_on_machine: int
    machine: int
    crowd: tuple[Node, ...]

    @property
    def host(self) -> Node:
        """Return the node whose settings count for the machine."""
        return self.crowd[0]


def lay_out_machines(world: World, numbering: Numbering, topology: Topology) -> list[int]:
    """Give every node the cores of its machine. Returns those that a new size restarts."""
    seats = _seats(numbering, topology)
    moved = _moved(world, seats)
    for n in moved:  # what was worked on until now was so on the old machine
        set_cores(world.buffer, n, int(world["nodes"][n]["cores"]))
    for n in moved:
        row = world["nodes"][n]
        row["next_on_machine"], row["machine"] = n, 0
        row["discipline"] = int(row["discipline"]) & ~Discipline.SHARED_MACHINE
    resized = [n for n in seats if _size(world, n, seats[n])]
    for n, one in seats.items():
        _furnish(world["nodes"][n], one)
    for n in moved:
        if n in seats and seats[n].next_on_machine != n:
            row = world["nodes"][n]
            row["next_on_machine"], row["machine"] = seats[n].next_on_machine, seats[n].machine
            row["discipline"] = int(row["discipline"]) | Discipline.SHARED_MACHINE
    for n in moved:
        set_cores(world.buffer, n, int(world["nodes"][n]["cores"]))
    return resized


def _seats(numbering: Numbering, topology: Topology) -> dict[int, _Seat]:
    """By number of node, in the order of the drawing."""
    seats: dict[int, _Seat] = {}
    number = 0
    for nodes in machines(topology):
        numbers = [numbering.nodes[node.id] for node in nodes]
        number += len(nodes) > 1
        for place, node in enumerate(nodes):
            next_on_machine = numbers[(place + 1) % len(numbers)]
            machine = number if len(nodes) > 1 else 0
            seats[numbers[place]] = _Seat(node, next_on_machine, machine, nodes)
    drawn = (numbering.nodes[node.id] for node in topology.nodes)
    return {n: seats[n] for n in drawn if n in seats}


def _moved(world: World, seats: dict[int, _Seat]) -> list[int]:
    """Every node that is on a machine with others, or will be, if any of them moves; a change of
    discipline counts, since all of a machine change theirs at once.
    """
    nodes = world["nodes"][: int(world.control["nodes_used"])]
    before = {n for n in range(len(nodes)) if int(nodes[n]["next_on_machine"]) != n}
    after = {n for n, one in seats.items() if one.next_on_machine != n}
    stays = before == after and all(
        int(nodes[n]["next_on_machine"]) == seats[n].next_on_machine
        and int(nodes[n]["machine"]) == seats[n].machine
        and bool(int(nodes[n]["discipline"]) & Discipline.PROCESSOR_SHARING)
        == shares(seats[n].host)
        for n in after
    )
    return [] if stays else sorted(before | after)


def _furnish(row: Any, one: _Seat) -> None:
    """Give a node the speed of its machine's cores, and its memory."""
    stretch = row["stretch"] = slowdown_of(one.host)
    row["read_ns"] *= stretch
    row["write_ns"] *= stretch
    row["warm_ns"] = row["read_ns"]
    given = one.node.parameters
    row["request_memory"] = round(float(given.get("request_mb", 0.0)) * MEGABYTES.scale)
    row["working_set"] = round(float(given.get("working_set_gb", 0.0)) * GIGABYTES.scale)
    row["disk_ns"] = parameter(one.node, "disk_ms") if "disk_ms" in given else 0.0
    row["memory"] = memory_bytes(one.host)
    watched = counts_memory(one.crowd)
    bits = int(row["discipline"]) & ~Discipline.MEMORY_LIMIT
    row["discipline"] = bits | (Discipline.MEMORY_LIMIT if watched else 0)
    if watched and one.node.spec.role is Role.WORKS and row["workers"] == 0:
        row["workers"] = _ENOUGH_WORKERS  # whoever holds one is counted
        set_trait(row, Trait.WORKERS, True)


def _size(world: World, n: int, one: _Seat) -> bool:
    """Give a node its discipline and cores; whether that restarts it."""
    row = world["nodes"][n]
    cores, sharing = cores_of(one.host), int(shares(one.host))
    if int(row["discipline"]) & Discipline.PROCESSOR_SHARING != sharing:
        set_sharing(world.buffer, n, sharing)
    resized = 0 < row["cores"] != cores
    if row["cores"] != cores:
        row["cores_ns"] += (int(row["cores"]) - cores) * int(world.control["now"])
        set_cores(world.buffer, n, cores)
    return bool(resized and row["up"] and parameter(one.node, "resize_restarts"))
