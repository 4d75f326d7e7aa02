"""The sizes of the system *host*, and the readings that it leaves open.

Everything at once is for `small`, which has one validator.  A run of `one_topic` brings claims,
registrations and configurations, or code upgrades, or disputes, chosen once and for all, and the
modules take part in each.  `calls` are those a run brings that wait for the next session; as
written, where claims are left behind and pile up, it brings one.  The readings on which claims,
registrations and configurations depend are left to the systems of their sections.
"""

from collections.abc import Mapping
from typing import Any

from . import inclusion, paras, validity
from . import scheduler as sched
from .config import Config, Rules
from .language import Bool, Enum, Index, Nat, Record

CODE_READINGS = (
    "planned_upgrade_is_replaced",
    "past_code_by_activation",
    "pruned_by_activation",
)
CLAIMS, CODE, DISPUTES = TOPIC = Enum("claims code disputes")

VARIANTS = {  # the rival sentences are settled in the systems of the sections
    "timeout_rule": ("predicate",),
    "backing_threshold": ("majority",),
    "dispute_rule": ("supermajority",),
    "slashing": ("wrong_side",),
    "unavailable_dispute": ("both",),
}

INSTANCES: Mapping[str, Mapping[str, int]] = {
    "tiny": dict(
        chains=1,
        threads=1,
        max_parathread_cores=1,
        max_validators=2,
        session_length=2,
        group_rotation_frequency=1,
        chain_availability_period=1,
        thread_availability_period=1,
        scheduling_lookahead=1,
        parathread_retries=1,
        acceptance_period=1,
        dispute_open_period=1,
        validation_upgrade_delay=1,
        validation_upgrade_frequency=1,
        past_codes=1,
        one_topic=1,
        calls=2,
    ),
    "small": dict(
        chains=1,
        threads=1,
        max_parathread_cores=1,
        max_validators=1,
        session_length=3,
        group_rotation_frequency=1,
        chain_availability_period=2,
        thread_availability_period=1,
        scheduling_lookahead=1,
        parathread_retries=1,
        acceptance_period=1,
        dispute_open_period=1,
        validation_upgrade_delay=1,
        validation_upgrade_frequency=1,
        past_codes=2,
        one_topic=0,
        calls=2,
    ),
}


def configure(sizes: Mapping[str, int], rules: Rules) -> Config:
    """The configuration of an instance: its sizes and what follows from them."""
    periods = sizes["chain_availability_period"], sizes["thread_availability_period"]
    oldest = max(*periods, sizes["group_rotation_frequency"]) + 1
    all_paras = sizes["chains"] + sizes["threads"]
    most = {
        "max_parachains": sizes["chains"],
        "max_cores": sizes["chains"] + sizes["max_parathread_cores"],
    }
    counted = {"paras": all_paras, "codes": 2, "heads": 1, "longest_pending": oldest}
    sorts = paras.sorts({**sizes, **counted})
    derived = {
        **sched.sorts({**sizes, **most}),
        **most,
        **sorts,
        "thread": sorts["para"],
        "group": Index("group", most["max_cores"] + 1),
        "age_bound": oldest,
        "oldest_parent": 1,
        "keep_bitfields": False,
        "calls": sizes["calls"] if rules.amendments else min(sizes["calls"], 1),
        "host_configuration": Record(parathread_cores=Nat(sizes["max_parathread_cores"])),
    }
    return Config(sizes, rules, VARIANTS, derived)


def readings(cfg: Config) -> dict[str, Any]:
    """The flags of all readings that are open."""
    return {
        **{flag: Bool for amendment, flag in sched.READINGS.items() if not cfg.amended(amendment)},
        **paras.open_readings(cfg),
        **inclusion.open_readings(cfg),
        **validity.readings(cfg),
    }


def other_readings(cfg: Config) -> list[tuple[Any, str, Any]]:
    """Each way to differ in one reading from the amended text: a topic, a flag and its value.

    A run differs in one at most, and in one that its topic is about, code upgrades or disputes: the
    systems of the sections have them all together.
    """
    about_code, about_disputes = set(CODE_READINGS), set(validity.readings(cfg))
    found = []
    for flag, kind in readings(cfg).items():
        if flag not in about_code | about_disputes:
            continue
        topic = CODE if flag in about_code else DISPUTES
        values = [True] if kind is Bool else range(1, len(kind.names))
        found += [(topic, flag, value) for value in values]
    return found
