"""The warm-up: compile every entry point once, saying how far it has come."""

from __future__ import annotations

import gc
import time
from typing import Any

from app.engine.cache import cache_folder, is_warm, mark_warm, use_cache

__all__ = ["compile_all", "is_warm"]

_COMPILATIONS = 295
"""About how many functions a cold warm-up compiles: only the progress shown depends on it."""


def compile_all() -> float:
    """Compile whatever is not in the cache; prints ``warmup N % ...`` lines. Returns seconds."""
    started = time.perf_counter()
    complaint = cache_folder()[1]
    if complaint:
        print(f"warmup: {complaint}", flush=True)
    print("warmup 0 % loading the compiler", flush=True)
    progress = _watch_compiler()
    gc.disable()  # the compiler makes millions of objects, and keeps most of them
    try:
        _touch_everything()
    finally:
        gc.enable()
    mark_warm()
    seconds = time.perf_counter() - started
    print(f"warmup 100 % {progress.count} functions compiled in {seconds:.1f} s", flush=True)
    return seconds


class _Progress:
    """Counts compiled functions, and says so at every full ten percent."""

    def __init__(self) -> None:
        self.count = 0
        self._said = 0

    def one_more(self) -> None:
        """Another function is compiled."""
        self.count += 1
        share = min(99, 100 * self.count // _COMPILATIONS)
        if share >= self._said + 10:
            self._said = share
            print(f"warmup {share} % compiling the engine", flush=True)


def _watch_compiler() -> _Progress:
    use_cache()  # Numba looks for its folder once, when it is imported
    from numba.core import event

    progress = _Progress()

    class Listener(event.Listener):
        def on_start(self, _event: Any) -> None:
            pass

        def on_end(self, _event: Any) -> None:
            progress.one_more()

    register: Any = event.register
    register("numba:compile", Listener())
    return progress


def _touch_everything() -> None:
    """A short run that calls every entry point."""
    from app.actions import Crash, Heal
    from app.engine.engine import Engine
    from app.topology.edits import AddLink, AddNode, SetNode, apply
    from app.topology.model import Topology

    topology = Topology()
    for edit in (
        AddNode(kind="client"),
        AddNode(kind="web_server", parameters={"exposure": "public"}),
        AddNode(kind="database"),
        AddNode(kind="database", preset="read_replica"),
        AddLink(source="users-1", target="web-1"),
        AddLink(source="web-1", target="db-1"),
        AddLink(source="db-1", target="db-2"),
    ):
        topology = apply(topology, edit)[0]
    engine = Engine(topology, seed=1)
    engine.advance(10**8)
    engine.fault(Crash(node="db-1"))
    engine.fault(Heal(node="db-1"))
    for role, node in (("primary", "db-2"), ("replica", "db-1")):
        topology = apply(topology, SetNode(node=node, parameters={"role": role}))[0]
    engine.edit(topology)
    engine.advance(2 * 10**8)
