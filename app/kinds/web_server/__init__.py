"""The web_server kind: its spec (data), behaviour (kernel), icon and guides."""
