"""The store: sessions' documents in a database, so that their pages open again after a restart."""
