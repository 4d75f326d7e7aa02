"""The system *pipeline*: §2.3 relay block by relay block, on one fork of the relay chain.

The environment is free in what the section does not decide: which blocks collators make and on
which parent, how far a candidate gets before it is noted, what availability votes say, what
checkers report and what an escalation finds.  It is bound in this: what times out or is decided in
a relay block is so before the next one begins.
"""

from collections.abc import Mapping
from typing import Any

from . import pipeline
from .config import Config, Rules
from .language import (
    Action,
    And,
    Bool,
    If,
    Index,
    Nat,
    Not,
    Or,
    State,
    System,
    exists,
    forall,
)
from .pipeline import (
    ACCEPTED,
    BACKABLE,
    CANDIDATE,
    DISCARDED,
    ENDED,
    FREE,
    GONE,
    PENDING,
    PRODUCED,
    READINGS,
    SECONDED,
    SETTLED,
    at,
    is_due,
    is_in,
    storage,
)

SECTION = "§2.3"
SUMMARY = "the path of a candidate from a collator to approval, on one fork"

VARIANTS = {
    "candidate_from": ("produced", "put_forward"),
    "rejection": ("descendants", "rollback"),
}

INSTANCES: Mapping[str, Mapping[str, int]] = {
    "tiny": dict(  # one para, a block and its child, or rivals
        paras=1,
        candidates=2,
        group=2,
        availability_timeout=1,
        secondary_checking_window=1,
        extension=1,
    ),
    "paras": dict(  # two paras
        paras=2,
        candidates=2,
        group=2,
        availability_timeout=1,
        secondary_checking_window=1,
        extension=1,
    ),
    "small": dict(  # the first of two paras has room for a rival or a child
        paras=2,
        candidates=3,
        group=2,
        availability_timeout=1,
        secondary_checking_window=1,
        extension=1,
    ),
}


def configure(sizes: Mapping[str, int], rules: Rules) -> Config:
    """The configuration of an instance; candidate c belongs to para c % paras."""
    candidates, paras = sizes["candidates"], sizes["paras"]
    window = sizes["secondary_checking_window"] + sizes["extension"]
    derived = dict(
        candidate=Index("candidate", candidates),
        para=Index("para", paras),
        para_of=lambda c: c % paras,
        block=Nat(candidates + 1),  # settled, gone, or a candidate
        age_bound=max(sizes["availability_timeout"], window) + 1,
    )
    return Config(sizes, rules, VARIANTS, derived)


def genesis(s: State, **readings):
    """No candidate yet; each open reading is chosen once and for all."""
    for flag, taken in readings.items():
        setattr(s.reading, flag, taken)


def produce(s: State, c, early):
    """§2.3/inclusion-pipeline.2: a candidate on the head, or `early` on what is pending."""
    p = s.cfg.para_of(c)
    s.assume(is_in(s, c, FREE))
    s.assume(Or(Not(early), pipeline.pending(s, p)))
    parent = s.head[p]
    for d in s.cfg.candidate:
        parent = If(And(early, s.cfg.para_of(d) == p, is_in(s, d, PENDING)), at(d), parent)
    pipeline.produce(s, c, parent)


def put_forward(s: State, c):
    """§2.3/inclusion-pipeline.3: a collator reaches a validator assigned to its para."""
    s.assume(is_in(s, c, PRODUCED))
    pipeline.put_forward(s, c)


def attest(s: State, c):
    """§2.3/inclusion-pipeline.4: a validator of the group signs that a candidate is valid."""
    s.assume(is_in(s, c, CANDIDATE, SECONDED))
    pipeline.attest(s, c)


def deny(s: State, c):
    """§2.3/description.3.2: a validator signs that a candidate is invalid before it is included."""
    s.assume(And(is_in(s, c, SECONDED, BACKABLE, PENDING), Not(s.candidates[c].denied)))
    s.candidates[c].denied = True


def give_up(s: State, c):
    """§2.3/failure: a candidate gets no further on its way to the relay chain."""
    s.assume(is_in(s, c, PRODUCED, CANDIDATE, SECONDED, BACKABLE))
    pipeline.give_up(s, c)


def note(s: State, c):
    """§2.3/inclusion-pipeline.5.1: an author notes a candidate."""
    s.assume(is_in(s, c, SECONDED, BACKABLE, PENDING, DISCARDED))
    pipeline.note(s, c)


def include(s: State, c):
    """§2.3/inclusion-pipeline.8: there are enough votes of availability."""
    pipeline.include(s, c)


def discard(s: State, c):
    """§2.3/failure.4: there are not, and the timeout is reached."""
    pipeline.discard(s, c)


def report(s: State, c, valid):
    """§2.3/approval-process.2: a validator that selected itself has checked a block."""
    candidate = s.candidates[c]
    s.assume(Not(If(valid, candidate.reported_valid, candidate.reported_invalid)))
    pipeline.report(s, c, valid)


def conclude(s: State, c, invalid):
    """§2.3/approval-process.5: a window ends."""
    pipeline.conclude(s, c, invalid)


def next_block(s: State):
    """The next relay block, when everything that falls to this one has been done."""
    timeout = s.cfg.availability_timeout
    late = exists(
        s.cfg.candidate, lambda c: And(is_in(s, c, PENDING), s.candidates[c].age >= timeout)
    )
    s.assume(Not(late))
    s.assume(Not(exists(s.cfg.candidate, lambda c: is_due(s, c))))
    pipeline.next_block(s)


def forget(s: State, c):
    """A candidate that has ended is no longer kept; of accepted ones the oldest first."""
    accepted, parent = is_in(s, c, ACCEPTED), s.candidates[c].parent
    p = s.cfg.para_of(c)
    s.assume(Or(is_in(s, c, *ENDED), And(accepted, parent == SETTLED)))
    s.assume(Not(pipeline.disputed_still(s, c)))
    s.assume(Or(accepted, forall(s.cfg.para, lambda q: s.head[q] != at(c))))
    s.candidates[c] = {}
    for d in s.cfg.candidate:
        used = And(s.cfg.para_of(d) == p, d != c, _has_parent(s, d))
        with s.when(And(used, s.candidates[d].parent == SETTLED, accepted)):
            s.candidates[d].parent = GONE
        with s.when(And(used, s.candidates[d].parent == at(c))):
            s.candidates[d].parent = If(accepted, SETTLED, GONE)
    with s.when(s.head[p] == at(c)):
        s.head[p] = SETTLED


def _has_parent(s, d):
    return Not(is_in(s, d, FREE))


def system(cfg: Config) -> System:
    """§2.3 on one fork: blocks come from authors to inclusion, again and again, for many paras.

    §2.3/description.1.
    """
    c: dict[str, Any] = {"c": cfg.candidate}
    readings: dict[str, Any] = {f: Bool for a, f in READINGS.items() if not cfg.amended(a)}
    return System(
        "pipeline",
        cfg,
        storage(cfg),
        Action(genesis, **readings),
        [
            Action(produce, actor="collator", **c, early=Bool),
            Action(put_forward, actor="collator", **c),
            Action(attest, actor="group", **c),
            Action(deny, actor="group", **c),
            Action(give_up, actor="collator", **c),
            Action(note, actor="author", **c),
            Action(include, actor="runtime", **c),
            Action(discard, actor="runtime", **c),
            Action(report, actor="checkers", **c, valid=Bool),
            Action(conclude, actor="runtime", **c, invalid=Bool),
            Action(next_block, actor="author"),
            Action(forget, actor="runtime", **c),
        ],
    )


__all__ = ["INSTANCES", "VARIANTS", "configure", "storage", "system"]
