"""§2.5.3 Configuration: updates of the members wait for the next session (§2.5.1/module.2).

Read beside the section, in its order.  `cfg.host_configuration` is the type of a
`HostConfiguration` (§2.5.3/description.2): a record of the members that the system at hand has, or
an array of nameless ones.  That the members are all in one place (§2.5.3/description.1.1) is that
type.
"""

from .config import Config
from .language import Bool, Enum, Not, Record, State

GOVERNANCE, USER, PARACHAIN, NOBODY = ORIGIN = Enum("governance user parachain nobody")


def storage(cfg: Config):
    """§2.5.3/storage: §2.5.3/storage.Configuration, §2.5.3/storage.PendingConfiguration.

    What is pending is an option.
    """
    members = cfg.host_configuration
    return dict(Configuration=members, PendingConfiguration=Record(some=Bool, members=members))


def session_change(s: State):
    """§2.5.3/session-change: only here changes what is in use (§2.5.3/description.1.3)."""
    with s.when(s.PendingConfiguration.some):
        s.Configuration = s.PendingConfiguration.members  # §2.5.3/session-change.1
    s.PendingConfiguration = {}  # §2.5.3/session-change.2


def configuration(s: State):
    """§2.5.3/configuration."""
    return s.Configuration


def update_configuration(s: State, change):
    """§2.5.3/update_configuration: `change` edits the members it is given.

    What is in use stays as it is, whoever is at work with it (§2.5.3/description.1.2).
    """
    pending = s.PendingConfiguration
    with s.when(Not(pending.some)):
        pending.members = configuration(s)  # §2.5.3/update_configuration.1
    change(pending.members)  # §2.5.3/update_configuration.2
    pending.some = True  # §2.5.3/update_configuration.3


def entry_point(s: State, origin, change):
    """§2.5.3/entry-points: what each of them does, `change` being of its own member.

    There is one for each member (§2.5.3/entry-points.1).
    """
    s.require(origin == GOVERNANCE, "BadOrigin")  # §2.5.3/entry-points.2
    update_configuration(s, change)  # §2.5.3/entry-points.3
