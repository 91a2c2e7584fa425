"""What can be done to an account, one file an action."""
