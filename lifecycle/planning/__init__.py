"""People and accounts become a plan: pure, deterministic, hashed."""
