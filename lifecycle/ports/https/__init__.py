"""What the ports that speak HTTPS do alike: pacing, Retry-After, trust, an application's tokens, httpx's exceptions."""
