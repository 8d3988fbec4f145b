"""Answers questions about one statement, in its own words."""

__version__ = "0.1.0"
