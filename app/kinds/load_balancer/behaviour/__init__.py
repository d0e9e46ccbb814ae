"""Compiled behaviour of the kind `load_balancer`."""
