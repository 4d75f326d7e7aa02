"""`parascope simulate`: validators, collators and an adversary on one forking chain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from checker.simulate.cast import Settings


@click.command("simulate")
@click.option(
    "--validators", type=click.IntRange(4, 40), default=10, show_default=True, help="How many."
)
@click.option(
    "--parachains", type=click.IntRange(1, 20), default=4, show_default=True, help="How many."
)
@click.option(
    "--blocks",
    type=click.IntRange(1, 2000),
    default=100,
    show_default=True,
    help="Slots: in each somebody makes a block.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Of all chance."
)
@click.option("--forks", is_flag=True, help="Authors hear of blocks late, so that forks grow.")
@click.option("--as-written", is_flag=True, help="No amendments: the text to the letter.")
@click.option("--without", metavar="ID", multiple=True, help="All amendments but this; repeatable.")
@click.option(
    "--format",
    "layout",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How the run is told.",
)
@click.option("--out", metavar="DIR", help="Write blocks.svg, blocks.dot and run.json there.")
def simulate_command(  # noqa: PLR0913 - one argument for each option
    *,
    validators: int,
    parachains: int,
    blocks: int,
    seed: int,
    forks: bool,
    as_written: bool,
    without: tuple[str, ...],
    layout: str,
    out: str | None,
) -> int:
    r"""Let honest nodes and an adversary loose on the reference implementation.

    Fewer than a third of the validators are faulty: they withhold pieces, back invalid candidates,
    vote on both sides, make two blocks at one height, and forge what they put into blocks.  What
    became of it is a story, a table and an ending (docs/simulate.md).  The same options give the
    same run.

    The exit status is 0 if the run ends well and 12 if it ends badly: an honest validator was
    slashed, a block was accepted that had to be refused, something invalid or withheld is included,
    a para stands still, or the text has no next block.

    \b
    Examples:
      parascope simulate
      parascope simulate --blocks 200 --forks --seed 7 --out build/run
      parascope simulate --forks --without dispute-code-of-receipt
    """
    from checker.scenarios import text as texts
    from checker.simulate.cast import Settings
    from checker.subjects import UsageError

    text = texts.chosen(as_written=as_written, without=without)
    if parachains > validators:
        raise UsageError(
            f"--parachains {parachains}: each needs a validator, and there are {validators}"
        )
    settings = Settings(text.rules(), validators, parachains, blocks, seed, forks, text.label)
    return _deliver(settings, layout, None if out is None else _folder(Path(out)))


def _deliver(settings: Settings, layout: str, folder: Path | None) -> int:
    """Run, tell, draw; the exit status."""
    from checker import report
    from checker.files import write_text
    from checker.progress import Meter
    from checker.simulate import draw, layouts
    from checker.simulate.run import simulate

    meter = Meter(title="simulate")
    meter.enter("slots")
    with report.watching(meter):
        world = simulate(settings, lambda slot: meter.update(slot=slot))
    report.write(layouts.as_json(world) if layout == "json" else layouts.as_text(world))
    if folder is not None:
        write_text(folder / "blocks.svg", draw.as_svg(world))
        write_text(folder / "blocks.dot", draw.as_dot(world))
        write_text(folder / "run.json", layouts.as_json(world))
    return layouts.code(world)


def _folder(path: Path) -> Path:
    """The folder for files, made if it is not there: before the run, not after it."""
    from checker.files import OutputError

    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(str(path), error.strerror or str(error)) from error
    return path
