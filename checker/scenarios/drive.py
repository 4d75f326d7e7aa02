"""A seeded random drive of the runtime's modules, recorded as a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from impl.primitives import CoreIndex, GroupIndex
from impl.runtime import scheduler

from .record import Recorder
from .text import Text

PARAS = (1, 2, 3, 4, 5, 6)
COLLATORS = ("alice", "bob", "charlie")
MEMBERS = ("parathread_cores", "parathread_retries", "scheduling_lookahead", "acceptance_period")
DRIVEN = ["paras", "scheduler", "inclusion"]

Move = Callable[["_Drive"], None]


def drive(seed: int, text: Text, length: int) -> dict[str, Any]:
    """A scenario of `length` calls; equal seeds give equal scenarios."""
    walk = _Drive(Random(seed), text)  # noqa: S311 - reproducible on purpose
    for _ in range(length):
        walk.move()
        walk.recorder.observe_all(PARAS)
    return walk.recorder.scenario(
        f"drive-{seed:04d}",
        "scheduler",
        test=f"seed {seed}",
        notes=["Calls drawn at random; expectations are what the reference implementation did."],
    )


class _Drive:
    def __init__(self, random: Random, text: Text) -> None:
        self.random = random
        config = {
            "parathread_cores": random.randint(0, 3),
            "parathread_retries": random.randint(0, 2),
            "group_rotation_frequency": random.randint(1, 5),
            "chain_availability_period": random.randint(1, 4),
            "thread_availability_period": random.randint(1, 4),
            "scheduling_lookahead": random.randint(1, 2),
            "validation_upgrade_delay": random.randint(0, 5),
            "validation_upgrade_frequency": random.randint(0, 5),
            "acceptance_period": random.randint(0, 8),
        }
        live = [
            {"para": para, "parachain": random.random() < 0.5, "head": [para], "code": [para]}  # noqa: PLR2004 - a coin
            for para in PARAS[:4]
        ]
        self.recorder = Recorder(text, config, {"paras": live})
        self.advance(session=True)

    def move(self) -> None:
        """Make one call, of those that have something to do."""
        weights = list(_MOVES.values())
        [chosen] = self.random.choices(list(_MOVES), weights)
        getattr(self, chosen)()

    # ---- time

    def advance(self, *, session: bool | None = None) -> None:
        """A few blocks, perhaps with a new session."""
        now = self.recorder.world.state.now
        to = now + self.random.randint(1, 3)
        args: dict[str, Any] = {"to": to, "modules": DRIVEN}
        if self.random.random() < 0.25 if session is None else session:  # noqa: PLR2004 - now and then
            change = {"at": to, "validators": self.random.randint(0, 7), "new_config": "same"}
            pending = self.recorder.world.state.configuration.pending_configuration
            if pending is not None:
                names = {name: getattr(pending, name) for name in MEMBERS}
                change["new_config"] = names
            args["session_changes"] = [change]
            args["session_timing"] = self.random.choice(["before_initialization", "end_of_parent"])
        self.recorder.call("advance_to_block", args)

    # ---- configuration, paras

    def set_member(self) -> None:
        """A member of the pending configuration."""
        origin = self.random.choice(["root", "root", "signed"])
        member, value = self.random.choice(MEMBERS), self.random.randint(0, 3)
        self.recorder.call("configuration.set", dict(origin=origin, member=member, value=value))

    def initialize(self) -> None:
        """A para comes in."""
        para = self.random.choice(PARAS)
        args = {"para": para, "parachain": self.random.random() < 0.5, "head": [], "code": [0]}  # noqa: PLR2004 - a coin
        self.recorder.call("paras.schedule_para_initialize", args)

    def clean_up(self) -> None:
        """A para goes."""
        self.recorder.call("paras.schedule_para_cleanup", {"para": self.random.choice(PARAS)})

    def upgrade(self) -> None:
        """A para plans an upgrade."""
        at = self.recorder.world.state.now + self.random.randint(0, 4)
        args = {"para": self.random.choice(PARAS), "code": [9, at % 256], "expected_at": at}
        self.recorder.call("paras.schedule_code_upgrade", args)

    def head(self) -> None:
        """A para progresses."""
        now = self.recorder.world.state.now
        parent = max(now - self.random.randint(1, 3), 0)
        args = {"para": self.random.choice(PARAS), "head": [now % 256]}
        self.recorder.call("paras.note_new_head", {**args, "relay_parent_number": parent})

    def look_up(self) -> None:
        """Which code a para had."""
        at = self.random.randint(0, self.recorder.world.state.now + 3)
        assumed = self.random.choice([None, None, self.random.randint(0, at)])
        args = {"para": self.random.choice(PARAS), "at": at, "assume_intermediate": assumed}
        self.recorder.call("paras.validation_code_at", args)

    # ---- scheduler

    def claim(self) -> None:
        """A collator claims."""
        args = {"para": self.random.choice(PARAS), "collator": self.random.choice(COLLATORS)}
        self.recorder.call("scheduler.add_parathread_claim", args)

    def schedule(self) -> None:
        """Occupied cores are returned."""
        cores = self.recorder.world.state.scheduler.availability_cores
        taken = [core for core, occupant in enumerate(cores) if occupant is not None]
        freed = [
            {"core": core, "reason": self.random.choice(["concluded", "timed_out"])}
            for core in taken
            if self.random.random() < 0.5  # noqa: PLR2004 - a coin
        ]
        self.recorder.call("scheduler.schedule", {"freed": freed})

    def occupy(self) -> None:
        """Scheduled cores become occupied; now and then in a wrong order."""
        waiting = [each.core for each in self.recorder.world.state.scheduler.scheduled]
        cores = [core for core in waiting if self.random.random() < 0.7]  # noqa: PLR2004 - most
        if self.random.random() < 0.1:  # noqa: PLR2004 - rarely
            cores.reverse()
        self.recorder.call("scheduler.occupied", {"cores": cores})

    def time_out(self) -> None:
        """What would time out now."""
        now = self.recorder.world.state.now
        cores = range(len(self.recorder.world.state.scheduler.availability_cores))
        at = [{"core": core, "since": max(now - self.random.randint(0, 5), 0)} for core in cores]
        self.recorder.call("scheduler.availability_timeout_predicate", {}, {"at": at})

    # ---- inclusion

    def back(self) -> None:
        """Candidates for scheduled cores."""
        world = self.recorder.world
        storage = world.state.scheduler
        scheduled, candidates = [], []
        for each in scheduler.scheduled(storage):
            name = None if each.collator is None else world.collator_name(each.collator)
            scheduled.append(
                {"core": each.core, "para": each.para_id, "group": each.group_idx, "collator": name}
            )
            group = scheduler.group_validators(storage, GroupIndex(each.group_idx)) or ()
            votes = [int(member) for member in group if self.random.random() < 0.9]  # noqa: PLR2004 - most
            candidate: dict[str, Any] = {"para": each.para_id, "collator": name or "alice"}
            if self.random.random() < 0.2:  # noqa: PLR2004 - some
                candidate["new_code"] = [7, world.state.now % 256]
            candidates.append({"candidate": candidate, "votes": votes, "group": each.group_idx})
        candidates.sort(key=_para_of)
        groups = [list(map(int, members)) for members in storage.validator_groups]
        self.recorder.call(
            "inclusion.process_candidates",
            {"candidates": candidates, "scheduled": scheduled, "groups": groups},
        )

    def vote(self) -> None:
        """Bitfields of the validators."""
        world = self.recorder.world
        context = world.scheduler_context
        cores = range(len(context.paras.parachains) + context.configuration.parathread_cores)
        lookup = {
            str(core): scheduler.core_para(world.state.scheduler, context, CoreIndex(core))
            for core in cores
        }
        on = {each.core for each in world.state.inclusion.pending_availability.values()}
        bitfields = [
            {"validator": v, "bits": "".join("1" if core in on else "0" for core in cores)}
            for v in range(len(world.state.validators))
            if self.random.random() < 0.8  # noqa: PLR2004 - most
        ]
        self.recorder.call(
            "inclusion.process_bitfields", {"bitfields": bitfields, "core_lookup": lookup}
        )

    def give_up(self) -> None:
        """Some pending candidates are dropped."""
        cores = [
            each.core for each in self.recorder.world.state.inclusion.pending_availability.values()
        ]
        late = sorted(core for core in cores if self.random.random() < 0.5)  # noqa: PLR2004 - a coin
        self.recorder.call("inclusion.collect_pending", {"predicate": {"true_for_cores": late}})


def _para_of(backed: Mapping[str, Any]) -> int:
    para: int = backed["candidate"]["para"]
    return para


_MOVES = {
    "advance": 8,
    "set_member": 1,
    "initialize": 1,
    "clean_up": 1,
    "upgrade": 2,
    "head": 2,
    "look_up": 2,
    "claim": 6,
    "schedule": 4,
    "occupy": 4,
    "time_out": 1,
    "back": 3,
    "vote": 3,
    "give_up": 1,
}
