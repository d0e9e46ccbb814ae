"""Compiled behaviour of the kind `client`."""
