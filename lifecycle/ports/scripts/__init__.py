"""Custom scripts on this machine: an allowed folder, one process tree a run, and nothing left behind. Linux only."""
