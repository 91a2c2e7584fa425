"""Trying an endpoint or a webhook: one real call, shown in three views, and what is learnt of it put into its file."""
