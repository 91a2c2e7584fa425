"""Endpoints are read, proven complete and kept as snapshots."""
