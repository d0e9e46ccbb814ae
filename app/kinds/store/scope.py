"""The model's scope: what of stores is modelled, as what, and what is not."""

from __future__ import annotations

from typing import Final

from app.kinds.scope import ScopeRow
from app.texts.text import Text

SCOPE: Final = (
    ScopeRow(
        Text("Families"),
        Text(
            "Key-value nodes that share the keys, documents, rings of wide-column nodes, graphs; "
            "each answers pages at its own price."
        ),
        Text(
            "Documents and graphs are not replicated. Nodes asked by key are outside connection "
            "pools and circuit breakers."
        ),
        "DeCandia et al., Dynamo (2007); Lakshman and Malik, Cassandra (2010)",
        (
            "family",
            "read_ms",
            "write_ms",
            "cores",
            "queue_limit",
            "keys",
            "zipf",
            "distribution",
            "scv",
            "discipline",
        ),
    ),
    ScopeRow(
        Text("Copies and quorums"),
        Text(
            "N copies on a ring, R and W answers, stale reads when R + W is at most N, hinted "
            "hand-off at a rate, read repair."
        ),
        Text(
            "A ring keeps only the newest hint of a key, and a read repairs those only whose "
            "answers it has waited for; nothing else does. A member that hangs gets its writes "
            "late, not as hints."
        ),
        "Apache Cassandra, hints and read repair",
        ("copies", "read_copies", "write_copies", "read_repair", "hint_window_s", "hint_rate"),
    ),
    ScopeRow(
        Text("Restart and resize"),
        Text("A node that comes back needs its boot time; a resize is live or a restart."),
        None,
        "",
        ("boot_s", "resize_restarts"),
    ),
)
