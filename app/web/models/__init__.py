"""Shapes of what requests bring and answers hold, as pydantic models."""
