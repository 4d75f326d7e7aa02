"""§1.9 and §1.10: who checks a block again, how they get it, and what comes of what they find."""
