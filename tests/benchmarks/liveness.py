"""Promises on ten million steps and more: `python -m tests.benchmarks.liveness [INSTANCE]`.

No test: it prints seconds and bytes of the search, of the graph, and of each promise.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Mapping
from typing import Any

from checker.explicit import liveness
from checker.explicit.explore import explore
from model.config import Rules
from model.language import And, Not
from model.systems import family
from properties.kinds import Property

BLOCKS = {"fair": ("end_block",)}


def promise(name: str, function: Any, **more: Any) -> Property:
    return Property("leads_to", name, "", f"{name}.", function, **more)


PROMISES = (
    promise("freed", lambda s: (s.core[0].occ, Not(s.core[0].occ)), **BLOCKS),
    promise("freed_strong", lambda s: (s.core[0].occ, Not(s.core[0].occ)), strong=("end_block",)),
    promise("backed", lambda s: (Not(s.core[0].occ), s.core[0].occ), fair=("back", "vote")),
    promise("both", lambda s: (True, And(s.core[0].occ, s.core[1].occ)), strong=("back", "vote")),
)


def main(instance: str) -> None:
    system = family("corepipe").system(instance, Rules(frozenset(), frozenset(), {}))
    spent: list[tuple[str, float]] = []
    right = liveness._settle

    def timed(net: Any, prop: Any, *rest: Any, **more: Any) -> None:
        began = time.perf_counter()
        right(net, prop, *rest, **more)
        spent.append((prop.name, time.perf_counter() - began))

    liveness._settle = timed
    for run in ("first", "second"):  # kernels are compiled in the first
        spent.clear()
        phases: dict[str, float] = {}

        def tell(phase: str, counts: Mapping[str, int], phases: dict[str, float] = phases) -> None:
            phases.setdefault(phase, time.perf_counter())

        began = time.perf_counter()
        x = explore(system, PROMISES, progress=tell)
        whole = time.perf_counter() - began
        graph, parts = phases["building the graph"], phases["finding fair components"]
        lines = [
            f"{run} run: {x.states:,} states, {x.steps:,} steps, {whole:.2f} s in all",
            f"  search {graph - began:.2f} s, graph {parts - graph:.2f} s",
        ]
        for name, seconds in spent:
            found = x.findings.get(name)
            said = f"lasso {found.trace.loop} + {found.depth - found.trace.loop}" if found else ""
            lines.append(f"  {name:14} {seconds:6.2f} s  {said or x.undecided.get(name, 'holds')}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        lines.append(f"  held {x.peak_memory >> 20} MiB, process {peak} MiB")
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "3-4-3-4-8")
