"""One eventful run, told at fixed moments; also a program that prints how it ends.

``python -m tests.support.programs.story`` is how a test asks another build of the engine (without
the compiler, or with every index checked) for the same story.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from app.actions import (
    AnyFault,
    Crash,
    CutLink,
    Degrade,
    Heal,
    HealLink,
    Silence,
    Slow,
)
from app.engine.engine import Engine, Stop
from app.engine.observe.summary import summary
from app.topology.edits.apply import (
    AddLink,
    AddNode,
    Edit,
    RemoveLink,
    RemoveNode,
    SetLink,
    SetNode,
)
from app.topology.model import Topology
from tests.support.drawings import edited, final_design, link, node
from tests.support.runs import SECOND

Act = AnyFault | Edit | float
"""A fault, an edit, or a load factor."""
Advance = Callable[[Engine, int], None]

ACTS: tuple[tuple[float, Act], ...] = (
    (0.31, Crash(node="web-2")),
    (0.4, Silence(node="web-1", for_s=0.25)),
    (0.5, Degrade(link="lb-1_web-1", loss_percent=20.0, extra_ms=3.0, for_s=2.0)),
    (0.8, CutLink(link="db-1_db-2", direction="forth", for_s=0.3)),
    (1.0, SetNode(node="users-1", parameters={"write_share": 40.0, "patience_s": 0.1})),
    (1.2, Crash(node="db-1")),
    (1.5, SetNode(node="web-1", parameters={"discipline": "processor_sharing"})),
    (2.0, AddNode(kind="web_server", id="web-3", parameters={"distribution": "lognormal"})),
    (2.0, AddLink(source="lb-1", target="web-3", id="new-1")),
    (2.0, AddLink(source="web-3", target="db-2", id="new-2")),
    (2.2, SetNode(node="web-2", parameters={"boot_s": 0.1})),
    (2.5, Heal(node="web-2")),
    (2.7, Silence(node="lb-1", for_s=0.2)),
    (2.75, CutLink(link="web-1_db-2", direction="back")),
    (3.0, SetNode(node="lb-1", parameters={"algorithm": "two_choices"})),
    (3.5, SetNode(node="lb-1", parameters={"algorithm": "least_connections"})),
    (3.6, HealLink(link="web-1_db-2")),
    (3.7, Silence(node="db-2")),
    (4.1, Heal(node="db-2")),
    (4.5, Heal(node="db-1")),
    (4.55, Slow(node="web-2", factor=3.0, for_s=1.0)),
    (4.6, SetNode(node="web-2", parameters={"read_replies": 2})),
    (5.0, RemoveNode(node="web-3")),
    (5.5, SetNode(node="users-2", parameters={"arrivals": "open", "shape": "daily"})),
    (6.0, RemoveLink(link="users-1_dns-1")),
    (6.5, SetNode(node="db-3", parameters={"role": "primary"})),
    (6.8, 1.7),
)
ENDS_S = 8.0
TRACE = "\n".join(f"{0.13 * number},{number % 3 // 2},{number % 7},2" for number in range(1, 40))


def cast(rate: float = 150.0) -> Topology:
    """The final design in haste, and a closed loop beside its users."""
    quick = {"heartbeat_s": 0.3, "heartbeat_misses": 2, "promotion_s": 0.5}
    return edited(
        final_design(rate),
        *(SetNode(node=name, parameters=quick) for name in ("db-1", "db-2", "db-3")),
        *(
            SetLink(link=f"db-1_{name}", parameters={"latency_ms": 80.0})
            for name in ("db-2", "db-3")
        ),
        SetNode(node="dns-1", parameters={"ttl_s": 2.0}),
        SetNode(node="lb-1", parameters={"check_interval_s": 0.4}),
        node("client", "users-2", "", arrivals="closed", users=20, think_s=0.5),
        link("users-2", "lb-1"),
        node("client", "users-3", "", arrivals="table", rates="0,10\n3,60\n5,0"),
        link("users-3", "dns-1"),
        link("users-3", "lb-1"),
        node("client", "users-4", "", arrivals="recorded", trace=TRACE),
        link("users-4", "web-1", 5.0),
        SetNode(node="web-1", parameters={"exposure": "public"}),
        SetNode(node="db-2", parameters={"distribution": "hyperexponential"}),
    )


def at_once(engine: Engine, until_ns: int) -> None:
    """Advance in one go."""
    while engine.advance(until_ns) is not Stop.REACHED:
        pass


def act(engine: Engine, what: Act) -> None:
    """Do one thing to a run."""
    if isinstance(what, float):
        engine.set_load(what)
    elif isinstance(what, AnyFault):
        engine.fault(what)
    else:
        engine.edit(edited(engine.topology, what))


def tell(engine: Engine, advance: Advance = at_once, until_s: float = ENDS_S) -> Engine:
    """Play the story from wherever the run stands, up to a time."""
    begins = engine.now_ns
    for at_s, what in ACTS:
        if begins <= at_s * SECOND < until_s * SECOND:
            advance(engine, round(at_s * SECOND))
            act(engine, what)
    advance(engine, round(until_s * SECOND))
    return engine


def ending(engine: Engine) -> str:
    """How a run stands, to the bit, as one line."""
    incidents = [[one.at_ns, one.code, one.node, one.other] for one in engine.incidents()]
    return json.dumps([summary(engine), engine.events, incidents])


if __name__ == "__main__":
    sys.stdout.write(ending(tell(Engine(cast(), seed=5))) + "\n")
