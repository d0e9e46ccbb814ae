"""The Census of connections: how many there are, from which address, and which must go for another.

A newcomer takes the place of a connection without a request: of its own address if that has as many
as it may, else of the address that has the most. So silent connections shut nobody out.
"""

from __future__ import annotations

from typing import Protocol

from app.web.connections.proxies import TrustedProxies


class Connection(Protocol):
    """A connection as the census sees it."""

    @property
    def busy(self) -> bool:
        """True while a request is being answered."""

    def drop(self) -> None:
        """End the connection now."""


class Census:
    """The open connections by address, oldest first."""

    def __init__(self, most: int, most_per_address: int, proxies: TrustedProxies) -> None:
        """Allow `most` connections, and `most_per_address` from each that is no trusted proxy."""
        self._most, self._most_per_address, self._proxies = most, most_per_address, proxies
        self._by_address: dict[str, dict[Connection, None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def enter(self, address: str, newcomer: Connection) -> bool:
        """Count a connection in; False if there is no room, since all others are being answered."""
        own = self._by_address.get(address, {})
        if len(own) >= self._most_per_address and not self._proxies.include(address):
            return self._replace(own, address, newcomer)
        if self._count >= self._most:
            crowds = sorted(self._by_address.values(), key=len, reverse=True)
            return any(self._replace(crowd, address, newcomer) for crowd in crowds)
        self._add(address, newcomer)
        return True

    def leave(self, address: str, gone: Connection) -> None:
        """Count a connection out; one that is not counted is left alone."""
        own = self._by_address.get(address, {})
        if gone in own:
            del own[gone]
            self._count -= 1
        if not own:
            self._by_address.pop(address, None)

    def _replace(self, crowd: dict[Connection, None], address: str, newcomer: Connection) -> bool:
        idle = next((one for one in crowd if not one.busy), None)
        if idle is None:
            return False
        place = next(name for name, own in self._by_address.items() if idle in own)
        self.leave(place, idle)
        idle.drop()
        self._add(address, newcomer)
        return True

    def _add(self, address: str, newcomer: Connection) -> None:
        self._by_address.setdefault(address, {})[newcomer] = None
        self._count += 1
