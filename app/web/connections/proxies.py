"""Trusted proxies: addresses from which many people come through one peer."""

from __future__ import annotations

import ipaddress
from functools import lru_cache


class TrustedProxies:
    """The addresses and networks that the setting of that name lists, as uvicorn reads it."""

    def __init__(self, listed: str) -> None:
        names = [name.strip() for name in listed.split(",") if name.strip()]
        self._any = "*" in names
        self._names = frozenset(names)
        self._networks = [network for name in names if (network := _network(name)) is not None]
        self.include = lru_cache(1_000)(self._include)

    def _include(self, address: str) -> bool:
        """Tell whether `address` is a trusted proxy's."""
        if self._any or address in self._names:
            return True
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


def _network(name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(name)
    except ValueError:
        return None
