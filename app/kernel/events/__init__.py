"""The event queue: what happens next, in the order of time and serial number."""
