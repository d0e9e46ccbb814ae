"""Choices of parameters in theory: those it knows, and reasons why no closed form holds."""
