"""Prefect tasks: call the library, log counts."""
