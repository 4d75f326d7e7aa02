"""The specification as transition systems: one file per section, in the order of its steps.

A model imports z3 and its own language, nothing else; what is claimed about it stands in
`properties`, how it is searched in `checker`.
"""
