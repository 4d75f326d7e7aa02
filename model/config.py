"""What a model is built for: sizes, amendments in force, variants chosen.

Sizes live outside the model files, one table for each instance.  `cfg.amended(id)` asks whether a
deviation from the literal text is in force; `cfg.variant(name)` which of several
exclusive alternatives is.  Both refuse a name that does not exist, so that a misspelt
switch cannot silently mean the text as written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .language.errors import BadValue, UnknownName, suggest


@dataclass(frozen=True)
class Rules:
    """Which amendments are in force (of those known), and which variants are chosen."""

    amendments: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    variants: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.amendments - self.known:
            raise UnknownName(f"no amendment {name!r}{suggest(name, self.known)}")

    def amended(self, amendment: str) -> bool:
        """Whether the amendment of that id is in force; `UnknownName` if there is none such."""
        if amendment not in self.known:
            raise UnknownName(f"no amendment {amendment!r}{suggest(amendment, self.known)}")
        return amendment in self.amendments


class Config:
    """The configuration of one system: sizes and what follows from them, as attributes.

    `sizes` are the numbers of the instance, `derived` what follows from them.  `asked` collects
    the amendments the model consulted while it was built.
    """

    def __init__(
        self,
        sizes: Mapping[str, int],
        rules: Rules,
        variants: Mapping[str, tuple[str, ...]],
        derived: Mapping[str, Any] | None = None,
    ) -> None:
        self.rules, self.sizes, self.asked = rules, dict(sizes), set[str]()
        self._variants = dict(variants)
        for name, choice in rules.variants.items():
            options = self._variants.get(name)
            if options is None:
                raise UnknownName(f"no variant {name!r}{suggest(name, self._variants)}")
            if choice not in options:
                raise BadValue(f"variant {name}={choice!r}; it is one of {', '.join(options)}")
        for name, value in {**sizes, **(derived or {})}.items():
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        raise UnknownName(f"the configuration has no {name!r}{suggest(name, self.sizes)}")

    def amended(self, amendment: str) -> bool:
        """Whether the amendment of that id is in force."""
        self.asked.add(amendment)
        return self.rules.amended(amendment)

    def variant(self, name: str) -> str:
        """The chosen alternative of a variant; the first one listed is the default."""
        if name not in self._variants:
            raise UnknownName(f"no variant {name!r}{suggest(name, self._variants)}")
        return self.rules.variants.get(name, self._variants[name][0])


def resized(sizes: Mapping[str, int], overrides: Mapping[str, int]) -> dict[str, int]:
    """The sizes of an instance with some of them replaced; every name must exist."""
    for name, value in overrides.items():
        if name not in sizes:
            raise UnknownName(f"no size {name!r}{suggest(name, sizes)}")
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise BadValue(f"size {name}={value!r}; it is a natural number")
    return {**sizes, **overrides}
