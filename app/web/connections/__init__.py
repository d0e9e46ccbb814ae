"""Connections: how many there may be and how silent, and how large a request's head."""
