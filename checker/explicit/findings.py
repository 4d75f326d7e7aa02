"""From sightings of a search to findings with canonical, replayed traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from checker.compile.errors import InternalError
from checker.compile.observe import FIRST, UNDEFINED
from checker.explicit import liveness
from checker.explicit.budget import Budget, Meter, OutOfBudget
from checker.explicit.explore import (
    DEADLOCK,
    DEADLOCK_FREE,
    WELL_DEFINED,
    Options,
    Search,
    Seen,
)
from checker.explicit.liveness import Settled
from checker.explicit.recoverable import build_graph, settle
from checker.explicit.results import Exploration, Finding
from checker.explicit.traces import Rebuilder
from checker.replay import replay
from checker.trace import Trace
from checker.vacuity import PREFIX


def conclude(
    search: Search,
    properties: Sequence[Any],
    watched: frozenset[str],
    *,
    keep_levels: bool,
    options: Options,
) -> Exploration:
    """Settle what needs the graph of steps, rebuild the traces, and put the result together.

    Of the properties named in `watched` only matters whether there is a finding.
    """
    noticed = _noticed(search, watched)
    result = _counted(search)
    lost, promises = _on_the_graph(search, properties, result)
    findings, limit = _traces(search, properties, lost, keep_levels=keep_levels, options=options)
    by_name = {p.name: p for p in properties}
    for name, trace in promises.traces.items():
        findings[name] = _finding(search, _named(trace, by_name[name]), by_name[name])
    search.levels.close()
    return replace(
        result,
        findings=findings,
        limit=limit,
        undecided=promises.undecided,
        noticed=noticed | {PREFIX + name for name in promises.asked},
        peak_memory=search.meter.peak,
    )


def _counted(search: Search) -> Exploration:
    """The figures of a search."""
    names = search.engine.observations
    complete = search.complete_per_action
    return Exploration(
        states=sum(search.per_depth),
        steps=int(complete.sum()),
        depth=max(0, len(search.per_depth) - 1),
        per_depth=search.per_depth,
        per_action=dict(zip(search.engine.program.actions, complete.tolist(), strict=True)),
        findings={},
        stopped=search.stopped,
        seconds=search.meter.seconds,
        cuts_hit=tuple(
            names.name(b)
            for b in names.limit_bits()
            if search.has_bit(search.seen, b) and names.name(b) in search.engine.system.cuts
        ),
        compile_seconds=search.engine.compile_seconds,
        peak_memory=search.meter.peak,
        table_bytes=search.store.bytes,
        checked_depth=search.checked_depth,
        lanes=search.engine.program.lanes,
        words=search.engine.layout.words,
    )


def _on_the_graph(
    search: Search, properties: Sequence[Any], result: Exploration
) -> tuple[dict[str, Seen], Settled]:
    """Decide goals that can always be reached again, and promises: both need all the steps.

    Of the goals the state that has no way to each, if there is one; why others stay open is
    said in the second part.
    """
    goals = [p for p in properties if p.kind == "recoverable"]
    promised = [p for p in properties if p.kind == "leads_to"]
    reason = result.stopped or ("" if search.levels.keep else "levels were not kept")
    if not goals and not promised:
        return {}, Settled()
    if not reason:
        halves = liveness.observed(search.engine.system, promised)
        parts = [part for half in halves.values() for p in half for part in (p.premise, p.goal)]
        try:
            if search.progress is not None:
                search.progress("building the graph", {"states": result.states})
            net = build_graph(search, result.steps, labels=bool(promised), observed=parts)
        except (OutOfBudget, MemoryError) as error:
            reason = str(error) if isinstance(error, OutOfBudget) else "memory"
    if reason:
        return {}, Settled(undecided={p.name: reason for p in (*goals, *promised)})
    lost, undecided = settle(search, net, goals, result)
    settled = liveness.settle(
        net,
        promised,
        halves,
        Rebuilder(search.engine, search.levels),
        cuts=result.cuts_hit,
        meter=search.meter,
        progress=search.progress,
    )
    settled.undecided |= undecided
    search.meter.hold("graph", 0)
    return lost, settled


def _noticed(search: Search, watched: frozenset[str]) -> frozenset[str]:
    """Take the sightings of watched properties out of the search; their names."""
    names = search.engine.observations
    bits = [b for b in search.sightings if b >= FIRST and names.name(b) in watched]
    for bit in bits:
        del search.sightings[bit]
    return frozenset(names.name(bit) for bit in bits)


def _traces(
    search: Search,
    properties: Sequence[Any],
    lost: Mapping[str, Seen],
    *,
    keep_levels: bool,
    options: Options,
) -> tuple[dict[str, Finding], Trace | None]:
    findings: dict[str, Finding] = {}
    limit: Trace | None = None
    if not search.sightings and not lost:
        return findings, limit
    rebuilder = _rebuilder(search, properties, keep=keep_levels, options=options)
    names = search.engine.observations
    by_name = {p.name: p for p in properties}
    for seen in sorted(search.sightings.values(), key=lambda s: s.bit):
        if seen.bit in names.limit_bits():
            limit = limit or _checked(search, rebuilder.limit(seen, names.name(seen.bit)), None)
        elif seen.bit in (DEADLOCK, UNDEFINED):
            name = DEADLOCK_FREE if seen.bit == DEADLOCK else WELL_DEFINED
            draft = rebuilder.undefined(seen) if seen.bit == UNDEFINED else rebuilder.state(seen)
            trace = replace(draft, property=name, kind="builtin")
            findings[name] = _finding(search, trace, None)
        else:
            prop = by_name[names.name(seen.bit)]
            draft = rebuilder.step(seen, prop) if prop.kind == "step" else rebuilder.state(seen)
            findings[prop.name] = _finding(search, _named(draft, prop), prop)
    for name, seen in lost.items():
        trace = _named(rebuilder.state(seen), by_name[name])
        findings[name] = _finding(search, trace, by_name[name])
    return findings, limit


def _named(trace: Trace, prop: Any) -> Trace:
    return replace(
        trace, property=prop.name, kind=prop.kind, token=prop.token, sentence=prop.sentence
    )


def _rebuilder(
    search: Search, properties: Sequence[Any], *, keep: bool, options: Options
) -> Rebuilder:
    """Rebuild from the levels of this search or, where they were dropped, of another one."""
    if keep:
        return Rebuilder(search.engine, search.levels)
    deepest = max(seen.depth for seen in search.sightings.values())
    meter = Meter(Budget(depth=max(0, deepest), memory=search.meter.budget.memory))
    search.store.release()
    again = Search(
        search.engine,
        properties,
        meter,
        options,
        expected=sum(search.per_depth[: deepest + 1]),
        keep_levels=True,
        progress=None,
    )
    again.run(stop_at_first=False)
    if again.per_depth[: deepest + 1] != search.per_depth[: deepest + 1]:
        message = f"a second search stopped early ({again.stopped}); no trace can be shown"
        raise InternalError(message)
    return Rebuilder(again.engine, again.levels)


def _finding(search: Search, trace: Trace, prop: Any) -> Finding:
    _checked(search, trace, prop)
    return Finding(trace.property, trace.length, trace)


def _checked(search: Search, trace: Trace, prop: Any) -> Trace:
    """Replay a trace in concrete mode; one that does not run is a fault of this engine."""
    try:
        replay(trace, search.engine.system, prop)
    except Exception as error:
        message = f"the trace for {trace.property} does not replay: {error}"
        raise InternalError(message) from error
    return trace
