"""Scenes of inclusion and of disputes."""

from __future__ import annotations

from tests.checker.scenarios.scenes import ERROR, OK, observe, registered, session, step

LOOKUP = {"0": 1, "1": 2, "2": 3}
PENDING = {"core": 0, "relay_parent_number": 0, "backed_in_number": 0}
FIVE = {"validators": ["a", "b", "c", "d", "e"], "session_index": 5}
GROUPS = [[0, 1], [2, 3], [4]]


def bits(*bitfields, expect=OK):
    return step(
        "inclusion.process_bitfields",
        expect,
        bitfields=[dict(validator=v, bits=b, **more) for v, b, more in bitfields],
        core_lookup=LOOKUP,
    )


def back(*candidates, expect=OK, scheduled=None):
    default = [{"core": core, "para": core + 1, "group": core} for core in range(2)]
    default.append({"core": 2, "para": 3, "group": 2, "collator": "carol"})
    return step(
        "inclusion.process_candidates",
        expect,
        candidates=list(candidates),
        scheduled=default if scheduled is None else scheduled,
        groups=GROUPS,
    )


def backed(para, votes, **candidate):
    filled = {"relay_parent": "parent", "collator": "carol", "pov": para, **candidate}
    return {"candidate": {"para": para, **filled}, "group": para - 1, "votes": votes}


INCLUSION = {
    "bitfields": dict(
        config={"parathread_cores": 1},
        setup={"paras": registered(1, 2, -3), **FIVE, "pending": [{"para": 1, **PENDING}]},
        steps=[
            step("advance_to_block", to=5, modules=["paras", "inclusion"]),
            bits((0, "00", {}), expect={"result": "error", "kind": "wrong_size"}),
            bits((0, "0000", {}), expect=ERROR),
            bits((0, "000", {}), (0, "000", {}), expect=ERROR),
            bits((1, "000", {}), (0, "000", {}), expect=ERROR),
            bits((5, "000", {}), expect=ERROR),
            bits((0, "000", {"signature": "invalid"}), expect=ERROR),
            bits((0, "000", {"signed_by_validator": False}), expect=ERROR),
            bits((0, "000", {"signature": "other_parent"}), expect=ERROR),
            bits((0, "000", {"signature": "other_session"}), expect=ERROR),
            observe(bitfield_records=[], pending_votes={"1": [], "2": None}),
            bits((0, "000", {}), (1, "100", {"signature": "valid"}), expect={"freed": []}),
            bits((2, "010", {}), expect={"freed": []}),  # core 1 is free: disregarded
            observe(bitfield_records=[0, 1], pending_votes={"1": [1]}, pending_paras=[1]),
            bits(*((v, "100", {}) for v in (0, 2, 3)), expect={"result": "ok", "freed": [0]}),
            observe(pending=[], pending_paras=[], heads={"1": []}),
            step("availability_threshold", {"value": 4}, validators=5),
            step("availability_threshold", {"value": 3}, validators=4),
        ],
    ),
    "candidates": dict(
        config={"parathread_cores": 1},
        setup={"paras": registered(1, 2, -3), **FIVE},
        steps=[
            step("advance_to_block", to=5, modules=["paras", "inclusion"]),
            back(backed(4, [0, 1]), expect=ERROR),
            back(backed(2, [2, 3]), backed(1, [0, 1]), expect=ERROR),
            back(backed(1, [0]), expect=ERROR),
            back(backed(1, [0, 1], relay_parent="other"), expect=ERROR),
            back(backed(1, [0, 1], signed_by_collator=False), expect=ERROR),
            back(backed(3, [4], collator="eve"), expect=ERROR),
            back(backed(1, [0, 1]), expect=ERROR, scheduled=[]),
            back(
                backed(1, [0, 1]),
                backed(2, [3, 2], new_code=[1, 2], head=[6]),
                backed(3, [4]),
                expect={"occupied": [0, 1, 2]},
            ),
            observe(
                pending=[
                    {
                        "para": 1,
                        "core": 0,
                        "relay_parent_number": 4,
                        "backed_in_number": 5,
                        "head": [],
                        "availability_votes": [],
                    },
                    {"para": 2, "core": 1, "head": [6]},
                    {"para": 3, "core": 2},
                ]
            ),
            back(backed(1, [0, 1]), expect=ERROR),  # still pending
            step(
                "inclusion.collect_pending", {"freed": [0, 2]}, predicate={"true_for_cores": [2, 0]}
            ),
            observe(pending_paras=[2]),
            step("set_state", OK, pending=[], commitments_missing=[]),
            observe(pending_paras=[]),
        ],
    ),
    "upgrade_too_soon": dict(
        config={"validation_upgrade_frequency": 10, "validation_upgrade_delay": 2},
        setup={"paras": registered(1), **FIVE, "block": 5},
        steps=[
            step("paras.schedule_code_upgrade", para=1, code=[1, 2, 3, 4], expected_at=10),
            observe(last_code_upgrade={"1": 10}),
            step(
                "inclusion.process_candidates",
                ERROR,
                candidates=[backed(1, [0, 1], new_code=[5])],
                scheduled=[{"core": 0, "para": 1, "group": 0}],
                groups={"0": [0, 1], "7": None},
            ),
        ],
    ),
    "session": dict(
        config={"parathread_cores": 1},
        setup={"paras": registered(1), **FIVE, "pending": [{"para": 1, **PENDING}]},
        steps=[
            step(
                "advance_to_block",
                to=3,
                modules=["paras", "inclusion", "validity"],
                session_changes=[session(3, ["x", "y"], session_index=6)],
            ),
            observe(pending=[], validators=["x", "y"], session_index=6),
        ],
    ),
}
DISPUTES = {
    "supermajority": dict(
        steps=[
            step(
                "dispute.has_supermajority_against",
                {"value": False},
                validators=8,
                **{"for": [0, 1], "against": [0, 1, 2, 3, 4]},
            ),
            step(
                "dispute.has_supermajority_against",
                {"value": True},
                validators=8,
                **{"for": [], "against": [0, 1, 2, 3, 4, 5]},
            ),
        ],
    ),
    "of_an_included_candidate": dict(
        config={"acceptance_period": 10},
        setup={"validators": 4, "session_index": 3, "start_block": 3},
        steps=[
            step("dispute.note_included", OK, session=3, candidate="c1", included_in=3),
            step(
                "dispute.import",
                ERROR,
                session=3,
                candidate="c1",
                statements=[{"validator": 0, "valid": False, "signature": "invalid"}],
            ),
            observe(frozen=None),
            step(
                "dispute.import",
                OK,
                session=3,
                candidate="c1",
                statements=[{"validator": v, "valid": False} for v in range(3)],
            ),
            observe(frozen=2),
        ],
    ),
    "of_another_fork": dict(
        setup={"validators": 4, "session_index": 3, "start_block": 3},
        steps=[
            step(
                "dispute.import",
                ERROR,
                session=3,
                candidate="c1",
                statements=[{"validator": 0, "valid": False}],
            ),
            step(
                "dispute.import",
                OK,
                session=3,
                candidate="c1",
                statements=[{"validator": v, "valid": v == 3} for v in range(4)],
            ),
            observe(frozen=None),
        ],
    ),
}
FINALITY = {
    "voting_rule": dict(
        steps=[
            step("voting_rule", {"vote": vote}, approved=approved, current=5)
            for approved, vote in ((None, "base"), (0, "base"), (0, 0), (3, 3), (4, 4))
        ]
        + [
            step("voting_rule", {"vote": vote}, approved=approved, current=5)
            for approved in (5, 9)
            for vote in ("current", 5)
        ],
    ),
}
