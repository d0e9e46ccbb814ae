"""Errors of a database, kept apart from the SQL library, which is slow to import."""


class StoreError(Exception):
    """The database cannot be used, or not right now; the message says why, without the URL."""
