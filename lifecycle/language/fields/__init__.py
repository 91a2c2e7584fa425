"""Fields of records: selected, read into canonical text, inferred from samples."""
