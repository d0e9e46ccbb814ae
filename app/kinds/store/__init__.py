"""The store kind: its spec (data), behaviour (kernel), icon and guides."""
