"""§2.5.3 Configuration: any number of members, each any number, over any number of sessions.

`asked` remembers which value was asked for last for each member in this session, and `session` how
many there were.

Variant `base`: from which configuration an update starts, the pending one, or always the one
in use.
"""

from collections.abc import Mapping

from . import configuration
from .config import Config, Rules
from .language import Action, Array, Bool, Index, Nat, Record, State, System, parameter

VARIANTS = {"base": ("pending", "current")}


def configure(sizes: Mapping[str, int] | None, rules: Rules) -> Config:
    """The members, and their values; a finite instance has as many sessions as it says."""
    member = Index("member", sizes["members"] if sizes else parameter("members", 1))
    value = Nat(sizes["values"] - 1) if sizes else Nat()
    derived = dict(
        member=member,
        value=value,
        host_configuration=Array(member, value),
        last_session=sizes["sessions"] - 1 if sizes else None,
        number=Nat(sizes["sessions"] - 1) if sizes else Nat(),
    )
    return Config({}, rules, VARIANTS, derived)


def storage(cfg: Config):
    """§2.5.3/storage, and what was asked for."""
    return dict(
        **configuration.storage(cfg),
        asked=Array(cfg.member, Record(some=Bool, value=cfg.value)),
        session=cfg.number,
    )


def genesis(s: State, first):
    """The configuration of the first session."""
    s.Configuration = first


def session_change(s: State):
    """§2.5.3/session-change."""
    if s.cfg.last_session is not None:
        s.assume(s.session < s.cfg.last_session)
    configuration.session_change(s)
    for m in s.each(s.cfg.member):
        s.asked[m] = {}
    s.session = s.session + 1


def update_configuration(s: State, member, value):
    """§2.5.3/update_configuration, for one member."""

    def change(members):
        members[member] = value

    if s.cfg.variant("base") == "current":
        s.PendingConfiguration = {}
    configuration.update_configuration(s, change)
    s.asked[member] = dict(some=True, value=value)


def system(sizes: Mapping[str, int] | None, base: str = "pending") -> System:
    """The configuration over sessions; with None, of any members with any values."""
    cfg = configure(sizes, Rules(variants={"base": base}))
    return System(
        "configuration",
        cfg,
        storage(cfg),
        Action(genesis, first=Array(cfg.member, cfg.value)),
        [
            Action(session_change, actor="runtime"),
            Action(update_configuration, actor="governance", member=cfg.member, value=cfg.value),
        ],
    )
