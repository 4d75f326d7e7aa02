"""Which text is executed: the specification as written, as amended, or in between.

An amendment is a switch by name.  A *repair* replaces a sentence; a *reading* decides what the
text leaves open.  Where a reading is not amended the text stays silent, so whoever runs it has to
say which option is wanted: there is no default.  *Variants* are rival sentences of the text.

What no model settles yet is *pending*: in force with all the others, and not in the catalogue.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from impl.errors import BadValue, ContradictoryReading, MissingReading, UnknownName

REPAIRS: frozenset[str] = frozenset(
    {
        # §2.5.5 The Scheduler Module
        "groups-per-core",
        "freed-core-cleared",
        "timed-out-claim-returns",
        "retries-pruned-at-finalization",
        "limit-counts-all-claims",
        "claim-names-live-parathread",
        "deregistered-claims-pruned",
        "claim-taken-by-its-core",
        "claims-move-with-cores",
        "next-core-restarts",
        "no-core-no-group",
        "no-thread-core-no-claim",
        "session-change-at-block-end",
        # §2.5.6 The Inclusion Module, §2.5.7 The InclusionInherent Module
        "bitfields-of-parent",
        "candidate-on-parent",
        "candidate-extends-head",
        "candidate-of-claimant",
        "collator-signs-candidate",
        "inherent-is-finalized",
        "inherent-runs-once",
        # §2.5.4 The Paras Module
        "upgrade-applies-from-expected",
        "past-code-covers-acceptance-period",
        "initialize-only-unregistered",
        "cleanup-passes-over-dead",
        "lookup-by-last-parent",
        "no-upgrade-while-one-waits",
        # §2.5.8 The Validity Module, §2.5.9 Slashing and Incentivization
        "abandon-at-conclusion",
        "abandon-only-invalid",
        "duty-until-closed",
        "finder-rewarded",
        "silence-counted-at-closing",
        # §2.5.1 to §2.5.3 Sessions and configuration
        "inclusion-needs-initialization",
        "schedule-semi-private",
        "rotations-take-blocks",
        # §1.10 The Approval Check
        "needed-pieces-suffice",
        "extra-data-is-the-chains",
    }
)
"""Ids of the amendments that replace a sentence."""

READINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # §2.5.5 The Scheduler Module
        "scheduled-core-entry": ("none", "some"),
        "schedule-covers-free-cores": ("free", "freed"),
        "claims-return-to-back": ("back", "front"),
        "returned-claim-core": ("own", "next"),
        # §2.5.6 The Inclusion Module
        "bitfield-count": ("at_most", "exactly"),
        "bitfields-ascending": ("ascending", "any"),
        "candidates-ascend-strictly": ("strictly", "weakly"),
        # §2.5.4 The Paras Module
        "registrations-happen-once": ("once", "again"),
        "cleanup-cancels-upcoming": ("cancels", "waits"),
        "planned-upgrade-stays": ("stays", "replaced"),
        "removed-code-expected-now": ("now", "before"),
        "past-code-key": ("expected", "activated"),
        "last-pruned-number": ("lookup", "activated"),
        # §1.10.3 Invalidity Escalation, §2.5.8 The Validity Module
        "attestations-both-ways": ("both", "first", "neither"),
        "late-votes-slashed": ("slashed", "spared"),
        "dispute-outlasts-acceptance": ("outlasts", "ends"),
        # §2.5.1 to §2.5.3 Sessions and configuration
        "initializer-undivided": ("undivided", "interrupted"),
        "genesis-begins-session": ("notified", "silent"),
        # §2.5 The runtime as a whole
        "inherent-comes-first": ("first", "anywhere"),
    }
)
"""Ids of the amendments that settle an open point, with its options: the amended one first."""

VARIANTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # §2.5.5 The Scheduler Module
        "timeout_rule": ("predicate", "prose", "algorithm"),
        # §2.5.6 The Inclusion Module
        "backing_threshold": ("majority", "two_thirds"),
        # §2.5.8 The Validity Module, §2.5.9 Slashing and Incentivization
        "dispute_rule": ("supermajority", "two_f_plus_one", "two_thirds", "sum", "thirds"),
        "slashing": ("wrong_side", "backers"),
        "unavailable_dispute": ("both", "disputers", "voters_for"),
        # §2.5.1 Broad Strokes
        "session_order": ("brick", "initialize_first", "both", "soft"),
    }
)
"""Names of the variants, with their values: the default first."""

PENDING_REPAIRS: frozenset[str] = frozenset(
    {
        # §1.8 to §1.10 Approval
        "attestations-name-their-context",
        "no-block-no-check",
        "output-scaled-to-validators",
        "tracked-blocks-lack-checks",
        # §2.5.6 The Inclusion Module
        "signatures-name-session",
        # §2.5.8 The Validity Module
        "dispute-code-of-receipt",
    }
)
"""Repairs that are not yet in the catalogue: no model settles them yet."""

PENDING_READINGS: Mapping[str, tuple[str, ...]] = MappingProxyType({})
"""Readings that are not yet in the catalogue, with their options: the amended one first."""

PENDING_VARIANTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # §1.9.1, §1.9.2 Assignment
        "approval_vrf": ("prose", "algorithm"),
        # §2.5.9 Slashing and Incentivization
        "fee_form": ("slash", "reward"),
    }
)
"""Variants that no catalogued model has, with their values: the default first."""

ALL_READINGS: Mapping[str, tuple[str, ...]] = MappingProxyType({**READINGS, **PENDING_READINGS})
"""Every reading, catalogued or pending."""

ALL_VARIANTS: Mapping[str, tuple[str, ...]] = MappingProxyType({**VARIANTS, **PENDING_VARIANTS})
"""Every variant, catalogued or pending."""

AMENDMENTS: frozenset[str] = REPAIRS | PENDING_REPAIRS | ALL_READINGS.keys()
"""Every amendment id."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The text in force.  A value: hashable, comparable, the same for a whole run."""

    amendments: frozenset[str] = frozenset()
    """Ids of the amendments made."""

    variants: Mapping[str, str] = field(default_factory=dict)
    """Chosen value per variant; those left out have their default."""

    readings: Mapping[str, str] = field(default_factory=dict)
    """Chosen option per reading that is not amended."""

    def __post_init__(self) -> None:
        """Refuse unknown names, unknown values and contradictory readings."""
        if isinstance(self.amendments, str):
            raise BadValue("amendments", "a set of ids", self.amendments)
        object.__setattr__(self, "amendments", frozenset(self.amendments))
        object.__setattr__(self, "variants", MappingProxyType(dict(self.variants)))
        object.__setattr__(self, "readings", MappingProxyType(dict(self.readings)))
        for name in sorted(self.amendments):
            _require_known("amendment", name, AMENDMENTS)
        for name, value in self.variants.items():
            _require_known("variant", name, ALL_VARIANTS)
            _require_known(f"value of variant {name!r}", value, ALL_VARIANTS[name])
        for name, value in self.readings.items():
            _require_known("reading", name, ALL_READINGS)
            _require_known(f"option of reading {name!r}", value, ALL_READINGS[name])
            if name in self.amendments and value != ALL_READINGS[name][0]:
                raise ContradictoryReading(name, value, ALL_READINGS[name][0])

    @classmethod
    def as_written(
        cls,
        readings: Mapping[str, str] | None = None,
        *,
        plus: Iterable[str] = (),
        variants: Mapping[str, str] | None = None,
    ) -> Rules:
        """Return the literal text, with the amendments `plus` if there are any.

        `readings` chooses an option for each reading that will be needed.
        """
        return cls(_id_set("plus", plus), variants or {}, readings or {})

    @classmethod
    def as_amended(
        cls,
        readings: Mapping[str, str] | None = None,
        *,
        without: Iterable[str] = (),
        variants: Mapping[str, str] | None = None,
    ) -> Rules:
        """Return the text with all amendments except those named in `without`."""
        dropped = _id_set("without", without)
        for name in sorted(dropped):
            _require_known("amendment", name, AMENDMENTS)
        return cls(AMENDMENTS - dropped, variants or {}, readings or {})

    def amended(self, name: str) -> bool:
        """Tell whether the amendment is made; `UnknownName` if there is none of that name."""
        _require_known("amendment", name, AMENDMENTS)
        return name in self.amendments

    def reading(self, name: str) -> str:
        """Return the option in force; `MissingReading` if nobody has chosen one."""
        _require_known("reading", name, ALL_READINGS)
        if name in self.amendments:
            return ALL_READINGS[name][0]
        if name not in self.readings:
            raise MissingReading(name, ALL_READINGS[name])
        return self.readings[name]

    def variant(self, name: str) -> str:
        """Return the value of the variant in force."""
        _require_known("variant", name, ALL_VARIANTS)
        return self.variants.get(name, ALL_VARIANTS[name][0])

    def __hash__(self) -> int:
        """Agree with equality, which compares the mappings as mappings."""
        return hash(
            (self.amendments, frozenset(self.variants.items()), frozenset(self.readings.items()))
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from plain mappings: a read-only view cannot be pickled."""
        return Rules, (self.amendments, dict(self.variants), dict(self.readings))


def _id_set(name: str, ids: Iterable[str]) -> frozenset[str]:
    if isinstance(ids, str):
        raise BadValue(name, "a set of ids", ids)
    return frozenset(ids)


def _require_known(kind: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        names = sorted(known)
        near = difflib.get_close_matches(str(name), names, n=3, cutoff=0.6)
        raise UnknownName(kind, name, tuple(near), tuple(names))


AS_AMENDED: Rules = Rules.as_amended()
"""The text with all amendments."""
