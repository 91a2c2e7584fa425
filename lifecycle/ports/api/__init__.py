"""HaloITSM, read over its REST API: token, pacing, pages, and the proof that a read is complete."""
