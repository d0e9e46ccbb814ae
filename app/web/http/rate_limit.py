"""Rate limit of an address: a bucket of tokens for each, refilled with time."""

from __future__ import annotations

import time
from collections import OrderedDict

from app.web.http.refusal import too_many_refused

ADDRESSES_MAX = 10_000

REFUSED_BURST = 30
REFUSED_PER_S = 0.5
"""Links and documents of one address that are read only to be refused: at once, and then."""


class Rates:
    """At most `burst` at once and `per_s` a second in the long run, for each address."""

    def __init__(self, burst: int, per_s: float) -> None:
        self._burst, self._per_s = burst, per_s
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allow(self, address: str) -> bool:
        """Return whether `address` may do it once more now; if so, that is counted."""
        tokens, now_s = self._tokens(address)
        self._left.pop(address, None)
        allowed = tokens >= 1.0
        self._left[address] = (tokens - 1.0 if allowed else tokens, now_s)
        while len(self._left) > ADDRESSES_MAX:
            self._left.popitem(last=False)
        return allowed

    def spent(self, address: str) -> bool:
        """Return whether `address` may not do it now; nothing is counted."""
        return self._tokens(address)[0] < 1.0

    def _tokens(self, address: str) -> tuple[float, float]:
        """Return what an address has left, and the time."""
        now_s = time.monotonic()
        tokens, at_s = self._left.get(address, (float(self._burst), now_s))
        return min(self._burst, tokens + (now_s - at_s) * self._per_s), now_s


class Refusals:
    """Links and documents that were refused: reading them costs time, so not too many in a row."""

    def __init__(self) -> None:
        self._rates = Rates(REFUSED_BURST, REFUSED_PER_S)

    def check(self, address: str) -> None:
        """Raise a Refusal (429) for an address that has sent too many of them lately."""
        if self._rates.spent(address):
            raise too_many_refused()

    def count(self, address: str) -> None:
        """Count one that was refused."""
        self._rates.allow(address)
