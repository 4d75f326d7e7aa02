"""The system *availability*: one parachain's candidates, their pieces, the votes, and one check.

A block is any number of `vote`, `decide`, `act` and `end_block`; pieces come at any time.  What is
available may be checked before the block goes on: a later check has the same pieces or more.

The environment is free in how many validators there are and how many of them are faulty (fewer than
a third, §2.3/description.6.6), who gets a piece (the parachain's validators may be faulty and
withhold them), who votes when for which block, whose answer reaches the checker, and in
what the receipt stands for, which nobody can know before the block is rebuilt.
Honest validators are alike, and so are faulty ones, so that the faulty ones are the first (argued).

Block numbers are counted back from `now`, the last block, which always has the number t: a
candidate is never older than that, and a vote for an older block is as no vote.
"""

from collections.abc import Mapping
from typing import Any

from . import availability as av
from . import signature_processing as signatures
from .availability import AVAILABLE, NONE, PARA, READINGS, TO_BE_DETERMINED
from .config import Config, Rules
from .language import (
    Action,
    And,
    Array,
    Bool,
    Enum,
    Implies,
    Index,
    Nat,
    Not,
    Record,
    Set,
    State,
    System,
)

OPEN, DECIDED, CLEARED = PHASE = Enum("open decided cleared")

SECTION = "§1.7"
SUMMARY = "pieces, votes, timeouts, and who can rebuild an available block"
REMEMBERED = ("checked",)

VARIANTS = signatures.VARIANTS  # what says that an old vote is not for a new candidate

INSTANCES: Mapping[str, Mapping[str, int]] = {
    "tiny": dict(max_validators=4, timeout=2),
    "slow": dict(max_validators=3, timeout=3),
    "small": dict(max_validators=6, timeout=2),
}


def configure(sizes: Mapping[str, int], rules: Rules) -> Config:
    """The sorts: numbers of blocks are 0, too old to matter, to t, the last one."""
    derived = dict(
        validator=Index("validator", sizes["max_validators"]),
        core=Index("core", 1),
        height=Index("height", sizes["timeout"] + 1),
    )
    return Config(sizes, rules, VARIANTS, derived)


def storage(cfg: Config):
    """§1.7/description.3, §1.7.1/alg-10.1.1, and what the validators hold and the checker found."""
    open_readings = {f: Bool for a, f in READINGS.items() if not cfg.amended(a)}
    return dict(
        phase=PHASE,
        validators=Nat(cfg.max_validators),
        faulty=Nat(cfg.max_validators),  # the first of them
        now=cfg.height,
        status=av.STATUS,
        pending=Array(cfg.core, Record(some=Bool, backed_in=cfg.height)),
        last=Array(cfg.validator, Record(some=Bool, block=cfg.height)),
        bits=Array(cfg.validator, Set(cfg.core)),
        piece=Array(cfg.validator, av.PIECE),  # of the honest; a faulty one has what it needs
        checked=Record(verdict=av.VERDICT, worth=av.WORTH),
        **({"reading": Record(**open_readings)} if open_readings else {}),
    )


def genesis(s: State, n, corrupt, **readings):
    """Fewer than a third of the validators are faulty; each open reading is chosen for good."""
    for flag, taken in readings.items():
        setattr(s.reading, flag, taken)
    s.assume(And(n > 0, 3 * corrupt < n))
    s.validators, s.faulty, s.now = n, corrupt, s.cfg.timeout


def distribute(s: State, v, given):
    """§1.5/description.1, §1.1/description.3, §1.6/description.1.1: a piece is handed out."""
    s.assume(And(s.status == TO_BE_DETERMINED, av.is_honest(s, v)))
    s.assume(And(s.phase == OPEN, given != NONE, s.piece[v] == NONE))
    av.receive_piece(s, v, given)


def vote(s: State, v, bitfield, block):
    """§1.7/description.5: a vote for one of the last blocks comes on chain.

    An honest validator that has got its piece may have broadcast it (§1.7/description.1).
    """
    s.assume(And(s.phase == OPEN, v < s.validators, block > 0))
    s.assume(Implies(av.is_honest(s, v), av.is_truthful(s, v, bitfield[PARA], block)))
    signatures.vote(s, v, bitfield, block)


def decide(s: State):
    """§1.7.1/alg-10.2 to §1.7.1/alg-10.4."""
    s.assume(s.phase == OPEN)
    av.decide(s)
    s.phase = DECIDED


def check(s: State, bogus, worth):
    """§1.10/retrieval.2, §1.10/retrieval.3: enough pieces reach an honest checker, and it checks.

    A faulty validator answers with its piece, with something else, or not at all.
    """
    held, wrong = av.holders(s, av.GENUINE), av.holders(s, av.BOGUS)
    genuine = av.genuine_among(s, bogus)
    s.assume(And(s.phase == DECIDED, s.status == AVAILABLE, s.checked.verdict == av.UNCHECKED))
    s.assume(And(genuine >= 0, genuine <= held + s.faulty, bogus <= wrong + s.faulty))
    s.assume(genuine + bogus <= held + wrong + s.faulty)
    av.approval_check(s, bogus, worth)


def act(s: State):
    """§1.7.1/alg-10.5.1."""
    s.assume(s.phase == DECIDED)
    av.act_and_clear(s)
    s.checked = {}
    s.phase = CLEARED


def end_block(s: State, accepted):
    """§1.7.1/alg-10.5.2: a receipt may come on chain; then the block is the last one."""
    s.assume(s.phase == CLEARED)
    _age(s)
    with s.when(accepted):
        av.accept(s, s.now)
    s.phase = OPEN


def _age(s):
    """Every number is one more behind; a vote that is too old to matter is none."""
    candidate = s.pending[PARA]
    with s.when(candidate.some):
        candidate.backed_in = candidate.backed_in - 1
    for v in s.each(s.cfg.validator):
        lasts = s.last[v].block > 1
        with s.when(lasts):
            s.last[v].block = s.last[v].block - 1
        with s.when(Not(lasts)):
            s.last[v], s.bits[v] = {}, s.cfg.core.set(lambda _c: False)


def system(cfg: Config) -> System:
    """§1.5 to §1.7 and the retrieval of §1.10, for one parachain on one fork."""
    readings: dict[str, Any] = {f: Bool for a, f in READINGS.items() if not cfg.amended(a)}
    v, number = cfg.validator, Nat(cfg.max_validators)
    cfg.amended("available-means-more")  # of nodes, which only look: no action depends on it
    return System(
        "availability",
        cfg,
        storage(cfg),
        Action(genesis, **readings, n=number, corrupt=number),
        [
            Action(distribute, actor="validator", v=v, given=av.PIECE),
            Action(vote, actor="author", v=v, bitfield=Set(cfg.core), block=cfg.height),
            Action(decide, actor="runtime"),
            Action(check, actor="checker", bogus=number, worth=av.WORTH),
            Action(act, actor="runtime"),
            Action(end_block, actor="runtime", accepted=Bool),
        ],
    )
