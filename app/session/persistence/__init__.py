"""Persistence of sessions: what the store keeps of one, and the store in a thread of its own."""
