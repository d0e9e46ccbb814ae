"""The event loop: the one place that knows every kind's behaviour."""
