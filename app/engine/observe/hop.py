"""A hop: one step of a sampled request."""

from __future__ import annotations

from typing import NamedTuple


class Hop(NamedTuple):
    """One hop of a sampled request. A failure has a node instead of a link, and an outcome; so have
    the answer, which is `last`, and a visit, the time in which a node works on it; both are `ok`.
    A visit of no length to its users is where it sets out.
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
    """Node where the request stood, or was on its way to; a client that gives up is elsewhere."""
    attempt: int = 0

    @property
    def visits(self) -> bool:
        """True for a node's work on a request, and where it sets out."""
        return self.ok and not self.link and not self.last
