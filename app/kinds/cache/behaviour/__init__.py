"""Compiled behaviour of the kind `cache`."""
