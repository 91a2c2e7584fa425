"""Home folders: their paths, what may be asked of them, and what a copy must be equal in. No input or output."""
