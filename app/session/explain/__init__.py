"""Explanations in words: the timeline, causes of failures, fault messages."""
