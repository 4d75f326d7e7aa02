"""Search through all reachable states."""
