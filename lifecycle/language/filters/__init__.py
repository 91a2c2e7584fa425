"""Filters: their models, and asking them of one record or of a frame."""
