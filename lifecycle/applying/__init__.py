"""A plan becomes writes: lock, protection, drift, journal."""
