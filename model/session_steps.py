"""§2.5.2 in micro-steps, for the reading that other code can run between two modules' turns.

An interruption counts where the module before it has done something.  Of all modules the first to
do something when they are initialized, or told, are paras; then the scheduler does.  So `turn`
is 1 when paras, but not the scheduler, have been initialized, or the other way round finalized;
`told` counts who knows of a new session: the configuration module, whose notification is then
kept in `made`, paras, the scheduler.
"""

from types import SimpleNamespace

from . import inclusion_inherent, initializer, session_order
from . import session_modules as modules
from . import session_points as points
from .config import Config
from .initializer import SessionChangeNotification
from .language import Action, And, Nat, Not, Record, State
from .session_points import BEGUN, DONE, OPEN, may_go_on, telling

TURNS = ("configuration", "paras"), ("scheduler", "inclusion", "validity")
TELLINGS = ("paras",), ("scheduler",), ("inclusion", "validity")
LAST_TURN = len(TURNS) - 1


def storage(cfg: Config):
    """How far the initializer has come, and what it has still to pass on."""
    if cfg.amended("initializer-undivided"):
        return {}
    made = Record(
        validators=cfg.validator_set,
        queued=cfg.validator_set,
        prev_config=cfg.host_configuration,
        new_config=cfg.host_configuration,
        random_seed=cfg.seed,
    )
    return dict(turn=Nat(LAST_TURN), told=Nat(len(TELLINGS)), made=made)


def _assume_turn(s, stage):
    """The turn of the next modules."""
    s.assume(And(points.interrupted(s), s.stage == stage))
    s.assume(may_go_on(s))


def initialize_next(s: State):
    """§2.5.2/initialization: the next module, and after the last one the flag."""
    s.assume(Not(s.HasInitialized))
    _assume_turn(s, BEGUN)
    last = s.turn == LAST_TURN
    with s.when(s.turn == 0):
        modules.note_round(s)
    for number, names in enumerate(TURNS):
        with s.when(s.turn == number):
            for name in names:
                initializer.initialize(s, modules.MODULES, name)
    with s.when(last):
        s.HasInitialized = True  # §2.5.2/initialization.7
        s.stage = OPEN
        s.turn = 0
    with s.when(Not(last)):
        s.turn = s.turn + 1


def finalize_next(s: State):
    """§2.5.2/finalization.1: the next module, from the last one back."""
    _assume_turn(s, OPEN)
    last = s.turn == LAST_TURN
    with s.when(s.turn == 0):
        inclusion_inherent.on_finalize(s)
    for number, names in enumerate(reversed(TURNS)):
        with s.when(s.turn == number):
            for name in reversed(names):
                initializer.finalize(s, modules.MODULES, name)
    with s.when(last):
        s.HasInitialized = False  # §2.5.2/finalization.2
        s.stage = DONE
        s.turn = 0
    with s.when(Not(last)):
        s.turn = s.turn + 1


def configuration_changes(s: State, next_queued, random_seed):
    """§2.5.2/session-change: the configuration module handles it, and the others have yet to."""
    s.assume(And(points.interrupted(s), s.due > 0, points.is_notified(s), Not(telling(s))))
    session_order.before(s)
    made = initializer.notification(
        s, validators=s.queued, queued=next_queued, random_seed=random_seed
    )
    configurations = dict(prev_config=vars(made.prev_config), new_config=vars(made.new_config))
    s.made = {**vars(made), **configurations}
    s.told = 1
    modules.begin_session(s, next_queued, random_seed)


def tell_next(s: State):
    """§2.5.2/session-change.2: the next module is told."""
    s.assume(telling(s))
    made = SessionChangeNotification(
        validators=s.made.validators,
        queued=s.made.queued,
        prev_config=_values(s.made.prev_config, s.cfg),
        new_config=_values(s.made.new_config, s.cfg),
        random_seed=s.made.random_seed,
    )
    last = s.told == len(TELLINGS)
    for number, names in enumerate(TELLINGS):
        with s.when(s.told == number + 1):
            for name in names:
                initializer.tell(s, modules.MODULES, name, made)
    with s.when(last):
        session_order.after(s)
        s.told, s.made = 0, {}
    with s.when(Not(last)):
        s.told = s.told + 1


def _values(members, cfg):
    return SimpleNamespace(**{m: getattr(members, m) for m in cfg.host_configuration.fields})


def actions(cfg: Config) -> list[Action]:
    """The micro-steps, where the text does not exclude them."""
    if cfg.amended("initializer-undivided"):
        return []
    return [
        Action(initialize_next, actor="initializer", fair="weak"),
        Action(
            configuration_changes,
            actor="session module",
            fair="weak",
            next_queued=cfg.validator_set,
            random_seed=cfg.seed,
        ),
        Action(tell_next, actor="initializer", fair="weak"),
        Action(finalize_next, actor="initializer", fair="weak"),
    ]
