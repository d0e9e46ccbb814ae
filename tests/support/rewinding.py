"""What the tests of going back share: a script, a watcher who runs and seeks, and the truth."""

import time
from concurrent.futures import ThreadPoolExecutor

from app.actions import AnyFault, Crash, Heal, Pause, Recorded, Resume, Seek, SetLoad, SetSpeed
from app.engine.engine import Engine, Stop
from app.scenarios.document import Scenario, TimedAction
from app.session.engine_startup import Warmup
from app.session.entry import carry_out
from app.session.session import Session
from app.topology.edits.apply import AddLink, AddNode, MoveNode, RemoveNode, RenameNode
from tests.session.conftest import Watcher
from tests.session.playback.test_repeatable import with_script

S = 1_000_000_000

SCRIPT = (
    TimedAction(3 * S, Crash(node="web-2")),
    TimedAction(9 * S, Heal(node="web-2")),
    TimedAction(47 * S, AddNode(id="web-9", kind="web_server")),
    TimedAction(47 * S, AddLink(id="link-90", source="lb-1", target="web-9")),
    TimedAction(47 * S, AddLink(id="link-91", source="web-9", target="db-1")),
    TimedAction(95 * S, RemoveNode(node="web-9")),
)


def scripted(scenario: Scenario, pool: ThreadPoolExecutor, ready: Warmup) -> Session:
    return Session("s" * 22, with_script(scenario, *SCRIPT), pool, ready)


def headless(session: Session, times_ns: list[int]) -> dict[int, str]:
    """The states at these times of one run of the engine alone, with the session's journal."""
    scenario = session.scenario()
    start = session.player.past.marks[0].position.situation
    engine = Engine(start.topology, seed=scenario.seed, load=start.load)
    situation = start

    def advance(to_ns: int) -> None:
        while engine.advance(to_ns) is Stop.BUDGET:
            pass

    moments: list[tuple[int, int, Recorded | None]] = [(at_ns, 1, None) for at_ns in times_ns]
    moments += [(one.at_ns, 0, one.action) for one in session.record.journal]
    prints = {}
    for at_ns, _, action in sorted(moments, key=lambda moment: moment[:2]):
        advance(at_ns)
        if action is None:
            prints[at_ns] = engine.fingerprint()
            continue
        situation = carry_out(situation, action).after
        if isinstance(action, AnyFault):
            engine.fault(action)
        elif isinstance(action, SetLoad):
            engine.set_load(action.factor)
        elif not isinstance(action, MoveNode | RenameNode):
            engine.edit(situation.topology)
    return prints


async def run_to(watcher: Watcher, at_s: float, speed: float | None = 40.0) -> None:
    """Run past a time, then stop; the faster, the further past."""
    session = watcher.session
    session.submit(SetSpeed(speed=speed))
    session.submit(Resume())
    await watcher.until(lambda frame: frame["t"] > at_s)
    session.submit(Pause())
    await watcher.until(lambda frame: not frame["running"])


async def do(watcher: Watcher, *actions: Recorded) -> None:
    """Do these now, and see that the run has them."""
    for action in actions:
        assert watcher.session.submit(action).accepted
    await watcher.until(lambda _: not watcher.session.record.pending)


async def seek(watcher: Watcher, at_s: float) -> float:
    """Go to a time and wait for the frame of it; how many wall seconds that took."""
    session = watcher.session
    started_s = time.monotonic()
    session.submit(Seek(at_s=at_s))
    goal_s = session.player.now_ns / S
    await watcher.until(lambda frame: not frame["seeking"] and frame["t"] == goal_s)
    return time.monotonic() - started_s
