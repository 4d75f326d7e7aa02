"""The commands, one module for each or for a small group; imports inside functions keep them light."""
