"""Traffic of a drawing: the streams from each node to the next, in steady state."""
