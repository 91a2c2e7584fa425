"""What happened becomes calls to other systems: frozen when it is settled, filled in when it is sent."""
