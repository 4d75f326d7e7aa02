"""Short ways to write paras and contexts: 1 and 2 are parachains, 10 is a parathread."""

from __future__ import annotations

from dataclasses import replace

from impl.primitives import BlockNumber, ParaId, ValidatorId
from impl.rules import ALL_READINGS, Rules
from impl.runtime.configuration import HostConfiguration
from impl.runtime.context import RuntimeContext
from impl.runtime.paras_storage import ParaGenesisArgs
from impl.runtime.scheduler_storage import SessionChangeNotification

STARRED = {name: options[0] for name, options in ALL_READINGS.items()}
WRITTEN = Rules.as_written(STARRED)
AMENDED = Rules.as_amended()
CONFIG = HostConfiguration(
    parathread_cores=1,
    group_rotation_frequency=5,
    chain_availability_period=3,
    thread_availability_period=3,
    scheduling_lookahead=2,
    acceptance_period=10,
    validation_upgrade_delay=2,
)
VALIDATORS = tuple(ValidatorId(bytes([index]) * 32) for index in range(6))


def written(*plus, variants=None, **readings):
    """The literal text, with some repairs, and the named readings (dashes as underscores)."""
    chosen = {name.replace("_", "-"): option for name, option in readings.items()}
    return Rules.as_written(STARRED | chosen, plus=plus, variants=variants)


def at(now, rules=AMENDED, **members) -> RuntimeContext:
    return RuntimeContext(BlockNumber(now), rules, replace(CONFIG, **members))


def starts(head=b"head", code=b"code", *, chain=True) -> ParaGenesisArgs:
    return ParaGenesisArgs(head, code, chain)


REGISTERED = {
    ParaId(1): starts(b"h1", b"c1"),
    ParaId(2): starts(b"h2", b"c2"),
    ParaId(10): starts(b"h10", b"c10", chain=False),
}


def notify(prev=CONFIG, new=CONFIG) -> SessionChangeNotification:
    return SessionChangeNotification(VALIDATORS, VALIDATORS, prev, new, bytes(32))
