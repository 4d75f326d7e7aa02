"""Cryptography: encodings, signatures, verifiable randomness, and erasure-coded pieces."""
