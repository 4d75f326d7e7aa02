"""A second, independent reading of the specification: an executable reference implementation.

Real signatures, VRFs and erasure coding; no code shared with `model`, no solver.  The two are
compared step by step in `checker.conformance`, and only there.
"""
