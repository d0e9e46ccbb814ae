"""Edits of a drawing: their shapes, how each is applied, and its inverse."""
