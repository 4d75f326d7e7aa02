"""A run as text and as JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from checker.verdict import EXIT_CODES
from checker.version import VERSION

from . import names
from .world import Event, World

SCHEMA, SCHEMA_VERSION = "parascope-simulation", 1
MOST, ALIKE, FAULTS = 40, 2, 8
"""Lines of the story, lines of one kind in it, reasons for a bad end that are listed."""
BAD = 12
_TOTALS = (
    "blocks",
    "height",
    "forks",
    "forks abandoned",
    "session changes",
    "candidates backed",
    "candidates included",
    "candidates timed out",
    "candidates blacklisted",
    "candidates dropped by a session change",
    "disputes",
    "blocks refused",
)
_CHARGED = "lines against honest validators"


def code(world: World) -> int:
    """The exit status: 0 if the run ends well."""
    return BAD if world.faults else 0


def told(world: World) -> list[Event]:
    """The events of the story: of each kind the first ones, and every reason for a bad end."""
    seen: Counter[str] = Counter()
    chosen: list[Event] = []
    for event in world.events:
        kind = re.sub(r"\bv\d+!?( v\d+!?)*|\bc\d+|\d+", "#", event.text)
        seen[kind] += 1
        if seen[kind] <= ALIKE and len(chosen) < MOST:
            chosen.append(event)
    return chosen


def as_text(world: World) -> str:
    """Heading, story, table, ending."""
    settings, cast = world.settings, world.cast
    faulty = " ".join(f"v{each}!" for each in sorted(cast.faulty))
    forks = "forks" if settings.forks else "no forks but those of equivocations"
    actors = (
        f"{settings.validators} validators (faulty: {faulty}), {settings.parachains} parachains"
    )
    lines = [
        f"simulation, {settings.label}: {actors},",
        f"  {settings.slots} slots, seed {settings.seed}, {forks}",
        "",
        "  slot  height",
    ]
    story = told(world)
    lines += [f"  {each.slot:>4}  {each.number:>6}  {each.text}" for each in story]
    if len(story) < len(world.events):
        more = len(world.events) - len(story)
        lines.append(f"  and {more} events more, most of them alike: --format json has them all")
    lines += ["", *_table(world), "", _totals(world)]
    return "\n".join([*lines, *_ending(world)]) + "\n"


def _table(world: World) -> list[str]:
    width = max(map(len, names.ALL))
    lines = [f"  {'misbehaviour':<{width}}  often  what followed"]
    for name in names.ALL:
        often = world.deeds[name]
        outcomes = world.outcomes.get(name, Counter())
        whats = [f"{what} ({count})" for what, count in outcomes.most_common()] or ["-"]
        lines.append(f"  {name:<{width}}  {often:>5}  {whats[0]}")
        lines += [f"  {'':<{width}}         {what}" for what in whats[1:]]
    return lines


def _totals(world: World) -> str:
    return ", ".join(f"{name} {world.counts[name]}" for name in _TOTALS)


def _ending(world: World) -> list[str]:
    """Whether the run ends well, and if not, why."""
    charged = world.counts[_CHARGED]
    lines = [f"honest validators slashed: {f'{charged} TIMES' if charged else 'none'}"]
    never = [name for name in names.ALL if not world.deeds[name]]
    if never:
        lines.append(f"never happened in this run: {', '.join(never)}")
    if not world.faults:
        return [*lines, "the run ends well"]
    lines += [f"the run ENDS BADLY; exit status {BAD}, {EXIT_CODES[BAD]}"]
    lines += [f"  {each}" for each in world.faults[:FAULTS]]
    if len(world.faults) > FAULTS:
        lines.append(f"  and {len(world.faults) - FAULTS} reasons more")
    return lines


def as_json(world: World) -> str:
    """Everything that the text has, and all events."""
    settings = world.settings
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "parascope": VERSION,
        "text": settings.label,
        "validators": settings.validators,
        "parachains": settings.parachains,
        "slots": settings.slots,
        "seed": settings.seed,
        "forks": settings.forks,
        "faulty": sorted(world.cast.faulty),
        "misbehaviours": [
            {
                "name": name,
                "count": world.deeds[name],
                "followed": dict(sorted(world.outcomes.get(name, Counter()).items())),
            }
            for name in names.ALL
        ],
        "totals": {name: world.counts[name] for name in _TOTALS},
        "charges_against_honest": world.counts[_CHARGED],
        "ends_well": not world.faults,
        "faults": world.faults,
        "exit_code": code(world),
        "events": [
            {"slot": each.slot, "height": each.number, "text": each.text} for each in world.events
        ],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
