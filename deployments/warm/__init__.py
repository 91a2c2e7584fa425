"""Runs that begin at once: forked from a process that has loaded everything they need."""
