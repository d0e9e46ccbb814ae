"""Interventions between events: faults, recovery, draining, autoscaling."""
