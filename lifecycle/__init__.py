"""The library: everything that would be true without Prefect."""
