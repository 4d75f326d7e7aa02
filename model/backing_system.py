"""The system *backing*: one parachain, its group, and what they put before the relay chain.

The environment is free in how large the group is and how many of it are faulty, what each block is
worth at each relay parent, whom collators reach, who lags behind, who authors a relay block, when a
pending candidate is settled.  Faulty members, and all validators outside the group, sign anything.

Honest members are alike, and so are faulty ones: the faulty ones are the first of the group, the
group the first of the validators, and every validator outside is taken to be faulty, as an honest
one signs nothing (argued, not checked: permuting validators permutes the runs).

A candidate is a place that a collator may give to a new block in any relay block.  Relay parents
before the last are as the last: `BEFORE` stands for all of them.  Where statements name their
relay parent, one that comes late is as one that came before the relay block, so that validators who
lag behind are left out, and so is what is said against a block of an earlier relay parent.
"""

from collections.abc import Mapping
from typing import Any

from . import backing
from .backing import BEFORE, BLOCK, CURRENT, READINGS, is_honest_member
from .config import Config, Rules
from .language import (
    Action,
    And,
    Array,
    Bool,
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
)

SECTION = "§1.4"
SUMMARY = "statements of a parachain's validators: seconded, backable, backed, disputed"

REMEMBERED = ("passed_over",)

VARIANTS = {
    "backing_threshold": ("majority", "two_thirds"),
    "escalation": ("disagreement", "announcement"),
}

INSTANCES: Mapping[str, Mapping[str, int]] = {
    "tiny": dict(max_validators=3, candidates=1),
    "rivals": dict(max_validators=2, candidates=2),
    "small": dict(max_validators=5, candidates=1),
}


def configure(sizes: Mapping[str, int], rules: Rules) -> Config:
    """The sorts; relay parents before the current one only where something depends on them."""
    named = rules.amended("statements-name-relay-parent")
    lapsed = rules.amended("proposals-lapse") and rules.amended("candidate-on-parent")
    derived = dict(
        validator=Index("validator", sizes["max_validators"]),
        candidate=Index("candidate", sizes["candidates"]),
        parent=Index("parent", 1 if named else 2),
        pool=Index("pool", 2 if named and not lapsed else 1),
    )
    return Config(sizes, rules, VARIANTS, derived)


def storage(cfg: Config):
    """What the parachain's validators and the relay chain know."""
    open_readings = {f: Bool for a, f in READINGS.items() if not cfg.amended(a)}
    return dict(
        members=Nat(cfg.max_validators),  # the group: the validators below
        faulty=Nat(cfg.max_validators),  # the first of them
        block=Array(cfg.candidate, Array(cfg.parent, BLOCK)),
        held=Array(cfg.candidate, Set(cfg.validator)),  # who has the block
        signed=Array(cfg.candidate, Array(cfg.pool, Set(cfg.validator))),
        against=Array(cfg.candidate, Set(cfg.validator)),
        disputed=Set(cfg.candidate),
        honest_author=Bool,  # of the relay block that is being built
        backed=Record(some=Bool, candidate=cfg.candidate, backers=Set(cfg.validator)),
        passed_over=Bool,  # whether an honest author's last block could have had a proposal
        **({"reading": Record(**open_readings)} if open_readings else {}),
    )


def genesis(s: State, size, corrupt, worth, honest, **readings):
    """Somebody is assigned, nobody has said anything; each open reading is chosen for good."""
    for flag, taken in readings.items():
        setattr(s.reading, flag, taken)
    s.assume(corrupt <= size)
    s.members, s.faulty, s.block, s.honest_author = size, corrupt, worth, honest


def collate(s: State, c, to):
    """§2.3/inclusion-pipeline.3, §2.3/lifecycle.1: a collator puts a block to a validator."""
    s.held[c][to] = True


def validate(s: State, v, c, parent):
    """§1.4/description.1: an honest member validates a block and announces the result, once."""
    s.assume(And(is_honest_member(s, v), s.held[c][v]))
    if s.cfg.amended("statements-name-relay-parent"):
        s.assume(Not(Or(s.signed[c][CURRENT][v], s.against[c][v])))
    backing.primary_validation_announcement(s, v, c, parent)


def misbehave(s: State, v, c, valid):
    """A faulty member, or a validator of another group, signs what it likes."""
    s.assume(Not(is_honest_member(s, v)))
    with s.when(valid):
        s.signed[c][CURRENT][v] = True
    with s.when(Not(valid)):
        s.against[c][v] = True
    backing.keep_track(s, c)


def include(s: State, c, pool, bits):
    """§2.3/inclusion-pipeline.5.1: the author notes a candidate."""
    backing.include_parachain_proposal(s, c, pool, bits)


def relay_block(s: State, renewed, worth, honest, settled):
    """A relay block ends and the next begins; what was pending may be settled there.

    §2.3/inclusion-pipeline.7.  What the state is worth for a block can change with it.
    """
    cfg, missed = s.cfg, And(s.honest_author, backing.passed_over(s))
    may = backing.reads(s, "backable-candidate-included")
    s.assume(Or(may, Not(missed)))
    s.passed_over = missed
    s.assume(Implies(settled, s.backed.some))
    pending = lambda c: And(s.backed.some, s.backed.candidate == c, Not(settled))  # noqa: E731
    s.assume(forall(cfg.candidate, lambda c: Not(And(renewed[c], pending(c)))))
    with s.when(settled):
        s.backed = {}
    for c in cfg.candidate:
        _next_parent(s, c, renewed[c], worth[c])
    s.honest_author = honest


def _next_parent(s, c, renewed, worth):
    """What was said at the current relay parent was said at an earlier one from now on."""
    cfg = s.cfg
    nobody = cfg.validator.set(lambda _v: False)
    if len(cfg.pool) > 1:
        s.signed[c][BEFORE] = s.signed[c][CURRENT]
    if cfg.amended("statements-name-relay-parent"):
        s.signed[c][CURRENT], s.against[c] = nobody, nobody
    if len(cfg.parent) > 1:
        s.block[c][BEFORE] = s.block[c][CURRENT]
    s.block[c][CURRENT] = worth
    with s.when(renewed):
        s.held[c], s.against[c], s.disputed[c] = nobody, nobody, False
        for pool in cfg.pool:
            s.signed[c][pool] = nobody


def system(cfg: Config) -> System:
    """§1.4 and its part of §2.3, for one parachain."""
    readings: dict[str, Any] = {f: Bool for a, f in READINGS.items() if not cfg.amended(a)}
    v, c, parent = cfg.validator, cfg.candidate, cfg.parent
    return System(
        "backing",
        cfg,
        storage(cfg),
        Action(
            genesis,
            **readings,
            size=Nat(cfg.max_validators),
            corrupt=Nat(cfg.max_validators),
            worth=Array(c, Array(parent, BLOCK)),
            honest=Bool,
        ),
        [
            Action(collate, actor="collator", c=c, to=v),
            Action(validate, actor="validator", v=v, c=c, parent=parent),
            Action(misbehave, actor="adversary", v=v, c=c, valid=Bool),
            Action(include, actor="author", c=c, pool=cfg.pool, bits=Set(v)),
            Action(
                relay_block,
                actor="author",
                renewed=Set(c),
                worth=Array(c, BLOCK),
                honest=Bool,
                settled=Bool,
            ),
        ],
    )
