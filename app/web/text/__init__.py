"""Texts of the page in every language."""
