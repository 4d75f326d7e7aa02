"""What the random systems were like: an idle run should not look like one that tests."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, field

from model.language import System
from properties.kinds import Property
from tests.agreement.naive import Found, words
from tests.agreement.strategy import Drawn

CONSTRUCTS = (
    *("enum", "index variable", "negative integers", "several words"),
    *("record", "nested record", "array", "nested in an array", "set", "queue"),
    *("symbolic index", "write at an index", "index of a loop", "unguarded index"),
    *("when", "nested when", "each", "when in each", "ordered loop"),
    *("require", "within", "assume", "undefined", "If", "Implies", "Xor"),
    *("division", "remainder", "unguarded division", "quantifier", "forall", "exists", "count"),
    *("set operation", "comparison of composites", "copy"),
    *("record assignment", "list assignment", "may leave its range", "may overflow"),
    *("push", "push_front", "take", "unguarded take", "retain", "write in a queue"),
    *("queue any, all or place", "queue size or count"),
    *("initial choices", "set as a choice", "queue as a choice", "record as a choice", "cuts"),
)

VERDICTS = (
    *("holds", "VIOLATED", "reached", "UNREACHED"),
    *("a deadlock", "undetermined(limit)", "a cut", "well_defined VIOLATED"),
    *("a promise holds", "a promise VIOLATED"),
)


@dataclass
class Tally:
    """Counts over the systems of one run."""

    states: list[int] = field(default_factory=list)
    steps: int = 0
    seen: set[str] = field(default_factory=set)
    lively: int = 0
    complete: int = 0
    constructs: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        drawn: Drawn,
        system: System,
        properties: tuple[Property, ...],
        found: Found,
        most: int,
    ) -> None:
        """Count one system; one that was left at a bound reaches more than `most` states."""
        self.seen.add(drawn.text)
        self.states.append(most if found.stopped == "depth" else found.states)
        self.complete += found.stopped != "depth"
        self.steps += found.steps
        self.lively += sum(n > 0 for n in found.per_action.values()) > 1
        self.constructs.update(drawn.used)
        said = words(system, properties, found)
        self.verdicts.update({word.split("(")[0] for word in said.values()} - {"undetermined"})
        if found.stopped.startswith("limit"):
            self.verdicts["undetermined(limit)"] += 1
        if found.cuts_hit:
            self.verdicts["a cut"] += 1
        promises = {said[p.name] for p in properties if p.kind == "leads_to"}
        self.verdicts.update(f"a promise {word}" for word in promises & {"holds", "VIOLATED"})
        well = "well_defined VIOLATED"
        for name, verdict in (("deadlock_free", "a deadlock"), ("well_defined", well)):
            if name in found.lengths:
                self.verdicts[verdict] += 1

    def shares(self, counts: Counter[str], names: tuple[str, ...]) -> dict[str, float]:
        """The percentage of the systems for each name."""
        return {name: 100 * counts[name] / max(1, len(self.states)) for name in names}

    @property
    def median(self) -> float:
        """Reachable states of the system in the middle."""
        return statistics.median(self.states)

    def lines(self) -> list[str]:
        """The distribution, for a person."""
        n = len(self.states)
        head = (
            f"{n} random systems, {self.complete} of them explored to the end: "
            f"median {self.median:.0f} states or more, {self.steps} steps; "
            f"two actions or more fire in {100 * self.lively / n:.0f} %"
        )
        parts = [
            ", ".join(f"{name} {share:.0f} %" for name, share in self.shares(c, names).items())
            for c, names in ((self.verdicts, VERDICTS), (self.constructs, CONSTRUCTS))
        ]
        return [head, *parts]


TALLY = Tally()
