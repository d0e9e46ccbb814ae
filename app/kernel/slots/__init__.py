"""Slots of requests in flight, and the resources that each of them holds."""
