"""The dns kind: its spec (data), behaviour (kernel), icon and guides."""
