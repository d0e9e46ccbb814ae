"""Open event streams by address, so that one address cannot take them all."""

from __future__ import annotations

from collections import Counter


class OpenStreams:
    """The number of streams that each address has open, and may have."""

    def __init__(self, most_per_address: int) -> None:
        self._most = most_per_address
        self._open: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Count a stream in; False if the address has as many as it may."""
        if self._open[address] >= self._most:
            return False
        self._open[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Count a stream out."""
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]
