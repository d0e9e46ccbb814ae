"""The cache kind: its spec (data), behaviour (kernel), icon and guides."""
