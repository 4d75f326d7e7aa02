"""The tree of blocks as a picture, and as Graphviz source: who made what, and its candidates."""

from __future__ import annotations

from checker.render import svg
from checker.render.dot import quote

from .watch import badness
from .world import World

_EDGE, _WIDTH, _GAP = 24.0, 300.0, 26.0
_LINE, _SIZE = 15.0, 11.0
_STYLES = {"chosen": "good", "abandoned": "bad", "left behind": "plain"}
_COLOURS = {
    "chosen": 'color="#15803d", fillcolor="#dcfce7"',
    "abandoned": 'color="#b91c1c", fillcolor="#fee2e2"',
    "left behind": 'color="#64748b", fillcolor="#f1f5f9"',
}


def fates(world: World) -> dict[bytes, str]:
    """What became of each block: chosen, abandoned, left behind."""
    chosen = set(world.tree.get_chain(world.leaves()[0]))
    found = {}
    for name in world.tree:
        fate = "abandoned" if name in world.dead else "left behind"
        found[name] = "chosen" if name in chosen else fate
    return found


def _lines(world: World, name: bytes, fate: str) -> list[str]:
    """Height, author and fate, then the candidates by what happened to them."""
    block = world.tree.get_block(name)
    author = world.authors.get(name, "genesis")
    head = f"{block.number}  {author}  {fate}"
    if block.session_change is not None:
        head += "  new session"
    by_end: dict[str, list[str]] = {}
    for made, end in world.notes.get(name, ()):
        mark = "!" if badness(world, made) else ""
        by_end.setdefault(end, []).append(f"{made.name}{mark}")
    return [head, *(f"{end}: {' '.join(each)}" for end, each in sorted(by_end.items()))]


def as_dot(world: World) -> str:
    """Graphviz source of the tree."""
    lines = [
        "digraph blocks {",
        '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=10];',
    ]
    numbers = {name: index for index, name in enumerate(world.tree)}
    for name, fate in fates(world).items():
        label = quote("\n".join(_lines(world, name, fate)), left=True)
        lines.append(f"  b{numbers[name]} [label={label}, {_COLOURS[fate]}];")
        parent = world.tree.get_block(name).header.parent_hash
        if parent in numbers:
            lines.append(f"  b{numbers[parent]} -> b{numbers[name]};")
    return "\n".join([*lines, "}"]) + "\n"


def lanes(world: World) -> dict[bytes, int]:
    """A column for each block: the chosen chain is in the first, no two blocks share a place."""
    tree, found = world.tree, dict.fromkeys(world.tree.get_chain(world.leaves()[0]), 0)
    taken = {(0, tree.get_block(name).number) for name in found}
    for start in tree:
        if start in found:
            continue
        branch, name = [start], start
        while children := [each for each in tree.get_children(name) if each not in found]:
            name = children[0]
            branch.append(name)
        places = [tree.get_block(each).number for each in branch]
        lane = 1
        while any((lane, number) in taken for number in places):
            lane += 1
        found.update(dict.fromkeys(branch, lane))
        taken.update((lane, number) for number in places)
    return found


def as_svg(world: World) -> str:
    """The tree from top to bottom, one row for each height."""
    fate, lane = fates(world), lanes(world)
    texts = {name: _lines(world, name, fate[name]) for name in world.tree}
    deepest: dict[int, int] = {}
    for name, lines in texts.items():
        number = world.number(name)
        deepest[number] = max(deepest.get(number, 0), len(lines))
    tops, y = {}, _EDGE + 30
    for number in sorted(deepest):
        tops[number] = y
        y += 12 + _LINE * deepest[number] + _GAP
    width = 2 * _EDGE + (1 + max(lane.values())) * (_WIDTH + _GAP)
    body = [svg.rect(0.5, 0.5, width - 1, y - 1, "ground", 10)]
    title = f"Blocks and candidates, {world.settings.label}, seed {world.settings.seed}"
    body.append(svg.text(_EDGE, _EDGE + 10, title, 16.0, "ink bold"))
    for name, lines in texts.items():
        x, top = _EDGE + lane[name] * (_WIDTH + _GAP), tops[world.number(name)]
        parent = world.tree.get_block(name).header.parent_hash
        if parent in texts:
            above = world.number(parent)
            bottom = tops[above] + 12 + _LINE * len(texts[parent])
            source = _EDGE + lane[parent] * (_WIDTH + _GAP) + 30
            path = f"M{source:g} {bottom:g}V{top - 12:g}H{x + 30:g}V{top:g}"
            body.append(f'<path class="flow" d="{path}"/>')
        height = 12 + _LINE * len(lines)
        body.append(f'<g class="{_STYLES[fate[name]]}">{svg.rect(x, top, _WIDTH, height)}')
        for index, line in enumerate(lines):
            fitted = svg.fit(line, _WIDTH - 16, _SIZE)
            style = "bold" if index == 0 else ""
            body.append(svg.text(x + 8, top + 17 + _LINE * index, fitted, _SIZE, style))
        body.append("</g>")
    return svg.document(width, y, title, body)
