"""Links: latency, and messages that are late or lost."""
