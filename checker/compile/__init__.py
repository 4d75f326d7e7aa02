"""From z3 terms to machine code."""
