"""§2.5.2 Initializer: the order of the other modules (§2.5.1/module.1), and session changes.

Read beside the section, in its order.  Of what a module consists of (§2.5.1/description.1) the
initializer knows what it has among `on_initialize(s)`, `on_new_session(s, notification)` and
`on_finalize(s)`: the semi-private routines of §2.5.1/description.7.2, which nobody else calls.
`modules` has each by its name in `ORDER`; one that is left out has none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from . import configuration
from .config import Config
from .language import Bool, Not, Record, State

ORDER = (
    "configuration",  # §2.5.2/initialization.1, so that all have one: §2.5.2/initialization.6
    "paras",  # §2.5.2/initialization.2
    "scheduler",  # §2.5.2/initialization.3
    "inclusion",  # §2.5.2/initialization.4
    "validity",  # §2.5.2/initialization.5
)
TOLD = ORDER[1:]
"""Those that get the notification: the first one makes its last part."""

Modules = Mapping[str, Any]


@dataclass(frozen=True)
class SessionChangeNotification:
    """§2.5.1/session-change-notification: what a module is told."""

    validators: Any  # §2.5.1/session-change-notification.validators
    queued: Any  # §2.5.1/session-change-notification.queued
    prev_config: Any  # §2.5.1/session-change-notification.prev_config
    new_config: Any  # §2.5.1/session-change-notification.new_config
    random_seed: Any  # §2.5.1/session-change-notification.random_seed


def storage(_cfg: Config):
    """§2.5.2/storage."""
    return dict(HasInitialized=Bool)


def initialization(s: State, modules: Modules):
    """§2.5.2/initialization: always in that order (§2.5.2/description.1.1).

    By it what a module finds in others is of this block (§2.5.1/description.7.1).
    """
    for name in ORDER:
        initialize(s, modules, name)
    s.HasInitialized = True  # §2.5.2/initialization.7


def initialize(s: State, modules: Modules, name: str):
    """§2.5.2/initialization, of one module."""
    _call(modules, name, "on_initialize", s)


def session_change(s: State, modules: Modules, *, validators, queued, random_seed):
    """§2.5.2/session-change, by §2.5.1/option.2: too late, it is fatal (§2.5.1/description.10.1).

    That is the other task of the module, §2.5.2/description.1.2.
    """
    refuse_late(s)
    forward(s, modules, validators=validators, queued=queued, random_seed=random_seed)


def refuse_late(s: State):
    """§2.5.2/session-change.1."""
    s.require(Not(s.HasInitialized), "Unrecoverable")


def forward(s: State, modules: Modules, *, validators, queued, random_seed):
    """§2.5.2/session-change.2: the modules are told, in the order of initialization.

    They learn of the validators who come in, and of those after them (§2.5.1/description.4.3).
    """
    made = notification(s, validators=validators, queued=queued, random_seed=random_seed)
    for name in TOLD:
        tell(s, modules, name, made)


def notification(s: State, *, validators, queued, random_seed):
    """§2.5.1/description.10.3: what the modules are told, once the configuration has changed.

    The configuration module is the first of them (§2.5.1/description.10.2) and cannot be told:
    before it has handled the change there is no new configuration to put in.
    """
    prev_config = held(s)
    configuration.session_change(s)
    return SessionChangeNotification(
        validators=validators,
        queued=queued,
        prev_config=prev_config,
        new_config=held(s),
        random_seed=random_seed,
    )


def tell(s: State, modules: Modules, name: str, made):
    """§2.5.2/session-change.2, of one module."""
    _call(modules, name, "on_new_session", s, made)


def finalization(s: State, modules: Modules):
    """§2.5.2/finalization: in the reverse order (§2.5.2/finalization.1)."""
    for name in reversed(ORDER):
        finalize(s, modules, name)
    s.HasInitialized = False  # §2.5.2/finalization.2


def finalize(s: State, modules: Modules, name: str):
    """§2.5.2/finalization, of one module."""
    _call(modules, name, "on_finalize", s)


def held(s: State):
    """The members of the configuration in use, as they are now and will not be changed."""
    members: Record = s.cfg.host_configuration
    in_use = configuration.configuration(s)
    return SimpleNamespace(**{name: getattr(in_use, name) for name in members.fields})


def _call(modules: Modules, name: str, routine: str, *arguments: Any):
    """Call a module's routine, if it has one."""
    called = getattr(modules.get(name), routine, None)
    if called is not None:
        called(*arguments)
