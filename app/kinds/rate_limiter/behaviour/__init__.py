"""Compiled behaviour of the kind `rate_limiter`."""
