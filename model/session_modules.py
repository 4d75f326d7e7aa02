"""§2.5.1 The modules, as far as a session change concerns them: what each makes of one.

Of paras is left how many parachains there are and will be in the next session; of the scheduler how
many cores and groups it made, and whether the first parachain's core is scheduled.  Inclusion and
validity are told of sessions, and that is all: what the first does with it is the business of
the system *inclusion*, and for validity §2.5.8 names no routine.

For properties alone: `formed` and `assigned` remember from what groups and the assignment were
computed, `heard` what each module was told last, `initialized` and `finalized` in which order
modules were called in this block, `rounds` how often all of them were initialized.
"""

from types import SimpleNamespace

from . import configuration, initializer
from .config import Config
from .initializer import ORDER, TOLD
from .language import And, Array, Bool, If, Nat, Not, Record, Seq, State

MOST_ROUNDS = 2  # more than once is all that is asked
REMEMBERED = frozenset(
    {"formed", "assigned", "heard", "rebalanced", "initialized", "finalized", "rounds"}
)


def storage(cfg: Config):
    """What is left of §2.5.4/storage and §2.5.5/storage, and what properties remember."""
    source = Record(validators=cfg.validator_set, random_seed=cfg.seed)
    told = Record(validators=cfg.validator_set, new_config=cfg.host_configuration)
    calls = Seq(cfg.module, len(ORDER))
    return dict(
        parachains=Nat(cfg.max_parachains),  # Paras::parachains().len()
        upcoming=Nat(cfg.max_parachains),  # the same after the next session change
        cores=Nat(cfg.most),  # AvailabilityCores.len()
        groups=Nat(cfg.most),  # ValidatorGroups.len()
        Scheduled=Bool,  # whether it names the first parachain's core
        formed=source,
        assigned=source,
        heard=Array(cfg.told, told),
        rebalanced=Bool,  # whether the latest session change assigned claims to new cores
        initialized=calls,
        finalized=calls,
        rounds=Nat(MOST_ROUNDS),
    )


# §2.5.4


def paras_on_new_session(s: State, _notification):
    """§2.5.4/session-change.1 to §2.5.4/session-change.3."""
    s.parachains = s.upcoming


def schedule_para_initialize(s: State):
    """§2.5.4/schedule_para_initialize: one parachain more from the next session on."""
    s.upcoming = s.upcoming + 1


def schedule_para_cleanup(s: State):
    """§2.5.4/schedule_para_cleanup: one less."""
    s.upcoming = s.upcoming - 1


# §2.5.5


def scheduler_on_new_session(s: State, notification):
    """§2.5.5/session-change: cores and groups are counted by the configuration that it finds.

    It counts on none but a session change altering that (§2.5.3/description.1.4).
    It looks up the configuration itself (§2.5.5/session-change.3), though the notification has
    it; what it compares are the two of the notification (§2.5.5/session-change.12).
    """
    in_use = configuration.configuration(s)
    s.cores = s.parachains + in_use.parathread_cores  # §2.5.5/session-change.4
    s.groups = s.cores  # §2.5.5/session-change.6, amended
    s.formed = dict(validators=notification.validators, random_seed=notification.random_seed)
    old, new = notification.prev_config, notification.new_config
    s.rebalanced = Not(old.parathread_cores == new.parathread_cores)


def schedule(s: State):
    """§2.5.5/schedule, with no core returned: work for the first core, if it has none."""
    with s.when(And(s.parachains > 0, s.cores > 0, Not(s.Scheduled))):
        s.undefined(rotates_at_once(s), "a rotation every 0 blocks")  # §2.5.5/schedule.4
        s.Scheduled = True
        s.assigned = s.formed


def time_out(s: State):
    """§2.5.5/availability_timeout_predicate.3: it looks for the last rotation."""
    s.undefined(rotates_at_once(s), "a rotation every 0 blocks")


def rotates_at_once(s):
    """§2.5.5/description.4.1: whether the fixed interval between rotations is none."""
    return configuration.configuration(s).group_rotation_frequency == 0


def unschedule(s: State):
    """§2.5.5/finalization.1: what was scheduled and not used is free again."""
    s.Scheduled = False
    s.assigned = {}


# as the initializer knows them


def _on_initialize(s, name):
    if name == "scheduler":
        schedule(s)


def _on_finalize(s, name):
    if name == "scheduler":
        unschedule(s)


def _on_new_session(s, name, notification):
    """§2.5.1/description.8.3: what depends on the validators is made anew."""
    if name == "paras":
        paras_on_new_session(s, notification)
    if name == "scheduler":
        scheduler_on_new_session(s, notification)


def _watched(name: str) -> SimpleNamespace:
    """A module whose calls are remembered."""
    number = ORDER.index(name)

    def on_initialize(s):
        _on_initialize(s, name)
        s.initialized.push(number)

    def on_finalize(s):
        _on_finalize(s, name)
        s.finalized.push(number)

    def on_new_session(s, notification):
        _on_new_session(s, name, notification)
        new_config = dict(vars(notification.new_config))
        told = dict(validators=notification.validators, new_config=new_config)
        s.heard[TOLD.index(name)] = told

    return SimpleNamespace(
        on_initialize=on_initialize, on_finalize=on_finalize, on_new_session=on_new_session
    )


MODULES = {name: _watched(name) for name in ORDER}


def initialize(s: State):
    """§2.5.2/initialization, perhaps once more in this block."""
    note_round(s)
    initializer.initialization(s, MODULES)


def note_round(s: State):
    """The modules are being initialized, once more."""
    s.initialized = []
    s.rounds = If(s.rounds < MOST_ROUNDS, s.rounds + 1, MOST_ROUNDS)


def roll_back(s: State):
    """§2.5.1/option.1, §2.5.1/option.3: undo what initialization did; only the scheduler did any.

    How to undo what the inherent has built on it the text does not say.
    """
    s.undefined(s.Included, "what has built on an initialization is rolled back")
    unschedule(s)


def begin_session(s: State, queued, random_seed):
    """§2.5.1/description.8.2: the queued set is the validators now; nothing new is asked for.

    They are those of this session only (§2.5.1/description.8.1).
    """
    s.validators, s.queued, s.seed = s.queued, queued, random_seed
    s.asked = {}
    s.due = If(s.due > 0, s.due - 1, 0)


def forget_block(s: State):
    """What is remembered of one block only."""
    s.initialized, s.finalized, s.rounds, s.rebalanced = [], [], 0, False
