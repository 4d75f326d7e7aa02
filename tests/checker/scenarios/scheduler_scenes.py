"""Scenes of the scheduler."""

from __future__ import annotations

from tests.checker.scenarios.scenes import (
    CONFIG,
    ERROR,
    OK,
    begin,
    claim,
    observe,
    registered,
    session,
    step,
)

SCHEDULER = {
    "session": dict(
        config=CONFIG,
        setup={"paras": registered(1, 2, -3)},
        steps=[
            observe(core_count=0, validator_group_sizes=[], session_start_block=0),
            begin(4, 7),
            observe(
                core_count=5,
                validator_group_sizes=[2, 2, 1, 1, 1],
                validator_group_sizes_len=5,
                session_start_block=4,
                core_occupied=[False] * 5,
                parachains=[1, 2],
                is_parathread={"3": True, "1": False, "9": False},
                validators=7,
                session_index=1,
            ),
        ],
    ),
    "end_of_parent": dict(
        config=CONFIG,
        setup={"paras": registered(1)},
        steps=[
            begin(3, 4, session_timing="end_of_parent"),
            observe(session_start_block=3, scheduled_len=1, session_index=1),
            step("advance_to_end_of_block", to=4, modules=["paras", "scheduler"]),
            observe(scheduled=[]),
        ],
    ),
    "entry_after_the_end": dict(
        config=CONFIG,
        setup={"paras": registered(1)},
        steps=[
            step(
                "advance_to_end_of_block",
                to=2,
                modules=["paras", "scheduler"],
                session_changes=[session(3, ["a", "b"], session_index=9)],
            ),
            observe(session_start_block=3, session_index=9, validators=["a", "b"]),
        ],
    ),
    "occupied": dict(
        config=CONFIG,
        setup={"paras": registered(1, 2, -3)},
        steps=[
            begin(),
            claim(3),
            step("scheduler.schedule", freed=[]),
            observe(
                scheduled_groups=[0, 1, 2],
                scheduled=[
                    {"core": 0, "para": 1, "kind": "parachain", "collator": None, "retries": None},
                    {"core": 1, "para": 2},
                    {"core": 2, "para": 3, "kind": "parathread", "collator": "alice", "retries": 0},
                ],
                queue=[],
                claim_index=[3],
            ),
            step("scheduler.occupied", ERROR, cores=[1, 0]),
            step("scheduler.occupied", ERROR, cores=[4]),
            step("scheduler.occupied", OK, cores=[0, 2]),
            observe(
                core_occupied=[True, False, True, False, False],
                core_occupied_prefix=[True, False, True],
                availability_cores={
                    "0": {"kind": "parachain"},
                    "1": None,
                    "2": {"kind": "parathread", "para": 3, "collator": "alice"},
                },
                scheduled_len=1,
            ),
            step("scheduler.schedule", freed=[{"core": 2, "reason": "timed_out"}]),
            observe(claim_index=[3], core_occupied_prefix=[True, False, False]),
            step("scheduler.clear", OK),
            observe(
                scheduled_len=0,
                queue=[{"para": 3, "collator": "alice", "retries": 1, "core_offset": 0}],
                next_core_offset=1,
            ),
            step("scheduler.schedule", now=14, freed=[{"core": 0, "reason": "concluded"}]),
            observe(scheduled_groups=[4, 0, 1]),
        ],
    ),
    "each_block": dict(
        config=CONFIG,
        setup={"paras": registered(1, -3)},
        steps=[
            begin(),
            claim(3),
            step(
                "advance_to_block", to=3, modules=["paras", "scheduler"], schedule_each_block=True
            ),
            observe(scheduled_len=1, queue=[], claim_index=[]),
        ],
    ),
    "timeouts": dict(
        config=CONFIG,
        setup={"paras": registered(1)},
        steps=[
            begin(),
            step("advance_to_block", to=5, modules=["scheduler"]),
            step(
                "scheduler.availability_timeout_predicate",
                {
                    "present": True,
                    "at": [
                        {"core": 0, "since": 3, "value": False},
                        {"core": 0, "since": 2, "value": True},
                        {"core": 1, "since": 2, "value": False},
                        {"core": 1, "since": 0, "value": True},
                    ],
                },
            ),
            step("advance_to_block", to=6, modules=["scheduler"]),
            step("scheduler.availability_timeout_predicate", {"present": False}),
            step(
                "rotation_info",
                {"next_rotation_at": 20, "last_rotation_at": 15},
                session_start_block=10,
                now=15,
                group_rotation_frequency=5,
            ),
        ],
    ),
    "storage": dict(
        config=CONFIG,
        setup={
            "paras": registered(7, -1, -2),
            "queue": [{"para": 1, "collator": "a", "retries": 2, "core_offset": 1}],
            "next_core_offset": 2,
            "claim_index": [2, 1],
            "availability_cores": {
                "0": None,
                "1": {"kind": "parathread", "para": 2, "collator": "b", "retries": 1},
            },
        },
        steps=[
            observe(
                queue=[{"para": 1, "collator": "a", "retries": 2, "core_offset": 1}],
                next_core_offset=2,
                claim_index=[1, 2],
                core_occupied=[False, True],
            ),
            step("set_state", OK, availability_cores={"0": {"kind": "parachain", "para": 7}}),
            observe(core_occupied=[True, True]),
            begin(),
            observe(
                queue=[],
                claim_index=[2],
                scheduled=[{"core": 0, "para": 7}, {"core": 1, "para": 2, "retries": 1}],
                next_core_offset=1,
            ),
        ],
    ),
}
