"""The vocabulary: every call, every observed name, every key of the setup, and their shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checker.values import Json, brief

from .errors import Wrong
from .shapes import (
    Shape,
    any_of,
    as_object,
    bits,
    check_keys,
    either,
    flag,
    listed,
    maybe,
    name,
    nearest,
    number,
    numbered,
    octets,
    pair,
    record,
    text,
    word,
)

OBSERVE, SET_STATE = "observe", "set_state"
MODULES = ("paras", "scheduler", "inclusion", "validity", "disputes")
"""Modules that `advance_to_block` can drive; `disputes` is another name of `validity`."""

module = word(
    "scheduler",
    "inclusion",
    "paras",
    "configuration",
    "initializer",
    "overseer",
    "disputes",
    "finality",
)


@dataclass(frozen=True, slots=True)
class Call:
    """What a call takes, and what can be expected of it."""

    args: Shape
    expect: Shape


# ---- values

head = maybe(octets)
validators = either(number, listed(name, distinct=True))
indices = listed(number, distinct=True)
block = record({"hash": name, "number": number}, {"parent": maybe(name)})
occupant = maybe(
    record(
        {"kind": word("parachain", "parathread")},
        {"para": number, "collator": maybe(name), "retries": maybe(number)},
    )
)
assignment = record(
    {"core": number},
    {
        "para": number,
        "kind": word("parachain", "parathread"),
        "collator": maybe(name),
        "retries": maybe(number),
        "group": maybe(number),
    },
)
queued = record(
    {"para": number}, {"collator": maybe(name), "retries": number, "core_offset": number}
)
para = record({"para": number}, {"parachain": flag, "head": head, "code": head})
pending = record(
    {"para": number},
    {
        "core": number,
        "relay_parent_number": number,
        "backed_in_number": number,
        "head": head,
        "availability_votes": indices,
    },
)
times = record({"expected_at": number, "activated_at": number})
past_code = any_of({"upgrade_times": listed(times), "last_pruned": maybe(number)})
replaced = record({"para": number, "code": octets, "expected_at": number, "activated_at": number})
choice = maybe(either(record({"replaced_at": number}), word("current")))
session_change = record(
    {"at": number},
    {
        "validators": validators,
        "queued": validators,
        "new_config": either(word("same"), any_of({})),
        "prev_config": either(word("same"), any_of({})),
        "session_index": number,
        "random_seed": octets,
    },
)
candidate = record(
    {"para": number},
    {
        "relay_parent": word("parent", "other"),
        "collator": maybe(name),
        "pov": either(number, name),
        "signed_by_collator": flag,
        "new_code": head,
        "head": head,
    },
)
bitfield = record(
    {"validator": number, "bits": bits},
    {
        "signature": word("valid", "invalid", "other_parent", "other_session"),
        "signed_by_validator": flag,
    },
)
members = either(listed(listed(number)), numbered(maybe(listed(number))))
statement = record({"validator": number, "valid": flag}, {"signature": word("valid", "invalid")})


def settings(data: Json, place: str) -> None:
    """Members of the host configuration, `"same"`, or null."""
    if data is not None and data != "same":
        check_members(as_object(data, place), place)


def check_members(data: Mapping[str, Json], place: str) -> None:
    """Refuse what no configuration could have; which members there are, the runtime knows."""
    for key, value in data.items():
        name(key, place)
        either(flag, octets, number)(value, f"{place}.{key}")


def _change(data: Json, place: str) -> None:
    fields = as_object(data, place)
    for key in ("new_config", "prev_config"):
        if key in fields:
            settings(fields[key], f"{place}.{key}")
    plain = {key: item for key, item in fields.items() if key not in {"new_config", "prev_config"}}
    session_change(plain, place)


def _members(data: Json, place: str) -> None:
    check_members(as_object(data, place), place)


# ---- setup

SETUP: Mapping[str, Shape] = {
    "start_block": number,
    "paras": listed(para),
    "validators": validators,
    "session_index": number,
    "queue": listed(queued),
    "next_core_offset": number,
    "claim_index": listed(number, distinct=True),
    "availability_cores": numbered(occupant),
    "pending": listed(pending),
    "commitments_missing": listed(number),
    "past_code": past_code,
    "past_code_of": listed(replaced),
    "pending_config": settings,
    "pending_configs": listed(pair(number, settings)),
    "has_initialized": flag,
    "buffered_session_changes": listed(any_of({"apply_at": number, "session_index": number})),
    "initial_leaves": listed(block),
    "frozen": maybe(number),
    "block": number,
    "validators_per_session": number,
    "session_length": number,
}
"""State before the first step; `set_state` takes the same keys."""

_ONCE = ("paras", "queue", "pending", "past_code_of")


def check_setup(data: Mapping[str, Json], place: str) -> None:
    """Refuse a key or a value of the setup that there is none of, and a para given twice."""
    check_keys(data, place, SETUP, ())
    for key, value in data.items():
        SETUP[key](value, f"{place}.{key}")
    for key in _ONCE[:3]:
        entries = data.get(key, [])
        paras = [as_object(each, key)["para"] for each in entries] if entries else []  # type: ignore[union-attr, union-attr]
        for i, each in enumerate(paras):
            if each in paras[:i]:
                raise Wrong(f"{place}.{key}[{i}]", f"para {each} is there already")


def _setup(data: Json, place: str) -> None:
    check_setup(as_object(data, place), place)


# ---- observations

OBSERVED: Mapping[str, Shape] = {
    "scheduled": listed(assignment),
    "scheduled_len": number,
    "scheduled_groups": listed(number),
    "queue": listed(queued),
    "next_core_offset": number,
    "claim_index": listed(number, ascending=True),
    "availability_cores": numbered(occupant),
    "core_occupied": listed(flag),
    "core_occupied_prefix": listed(flag),
    "core_count": number,
    "validator_group_sizes": listed(number),
    "validator_group_sizes_len": number,
    "session_start_block": number,
    "is_parathread": numbered(flag),
    "parachains": listed(number),
    "upcoming": listed(number),
    "outgoing": listed(number),
    "heads": numbered(head),
    "current_code": numbered(head),
    "future_code": numbered(head),
    "future_upgrade": numbered(maybe(number)),
    "past_code_at": numbered(numbered(head)),
    "past_code_pruning": listed(pair(number, number)),
    "past_code_meta": numbered(past_code),
    "past_code": past_code,
    "most_recent_change": either(numbered(maybe(number)), maybe(number)),
    "last_code_upgrade": numbered(maybe(number)),
    "can_upgrade": numbered(flag),
    "pending": listed(pending),
    "pending_paras": listed(number, ascending=True),
    "pending_votes": numbered(maybe(indices)),
    "bitfield_records": listed(number, ascending=True),
    "validators": validators,
    "session_index": number,
    "config": _members,
    "pending_config": maybe(_members),
    "pending_configs": listed(pair(number, settings)),
    "has_initialized": flag,
    "buffered_session_changes": listed(any_of({"apply_at": number, "session_index": number})),
    "active_leaves": listed(name),
    "frozen": maybe(number),
    "events": listed(lambda _data, _place: None),
    "revert_digest": maybe(number),
}
"""What `observe` can look at."""


# ---- calls

_result = {"result": word("ok", "error", "unrecoverable"), "kind": text}


def _call(
    args: Mapping[str, Shape] | None = None,
    optional: Mapping[str, Shape] | None = None,
    **values: Shape,
) -> Call:
    return Call(record(args or {}, optional), any_of({**_result, **values}))


_modules = listed(word(*MODULES), distinct=True)
_advance = _call(
    {"to": number, "modules": _modules},
    {
        "session_changes": listed(_change),
        "session_timing": word("before_initialization", "end_of_parent"),
        "schedule_each_block": flag,
    },
)
_signals = {
    "signals_to_each_subsystem": listed(any_of({"signal": name, "hash": name, "number": number})),
    "signals_to_each_subsystem_any_order": listed(
        any_of({"signal": name, "hash": name, "number": number})
    ),
    "updates_to_each_subsystem": listed(lambda _data, _place: None),
    "updates_to_each_subsystem_any_order": listed(lambda _data, _place: None),
}
_new_session = {
    "validators": validators,
    "queued": validators,
    "session_index": number,
    "random_seed": octets,
    "changed": flag,
}
_sides = {"validators": number, "for": indices, "against": indices}
_freed = record({"core": number}, {"reason": word("concluded", "timed_out")})
_at = listed(record({"core": number, "since": number}, {"value": maybe(flag)}))

CALLS: Mapping[str, Call] = {
    "advance_to_block": _advance,
    "advance_to_end_of_block": _advance,
    "initializer.on_initialize": _call({"block": number}),
    "initializer.on_finalize": _call({"block": number}),
    "initializer.on_new_session": _call({}, _new_session),
    "configuration.on_new_session": _call({}, {"session_index": number}),
    "configuration.set": _call(
        {"origin": word("root", "signed"), "member": name, "value": either(flag, octets, number)}
    ),
    SET_STATE: Call(_setup, any_of(_result)),
    OBSERVE: Call(record({}), any_of(OBSERVED)),
    "scheduler.add_parathread_claim": _call({"para": number, "collator": name}),
    "scheduler.schedule": _call({"freed": listed(_freed)}, {"now": number}),
    "scheduler.clear": _call(),
    "scheduler.occupied": _call({"cores": listed(number)}),
    "scheduler.availability_timeout_predicate": _call({}, present=flag, at=_at),
    "scheduler.next_up_on_available": _call(
        {"core": number}, value=maybe(any_of({"para": number, "collator": maybe(name)}))
    ),
    "scheduler.next_up_on_time_out": _call(
        {"core": number}, value=maybe(any_of({"para": number, "collator": maybe(name)}))
    ),
    "rotation_info": _call(
        {"session_start_block": number, "now": number, "group_rotation_frequency": number},
        next_rotation_at=number,
        last_rotation_at=number,
    ),
    "inclusion.process_bitfields": _call(
        {"bitfields": listed(bitfield), "core_lookup": numbered(maybe(number))},
        freed=listed(number),
    ),
    "inclusion.process_candidates": _call(
        {
            "candidates": listed(
                record({"candidate": candidate, "votes": indices}, {"group": number})
            ),
            "scheduled": listed(assignment),
            "groups": members,
        },
        occupied=listed(number),
    ),
    "inclusion.collect_pending": _call(
        {"predicate": record({"true_for_cores": indices})}, freed=listed(number)
    ),
    "availability_threshold": _call({"validators": number}, value=number),
    "paras.schedule_para_initialize": _call(
        {"para": number, "parachain": flag}, {"head": head, "code": head}
    ),
    "paras.schedule_para_cleanup": _call({"para": number}),
    "paras.schedule_code_upgrade": _call({"para": number, "code": octets, "expected_at": number}),
    "paras.note_new_head": _call({"para": number, "head": octets, "relay_parent_number": number}),
    "paras.validation_code_at": _call(
        {"para": number, "at": number}, {"assume_intermediate": maybe(number)}, value=head
    ),
    "paras.note_past_code": _call(
        {"para": number, "expected_at": number, "activated_at": number, "code": octets}
    ),
    "paras.code_choice_at": _call({"para": number, "at": number}, value=choice),
    "past_code.note_replacement": _call({"expected_at": number, "activated_at": number}),
    "past_code.code_at": _call({"at": number}, value=choice),
    "past_code.prune_up_to": _call({"max": number}, pruned_expected=listed(number)),
    "overseer.run": Call(record({}), any_of({**_result, **_signals})),
    "overseer.block_imported": Call(record({"block": block}), any_of({**_result, **_signals})),
    "overseer.block_finalized": Call(record({"block": block}), any_of({**_result, **_signals})),
    "dispute.flags": _call(_sides, flags=listed(name)),
    "dispute.has_supermajority_against": _call(_sides, value=flag),
    "dispute.import": _call(
        {"session": number, "candidate": name, "statements": listed(statement)}
    ),
    "dispute.note_included": _call({"session": number, "candidate": name, "included_in": number}),
    "dispute.revert_and_freeze": _call({"last_valid": number}),
    "voting_rule": _call(
        {"approved": maybe(number), "current": number},
        vote=either(number, word("base", "current")),
    ),
}
"""Every call."""


def call_named(data: Json, place: str) -> Call:
    """The call of this name.  Raises `Wrong` with the nearest one."""
    if not isinstance(data, str):
        raise Wrong(place, f"expected the name of a call, found {brief(data)}")
    if data not in CALLS:
        raise Wrong(place, f"no call is named {brief(data)}{nearest(data, CALLS)}")
    return CALLS[data]
