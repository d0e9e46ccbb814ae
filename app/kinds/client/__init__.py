"""The client kind: its spec (data), behaviour (kernel), icon and guides."""
