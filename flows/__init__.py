"""Prefect flows: order, parameters, gates."""
