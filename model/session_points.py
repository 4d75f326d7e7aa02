"""§2.5.1 The points of a block at which other code of the runtime can run.

`begun`: the initializer has not initialized the modules, others may have; `open`: it has, and has
not finalized them: others initialize, extrinsics run, others finalize; `done`: it has, and others
still finalize.  `place` is the point at which a session change notification comes: it depends on
the order of the runtime's modules (§2.5.1/description.8.4).
"""

from .config import Config
from .language import And, Bool, Enum, Implies, Nat, Not, Or, Record, State

IDLE, BEGUN, OPEN, DONE = STAGE = Enum("idle begun open done")
AT_BEGUN, AMIDST, AT_OPEN, AT_DONE = PLACE = Enum("begun amidst open done")
POINT = {BEGUN: AT_BEGUN, OPEN: AT_OPEN, DONE: AT_DONE}

READINGS = {  # amendment that settles it -> the flag of the other reading
    "initializer-undivided": "interrupted",
    "genesis-begins-session": "silent_genesis",
}


def storage(cfg: Config):
    """Where in a block, how many sessions have yet to end in it, and what the text leaves open."""
    flags = {flag: Bool for amendment, flag in READINGS.items() if not cfg.amended(amendment)}
    return dict(
        stage=STAGE,
        due=Nat(cfg.changes),
        **({} if kept(cfg) else {"place": PLACE}),
        **({"reading": Record(**flags)} if flags else {}),
    )


def kept(cfg: Config):
    """Whether a notification is kept until the end of its block, wherever it comes."""
    late = cfg.amended("session-change-at-block-end")
    return cfg.variant("session_order") == "brick" and late


def reads(s: State, amendment: str):
    """Whether this run takes the reading that the amendment rules out."""
    return False if s.cfg.amended(amendment) else getattr(s.reading, READINGS[amendment])


def interrupted(s: State):
    """Whether other code can run between two modules' turns."""
    return reads(s, "initializer-undivided")


def amidst(s: State):
    """Whether the modules are being initialized or finalized, and some have been."""
    return False if s.cfg.amended("initializer-undivided") else s.turn > 0


def telling(s: State):
    """Whether the modules are being told of a session change, and some have been."""
    return False if s.cfg.amended("initializer-undivided") else s.told > 0


def is_notified(s: State):
    """Whether this is the point at which notifications come, or are handled if they were kept."""
    if kept(s.cfg):
        return And(s.stage == DONE, Not(amidst(s)))
    here = [And(s.stage == stage, s.place == place) for stage, place in POINT.items()]
    between = And(s.stage == BEGUN, amidst(s), s.place == AMIDST)
    return Or(And(Not(amidst(s)), Or(*here)), between)


def may_go_on(s: State):
    """Whether the block may go on: no notification has yet to come here or to be handled."""
    return And(Not(telling(s)), Implies(is_notified(s), s.due == 0))


def in_block(s: State):
    """Whether code of the runtime runs at all."""
    return s.stage != IDLE
