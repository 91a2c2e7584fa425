"""Mailboxes and what can be asked of Exchange: pure values, no server."""
