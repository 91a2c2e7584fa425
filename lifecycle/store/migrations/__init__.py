"""Migrations of the state store, run by :func:`lifecycle.store.schema.migrate` and by nothing else.

A revision is written by hand in ``versions/``: literal tables (never those of :mod:`lifecycle.store.tables`, which
move on), one way up and no way down: state is never thrown away, a backup is the way back.
"""
