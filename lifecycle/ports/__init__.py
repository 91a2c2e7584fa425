"""What the outside offers, each with its own adapter."""
