"""A simulated Exchange: one organisation behind Exchange Online's admin API and behind a server's remote PowerShell.

Run it with ``python -m sandbox.exchange``; drive it with :class:`sandbox.exchange.client.SandboxExchange`.
"""
