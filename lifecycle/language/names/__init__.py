"""Naming formats: how names are built, and which comes next."""
