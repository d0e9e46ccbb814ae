"""The rate_limiter kind: its spec (data), behaviour (kernel), icon and guides."""
