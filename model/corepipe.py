"""The benchmark *corepipe*: cores are backed, voted for and freed, block by block.

Not a reading of the specification, but small, scalable work that every checker can be
measured on: `cores` and `validators`, a `timeout`, a `rotation` period, a `session` length, all
in blocks.  A core is freed when more than two thirds of the validators have voted, or when it
has waited for `timeout` blocks and the first `timeout - 1` blocks of a rotation period have begun.
"""

from collections.abc import Mapping

from .config import Config, Rules
from .language import (
    Action,
    And,
    Array,
    Bool,
    Index,
    Nat,
    Not,
    Or,
    Record,
    Set,
    State,
    System,
)

SECTION = ""
SUMMARY = "the benchmark: cores backed, voted for and freed, block by block"

INSTANCES: Mapping[str, Mapping[str, int]] = {
    name: dict(zip(("cores", "validators", "timeout", "rotation", "session"), sizes, strict=True))
    for name, sizes in {
        "tiny": (2, 3, 2, 4, 8),
        "small": (2, 4, 3, 4, 8),
        "medium": (3, 4, 3, 5, 15),
        "large": (3, 5, 3, 6, 12),
        "2-5-2-4-12": (2, 5, 2, 4, 12),
        "3-4-3-4-8": (3, 4, 3, 4, 8),
        "3-5-3-4-8": (3, 5, 3, 4, 8),
        "4-4-3-4-8": (4, 4, 3, 4, 8),
        "4-5-3-4-8": (4, 5, 3, 4, 8),
    }.items()
}


def configure(sizes: Mapping[str, int], rules: Rules) -> Config:
    """The configuration of an instance: its sizes and the sorts that follow from them."""
    core, validator = Index("core", sizes["cores"]), Index("validator", sizes["validators"])
    sorts = dict(core=core, validator=validator)
    return Config(sizes, rules, {}, sorts)


def storage(cfg: Config):
    """`t` counts blocks of the session; the age of a core may pass its bound by one, to be seen."""
    core = Record(occ=Bool, age=Nat(cfg.timeout + cfg.rotation + 1), votes=Set(cfg.validator))
    return dict(t=Nat(cfg.session - 1), core=Array(cfg.core, core))


def init(s: State) -> None:
    """All cores free, at the start of a session."""


def back(s: State, c) -> None:
    """A candidate occupies a free core."""
    s.require(Not(s.core[c].occ), "CoreOccupied")
    s.core[c].occ = True


def vote(s: State, v, c) -> None:
    """A validator votes once for the candidate on a core."""
    s.require(s.core[c].occ, "CoreFree")
    s.require(Not(s.core[c].votes[v]), "AlreadyVoted")
    s.core[c].votes[v] = True


def end_block(s: State) -> None:
    """A block ends: cores become available, time out, or wait; a session's end frees all."""
    t = s.t + 1
    over = t == s.cfg.session
    for c in s.each(s.cfg.core):
        core = s.core[c]
        available = 3 * core.votes.size() > 2 * s.cfg.validator.n
        late = And(t % s.cfg.rotation < s.cfg.timeout - 1, core.age + 1 >= s.cfg.timeout)
        freed = And(core.occ, Or(over, available, late))
        waits = And(core.occ, Not(freed))
        with s.when(waits):
            core.age = core.age + 1
        with s.when(freed):
            s.core[c] = {}
    with s.when(over):
        s.t = 0
    with s.when(Not(over)):
        s.t = t


def system(cfg: Config) -> System:
    """State, start and actions."""
    actions = [
        Action(back, actor="backers", c=cfg.core),
        Action(vote, actor="validators", v=cfg.validator, c=cfg.core),
        Action(end_block, actor="chain", fair="weak"),
    ]
    return System("corepipe", cfg, storage(cfg), init, actions)
