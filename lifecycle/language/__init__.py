"""The language of the configuration: fields, filters, macros, naming formats."""
