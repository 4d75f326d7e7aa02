"""Certificates: a proof's obligations in one file that any solver can check.

Nothing here needs z3: `file` is the format, `shape` what a proof must consist of, `second` asks
cvc5, `binding` compares with the model or with what is pinned, `verify` does all of it in turn.
Who has the terms writes certificates with `checker.smt.certificate`.
"""
