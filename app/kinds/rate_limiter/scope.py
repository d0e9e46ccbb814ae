"""The model's scope: what of rate limiters is modelled, as what, and what is not."""

from __future__ import annotations

from typing import Final

from app.kinds.scope import ScopeRow
from app.texts.text import Text

SCOPE: Final = (
    ScopeRow(
        Text("Token bucket"),
        Text(
            "Tokens come evenly into a bucket of bounded size; each request takes one. A change "
            "of rate or size keeps the tokens that are there."
        ),
        Text("Limits per user or address, sliding windows, costs that differ by request."),
        "ITU-T I.371, generic cell rate algorithm; Envoy, local rate limit",
        ("rate", "burst"),
    ),
    ScopeRow(
        Text("Requests without a token"),
        Text(
            "Refused at once (429), or waiting in order, in a bounded queue and for a bounded "
            "time. A balancer takes a refusal for an answer: it neither retries it nor ejects the "
            "limiter for it."
        ),
        Text("A header that tells users when to try again."),
        "nginx, ngx_http_limit_req_module; RFC 6585, 429",
        ("when_empty", "queue_limit", "wait_max_s"),
    ),
    ScopeRow(
        Text("Place on the way"),
        Text(
            "Connections pass through it: its crash cuts them. Its targets get requests in turn. "
            "Deciding takes no time and no core."
        ),
        Text("Limiters inside a balancer or server; counts shared among several limiters."),
        "",
        ("exposure", "nat"),
    ),
)
