"""What there is: the amendments of the text, and the properties of each system."""

from __future__ import annotations

import importlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from .kinds import Property

KINDS = ("repair", "reading")
HARMS = ("safety", "liveness", "clarity")
LONGEST = 240
"""Characters of a consequence: what goes wrong is said in two lines."""


@dataclass(frozen=True)
class Amendment:
    """One deviation from the literal text.

    A `repair` changes a definite sentence and is necessary: with all others in force and
    without it, the property `refutes` is violated in the system `system`.  A `reading` settles
    what the text leaves open.  Repairs with the same `alternatives` are necessary together.
    `consequence` is what goes wrong, in a sentence or two for whoever writes the text.  A reading
    may name a property, too, that fails where the other reading is taken.
    """

    id: str
    token: str
    kind: str
    written: str
    amended: str
    harm: str
    system: str
    refutes: str = ""
    consequence: str = ""
    upstream: str = ""
    alternatives: str = ""


class CatalogueError(Exception):
    """The catalogue of amendments is malformed.  Exit code 151."""

    exit_code = 151


@cache
def amendments() -> tuple[Amendment, ...]:
    """Every amendment, in the order of the file."""
    return read(resources.files(__package__).joinpath("amendments.toml").read_text("utf-8"))


def read(text: str) -> tuple[Amendment, ...]:
    """Amendments from TOML text; raises `CatalogueError` naming the entry and the field."""
    try:
        entries = tomllib.loads(text).get("amendment", [])
    except tomllib.TOMLDecodeError as error:
        message = f"amendments.toml: {error}"
        raise CatalogueError(message) from error
    found = []
    for entry in entries:
        name = entry.get("id", "?")
        try:
            a = Amendment(**entry)
        except TypeError as error:
            message = f"amendments.toml: amendment {name!r}: {error}"
            raise CatalogueError(message) from error
        for field, value, allowed in (("kind", a.kind, KINDS), ("harm", a.harm, HARMS)):
            if value not in allowed:
                message = (
                    f"amendments.toml: {name}: {field} {value!r} is not {' or '.join(allowed)}"
                )
                raise CatalogueError(message)
        if a.kind == "repair" and not a.refutes:
            message = f"amendments.toml: repair {name} names no property that fails without it"
            raise CatalogueError(message)
        if a.kind == "repair" and not a.consequence:
            message = f"amendments.toml: repair {name} does not say what goes wrong: consequence"
            raise CatalogueError(message)
        if len(a.consequence) > LONGEST:
            message = f"amendments.toml: {name}: consequence is longer than {LONGEST} characters"
            raise CatalogueError(message)
        found.append(a)
    ids = [a.id for a in found]
    for name in {i for i in ids if ids.count(i) > 1}:
        message = f"amendments.toml: {name!r} is listed twice"
        raise CatalogueError(message)
    return tuple(found)


def known_ids() -> frozenset[str]:
    """The ids of all amendments."""
    return frozenset(a.id for a in amendments())


def properties_of(system: str) -> tuple[Property, ...]:
    """The properties of a system, in the order of its file; lemmas from other files excluded."""
    module = importlib.import_module(f"{__package__}.{system}")
    return tuple(v for v in vars(module).values() if isinstance(v, Property))
