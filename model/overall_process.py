"""§1.3 Overall process: the figure as a state machine of its own, for one block at a time.

Each validator of a group walks the figure by itself, from the block that a collator makes to one of
its three ends.  What it finds when it runs the parachain's runtime is the environment's choice,
as validators may be faulty.  The figure ends where a receipt is signed; what it says up to there
is what §1.4.1 and the lifecycle of §2.3 say of backing, and `stage` reads it that way.
"""

from collections.abc import Mapping

from .backing import is_backable
from .config import Config, Rules
from .language import (
    Action,
    And,
    Array,
    Bool,
    Enum,
    If,
    Index,
    Not,
    Or,
    Set,
    State,
    System,
    count,
    exists,
    forall,
)
from .pipeline import BACKABLE, CANDIDATE, FREE, PRODUCED, SECONDED

WAITING, RECEIVED, VALID, INVALID, SIGNED, GENERATED, BROADCAST = range(7)
PLACE = Enum("waiting received valid invalid signed generated broadcast")
ENDS = SIGNED, GENERATED, BROADCAST

SECTION = "§1.3"
SUMMARY = "the figure of the overall process, walked by each validator of a group"

INSTANCES: Mapping[str, Mapping[str, int]] = {
    "tiny": dict(group=2),
    "one": dict(group=1),
    "small": dict(group=5),
}


def configure(sizes: Mapping[str, int], rules: Rules) -> Config:
    """The configuration of an instance: how many validators are assigned to the parachain."""
    return Config(sizes, rules, {}, dict(validator=Index("validator", sizes["group"])))


def storage(cfg: Config):
    """Where each validator is in the figure, and who has seen a receipt of the block."""
    return dict(made=Bool, place=Array(cfg.validator, PLACE), seen=Set(cfg.validator))


def nothing(s: State):
    """No block yet."""


def generate_block(s: State):
    """§1.3/figure.1, §2.3/actor.2: the collator makes a block and its proof."""
    s.assume(Not(s.made))
    s.made = True


def send(s: State, v):
    """§1.3/figure.2, §2.3/description.3.1: the collator sends the proof to a validator."""
    s.assume(And(s.made, s.place[v] == WAITING))
    s.place[v] = RECEIVED


def run(s: State, v, valid):
    """§1.3/figure.3: the validator runs the parachain's runtime on it."""
    s.assume(s.place[v] == RECEIVED)
    s.place[v] = If(valid, VALID, INVALID)


def see(s: State, v):
    """A validator sees a receipt that another has made."""
    s.assume(And(Not(s.seen[v]), exists(s.cfg.validator, lambda w: s.place[w] == GENERATED)))
    s.assume(Not(ended(s, v)))
    s.seen[v] = True


def sign(s: State, v):
    """§1.3/figure.4: a valid block of which a receipt has been seen: sign it, end."""
    s.assume(And(s.place[v] == VALID, s.seen[v]))
    s.place[v] = SIGNED


def generate_receipt(s: State, v):
    """§1.3/figure.5: a valid block of which no receipt has been seen: make one, end."""
    s.assume(And(s.place[v] == VALID, Not(s.seen[v])))
    s.place[v] = GENERATED


def broadcast(s: State, v):
    """§1.3/figure.6: an invalid block: broadcast that, end."""
    s.assume(s.place[v] == INVALID)
    s.place[v] = BROADCAST


def next_block(s: State):
    """All have ended; the process begins again with another block."""
    s.assume(And(s.made, forall(s.cfg.validator, lambda v: ended(s, v))))
    s.made = False
    for v in s.each(s.cfg.validator):
        s.place[v] = WAITING
        s.seen[v] = False


def ended(s, v):
    """Whether a validator is at an end of the figure."""
    return Or([s.place[v] == end for end in ENDS])


def attests(s, v):
    """Whether a validator has signed the receipt.

    As written who makes a receipt ends without signing it; amended, making one signs it.
    """
    maker = And(s.cfg.amended("made-receipt-is-signed"), s.place[v] == GENERATED)
    return Or(s.place[v] == SIGNED, maker)


def attestations(s):
    """How many of the group have signed the receipt."""
    return count(s.cfg.validator, lambda v: attests(s, v))


def stage(s):
    """Where §2.3/lifecycle has the candidate meanwhile."""
    received = exists(s.cfg.validator, lambda v: s.place[v] != WAITING)
    seconded = exists(s.cfg.validator, lambda v: s.place[v] == GENERATED)
    backable = is_backable(attestations(s), s.cfg.group)
    reached = If(seconded, SECONDED, If(received, CANDIDATE, PRODUCED))
    return If(s.made, If(backable, BACKABLE, reached), FREE)


def system(cfg: Config) -> System:
    """The figure, for all validators of a group."""
    v = cfg.validator
    cfg.amended("made-receipt-is-signed")
    return System(
        "overall_process",
        cfg,
        storage(cfg),
        nothing,
        [
            Action(generate_block, actor="collator", fair="weak"),
            Action(send, actor="collator", v=v, fair="weak"),
            Action(run, actor="group", v=v, valid=Bool, fair="weak"),
            Action(see, actor="group", v=v),
            Action(sign, actor="group", v=v, fair="weak"),
            Action(generate_receipt, actor="group", v=v, fair="weak"),
            Action(broadcast, actor="group", v=v, fair="weak"),
            Action(next_block, actor="collator"),
        ],
    )
