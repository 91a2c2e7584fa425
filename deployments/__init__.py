"""Runnable scripts around deployments."""
