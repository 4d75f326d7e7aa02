"""§1.5-§1.7: coded pieces, their distribution, and votes on which blocks are available."""
