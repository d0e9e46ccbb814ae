"""Data in a World: logs of database groups, copies in rings, caches, and keys that reads follow."""
