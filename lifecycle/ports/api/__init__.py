"""Any HTTP API, read: authorization, host fence, pacing, pages, and the proof that a read is complete."""
