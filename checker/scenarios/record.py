"""Writing scenarios: calls are made on a world, and what comes of them is what is expected.

`to_scenario` turns a list of calls into a scenario; a `Recorder` is for whoever decides on the next
call by what the one before did.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import observe, run, setup
from .text import Text
from .vocabulary import OBSERVE, module
from .world import World

EXPECTED = {
    "scheduler.availability_timeout_predicate": ("at",),
}
"""What a call is asked for in its expectation, beside its arguments."""

PLAIN = (
    "scheduled",
    "queue",
    "next_core_offset",
    "claim_index",
    "core_occupied",
    "validator_group_sizes",
    "session_start_block",
    "parachains",
    "upcoming",
    "outgoing",
    "past_code_pruning",
    "pending",
    "bitfield_records",
    "validators",
    "session_index",
)
"""What is observed as a whole."""

PER_PARA = (
    "is_parathread",
    "heads",
    "current_code",
    "future_code",
    "future_upgrade",
    "past_code_meta",
    "most_recent_change",
    "last_code_upgrade",
    "pending_votes",
)
"""What is observed for each para."""


class Recorder:
    """A world whose calls and observations are kept as the steps of a scenario."""

    def __init__(
        self, text: Text, config: Mapping[str, Any], start: Mapping[str, Any] | None = None
    ) -> None:
        self.text, self.config, self.start = text, dict(config), dict(start or {})
        self.world: World = setup.new_world(text.rules(), self.config, self.start)
        self.steps: list[dict[str, Any]] = []

    def call(
        self, name: str, args: Mapping[str, Any], asked: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Make a call and keep it with its result.

        Where the text says nothing there is nothing to expect: such a call is not kept, and has
        changed nothing.  `asked` is what the vocabulary puts into the expectation of a call.
        """
        place = f"steps[{len(self.steps)}]"
        seen, error = run.call(self.world, name, args, place, asked)
        if seen.get("result") not in {"ok", "error", "unrecoverable"}:
            return seen
        step: dict[str, Any] = {"call": name, "args": dict(args), "expect": seen}
        if error:
            step["note"] = error
        self.steps.append(step)
        return seen

    def observe(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Look at names, with the keys of those that have keys, and keep what is seen."""
        seen = {name: observe.look(self.world, name, keys) for name, keys in wanted.items()}
        self.steps.append({"call": OBSERVE, "args": {}, "expect": seen})
        return seen

    def observe_all(self, paras: Sequence[int]) -> dict[str, Any]:
        """Look at everything the text has, for these paras and for every core."""
        per_para = dict.fromkeys(map(str, paras))
        cores = dict.fromkeys(map(str, range(len(self.world.state.scheduler.availability_cores))))
        wanted: dict[str, Any] = dict.fromkeys(PLAIN)
        wanted |= dict.fromkeys(PER_PARA, per_para)
        wanted |= {"availability_cores": cores, "config": None, "pending_config": None}
        return self.observe(wanted)

    def scenario(
        self, name: str, subject: str, *, test: str = "", notes: Iterable[str] = ()
    ) -> dict[str, Any]:
        """The scenario so far, as data."""
        module(subject, "module")
        return {
            "name": name,
            "module": subject,
            "source": {"repo": "parascope", "path": "checker/scenarios", "test": test},
            "beyond_spec": False,
            "spec_sections": ["2.5.3", "2.5.4", "2.5.5", "2.5.6"],
            "agrees_with_spec": f"recorded under the text {self.text.label}",
            "config": self.config,
            "setup": self.start,
            "steps": self.steps,
            "notes": list(notes),
        }


def to_scenario(
    name: str,
    subject: str,
    calls: Iterable[tuple[str, Mapping[str, Any]]],
    *,
    text: Text,
    config: Mapping[str, Any],
    start: Mapping[str, Any] | None = None,
    notes: Iterable[str] = (),
) -> dict[str, Any]:
    """A scenario of these calls under a text: each as a pair of its name and its arguments.

    The arguments of `observe` are the names to look at, each with an object of the keys wanted, or
    null.  Raises `Wrong` for arguments that the runtime does not take, `Unsupported` for a name
    that it has no meaning for.
    """
    recorder = Recorder(text, config, start)
    for call, args in calls:
        if call == OBSERVE:
            recorder.observe(args)
            continue
        asked = {key: args[key] for key in EXPECTED.get(call, ()) if key in args}
        given = {key: item for key, item in args.items() if key not in asked}
        recorder.call(call, given, asked)
    return recorder.scenario(name, subject, notes=notes)


def as_json(scenario: Mapping[str, Any]) -> str:
    """The text of a scenario file."""
    return json.dumps(scenario, indent=1, ensure_ascii=False) + "\n"
