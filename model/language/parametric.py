"""Systems without sizes: their parameters, and that nothing else is left in their terms."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .errors import ModelError, place_of, placed
from .sorts import MARK, Parameter, constants
from .types import Array, Index, Record, Seq, Type

if TYPE_CHECKING:
    from .action import Leaf, Transition


def parameters_of(cfg: Any, storage: Mapping[str, Type]) -> dict[str, Parameter]:
    """The parameters in a configuration and in the sorts of a storage, by name."""
    found: dict[str, Parameter] = {}
    sizes = [sort.n for sort in sorts_of(cfg, storage)]
    for number in (*_members(cfg), *sizes):
        if not isinstance(number, Parameter):
            continue
        if number.name in storage:
            text = f"the parameter {number.name!r} is also a state variable"
            raise placed(ModelError(f"{text}; give one of them another name"))
        known = found.setdefault(number.name, number)
        if known.range != number.range:
            raise placed(ModelError(f"the parameter {number.name!r} is declared with two ranges"))
    return found


def sorts_of(cfg: Any, storage: Mapping[str, Type]) -> list[Index]:
    """The sorts in a configuration and in a storage."""
    own = [value for value in _members(cfg) if isinstance(value, Index)]
    return [*own, *_sorts(storage.values())]


def _members(cfg: Any) -> list[Any]:
    if isinstance(cfg, Mapping):
        return list(cfg.values())
    if dataclasses.is_dataclass(cfg):
        return [getattr(cfg, part.name) for part in dataclasses.fields(cfg)]
    return list(vars(cfg).values()) if hasattr(cfg, "__dict__") else []


def _sorts(kinds: Iterable[Type]) -> Iterator[Index]:
    for kind in kinds:
        if isinstance(kind, Index):
            yield kind
        elif isinstance(kind, Record):
            yield from _sorts(kind.fields.values())
        elif isinstance(kind, Array):
            yield from _sorts([kind.index, kind.element])
        elif isinstance(kind, Seq):
            yield from _sorts([kind.element])


def refuse_strangers(
    transition: Transition, leaves: Iterable[Leaf], parameters: Mapping[str, Parameter]
) -> None:
    """Refuse an action in whose terms something is left that is no leaf, choice or parameter."""
    action = transition.action
    for name in action.choices:
        if name in parameters:
            text = f"the choice {name!r} of {action.name} is also a parameter"
            raise placed(ModelError(f"{text}; give one of them another name"))
    stranger = stranger_in(transition.terms(), (*leaves, *transition.choices), parameters)
    if stranger:
        error = ModelError(f"{action.name}: {stranger}")
        error.where = place_of(action.function)
        raise error


def stranger_in(terms: Iterable[Any], leaves: Iterable[Leaf], others: Mapping[str, Any]) -> str:
    """What is wrong with the first constant that is no leaf and none of the others, or nothing."""
    known = {name for leaf in leaves for name in (leaf.name, leaf.name + "'")} | set(others)
    for name in sorted(set(constants(terms)) - known):
        if MARK in name:
            sort = name.partition(MARK)[0]
            return f"a member of {sort} is used outside the loop or quantifier it belongs to"
        if not name.startswith("?"):  # a slot
            return f"{name!r} is no parameter of the configuration"
    return ""
