"""The web: pages, partials, the event stream, and what keeps them safe."""
