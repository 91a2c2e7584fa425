"""Prefect blocks: secrets in, client out."""
