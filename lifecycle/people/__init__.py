"""Records become people: merge, validate, filter, map."""
