"""The primitives of the engine, compiled or as plain Python, bit for bit the same."""
