"""Page parts: the further requests of a browser after its first answer, and their connections."""

import pytest

from app.schema import Value
from app.theory.analysis import analyse
from app.topology.model import Topology
from tests.support.drawings import drawing, link, users, web
from tests.support.runs import Run


def pages(rate: float, parts: int, /, **client: Value) -> Topology:
    """Users of pages, on a server whose answers all take 20 ms, 50 ms away."""
    return drawing(
        users(rate, **{"subrequests": parts, "write_share": 0.0, **client}),
        web(service_ms=20.0, distribution="constant", cores=1000),
        link("users-1", "web-1", 50.0),
    )


@pytest.mark.parametrize("parts", [0, 1, 6, 20])
def test_every_page_is_followed_by_its_parts(parts: int) -> None:
    run = Run(pages(50.0, parts)).to(10.0)
    window = run.watch(100.0)
    assert window.failed == 0
    assert window.offered == pytest.approx(50 * 100 * (1 + parts), rel=0.06)
    theory = analyse(run.engine.topology)
    assert theory.offered_rps == pytest.approx(50 * (1 + parts))
    assert window.node("web-1")["rps"] == pytest.approx(theory.offered_rps, rel=0.06)
    # After the load has ended everything that was begun is ended too.
    run.engine.set_load(0.0)
    assert run.on(5.0).read().in_flight == 0


def test_parts_are_reads_whatever_the_page_was() -> None:
    window = Run(pages(100.0, 3, write_share=50.0)).to(10.0).watch(100.0)
    server = window.node("web-1")
    assert server["writes"] == pytest.approx(50.0, rel=0.06)
    assert server["reads"] == pytest.approx(50.0 + 300.0, rel=0.06)


@pytest.mark.parametrize(("parts", "rounds"), [(6, 1), (7, 2), (12, 2), (13, 3)])
def test_at_most_six_parts_of_a_page_are_in_flight(parts: int, rounds: int) -> None:
    """One page, by hand: each round of parts takes a round trip and the server's time."""
    run = Run(pages(0.02, parts), seed=3)
    while run.read().offered == 0:
        run.engine.step()
    began_s, most = run.now_s, 0
    while run.read().completed < 1 + parts:
        run.engine.step()
        most = max(most, run.read().in_flight)
        assert run.now_s < began_s + 1.0
    assert most == 6
    assert run.now_s - began_s == pytest.approx((1 + rounds) * 0.12 - 0.05, abs=1e-6)


def test_the_connection_of_the_page_is_reused_for_its_parts() -> None:
    """With TCP and TLS, 3 x 100 ms and the server for the page, and for what five of the first six
    parts need; one part goes over the page's connection, and so do those that follow on each.
    """
    drawn = pages(20.0, 12, connection_reuse_percent=0.0)
    found = Run(drawn).to(60.0).summary()["latency_ms"]["mean"]
    slow, fast = 320.0, 120.0
    assert found == pytest.approx((6 * slow + 7 * fast) / 13, rel=0.01)


def test_a_failed_page_has_no_parts_and_a_failed_part_is_one_failed_request() -> None:
    run = Run(pages(50.0, 5)).to(10.0).crash("web-1").on(1.0)
    window = run.watch(20.0)
    assert window.offered == pytest.approx(50 * 20, rel=0.15)
    assert window.failures == {"refused": window.failed}
    again = run.heal("web-1").on(1.0).watch(20.0)
    assert again.failed == 0
    assert again.offered == pytest.approx(50 * 20 * 6, rel=0.15)
    gone = run.crash("users-1").on(2.0).watch(5.0)
    assert gone.offered == 0
    assert run.read().in_flight == 0
