"""Exchange behind one port: Exchange Online, the organisation's own servers, and both together."""
