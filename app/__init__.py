"""Loadground: an architecture playground backed by a discrete-event simulation."""
