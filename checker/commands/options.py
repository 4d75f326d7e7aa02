"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from checker.space import Space

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = ("text", "json", "junit", "sarif", "github")
MARKDOWN = "markdown"

instance_option = click.option(
    "--instance", metavar="NAME", help="Sizes by name: tiny, small, ...  [default: the smallest]"
)
format_option = click.option(
    "--format",
    "layout",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How the verdicts are printed.",
)
page_option = click.option(
    "--format",
    "layout",
    type=click.Choice((*FORMATS, MARKDOWN)),
    default="text",
    show_default=True,
    help="How the verdicts are printed; markdown is a page of theorems.",
)
budget_option = click.option(
    "--budget",
    metavar="LIMITS",
    help="Stop early: states=2e6,seconds=60,memory=4G,depth=30 (any of them).",
)
workers_option = click.option(
    "--workers", type=click.IntRange(min=1), default=1, help="Threads of the search; 1 for now."
)
_SPACE = (
    instance_option,
    click.option(
        "--set",
        "settings",
        metavar="NAME=VALUE",
        multiple=True,
        help="Another size or variant; repeatable.",
    ),
    click.option("--as-written", is_flag=True, help="No amendments: the text to the letter."),
    click.option(
        "--without", metavar="ID", multiple=True, help="All amendments but this; repeatable."
    ),
    click.option(
        "--with",
        "only",
        metavar="ID",
        multiple=True,
        help="The text as written with this amendment; repeatable.",
    ),
)


def space_options(command: Command) -> Command:
    """Which space: instance, settings, amendments."""
    for option in reversed(_SPACE):
        command = option(command)
    return command


def space_of(system: str, options: dict[str, Any]) -> Space:
    """The space that the options of `space_options` describe; they are taken out of `options`.

    Raises UsageError for a name that does not exist and for options that contradict.
    """
    from checker.space import amended, space

    chosen = amended(
        as_written=options.pop("as_written"),
        without=options.pop("without"),
        only=options.pop("only"),
    )
    settings = options.pop("settings")
    return space(system, options.pop("instance"), amended=chosen, settings=settings)


def one_worker(workers: int) -> None:
    """Refuse what the search cannot do yet."""
    if workers != 1:
        from checker.subjects import UsageError

        raise UsageError(f"--workers {workers}: the search uses one thread for now; leave it out")
