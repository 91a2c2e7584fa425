"""Macros: syntax, meaning, places, functions."""
