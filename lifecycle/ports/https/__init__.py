"""What the ports that speak HTTPS do alike: pacing, pauses that a server asks for, trust, httpx's exceptions."""
