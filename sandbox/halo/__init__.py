"""A simulated HaloITSM over real HTTP: stateful, with the quirks and the faults of the real one.

Run it with ``python -m sandbox.halo``; drive it with :class:`sandbox.halo.client.SandboxHalo`.
"""
