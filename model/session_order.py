"""§2.5.1 Three ways to place session changes, and the soft version of the second.

Variant `session_order` of the system *session*; the text decides for the second
(§2.5.1/description.9), the first here.  Each way is what the initializer does `before` and `after`
it forwards a notification.
"""

from . import initializer
from . import session_modules as modules
from .config import Config
from .language import Bool, Not, State

VARIANTS = {"session_order": ("brick", "initialize_first", "both", "soft")}


def storage(cfg: Config):
    """What an option stores of its own."""
    return dict(potentially_broken=Bool) if cfg.variant("session_order") == "soft" else {}


def before(s: State):
    """What comes before a notification is forwarded.

    "brick" is §2.5.1/option.2: after initialization it is refused for good.  The soft version
    only notes that.  With "initialize_first", §2.5.1/option.1, a notification that comes before
    initialization makes the modules initialize.
    """
    order = s.cfg.variant("session_order")
    if order == "brick":
        initializer.refuse_late(s)
    elif order == "soft":
        with s.when(s.HasInitialized):
            s.potentially_broken = True
    elif order == "initialize_first":
        with s.when(Not(s.HasInitialized)):
            modules.initialize(s)


def after(s: State):
    """What comes after it: §2.5.1/option.1 and §2.5.1/option.3 initialize again what was."""
    if s.cfg.variant("session_order") in ("initialize_first", "both"):
        with s.when(s.HasInitialized):
            modules.roll_back(s)
            modules.initialize(s)
