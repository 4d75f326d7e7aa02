"""The commands, one module for each or a small group; imports in functions keep them light."""
