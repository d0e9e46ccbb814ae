"""Compiled behaviour of the kind `store`."""
