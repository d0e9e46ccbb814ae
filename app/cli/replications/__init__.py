"""Commands that run a drawing many times: `sweep`, and `run --replications`."""
