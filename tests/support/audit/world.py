"""The books of a World, checked: what must hold at every pause of every run."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from app.engine.engine import Engine
from app.kernel.requests.request import ROUND_SHIFT
from app.kernel.state.codes.choices import ArrivalProcess
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import CheckPurpose, Discipline
from app.kernel.state.codes.requests import Phase, Purpose, SlotFlag
from app.kernel.state.constants import FAULTY_LINE, NEVER
from app.kernel.state.pending_events import pending
from app.kernel.state.world import World
from app.kinds import KINDS
from tests.support.audit.data import caches_are_sound, databases_are_sound
from tests.support.audit.events import chain, nothing_is_overdue


def audit(engine: Engine) -> None:
    """Fail unless the World is one that a run may be in."""
    world = engine.world
    events = _events(world)
    _everything_is_in_one_place(world, events)
    nothing_is_overdue(world)
    _requests_add_up(engine, events)
    _what_is_held_is_held(world)
    _users_add_up(world, events)
    _stations_are_sound(world, events)
    _faults_are_sound(world, events)
    databases_are_sound(world, events)
    _checks_are_sound(world, events)
    caches_are_sound(world)


def _events(world: World, until_ns: int = int(NEVER)) -> dict[int, list[tuple[int, int]]]:
    """What is in the heap up to a time: place and subject of every event, by sort."""
    coming = pending(world)
    found: dict[int, list[tuple[int, int]]] = {int(one): [] for one in EventType}
    columns = (coming.at, coming.type, coming.node, coming.subject)
    for at, sort, place, who in zip(*(one.tolist() for one in columns), strict=True):
        if at <= until_ns:
            found[sort].append((place, who))
    return found


def _waiters(world: World, head: int) -> list[int]:
    """Slots that wait for a key of a cache."""
    found: list[int] = []
    while head >= 0:
        found.append(head)
        head = int(world["data_calls"]["next_waiter"][head])
    return found


def _everything_is_in_one_place(world: World, events: dict[int, list[tuple[int, int]]]) -> None:
    """Every slot is free, on a line, in a queue, held where somebody hangs, in the heap, parked
    or in limbo: exactly one of these.
    """
    control = world.control
    free = chain(world, control["free_head"])
    assert len(free) == control["free_count"]
    lines = world["delay_lines"][: control["delay_lines_used"]]
    on_lines = [slot for line in lines for slot in chain(world, line["head"])]
    nodes = world["nodes"][: control["nodes_used"]]
    queued = [slot for node in nodes for slot in chain(world, node["queue_head"])]
    for balancer in world["balancers"][: control["balancers_used"]]:
        waiting = chain(world, balancer["queue_head"])
        assert len(waiting) == balancer["queue_length"]
        queued += waiting
    at_once = {place for place, _ in _events(world, int(control["now"]))[EventType.TIMER]}
    for n, node in enumerate(nodes):
        waiting = chain(world, node["pool_head"])
        assert len(waiting) == node["pool_length"]
        lent = node["pool_used"] >= node["pool"]
        assert not waiting or lent or not node["up"] or n in at_once
        queued += waiting
    for database in world["databases"][: control["databases_used"]]:
        waiting = chain(world, database["waiting_head"])
        assert len(waiting) == database["waiting"]
        positions = world["slots"]["log_position"][waiting].tolist()
        assert positions == sorted(positions)
        queued += waiting
    held = [slot for node in nodes for slot in chain(world, node["held"])]
    queued += [
        slot
        for cache in world["caches"]
        for entry in world["entries"][cache["first"] : cache["first"] + cache["keys"]]
        for slot in _waiters(world, int(entry["head"]))
    ]
    due = [who for sort in (EventType.SERVICE_END, EventType.ARRIVAL) for _, who in events[sort]]
    places = Counter([*free, *on_lines, *queued, *held, *due])
    assert max(places.values()) == 1
    _parked_are_waited_for(world, set(range(len(world["slots"]))) - places.keys(), set(free))
    fronts = Counter(
        world["slots"]["server_edge"][sorted(set(range(len(world["slots"]))) - set(free))].tolist()
    )
    for place, edge in enumerate(world["edges"][: control["edges_used"]]):
        assert edge["connections"] == fronts[place]


def _parked_are_waited_for(world: World, parked: set[int], free: set[int]) -> None:
    """A request that is nowhere has asked several nodes, and as many branches are still out; or
    it is lost and its client does not know.
    """
    slots = world["slots"]
    taken = np.ones(len(slots), dtype=bool)
    taken[list(free)] = False
    phase, purpose = slots["phase"], slots["purpose"]
    branches = (phase == Phase.BRANCH) | (phase == Phase.BRANCH_REPLY)
    asked = (purpose == Purpose.READ) | (purpose == Purpose.WRITE)
    out: Counter[tuple[int, int, int]] = Counter(
        (int(slot["parent"]), int(slot["number"]), int(slot["parent_ticket"]))
        for slot in slots[taken & branches & asked]
    )
    places = np.array(sorted(parked), dtype=int)
    suspended = places[phase[places] == Phase.SUSPENDED]
    assert not slots["orphaned_work"][suspended].any()
    assert not ((purpose[suspended] == Purpose.APPLY) | (purpose[suspended] == Purpose.SHIP)).any()
    for place in places[phase[places] != Phase.SUSPENDED].tolist():
        slot = slots[place]
        assert (
            0
            < slot["answers_needed"]
            <= slot["branches_out"]
            == out[place, int(slot["number"]), int(slot["ticket"])]
        )


def _pausing(world: World, events: dict[int, list[tuple[int, int]]]) -> dict[int, set[int]]:
    """Requests between two attempts of their client, by its row."""
    found: dict[int, set[int]] = defaultdict(set)
    for ticket, slot in events[EventType.RETRY]:
        row = world["slots"][slot]
        if row["ticket"] == ticket:
            assert row["phase"] == Phase.SUSPENDED
            found[int(row["source"])].add(slot)
    return found


def _requests_add_up(engine: Engine, events: dict[int, list[tuple[int, int]]]) -> None:
    """Offered = completed + failed + in flight, in total and by every way of counting it."""
    world, reading = engine.world, engine.read()
    sources = world["sources"][: world.control["sources_used"]]
    waiting = 0
    pausing = _pausing(world, events)
    for row, source in enumerate(sources):
        patient = chain(world, source["deadline_head"], "younger")
        assert not world["slots"]["orphaned_work"][patient].any()
        assert (patient[-1] if patient else -1) == source["deadline_tail"]
        assert not pausing[row] & set(patient)
        present = len(patient) + len(pausing[row])
        assert source["offered"] == source["completed"] + source["failed"] + present
        waiting += present
    assert reading.breaches == ()
    assert reading.in_flight == waiting
    assert reading.offered == sources["offered"].sum()
    assert reading.completed == sources["completed"].sum() == reading.latencies.sum()
    assert reading.failed == sources["failed"].sum() == reading.failures.sum()
    assert reading.nodes["failed"].tolist() == reading.failures.sum(axis=1).tolist()
    assert world.control["orphaned_work"] >= 0


def _what_is_held_is_held(world: World) -> None:
    """Whoever's timeout runs stands in its balancer's list, and workers are held by requests."""
    slots = world["slots"]
    timed = set(np.flatnonzero(slots["slot_flags"] & SlotFlag.RESPONSE_TIMER).tolist())
    for row, balancer in enumerate(world["balancers"][: world.control["balancers_used"]]):
        sent = chain(world, balancer["sent_head"], "after")
        assert timed >= set(sent)
        timed -= set(sent)
        assert (sent[-1] if sent else -1) == balancer["sent_tail"]
        assert (world["reply_by"][row] < NEVER) == bool(sent)
    assert not timed
    holding = Counter(slots["web"][(slots["slot_flags"] & SlotFlag.WORKER) > 0].tolist())
    connected = (slots["slot_flags"] & SlotFlag.CONNECTION) > 0
    pooled = Counter(slots["web"][connected].tolist())
    for n, node in enumerate(world["nodes"][: world.control["nodes_used"]]):
        assert node["workers_busy"] == holding[n]
        if node["pool"] and KINDS[int(node["kind"])].name == "web_server":
            assert pooled[n] <= node["pool_used"] <= max(node["pool"], pooled[n])
    used = Counter(slots["edge"][slots["connected"] > 0].tolist())
    assert not (slots["connected"].astype(bool) & ~connected).any()
    for e, edge in enumerate(world["edges"][: world.control["edges_used"]]):
        assert edge["allowed"] < 0 or edge["using"] == used[e]


def _users_add_up(world: World, events: dict[int, list[tuple[int, int]]]) -> None:
    """A user of a closed loop thinks, waits for an answer, or is on the way back from one."""
    back = Counter(row for row, _ in events[EventType.THINK_END])
    for row, source in enumerate(world["sources"][: world.control["sources_used"]]):
        assert source["returning"] == back[row]
        waiting = int(source["offered"] - source["completed"] - source["failed"])
        if source["loop"] == ArrivalProcess.CLOSED:
            assert source["thinking"] + waiting + source["returning"] == source["users"]
            assert (source["thinking"] <= 0) == (world["arrival_at"][row] == NEVER)


def _stations_are_sound(world: World, events: dict[int, list[tuple[int, int]]]) -> None:
    """Cores at work are what the heap says; a dead node does nothing and holds nothing."""
    serving = Counter(place for place, _ in events[EventType.SERVICE_END])
    ends = set(events[EventType.SHARED_END])
    slots = world["slots"]
    for n, node in enumerate(world["nodes"][: world.control["nodes_used"]]):
        present = len(chain(world, node["queue_head"]))
        if node["discipline"] & Discipline.PROCESSOR_SHARING:
            assert node["busy"] == present
            assert serving[n] == 0
            if node["next_on_machine"] == n:
                assert node["queue_length"] == max(present - node["cores"], 0)
        else:
            held = [slot for slot in chain(world, node["held"]) if slots["work_left"][slot] >= 0]
            assert node["busy"] == serving[n] + len(held)
            assert node["queue_length"] == present
        if not node["up"]:
            assert serving[n] == 0
        if not node["up"] and not node["hanging"]:
            assert node["busy"] == node["queue_length"] == 0
    _cores_are_all_used(world, ends)


def _cores_are_all_used(world: World, ends: set[tuple[int, int]]) -> None:
    """Nobody waits at a node that is up while a core of its machine is free, nor shares a core
    whose next end is not planned.
    """
    nodes = world["nodes"][: world.control["nodes_used"]]
    neighbours, cores = nodes["next_on_machine"].tolist(), nodes["cores"].tolist()
    working = np.where(nodes["hanging"] == 0, nodes["busy"], 0).tolist()
    for n, node in enumerate(nodes):
        ring = [n]
        while neighbours[ring[-1]] != n:
            ring.append(neighbours[ring[-1]])
            assert len(ring) <= len(nodes), "a ring of nodes that does not close"
        assert {cores[m] for m in ring} == {cores[n]}
        assert (
            (len(ring) > 1)
            == (node["discipline"] & Discipline.SHARED_MACHINE > 0)
            == (node["machine"] > 0)
        )
        if node["queue_length"] and node["up"]:
            assert sum(working[m] for m in ring) >= cores[n]
        if node["discipline"] & Discipline.PROCESSOR_SHARING and node["busy"] and node["up"]:
            planned = [(m, int(nodes["version"][m])) in ends for m in ring]
            assert sum(planned) == 1


def _faults_are_sound(world: World, events: dict[int, list[tuple[int, int]]]) -> None:
    """Only a node that hangs holds anything; who boots will be up; bad links have no line."""
    nodes = world["nodes"][: world.control["nodes_used"]]
    edges = world["edges"][: world.control["edges_used"]]
    for n, node in enumerate(nodes):
        assert not (node["up"] and node["hanging"])
        assert node["hanging"] or node["held"] == -1
        assert not node["booting"] or (n << 1, int(node["ticket"])) in events[EventType.FAULT_END]
        assert not (node["booting"] and node["up"])
    stopping = (edges["cut"] != 0) | (edges["loss"] > 0)
    assert world.control["disturbances"] == (nodes["hanging"] != 0).sum() + stopping.sum()
    assert ((edges["delay_line"] == FAULTY_LINE) == stopping).all()


def _checks_are_sound(world: World, events: dict[int, list[tuple[int, int]]]) -> None:
    """An active check has its next probe coming; one that waits for an answer gets it."""
    probes = Counter(place for place, _ in events[EventType.HEALTH_CHECK])
    rounds = {k: int(check["turn"]) for k, check in enumerate(world["checks"])}
    answers = Counter(
        k for k, answer in events[EventType.CHECK_ANSWER] if answer >> ROUND_SHIFT in (0, rounds[k])
    )
    beats = {
        k for k, check in enumerate(world["checks"]) if check["purpose"] == CheckPurpose.PRIMARY
    }
    answers += Counter(
        k for k, _ in events[EventType.CHECK_ANSWER] if k in beats and not answers[k]
    )
    ends = Counter(k for k, number in events[EventType.CHECK_TIMEOUT] if number == rounds[k])
    for k, check in enumerate(world["checks"][: world.control["checks_used"]]):
        assert probes[k] == check["armed"]
        assert not check["active"] or check["armed"] or check["asking"]
        assert (answers[k] + ends[k] > 0) == check["asking"]
