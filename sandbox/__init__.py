"""A real domain controller, a simulated HaloITSM and a simulated Microsoft 365 on one loopback address.

For the demo, for tests, for newcomers.

``python -m sandbox up``; nothing of the product imports this package.
"""
