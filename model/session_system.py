"""§2.5.1 to §2.5.3 as a system: session changes at any point of a block, and calls at every point.

A block is cut where other code of the runtime can run (`session_points`).  At each such point
governance sets members of the configuration (§2.5.1/description.3.2), the registration process
adds and removes parachains, and other modules call what the text lets them call
(§2.5.1/description.2.2, §2.5.1/description.3.1).  At which point the notification of a session
change comes depends on the order of the runtime's modules, of which nothing is known
(§2.5.1/description.2.1): the environment chooses it once and for all.  Who the validators are and
when sessions end is decided outside, too (§2.5.1/description.4.2).  How many end in a block, `due`,
is known before the block begins, so that all blocks that could come next have it in common.

Variant `session_order`: what the initializer makes of a notification (`session_order`).  The
amendment `session-change-at-block-end` is one of the text's own choice, "brick": a notification is
kept until the end of its block.

For properties alone: `asked` remembers what governance set in this session, `seed` the latest one,
`shown` what the state behind the latest block showed of the next block's groups.
"""

from collections.abc import Mapping
from typing import Any

from . import configuration, inclusion_inherent, initializer, session_order
from . import session_modules as modules
from . import session_points as points
from . import session_steps as steps
from .config import Config, Rules
from .configuration import GOVERNANCE, ORIGIN
from .initializer import ORDER, TOLD
from .language import Action, And, Bool, Implies, Index, Nat, Not, Or, Record, State, System
from .session_points import (
    AMIDST,
    BEGUN,
    DONE,
    IDLE,
    OPEN,
    PLACE,
    in_block,
    is_notified,
    may_go_on,
)

SECTION = "§2.5.1-§2.5.3"
SUMMARY = "session changes at any point of a block, buffered configuration, order of modules"

GATED = ("tiny", "seeds")

VARIANTS = session_order.VARIANTS

INSTANCES: Mapping[str, Mapping[str, int]] = {
    "tiny": dict(
        validator_sets=2,
        seeds=1,
        max_parachains=1,
        max_parathread_cores=1,
        max_frequency=1,
        changes=1,
    ),
    "seeds": dict(  # the same validators again and again, in another order
        validator_sets=1,
        seeds=2,
        max_parachains=1,
        max_parathread_cores=1,
        max_frequency=1,
        changes=1,
    ),
    "small": dict(
        validator_sets=2,
        seeds=2,
        max_parachains=2,
        max_parathread_cores=2,
        max_frequency=2,
        changes=2,
    ),
}

REMEMBERED = modules.REMEMBERED | {"asked", "seed", "shown"}

# two of the many: what cores depend on, and what a block is divided by
MEMBERS = "parathread_cores", "group_rotation_frequency"


def configure(sizes: Mapping[str, int], rules: Rules) -> Config:
    """The configuration of an instance: its sizes and what follows from them."""
    values = Nat(sizes["max_parathread_cores"]), Nat(sizes["max_frequency"])
    derived = dict(
        module=Index("module", len(ORDER)),
        told=Index("told", len(TOLD)),
        validator_set=Index("validator_set", sizes["validator_sets"]),
        seed=Index("seed", sizes["seeds"]),
        most=sizes["max_parachains"] + sizes["max_parathread_cores"],
        host_configuration=Record(**dict(zip(MEMBERS, values, strict=True))),
    )
    return Config(sizes, rules, VARIANTS, derived)


def storage(cfg: Config):
    """The storage of the modules, and of the session module their validators."""
    members = cfg.host_configuration.fields
    return dict(
        **points.storage(cfg),
        **initializer.storage(cfg),
        **configuration.storage(cfg),
        **inclusion_inherent.storage(cfg),
        validators=cfg.validator_set,
        queued=cfg.validator_set,
        **session_order.storage(cfg),
        **modules.storage(cfg),
        **steps.storage(cfg),
        asked=Record(**{name: Record(some=Bool, value=members[name]) for name in MEMBERS}),
        seed=cfg.seed,
        shown=Record(validators=cfg.validator_set, random_seed=cfg.seed, cores=Nat(cfg.most)),
    )


def genesis(s: State, session, first, live, ends, **taken):
    """The first session begins, by the change that leads to it or, by a reading, without one."""
    if not points.kept(s.cfg):
        s.place = taken.pop("at")
    for flag, value in taken.items():
        setattr(s.reading, flag, value)
    if not points.kept(s.cfg):
        s.assume(Implies(s.place == AMIDST, points.interrupted(s)))
    s.assume(first.group_rotation_frequency > 0)
    s.Configuration = first
    s.parachains = s.upcoming = live
    s.queued = session.validators
    with s.when(Not(points.reads(s, "genesis-begins-session"))):
        _forward(s, session.next_queued, session.random_seed)
    modules.begin_session(s, session.next_queued, session.random_seed)
    s.rebalanced, s.due = False, ends
    _show(s)


def _forward(s, queued, random_seed):
    """§2.5.2/session-change.2: the set that was queued becomes the validators."""
    told = dict(validators=s.queued, queued=queued, random_seed=random_seed)
    initializer.forward(s, modules.MODULES, **told)


def _show(s):
    """§2.5.1/description.5: the state behind a block shows who will be in which group."""
    s.shown = dict(validators=s.formed.validators, random_seed=s.formed.random_seed, cores=s.cores)


