"""Caches, stores and pages end alike compiled and as plain Python, under random faults."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

from app.actions import CutLink, Flush, Heal, HealLink, Silence
from app.topology.edits.apply import RemoveLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, link, node, users, web
from tests.support.runs import Run

ROOT = Path(__file__).parents[3]
RING = ("store-1", "store-2", "store-3", "store-4")


def everything() -> Topology:
    """A cache over a ring, and pages over two nodes that share the keys."""
    return drawing(
        users(150.0, write_share=20.0, patience_s=0.3, retry="at_once"),
        users(20.0, "users-2", patience_s=0.3),
        web("web-1", cores=8, service_ms=1.0, data_timeout_s=0.1, workers=60),
        web("web-2", cores=8, service_ms=1.0, page="three_hop_traversal", fan_out=2),
        node("cache", "cache-1", keys=50, capacity=20, ttl_s=0.5, single_flight="on", lease_s=0.2),
        *(node("store", name, "wide_column", keys=30, read_ms=4.0) for name in RING),
        *(node("store", name, "", keys=30) for name in ("store-5", "store-6")),
        link("users-1", "web-1"),
        link("users-2", "web-2"),
        link("web-1", "cache-1"),
        *(link("web-1", name) for name in RING),
        *(link("web-2", name) for name in ("store-5", "store-6")),
        *(link(RING[0], name, 1.0) for name in RING[1:]),
    )


def battered(seed: int) -> Run:
    """Two seconds in which anything may break at any moment, then a long rest."""
    chance = random.Random(seed)
    run = Run(everything(), seed)
    nodes = [one.id for one in run.engine.topology.nodes]
    for at_s in sorted(chance.uniform(0.0, 2.0) for _ in range(25)):
        run.to(at_s)
        name = chance.choice(nodes)
        sort = chance.randrange(6)
        if sort == 0:
            run.fault(Silence(node=name)) if name[:5] != "users" else run.crash(name)
        elif sort == 1:
            run.fault(Flush(node="cache-1"))
        elif sort == 2:
            run.fault(CutLink(link="store-1_store-2", direction=chance.choice(("forth", "back"))))
        elif sort == 3:
            run.fault(CutLink(link="web-1_cache-1"))
        elif run.engine.is_up(name):
            run.crash(name)
        else:
            run.fault(Heal(node=name))
    run.edit(SetNode(node="cache-1", parameters={"keys": 70, "capacity": 10}))
    run.edit(RemoveLink(link="web-1_store-4"), SetNode(node="store-2", parameters={"copies": 2}))
    run.on(0.2)
    for name in nodes:
        run.heal(name)
    for name in ("store-1_store-2", "web-1_cache-1"):
        run.fault(HealLink(link=name))
    run.engine.set_load(0.0)
    run.on(30.0)
    return run


def ends(seed: int) -> str:
    return battered(seed).engine.fingerprint()


def test_no_request_is_left_after_random_faults_of_caches_and_stores() -> None:
    for seed in range(1, 9):
        run = battered(seed)
        assert run.read().in_flight == 0
        assert run.engine.world.control["orphaned_work"] == 0
        assert run.read().completed > 20


def test_a_run_of_caches_and_stores_ends_the_same_compiled_and_as_plain_python() -> None:
    program = "from tests.kernel.jit.test_builds_of_stores import ends; print(ends(3))"
    plain = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        check=True,
        text=True,
    )
    assert plain.stdout.strip() == ends(3)
