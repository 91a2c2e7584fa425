"""What one file says of another: names, fields and macros are resolved before any network call."""
