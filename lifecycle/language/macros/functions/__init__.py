"""The functions that a macro may call as ``fx``: text in, text out, pure; one file a theme."""
