"""What `parascope explore` is asked for, done and printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from checker import limits
from checker.progress import Meter, grouped
from checker.scenarios import text as texts
from checker.subjects import UsageError, one_of
from checker.verdict import EXIT_CODES, Verdict
from checker.version import VERSION

from .explore import Alone, Result, explore
from .node import Node
from .plan import SIZES

SCHEMA, SCHEMA_VERSION = "parascope-forks", 1


@dataclass(frozen=True, slots=True)
class Question:
    """Which forks of which chain."""

    text: texts.Text
    instance: str
    depth: int
    seed: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, what was found."""

    question: Question
    result: Result

    @property
    def verdict(self) -> Verdict:
        """The answer in one word."""
        question = self.question
        extent = f"{self.result.done} interleavings to depth {question.depth}"
        return self.result.verdict(question.instance, question.text.label, extent)


def ask(
    *,
    instance: str | None,
    depth: int,
    seed: int,
    as_written: bool,
    without: Iterable[str],
    budget: str | None,
) -> Question:
    """The question that options describe.  Raises UsageError."""
    text = texts.chosen(as_written=as_written, without=without)
    name = next(iter(SIZES)) if instance is None else instance
    one_of(name, tuple(SIZES), "instance")
    allowed = limits.parse(budget) if budget is not None else {}
    for word in allowed:
        if word != "seconds":
            raise UsageError(f"budget {word}: interleavings are bounded by seconds= and --depth")
    return Question(text, name, depth, seed, allowed.get("seconds"))


def run(question: Question, meter: Meter) -> Answer:
    """Grow the forks in every order."""
    size, rules = SIZES[question.instance], question.text.rules()

    def make() -> Node:
        return Node(rules, size, seed=question.seed, depth=question.depth)

    meter.title = "explore"
    meter.enter("forks")
    result = explore(make, question.depth, seconds=question.seconds, progress=meter.update)
    return Answer(question, result)


# ---- layouts


def as_text(answer: Answer) -> str:
    """For people."""
    return "".join(f"{line}\n" for line in _lines(answer))


def _lines(answer: Answer) -> Iterator[str]:
    question, result, verdict = answer.question, answer.result, answer.verdict
    yield (
        f"forks {question.instance}, {question.text.label}: depth {question.depth}, "
        f"seed {question.seed}"
    )
    for fork, alone in result.alone.items():
        yield f"  fork {fork}: {_contents(alone)}"
    yield (
        f"  {grouped(result.done)} of {grouped(result.total)} interleavings, "
        f"{grouped(result.trees)} distinct trees, {grouped(result.compared)} equalities checked"
    )
    yield ""
    yield f"  {verdict.text}  {verdict.property}  {verdict.extent}  {verdict.token}"
    difference = result.difference
    if difference is not None:
        yield ""
        yield f"  events   {' '.join(difference.events) or 'none'}"
        yield f"  state    behind {difference.where}"
        yield f"  differs  {difference.item.path}"
        yield f"           alone        {difference.item.expected}"
        yield f"           interleaved  {difference.item.found}"
        yield f"  {grouped(result.differing)} interleavings differ; this is a shortest sequence"
    code = verdict.exit_code
    if code:
        yield ""
        yield f"{verdict.text}: {verdict.property}; exit status {code}, {EXIT_CODES[code]}"


def _contents(alone: Alone) -> str:
    parts = [f"{name} {count}" for name, count in alone.contents().items()]
    if alone.refusals:
        parts.append(f"without a block {len(alone.refusals)} ({alone.refusals[0]})")
    return ", ".join(parts)


def as_json(answer: Answer) -> str:
    """For programs: one document."""
    question, result, verdict = answer.question, answer.result, answer.verdict
    difference = result.difference
    shown = None
    if difference is not None:
        item = difference.item
        shown = {
            "events": list(difference.events),
            "state": difference.where,
            "item": item.path,
            "alone": item.expected,
            "interleaved": item.found,
        }
    document = {
        "schema": SCHEMA,
        "version": SCHEMA_VERSION,
        "instance": question.instance,
        "amendments": question.text.label,
        "depth": question.depth,
        "seed": question.seed,
        "verdict": verdict.text,
        "property": verdict.property,
        "token": verdict.token,
        "exit_code": verdict.exit_code,
        "interleavings": {
            "total": result.total,
            "done": result.done,
            "differing": result.differing,
        },
        "trees": result.trees,
        "equalities": result.compared,
        "forks": {
            fork: {**alone.contents(), "refusals": list(alone.refusals)}
            for fork, alone in result.alone.items()
        },
        "difference": shown,
        "versions": {"parascope": VERSION},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


LAYOUTS: dict[str, Callable[[Answer], str]] = {"text": as_text, "json": as_json}
