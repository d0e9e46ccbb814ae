"""One migration each, in the order of their numbers."""
