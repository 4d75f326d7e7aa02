"""Scenes of paras, configuration and initializer."""

from __future__ import annotations

from tests.checker.scenarios.scenes import CONFIG, ERROR, OK, observe, registered, step

PARAS = {
    "life": dict(
        setup={"paras": registered(1)},
        config={"acceptance_period": 10},
        steps=[
            step("advance_to_block", to=2, modules=["paras"]),
            step("paras.schedule_para_cleanup", OK, para=1),
            step("paras.schedule_para_initialize", OK, para=2, parachain=False, head=[2], code=[3]),
            observe(outgoing=[1], upcoming=[2], parachains=[1], heads={"1": [1], "2": None}),
            step(
                "advance_to_block",
                to=3,
                modules=["paras"],
                session_changes=[{"at": 3}],
                session_timing="end_of_parent",
            ),
            observe(
                outgoing=[],
                upcoming=[],
                parachains=[],
                heads={"1": None, "2": [2]},
                is_parathread={"2": True},
                current_code={"1": None, "2": [3]},
                past_code_at={"1": {"2": [1], "3": None}},
                past_code_pruning=[[1, 2]],
                most_recent_change={"1": 2, "2": None},
            ),
            step("advance_to_block", to=12, modules=["paras"]),
            observe(past_code_at={"1": {"2": [1]}}),
            step("advance_to_block", to=13, modules=["paras"]),
            observe(
                past_code_at={"1": {"2": None}},
                past_code_pruning=[],
                past_code_meta={"1": {"upgrade_times": []}},
            ),
        ],
    ),
    "upgrade": dict(
        setup={"paras": registered(1)},
        config={"acceptance_period": 10},
        steps=[
            step("advance_to_block", to=2, modules=["paras"]),
            step("paras.schedule_code_upgrade", OK, para=1, code=[4, 5], expected_at=6),
            step("paras.note_new_head", OK, para=1, head=[8], relay_parent_number=5),
            observe(
                heads={"1": [8]},
                future_code={"1": [4, 5]},
                future_upgrade={"1": 6},
                current_code={"1": [1]},
                last_code_upgrade={"1": 6},
            ),
            step("paras.validation_code_at", {"value": [1]}, para=1, at=8),
            step("paras.validation_code_at", {"value": [1]}, para=1, at=8, assume_intermediate=5),
            step(
                "paras.validation_code_at", {"value": [4, 5]}, para=1, at=8, assume_intermediate=6
            ),
            step("paras.validation_code_at", ERROR, para=1, at=8, assume_intermediate=8),
            step("advance_to_block", to=7, modules=["paras"]),
            step("paras.note_new_head", OK, para=1, head=[9], relay_parent_number=6),
            observe(
                future_code={"1": None},
                future_upgrade={"1": None},
                current_code={"1": [4, 5]},
                last_code_upgrade={"1": 6},
                past_code_meta={
                    "1": {
                        "upgrade_times": [{"expected_at": 6, "activated_at": 7}],
                        "last_pruned": None,
                    }
                },
            ),
            step("paras.code_choice_at", {"value": {"replaced_at": 6}}, para=1, at=6),
            step("paras.code_choice_at", {"value": "current"}, para=1, at=7),
        ],
    ),
    "past_code_of": dict(
        setup={
            "past_code_of": [{"para": 1, "code": [9], "expected_at": 10, "activated_at": 12}],
        },
        steps=[
            step("paras.note_past_code", OK, para=2, expected_at=20, activated_at=23, code=[8]),
            observe(
                past_code_pruning=[[1, 12], [2, 23]],
                past_code_at={"1": {"10": [9]}, "2": {"20": [8]}},
            ),
        ],
    ),
    "record_alone": dict(
        setup={"past_code": {"upgrade_times": [], "last_pruned": None}},
        steps=[
            step("past_code.code_at", {"value": "current"}, at=0),
            step("past_code.note_replacement", expected_at=10, activated_at=12),
            step("past_code.code_at", {"value": {"replaced_at": 10}}, at=10),
            step("past_code.note_replacement", expected_at=20, activated_at=25),
            step("past_code.code_at", {"value": {"replaced_at": 20}}, at=11),
            observe(most_recent_change=20),
            step("past_code.prune_up_to", {"pruned_expected": []}, max=11),
            step("past_code.prune_up_to", {"pruned_expected": [10]}, max=12),
            observe(past_code={"upgrade_times": [{"expected_at": 20, "activated_at": 25}]}),
            step("set_state", past_code={"last_pruned": 5}),
            step("past_code.code_at", {"value": None}, at=5),
            step("past_code.code_at", {"value": {"replaced_at": 20}}, at=6),
        ],
    ),
}
CONFIGURATION = {
    "set": dict(
        config={"parathread_cores": 2},
        steps=[
            step(
                "configuration.set",
                {"result": "error", "kind": "bad_origin"},
                origin="signed",
                member="parathread_cores",
                value=1,
            ),
            observe(pending_config=None),
            step("configuration.set", OK, origin="root", member="parathread_retries", value=1),
            observe(
                config={"parathread_cores": 2, "parathread_retries": 0},
                pending_config={"parathread_cores": 2, "parathread_retries": 1},
            ),
            step("configuration.on_new_session", session_index=1),
            observe(config={"parathread_retries": 1}, pending_config=None, session_index=1),
        ],
    ),
    "no_rotation": dict(steps=[observe(config={"group_rotation_frequency": 0})]),
    "pending_config": dict(
        setup={"pending_config": {"acceptance_period": 4}, "pending_configs": []},
        steps=[
            observe(pending_config={"acceptance_period": 4}),
            step("set_state", pending_config=None),
            observe(pending_config=None),
        ],
    ),
}
INITIALIZER = {
    "by_hand": dict(
        setup={"paras": registered(1), "buffered_session_changes": []},
        config=CONFIG,
        steps=[
            step("initializer.on_new_session", OK, validators=["a", "b"], queued=["c"]),
            observe(session_index=1, validators=["a", "b"], has_initialized=False),
            step("initializer.on_initialize", OK, block=1),
            observe(has_initialized=True, scheduled_len=1),
            step(
                "initializer.on_new_session",
                {"result": "unrecoverable"},
                validators=[],
                queued=[],
            ),
            step("initializer.on_finalize", OK, block=1),
            observe(has_initialized=False, scheduled_len=0),
        ],
    ),
    "flag": dict(
        setup={"has_initialized": True},
        steps=[
            step("initializer.on_finalize", block=1),
            observe(has_initialized=False),
        ],
    ),
}
