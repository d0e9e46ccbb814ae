"""Stations: servers with queues, first come first served or processor sharing."""
