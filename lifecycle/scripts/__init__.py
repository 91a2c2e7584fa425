"""Custom scripts: what one is called with, what it answers, what its exit code means."""
