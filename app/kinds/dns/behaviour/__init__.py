"""Compiled behaviour of the kind `dns`."""
