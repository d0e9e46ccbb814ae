"""The load_balancer kind: its spec (data), behaviour (kernel), icon and guides."""
