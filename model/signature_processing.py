"""§1.7.1: the last vote of each validator, and the mask that says where its bits count.

Read beside the algorithm, in its order.  A candidate is known by its core and the block that it
came with; `history` remembers what was pending in the state of each block, as a bit is about that
(§1.7/bit.1).  The environment is free in who votes for what, in what is settled, and in what comes.
"""

from collections.abc import Mapping
from typing import Any

from .config import Config, Rules
from .language import (
    Action,
    And,
    Array,
    Bool,
    If,
    Index,
    Not,
    Or,
    Record,
    Set,
    State,
    System,
    parameter,
)

SIZES = ("blocks", "cores", "max_validators")

VARIANTS = {"mask": ("candidate_block", "none")}


def configure(sizes: Mapping[str, int] | None, rules: Rules) -> Config:
    """Sorts of any size; `blocks` has room for one more, as for every run some number has."""
    numbers: Mapping[str, Any] = sizes or {name: parameter(name, 1) for name in SIZES}
    sorts = dict(
        height=Index("height", numbers["blocks"]),
        core=Index("core", numbers["cores"]),
        validator=Index("validator", numbers["max_validators"]),
    )
    return Config({}, rules, VARIANTS, {**numbers, **sorts})


def storage(cfg: Config):
    """§1.7/description.3 for each core, the last votes, and what was pending behind each block."""
    return dict(
        now=cfg.height,
        pending=Array(cfg.core, Record(some=Bool, backed_in=cfg.height)),
        last=Array(cfg.validator, Record(some=Bool, block=cfg.height)),
        bits=Array(cfg.validator, Set(cfg.core)),
        history=Array(cfg.height, Array(cfg.core, cfg.height)),  # 0 for nothing
    )


def genesis(s: State):
    """Block 0: nothing is pending, nobody has voted."""


def vote(s: State, v, bitfield, block):
    """§1.7.1/alg-10.1: a vote for a later block of this chain than the last replaces that."""
    s.assume(block <= s.now)
    s.require(Or(Not(s.last[v].some), block > s.last[v].block), "VoteNotLater")
    s.last[v] = dict(some=True, block=block)
    s.bits[v] = bitfield


def counts(s, v, c):
    """§1.7.1/alg-10.3.2: whether the validator's bit is set and not masked.

    The mask for the block of the vote: the status is to be determined, and the candidate came in
    that block or before (§1.7.1/alg-10.2.3).
    """
    there = {
        "candidate_block": s.pending[c].backed_in <= s.last[v].block,
        "none": True,
    }[s.cfg.variant("mask")]
    return And(s.last[v].some, s.bits[v][c], s.pending[c].some, there)


def close_block(s: State, settled, backed):
    """§1.7.1/alg-10.5: available and unavailable candidates go, new ones come, in one block."""
    s.assume(s.now + 1 < s.cfg.blocks)
    block = s.now + 1
    for c in s.each(s.cfg.core):
        with s.when(settled[c]):
            s.pending[c] = {}
        with s.when(And(backed[c], Not(s.pending[c].some))):
            s.pending[c] = dict(some=True, backed_in=block)
        s.history[block][c] = If(s.pending[c].some, s.pending[c].backed_in, 0)
    s.now = block


def system(sizes: Mapping[str, int] | None, mask: str = "candidate_block") -> System:
    """Last votes on any number of cores; with None, of any number of validators and blocks."""
    cfg = configure(sizes, Rules(variants={"mask": mask}))
    return System(
        "signature_processing",
        cfg,
        storage(cfg),
        genesis,
        [
            Action(vote, actor="author", v=cfg.validator, bitfield=Set(cfg.core), block=cfg.height),
            Action(close_block, actor="author", settled=Set(cfg.core), backed=Set(cfg.core)),
        ],
    )
