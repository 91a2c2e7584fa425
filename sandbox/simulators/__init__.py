"""What the simulated HaloITSM, Graph and Exchange have in common: the server, the switches, the admin side, tokens."""
