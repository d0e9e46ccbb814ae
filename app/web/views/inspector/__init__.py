"""View models of the inspector: forms, machine, groups, theory, and several nodes at once."""
