"""Scenarios: the versioned document, the link that carries one, and the library of ready ones."""
