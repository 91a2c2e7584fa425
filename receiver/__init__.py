"""Webhooks that HaloITSM sends become runs for the people they are about."""
