"""Engines that ask a solver: bounded model checking by unrolling, over the same terms.

`bmc` is the entry; `unroll` makes the formulas, `bitvector` turns integers into bits.
"""
