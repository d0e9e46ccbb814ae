"""Reasons of recent failures, as the page of a live session shows them."""

import pytest

from app.actions import Crash, Heal, Reset, Seek
from app.session.explain.failed_requests import Reason
from app.session.session import Session
from tests.session.conftest import Watcher, alive

pytestmark = pytest.mark.anyio


def reasons(session: Session, node: str = "", count: int = 3) -> tuple[Reason, ...]:
    return session.reasons.of(node, session.player.now_ns, count)


async def failing(session: Session, watcher: Watcher) -> tuple[Reason, ...]:
    """Crash a web server, and wait until requests that met it are known."""
    session.submit(Crash(node="web-1"))
    await watcher.until(lambda _: bool(reasons(session, "web-1")))
    return reasons(session, "web-1")


async def test_a_failure_comes_with_the_sender_s_belief_and_the_fault(session: Session) -> None:
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 0.5)
        assert reasons(session) == ()
        for one in await failing(session, watcher):
            assert one.node == "web-1"
            assert one.causes[0].kind == "outcome"
            fault = one.causes[-1]
            assert (fault.kind, fault.code, fault.node) == ("fault", "crash", "web-1")
            assert fault.since_ns is not None
            assert fault.since_ns <= one.at_ns <= session.player.now_ns


async def test_failures_of_a_node_are_listed_newest_first(session: Session) -> None:
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 0.5)
        found = await failing(session, watcher)
        assert list(found) == sorted(found, key=lambda one: -one.at_ns)
        assert reasons(session, "web-2") == ()
        assert len(reasons(session, "", 1)) == 1


async def test_a_new_run_has_no_failures(session: Session) -> None:
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 0.5)
        await failing(session, watcher)
        session.submit(Heal(node="web-1"))
        session.submit(Reset())
        await watcher.until(lambda frame: frame["t"] < 0.4)
        assert reasons(session) == ()


async def test_going_back_hides_later_failures_and_a_branch_forgets_them(session: Session) -> None:
    """Going back shows what had failed then; acting there forgets what came later."""
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 2.0)
        await failing(session, watcher)
        session.submit(Seek(at_s=1.0))
        await watcher.until(lambda frame: frame["past"] and not frame["seeking"])
        assert reasons(session) == ()
        assert session.reasons.of("", 10**12, 3)
        session.submit(Crash(node="db-2"))
        assert session.reasons.of("web-1", 10**12, 3) == ()
