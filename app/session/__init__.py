"""Sessions: one live run each, its clock, its journal with undo, and everyone who watches it."""
