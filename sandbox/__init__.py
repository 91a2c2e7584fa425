"""A real domain controller and a simulated HaloITSM on one loopback address: for the demo, for tests, for newcomers.

``python -m sandbox up``; nothing of the product imports this package.
"""
