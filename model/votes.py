"""§2.5.6 Inclusion: the votes for what is pending availability, and what they enact.

Read beside the section, in its order; a block is `process_bitfields`, one bitfield at a time, and
then `close_block`: the rest of §2.5.7/inclusion.  The environment is free in who votes for what in
the context of which block, in what times out, in what is backed, and in how many validators
the next session has.

A candidate is known by its core and the block in which it was backed, so a core that is freed and
occupied again in one block holds another candidate.  A bitfield is signed together with a block
(§1.7/description.4), and a bit of it is about the candidate pending in the state of that block
(§1.7/bit.1): `history` remembers those.  That the votes are counted, of any number of
validators, is said by `voter`: it numbers those who voted for what is pending, each once.

Variant `context`: whether a block takes bitfields made on any block before it (no check of the
section asks which), or on its parent only.
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
    Implies,
    Index,
    Nat,
    Not,
    Or,
    Record,
    Set,
    State,
    System,
    forall,
    parameter,
)

SIZES = ("blocks", "cores", "max_validators", "places")

VARIANTS = {"context": ("any_block", "parent")}


def configure(sizes: Mapping[str, int] | None, rules: Rules) -> Config:
    """Sorts of any size.

    No run leaves `blocks` and `places`: they have room for one more block, one more vote.  For
    every run there are sizes in which it has that.
    """
    numbers: Mapping[str, Any] = sizes or {name: parameter(name, 1) for name in SIZES}
    sorts = dict(
        height=Index("height", numbers["blocks"]),
        core=Index("core", numbers["cores"]),
        validator=Index("validator", numbers["max_validators"]),
        place=Index("place", numbers["places"]),
        tally=Nat(sizes["places"]) if sizes else Nat(),
        size=Nat(sizes["max_validators"]) if sizes else Nat(),
    )
    return Config({}, rules, VARIANTS, {**numbers, **sorts})


def storage(cfg: Config):
    """§2.5.6/storage, and what properties remember of votes and blocks."""
    return dict(
        now=cfg.height,  # the latest block, parent of the one that is being built
        validators=cfg.size,  # of the session; the first ones of the sort
        pending=Array(cfg.core, Record(some=Bool, backed_in=cfg.height)),
        availability_votes=Array(cfg.core, Set(cfg.validator)),
        tally=Array(cfg.core, cfg.tally),  # how many votes that are
        voter=Array(cfg.core, Array(cfg.place, cfg.validator)),  # whose they are, in order
        place=Array(cfg.core, Array(cfg.validator, cfg.place)),  # and at which place each is
        cast_for=Array(cfg.core, Array(cfg.validator, cfg.height)),  # the candidate that was meant
        history=Array(cfg.height, Array(cfg.core, cfg.height)),  # what was pending; 0 for nothing
        seen=Set(cfg.validator),  # who has a bitfield in this block
        enacted=Set(cfg.core),  # in the latest block
    )


def genesis(s: State, first):
    """Block 0, with the validators of the first session."""
    s.assume(first <= s.cfg.max_validators)
    s.validators = first


def session_change(s: State, new):
    """§2.5.6/session-change: pending candidates go, with them the votes; validators are others."""
    s.assume(forall(s.cfg.validator, lambda v: Not(s.seen[v])))
    s.assume(new <= s.cfg.max_validators)
    s.validators = new
    for c in s.each(s.cfg.core):
        _drop(s, c)


def _drop(s, c):
    """What is no longer pending has no votes."""
    s.pending[c] = {}
    s.tally[c] = 0
    for v in s.each(s.cfg.validator):
        s.availability_votes[c][v] = False
        s.place[c][v], s.cast_for[c][v] = 0, 0
    for p in s.each(s.cfg.place):
        s.voter[c][p] = 0


def process_bitfields(s: State, v, bits, signed_for):
    """§2.5.6/process_bitfields, one bitfield: of validator v, signed for a block of this chain.

    The number of bits is that of the cores (§2.5.6/process_bitfields.1), the signature is good
    (§2.5.6/process_bitfields.3).
    """
    s.assume(signed_for <= s.now)
    s.assume(forall(s.cfg.core, lambda c: s.tally[c] + 1 < s.cfg.places))
    s.require(v < s.validators, "UnknownValidator")
    s.require(Not(s.seen[v]), "DuplicateBitfield")  # §2.5.6/process_bitfields.2
    if s.cfg.variant("context") == "parent":
        s.require(signed_for == s.now, "BitfieldOfAnotherBlock")
    s.seen[v] = True
    # §2.5.6/process_bitfields.4.2
    regarded = forall(s.cfg.core, lambda c: Implies(bits[c], s.pending[c].some))
    for c in s.each(s.cfg.core):
        with s.when(And(regarded, bits[c], Not(s.availability_votes[c][v]))):
            _vote(s, c, v, s.history[signed_for][c])


def _vote(s, c, v, candidate):
    """§2.5.6/process_bitfields.5.1: the validator's bit is set; it was cast for a candidate."""
    s.availability_votes[c][v] = True
    s.cast_for[c][v] = candidate
    s.voter[c][s.tally[c]] = v
    s.place[c][v] = s.tally[c]
    s.tally[c] = s.tally[c] + 1


def is_available(votes, validators):
    """§2.5.6/process_bitfields.5.2: more than two thirds of the bits are set."""
    return 3 * votes > 2 * validators


def close_block(s: State, timed_out, backed):
    """§2.5.7/inclusion: enact what is available, drop what timed out, back new candidates.

    A core is freed before it is occupied again, in the same block.
    """
    s.assume(s.now + 1 < s.cfg.blocks)
    block = s.now + 1
    for c in s.each(s.cfg.core):
        available = And(s.pending[c].some, is_available(s.tally[c], s.validators))
        s.enacted[c] = available  # §2.5.6/process_bitfields.6
        with s.when(Or(available, timed_out[c])):  # §2.5.7/inclusion.1, §2.5.7/inclusion.2
            _drop(s, c)
        with s.when(And(backed[c], Not(s.pending[c].some))):
            s.pending[c] = dict(some=True, backed_in=block)  # §2.5.6/process_candidates.4
        s.history[block][c] = If(s.pending[c].some, s.pending[c].backed_in, 0)
    s.seen = set()
    s.now = block


def system(sizes: Mapping[str, int] | None, context: str = "any_block") -> System:
    """Votes on any number of cores; with None, of any number of validators and blocks."""
    cfg = configure(sizes, Rules(variants={"context": context}))
    return System(
        "votes",
        cfg,
        storage(cfg),
        Action(genesis, first=cfg.size),
        [
            Action(session_change, actor="runtime", new=cfg.size),
            Action(
                process_bitfields,
                actor="author",
                v=cfg.validator,
                bits=Set(cfg.core),
                signed_for=cfg.height,
            ),
            Action(close_block, actor="author", timed_out=Set(cfg.core), backed=Set(cfg.core)),
        ],
    )
