"""Compiled behaviour of the kind `database`."""
