"""Validators, collators and an adversary on one forking relay chain, in one process.

Blocks are made and executed by the reference implementation, signatures are real, and everything
that is left to chance comes from one seed.
"""
