"""The model's scope beyond single kinds: links, faults, groups, time and what is measured."""

from __future__ import annotations

from typing import Final

from app.kinds.scope import ScopeRow
from app.texts.text import Text

SCOPE: Final = (
    ScopeRow(
        Text("Links"),
        Text(
            "A constant latency each way. Lost messages wait for TCP's retransmission (0.2 s, "
            "doubling)."
        ),
        Text(
            "Bandwidth, jitter, fast retransmit. What a link carries when it is cut gets through; "
            "only what sets out later does not."
        ),
        "RFC 6298; Linux, TCP_RTO_MIN and tcp_retries2",
        ("latency_ms",),
    ),
    ScopeRow(
        Text("Addresses and networks"),
        Text("Public and private addresses; private networks that peer or lead out through a NAT."),
        Text("Firewalls, transitive peering."),
        "Amazon VPC peering guide",
        (),
    ),
    ScopeRow(
        Text("Faults"),
        Text(
            "Nodes crash, hang or slow down; links are cut either way, lose messages or take "
            "longer; alone or as a machine, zone or region, for a while or until healed."
        ),
        Text(
            "Data corruption, clocks that differ. The news of a failure that meets a cut link or a "
            "hanging node is lost, not delayed. A node that hangs leaves its machine's cores to "
            "the others."
        ),
        "Gunawi et al., Fail-slow at scale (2018)",
        (),
    ),
    ScopeRow(
        Text("Answers on their way back"),
        Text(
            "An answer is counted when the last server is done, and its way back is added to the "
            "latency. If a node on that way has crashed in between, the request is lost."
        ),
        Text("A write whose answer waits in a node that hangs counts as not acknowledged."),
        "",
        (),
    ),
    ScopeRow(
        Text("Time and randomness"),
        Text(
            "Whole nanoseconds, events in the order of time and serial number; draws that depend "
            "on seed, client, request and visit only, so that an unrelated node changes nothing."
        ),
        None,
        "L'Ecuyer, Random number generation; Law, Simulation Modeling and Analysis",
        (),
    ),
    ScopeRow(
        Text("Costs"),
        Text("Machines per month, at rounded teaching prices of 2026."),
        Text("Traffic, storage, discounts."),
        "",
        (),
    ),
)
