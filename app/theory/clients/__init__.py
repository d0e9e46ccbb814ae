"""Clients in theory: offered load, closed loops, retries, and response times end to end."""
