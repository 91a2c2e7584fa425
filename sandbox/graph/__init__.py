"""A simulated Microsoft Graph over real HTTPS: one tenant, stateful, with the refusals and the faults of the real one.

Run it with ``python -m sandbox.graph``; drive it with :class:`sandbox.graph.client.SandboxGraph`.
"""
