"""A hop: one step of a sampled request."""

from __future__ import annotations

from typing import NamedTuple


class Hop(NamedTuple):
    """One hop of a sampled request. A failure has a node instead of a link, and an outcome; so has
    the answer, but it is `ok`.
    """

    request: int
    link: str
    node: str
    begins_ns: int
    ends_ns: int
    writes: bool
    ok: bool
    outcome: str = ""
    last: bool = False
    at: str = ""
    """Where the request stood, or was on its way to; a client that gives up is somewhere else."""
    attempt: int = 0
