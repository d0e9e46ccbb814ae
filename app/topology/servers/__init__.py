"""Servers behind a drawing: how many, on which machines, at what cost, and which of them are up."""
