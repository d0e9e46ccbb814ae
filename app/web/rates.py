"""How often one address may do something: a bucket of tokens for each, refilled with time."""

from __future__ import annotations

import time
from collections import OrderedDict

ADDRESSES_MAX = 10_000


class Rates:
    """At most `burst` at once and `per_s` a second in the long run, for each address."""

    def __init__(self, burst: int, per_s: float) -> None:
        self._burst, self._per_s = burst, per_s
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allow(self, address: str) -> bool:
        """Whether `address` may do it once more now; if so, that is counted."""
        now_s = time.monotonic()
        tokens, at_s = self._left.pop(address, (float(self._burst), now_s))
        tokens = min(self._burst, tokens + (now_s - at_s) * self._per_s)
        allowed = tokens >= 1.0
        self._left[address] = (tokens - 1.0 if allowed else tokens, now_s)
        while len(self._left) > ADDRESSES_MAX:
            self._left.popitem(last=False)
        return allowed
