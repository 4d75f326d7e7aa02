"""The engines, the verdicts, the pictures and the command line.

Every engine reads the same terms of a `model.language` system; see `docs/architecture.md`.
"""
