"""File servers over SMB 3."""
