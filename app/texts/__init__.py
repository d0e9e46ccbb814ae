"""Sentences for people in every language: messages, catalogues, numbers, and their upkeep."""
