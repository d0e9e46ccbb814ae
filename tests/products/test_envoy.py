"""Envoy: its least request, and a retry that does not know where it has been."""

from __future__ import annotations

from app.actions import Silence
from app.schema import Value
from tests.support.drawings import drawing, link, node, users
from tests.support.runs import Run


def test_two_choices_are_two_servers() -> None:
    """Least request draws without replacement: of two servers the one that hangs gets nothing once
    it holds more than the other (load_balancers.rst).
    """
    chosen: dict[str, Value] = {"algorithm": "two_choices", "passive": "off"}
    drawn = drawing(
        users(400.0, write_share=0.0),
        node("load_balancer", "lb-1", "envoy", **chosen, check_interval_s=300.0),
        node("web_server", "web-1"),
        node("web_server", "web-2"),
        *(link("users-1", "lb-1"), link("lb-1", "web-1"), link("lb-1", "web-2")),
    )
    run = Run(drawn).to(2.0).fault(Silence(node="web-1")).on(1.0)
    assert run.watch(10.0).link_rps("lb-1_web-1") < 0.02 * 400.0
