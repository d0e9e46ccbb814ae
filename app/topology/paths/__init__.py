"""Paths of requests: addresses they are sent to, links they take, nodes that all of them pass."""
