"""YAML files as nodes with their places."""
