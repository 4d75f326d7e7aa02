"""Hand-made systems of under twelve lines, each for one thing that an engine can get wrong.

Every case says what must come out, in literal figures: states, steps, depth, and the verdict
on each property by name (with the length of its trace, where there is one).
"""

from __future__ import annotations

from tests.agreement import corpus_collections, corpus_ends, corpus_liveness, corpus_numbers
from tests.agreement.cases import CORPUS, Case

# importing them enters their cases
MODULES = (corpus_collections, corpus_ends, corpus_liveness, corpus_numbers)

__all__ = ["CORPUS", "MODULES", "Case"]
