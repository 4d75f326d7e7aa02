"""Graphviz source to a picture: by `dot` if it is there, else pygraphviz, else our own drawing.

A picture is an extra: whatever goes wrong here, there is a picture by the next way, and the note
says which way it was.
"""

from __future__ import annotations

import shutil
import subprocess
import warnings
from dataclasses import dataclass

from .chain import render_chain
from .dot import dot_source
from .story import Story

SECONDS = 30.0
FORMATS = ("svg", "png")


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendered trace: its bytes, their format, and which renderer drew it and why."""

    data: bytes
    format: str
    renderer: str
    note: str


def render_picture(story: Story, format: str = "svg") -> Picture:  # noqa: A002 - as Graphviz and the option call it
    """Draw a story as "svg" or "png"; without Graphviz as an SVG of our own, as the note says."""
    if format not in FORMATS:
        msg = f"no picture format {format!r}; there is {' and '.join(FORMATS)}"
        raise ValueError(msg)
    source = dot_source(story)
    reasons = []
    for name, draw in (("dot", _by_dot), ("pygraphviz", _by_pygraphviz)):
        try:
            data = draw(source, format)
        except _Missing as error:
            reasons.append(str(error))
        else:
            return Picture(data, format, name, f"drawn with {name}")
    why = "; ".join(reasons)
    note = f"drawn without Graphviz ({why})"
    if format != "svg":
        note += f"; as SVG, because {format.upper()} needs Graphviz"
    return Picture(render_chain(story).encode("utf-8"), "svg", "own", note)


class _Missing(Exception):
    """A renderer that is absent or does not work, in a few words."""


def _by_dot(source: str, format: str) -> bytes:  # noqa: A002 - as Graphviz and the option call it
    program = shutil.which("dot")
    if program is None:
        msg = "no `dot` on the path"
        raise _Missing(msg)
    try:
        done = subprocess.run(
            [program, f"-T{format}"],
            input=source.encode("utf-8"),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        msg = f"`dot` did not run: {error}"
        raise _Missing(msg) from error
    if done.returncode or not done.stdout:
        msg = f"`dot` failed with {done.returncode}"
        raise _Missing(msg)
    return done.stdout


def _by_pygraphviz(source: str, format: str) -> bytes:  # noqa: A002 - as Graphviz and the option call it
    try:
        import pygraphviz  # an extra, and slow to import
    except ImportError as error:
        msg = "pygraphviz is not installed"
        raise _Missing(msg) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # fonts, mostly
            graph = pygraphviz.AGraph(string=source)
            data = graph.draw(format=format, prog="dot")
    except Exception as error:  # whatever it raises, there is a next renderer
        msg = f"pygraphviz failed: {type(error).__name__}"
        raise _Missing(msg) from error
    if not data:
        msg = "pygraphviz drew nothing"
        raise _Missing(msg)
    return data.encode("utf-8") if isinstance(data, str) else bytes(data)
