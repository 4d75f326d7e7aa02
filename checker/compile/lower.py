"""A system and its properties to one LLVM module: initial action, actions, observations.

Functions of the module, all over blocks of packed states (see `action` for the arguments):

    i64  @initial   successors of the all-zero state by the initial action
    i64  @action_K  successors by action K, in the order of the action table
    void @observe   writes the bits of invariants violated and goals reached, all K words
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checker.compile import programs
from checker.compile.action import ActionFunction, active_lanes, load_words
from checker.compile.convert import Converter
from checker.compile.emit import Emitter
from checker.compile.errors import CompileError
from checker.compile.instances import MOST_INSTANCES, Planner
from checker.compile.layout import Layout, build_layout
from checker.compile.nodes import Graph, LeafLike, Node
from checker.compile.observe import (
    GOAL_KINDS,
    INVARIANT_KINDS,
    STEP_KINDS,
    Observations,
    unique,
)

OBSERVE_ARGUMENTS = (
    "ptr noalias %in, i64 %stride, i64 %begin, i64 %end, ptr noalias %masks, i64 %mstride"
)


@dataclass(frozen=True, slots=True)
class Program:
    """IR text with what a caller needs to run it.

    `needs[k]` is the room in entries that action k may take for one group of lanes, with the
    initial action last.
    """

    text: str
    layout: Layout
    observations: Observations
    lanes: int
    actions: tuple[str, ...]
    needs: tuple[int, ...]

    @property
    def symbols(self) -> tuple[str, ...]:
        """Names of the functions: actions, then initial, then observe."""
        return (*(f"action_{k}" for k in range(len(self.actions))), "initial", "observe")


def lower(
    system: Any,
    properties: Iterable[Any] = (),
    *,
    lanes: int = 1,
    most_instances: int = MOST_INSTANCES,
    sources: bool = False,
) -> Program:
    """Lower a system and the properties to be observed; raises CompileError with the place.

    With `sources` every successor comes with the number of the state it was made from.
    """
    checked = list(properties)
    of_kind = {
        kinds: tuple(p for p in checked if p.kind in kinds)
        for kinds in (INVARIANT_KINDS, GOAL_KINDS, STEP_KINDS)
    }
    observations = Observations(
        invariants=tuple(p.name for p in of_kind[INVARIANT_KINDS]),
        goals=tuple(p.name for p in of_kind[GOAL_KINDS]),
        steps=tuple(p.name for p in of_kind[STEP_KINDS]),
        limits=unique(x.name for t in (system.initial, *system.transitions) for x in t.limits),
    )
    layout = build_layout(system.leaves)
    names = tuple(t.action.name for t in system.transitions)
    place = programs.place(system, checked, (lanes, most_instances, sources))
    kept = programs.load(place)
    if kept is None:
        text, needs = _text(system, of_kind, observations, layout, lanes, most_instances, sources)
        kept = {"text": text, "needs": needs}
        programs.keep(place, kept)
    return Program(kept["text"], layout, observations, lanes, names, tuple(kept["needs"]))


def _text(
    system: Any,
    of_kind: Mapping[Any, tuple[Any, ...]],
    observations: Observations,
    layout: Layout,
    lanes: int,
    most_instances: int,
    sources: bool,  # noqa: FBT001 - passed on
) -> tuple[str, list[int]]:
    """The IR of a system, and the room that each action needs."""
    leaves: Sequence[LeafLike] = system.leaves
    graph = Graph()
    planner = Planner(
        graph, leaves, observations, [system.term(p) for p in of_kind[STEP_KINDS]], most_instances
    )
    lines = _header(lanes)
    needs = []
    for k, transition in enumerate((*system.transitions, system.initial)):
        initial = k == len(system.transitions)
        plan = planner.plan(transition, initial=initial)
        emitter = Emitter(lanes, layout, _names(leaves, transition.choices))
        function = ActionFunction(graph, layout, observations, plan, emitter, sources=sources)
        lines += function.text("initial" if initial else f"action_{k}")
        needs.append(function.need)
    terms = [(p, system.term(p)) for p in (*of_kind[INVARIANT_KINDS], *of_kind[GOAL_KINDS])]
    lines += _observe(graph, layout, observations, leaves, terms, lanes)
    lines.append(_attributes())
    return "\n".join(lines) + "\n", needs


def _names(leaves: Sequence[LeafLike], choices: Sequence[LeafLike]) -> Any:
    def name(node: Node) -> str:
        return (choices if node.op == "choice" else leaves)[node.value].name

    return name


def _header(lanes: int) -> list[str]:
    if lanes not in (1, 2, 4, 8, 16):
        message = f"{lanes} lanes: use 1, 2, 4, 8 or 16"
        raise CompileError(message)
    if lanes == 1:
        return []
    vec, bit = f"<{lanes} x i64>", f"<{lanes} x i1>"
    name = f"@llvm.experimental.vector.compress.v{lanes}i64"
    return [
        f"declare {vec} {name}({vec}, {bit}, {vec})",
        f"declare i{lanes} @llvm.ctpop.i{lanes}(i{lanes})",
    ]


def _attributes() -> str:
    return 'attributes #0 = { nounwind "prefer-vector-width"="512" "min-legal-vector-width"="512" }'


def _observe(
    graph: Graph,
    layout: Layout,
    observations: Observations,
    leaves: Sequence[LeafLike],
    terms: Sequence[tuple[Any, Any]],
    lanes: int,
) -> list[str]:
    """Emit the function that tests states: an invariant's bit says violated, a goal's reached."""
    out = Emitter(lanes, layout, _names(leaves, ()))
    variables = {leaf.name: graph.variable("leaf", i, leaf) for i, leaf in enumerate(leaves)}
    convert = Converter(graph, variables)
    out.lines.append(f"define void @observe({OBSERVE_ARGUMENTS}) #0 {{")
    out.start("entry")
    out.raw("br label %head")
    out.start("head")
    out.raw("%pos = phi i64 [ %begin, %entry ], [ %next, %body ]")
    out.raw("%more = icmp slt i64 %pos, %end")
    out.raw("br i1 %more, label %body, label %done")
    out.start("body")
    out.words = load_words(out, layout)
    active = active_lanes(out)
    values = [out.number(0)] * observations.words
    for bit, (prop, term) in zip(observations.state_bits(), terms, strict=True):
        out.place = f"property {prop.name}"
        node = convert.node(term, out.place)
        wanted = graph.not_(node) if prop.kind in INVARIANT_KINDS else node
        if wanted.op == "const" and not wanted.value:
            continue
        mask = out.logic("and", active, out.value(wanted))
        flag = out.select(mask, out.number(1 << (bit % 64)), out.number(0))
        values[bit // 64] = out.op(f"or {out.vec} {values[bit // 64]}, {flag}")
    for word, value in enumerate(values):
        at = out.op(f"add i64 %pos, {out.op(f'mul i64 %mstride, {word}')}")
        place = out.op(f"getelementptr i64, ptr %masks, i64 {at}")
        out.raw(f"store {out.vec} {value}, ptr {place}, align 8")
    out.raw(f"%next = add i64 %pos, {lanes}")
    out.raw("br label %head")
    out.start("done")
    out.raw("ret void")
    out.lines.append("}")
    return out.lines