# the runtime's own order of things


def begin_block(s: State):
    """§2.4/description.7.2: a block begins, and modules of the runtime initialize."""
    s.assume(s.stage == IDLE)
    s.stage = BEGUN


def initialize(s: State):
    """§2.5.2/initialization: the initializer's turn; by §2.5.1/option.1 it may have been."""
    s.assume(s.stage == BEGUN)
    s.assume(Or(s.HasInitialized, Not(points.interrupted(s))))
    s.assume(Or(s.HasInitialized, may_go_on(s)))
    with s.when(Not(s.HasInitialized)):
        modules.initialize(s)
    s.stage = OPEN
    if not s.cfg.amended("initializer-undivided"):
        s.turn = 0


def finalize(s: State):
    """§2.5.2/finalization: the initializer's turn."""
    s.assume(And(s.stage == OPEN, may_go_on(s), Not(points.interrupted(s))))
    inclusion_inherent.on_finalize(s)
    initializer.finalization(s, modules.MODULES)
    s.stage = DONE


def session_change(s: State, next_queued, random_seed):
    """§2.5.2/session-change: the notification comes, or one that was kept is handled."""
    s.assume(And(s.due > 0, is_notified(s), Not(points.interrupted(s))))
    session_order.before(s)
    _forward(s, next_queued, random_seed)
    modules.begin_session(s, next_queued, random_seed)
    session_order.after(s)


def end_block(s: State, ends):
    """A block ends; how many sessions end in the next one is known."""
    s.assume(And(s.stage == DONE, may_go_on(s)))
    modules.forget_block(s)
    _show(s)
    s.due, s.stage = ends, IDLE


# calls from outside


def set_parathread_cores(s: State, origin, number):
    """§2.5.3/entry-points.1: the entry-point of one member is called."""
    _set(s, origin, "parathread_cores", number)


def set_group_rotation_frequency(s: State, origin, blocks):
    """§2.5.3/entry-points.1: that of another."""
    if s.cfg.amended("rotations-take-blocks"):
        s.require(Implies(origin == GOVERNANCE, blocks > 0), "NoRotation")
    _set(s, origin, "group_rotation_frequency", blocks)


def _set(s, origin, name, value):
    s.assume(in_block(s))
    configuration.entry_point(s, origin, lambda members: setattr(members, name, value))
    with s.when(origin == GOVERNANCE):
        setattr(s.asked, name, dict(some=True, value=value))


def register(s: State):
    """§2.5.1/description.6: the registration process adds a parachain."""
    s.assume(And(in_block(s), s.upcoming == s.parachains, s.upcoming < s.cfg.max_parachains))
    modules.schedule_para_initialize(s)


def deregister(s: State):
    """§2.5.1/description.6: or removes one."""
    s.assume(And(in_block(s), s.upcoming == s.parachains, s.upcoming > 0))
    modules.schedule_para_cleanup(s)


def inclusion(s: State):
    """§2.5.7/inclusion, called by the author, or by a module that initializes or finalizes."""
    s.assume(in_block(s))
    if s.cfg.amended("inclusion-needs-initialization"):
        s.require(s.HasInitialized, "NotInitialized")
    inclusion_inherent.begin(s)
    modules.time_out(s)  # §2.5.7/inclusion.2
    modules.schedule(s)  # §2.5.7/inclusion.3
    s.Included = True  # §2.5.7/inclusion.6


def schedule(s: State):
    """§2.5.5/schedule, called by another module."""
    s.assume(in_block(s))
    modules.schedule(s)


def system(cfg: Config) -> System:
    """Blocks in which sessions change."""
    asked: dict[str, Any] = {f: Bool for a, f in points.READINGS.items() if not cfg.amended(a)}
    place: dict[str, Any] = {} if points.kept(cfg) else {"at": PLACE}
    members = list(cfg.host_configuration.fields.values())
    new = dict(next_queued=cfg.validator_set, random_seed=cfg.seed)
    first = dict(
        session=Record(validators=cfg.validator_set, **new),
        first=cfg.host_configuration,
        live=Nat(cfg.max_parachains),
        ends=Nat(cfg.changes),
    )
    return System(
        "session",
        cfg,
        storage(cfg),
        Action(genesis, **place, **asked, **first),
        [
            Action(begin_block, actor="runtime", fair="weak"),
            Action(initialize, actor="initializer", fair="weak"),
            Action(finalize, actor="initializer", fair="weak"),
            Action(session_change, actor="session module", fair="weak", **new),
            Action(end_block, actor="runtime", fair="weak", ends=Nat(cfg.changes)),
            *steps.actions(cfg),
            Action(set_parathread_cores, actor="governance", origin=ORIGIN, number=members[0]),
            Action(
                set_group_rotation_frequency, actor="governance", origin=ORIGIN, blocks=members[1]
            ),
            Action(register, actor="registration"),
            Action(deregister, actor="registration"),
            Action(inclusion, actor="author", fair="weak"),
            *_calls_of_schedule(cfg),
        ],
    )


def _calls_of_schedule(cfg):
    """As amended nobody but the initializer and the inherent calls it."""
    private = cfg.amended("schedule-semi-private")
    return [] if private else [Action(schedule, actor="another module")]
