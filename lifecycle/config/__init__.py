"""The models of every configuration file, and their loader."""
