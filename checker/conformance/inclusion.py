"""The reference inclusion module beside the model: a refinement mapping, and what drives it.

`Bench` is the storage of the reference with what §2.5.6 takes from elsewhere: the chain behind it,
which cores are scheduled and occupied, and what the author has put into the block so far.
Bitfields and candidates are real and signed.  `abstract` is the refinement mapping: a function of
what the bench holds, with no history and none of the model's logic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from typing import Any

from impl.crypto.keys import KeyPair
from impl.crypto.signing import SigningContext
from impl.primitives import (
    BlockNumber,
    CollatorId,
    CoreIndex,
    GroupIndex,
    ParaId,
    SessionIndex,
    ValidatorId,
    ValidatorIndex,
)
from impl.receipts import (
    AbridgedCandidateReceipt,
    BackedCandidate,
    CandidateDescriptor,
    compute_head_hash,
    sign_collation,
)
from impl.rules import READINGS, Rules
from impl.runtime import inclusion, inclusion_inherent
from impl.runtime.configuration import HostConfiguration
from impl.runtime.context import RuntimeContext
from impl.runtime.dispatch import Runtime
from impl.runtime.inclusion_storage import InclusionContext, InclusionStorage
from impl.runtime.paras import with_registered
from impl.runtime.paras_storage import ParaGenesisArgs, ParasStorage
from impl.runtime.scheduler_storage import CoreAssignment, SessionChangeNotification
from impl.runtime.state import RuntimeState
from impl.statements import (
    SignedAvailabilityBitfield,
    StatementKind,
    ValidityVote,
    sign_bitfield,
    sign_statement,
    signing_context,
)
from model.config import Config
from model.inclusion import READINGS as FLAGS
from model.inclusion_system import REMEMBERED

from .benches import rules_of

__all__ = ["REMEMBERED", "Bench", "abstract", "genesis", "step"]

FIRST_PARA, FIRST_BLOCK = 100, 3  # there are blocks before the first one to name as relay parents
HEAD, NO_SIGNATURE = b"head", bytes(64)
"""Every block of a para has the same head data, so that what extends it is told by its parent."""

Cores = tuple[ParaId | None, ...]


@cache
def key(name: str) -> KeyPair:
    """The key pair of somebody."""
    return KeyPair(sha256(name.encode()).digest())


def block_hash(number: int) -> bytes:
    """The hash of a block of the one chain there is."""
    return sha256(f"block {number}".encode()).digest()


@dataclass(frozen=True)
class Offered:
    """A candidate that the author has put into the block, and the size of its core's group."""

    choice: Mapping[str, Any]
    members: int


@dataclass(frozen=True)
class Bench:
    """A reference inclusion module and its surroundings; a value, like the storage in it.

    `opened` is the storage before what the block has brought since: its bitfields, or its
    candidates.
    """

    sizes: Mapping[str, int] = field(hash=False)
    rules: Rules
    validators: int
    now: int = FIRST_BLOCK - 1
    session: int = 0
    phase: str = "idle"
    storage: InclusionStorage = field(default_factory=InclusionStorage)
    opened: InclusionStorage = field(default_factory=InclusionStorage)
    paras: ParasStorage = field(default_factory=ParasStorage)
    scheduled: Cores = ()
    occupied: Cores = ()
    bitfields: tuple[SignedAvailabilityBitfield, ...] = ()
    candidates: tuple[Offered, ...] = ()
    included: bool = False

    @property
    def runtime(self) -> RuntimeContext:
        """What a routine sees of block, session and text."""
        ids = tuple(ValidatorId(key(f"validator {v}").public) for v in range(self.validators))
        return RuntimeContext(
            BlockNumber(self.now),
            self.rules,
            HostConfiguration(),
            block_hash(self.now - 1),
            SessionIndex(self.session),
            ids,
        )

    @property
    def context(self) -> InclusionContext:
        """What a routine sees of the other modules: group g has the first g validators."""
        return InclusionContext(
            self.runtime,
            len(self.occupied),
            lambda group: tuple(ValidatorIndex(v) for v in range(group)),
            self.paras,
        )

    @property
    def state(self) -> RuntimeState:
        """The state of the whole, as far as the entry-point's mark is concerned."""
        return RuntimeState(now=BlockNumber(self.now), included=self.included)

    def core_para(self, core: int) -> ParaId | None:
        """§2.5.5/core_para."""
        return self.scheduled[core] or self.occupied[core]


def genesis(cfg: Config, number: int, **taken: bool) -> Bench:
    """A chain of some blocks on which nothing is pending; `taken` are the flags of readings."""
    flags = {flag: amendment for amendment, flag in FLAGS.items()}
    readings = {flags[flag]: READINGS[flags[flag]][int(other)] for flag, other in taken.items()}
    code = ParaGenesisArgs(HEAD, b"code", parachain=False)
    paras = with_registered(
        ParasStorage(), {ParaId(FIRST_PARA + p): code for p in range(cfg.sizes["paras"])}
    )
    none = (None,) * cfg.sizes["cores"]
    bench = Bench(
        cfg.sizes, rules_of(cfg, readings), number, paras=paras, scheduled=none, occupied=none
    )
    for now in range(1, FIRST_BLOCK):
        begun = inclusion.initialization(bench.storage, replace(bench, now=now).runtime)
        bench = replace(bench, storage=begun)
    return bench


def step(bench: Bench, action: str, choices: Mapping[str, Any]) -> Bench:
    """Run one action of the system on the reference implementation; its errors pass through."""
    return _ACTIONS[action](bench, **choices)


def session_change(bench: Bench, number: int) -> Bench:
    """§2.5.6/session-change."""
    configuration = HostConfiguration()
    notification = SessionChangeNotification((), (), configuration, configuration, bytes(32))
    none = (None,) * len(bench.occupied)
    return replace(
        bench,
        storage=inclusion.session_change(bench.storage, bench.runtime, notification),
        validators=number,
        session=bench.session + 1,
        scheduled=none,
        occupied=none,
        phase="idle",
    )


def begin_block(bench: Bench, mute: frozenset[int], assigned: Any) -> Bench:
    """§2.5.6 has nothing to do; the author just gets no bitfield from those who are mute."""
    del mute
    bench = replace(bench, now=bench.now + 1, phase="open")
    begun = replace(bench, storage=inclusion.initialization(bench.storage, bench.runtime))
    return _assign(begun, assigned)


def call_inclusion(bench: Bench) -> Bench:
    """§2.5.7/inclusion begins."""
    inclusion_inherent.require_first_call(bench.state, Runtime(bench.rules))
    return replace(bench, phase="bitfields", opened=bench.storage, bitfields=())


def process_bitfield(
    bench: Bench, validator: int, bits: frozenset[int], form: str, signed_for: int
) -> Bench:
    """§2.5.6/process_bitfields, of all bitfields so far and this one."""
    width = len(bench.occupied) + (form == "wrong_size")
    hashed = block_hash(bench.now - signed_for)
    new = sign_bitfield(
        ValidatorIndex(validator),
        tuple(core in bits for core in range(width)),
        hashed,
        signing_context(bench.rules, SessionIndex(bench.session), hashed),
        key(f"validator {validator}"),
    )
    if form == "bad_signature":
        new = replace(new, signature=NO_SIGNATURE)
    return _noted(bench, (*bench.bitfields, new), part=True)


def _noted(bench: Bench, bitfields: tuple[SignedAvailabilityBitfield, ...], *, part: bool) -> Bench:
    """All bitfields counted; a part of them is not asked whether it is of everyone."""
    rules = bench.rules
    if part and rules.reading("bitfield-count") == "exactly":
        rules = replace(rules, readings={**rules.readings, "bitfield-count": "at_most"})
    context = replace(bench, rules=rules).context
    storage = inclusion.note_bitfields(bench.opened, context, bitfields, bench.core_para)
    return replace(bench, storage=storage, bitfields=bitfields)


def free_and_schedule(bench: Bench, window: bool, assigned: Any) -> Bench:  # noqa: FBT001 - an action's choice
    """§2.5.7/inclusion.1 to .3: enact, time out, schedule."""
    bench = _noted(bench, bench.bitfields, part=False)
    storage, result = inclusion.enact_available(bench.storage, bench.context, bench.core_para)
    period = bench.sizes["availability_period"]
    storage, late = inclusion.collect_pending(
        storage, lambda _core, since: window and bench.now - since >= period
    )
    freed = {*result.freed, *late}
    left = tuple(None if core in freed else para for core, para in enumerate(bench.occupied))
    bench = replace(bench, storage=storage, opened=storage, paras=result.paras, occupied=left)
    return _assign(replace(bench, candidates=(), phase="candidates"), assigned)


def _assign(bench: Bench, assigned: Any) -> Bench:
    scheduled = tuple(
        ParaId(FIRST_PARA + new["para"]) if new["some"] else old
        for new, old in zip(assigned, bench.scheduled, strict=True)
    )
    return replace(bench, scheduled=scheduled)


def back_candidate(bench: Bench, offered: Mapping[str, Any], members: int) -> Bench:
    """§2.5.6/process_candidates, of all candidates so far and this one."""
    storage, candidates = bench.opened, (*bench.candidates, Offered(offered, members))
    groups = {each.choice["para"]: each.members for each in candidates}
    assignments = [
        CoreAssignment(
            CoreIndex(core),
            para,
            CollatorId(key("claimant").public),
            GroupIndex(groups.get(para - FIRST_PARA, 0)),
        )
        for core, para in enumerate(bench.scheduled)
        if para is not None
    ]
    last = len(candidates) - 1
    backed = [
        # those before are known to be backed: now by the whole group, if that is another one
        _candidate(bench, each.choice, groups[each.choice["para"]], full=place < last)
        for place, each in enumerate(candidates)
    ]
    storage, _ = inclusion.process_candidates(storage, bench.context, backed, assignments)
    return replace(bench, storage=storage, candidates=candidates)


def _candidate(
    bench: Bench, choice: Mapping[str, Any], members: int, *, full: bool
) -> BackedCandidate:
    """A real candidate, signed by the first members of its group."""
    parent = block_hash(bench.now - choice["relay_parent"])
    flags = tuple(name for name, taken in choice["receipt"].items() if taken)
    receipt = _receipt(choice["para"], parent, flags)
    signed_in = signing_context(bench.rules, SessionIndex(bench.session), parent)
    signers = range(members if full else choice["signatures"])
    votes = tuple(_vote(receipt, signed_in, v) for v in signers)
    return BackedCandidate(receipt, votes, tuple(v in signers for v in range(members)))


@cache
def _receipt(para: int, parent: bytes, flags: tuple[str, ...]) -> AbridgedCandidateReceipt:
    """A receipt, as its flags want it."""
    collator = key("claimant" if "of_claimant" in flags else "other")
    descriptor = CandidateDescriptor(
        ParaId(FIRST_PARA + para),
        parent,
        CollatorId(collator.public),
        bytes(32),
        compute_head_hash(HEAD if "on_head" in flags else b"another"),
        bytes(32),
    )
    signature = sign_collation(descriptor, collator) if "collated" in flags else NO_SIGNATURE
    return AbridgedCandidateReceipt(descriptor, signature, HEAD, bytes(32))


@cache
def _vote(
    receipt: AbridgedCandidateReceipt, signed_in: SigningContext | None, validator: int
) -> ValidityVote:
    """A validator's signature for a candidate."""
    signer = key(f"validator {validator}")
    kind = StatementKind.VALID
    return ValidityVote(kind, sign_statement(kind, receipt.hash(), signed_in, signer))


def occupy(bench: Bench) -> Bench:
    """§2.5.7/inclusion.4 to .6: the cores with a new candidate become occupied."""
    new = {
        candidate.core: para
        for para, candidate in bench.storage.pending_availability.items()
        if para - FIRST_PARA in {each.choice["para"] for each in bench.candidates}
    }
    occupied = tuple(new.get(CoreIndex(c), para) for c, para in enumerate(bench.occupied))
    scheduled = tuple(None if c in new else para for c, para in enumerate(bench.scheduled))
    bench = replace(bench, occupied=occupied, scheduled=scheduled, bitfields=(), candidates=())
    return replace(bench, included=True, phase="open")


def end_block(bench: Bench, last: bool) -> Bench:  # noqa: FBT001 - an action's choice
    """§2.5.7/finalization and §2.5.6, which has nothing to do."""
    state = inclusion_inherent.finalization(bench.state, Runtime(bench.rules))
    none = (None,) * len(bench.scheduled)
    phase = "ending" if last else "idle"
    return replace(bench, included=state.included, scheduled=none, phase=phase)


_ACTIONS = {
    f.__name__: f
    for f in (
        session_change,
        begin_block,
        call_inclusion,
        process_bitfield,
        free_and_schedule,
        back_candidate,
        occupy,
        end_block,
    )
}


# the refinement mapping


def abstract(bench: Bench) -> dict[str, Any]:
    """The model's state as plain data: block numbers become ages, a receipt what is asked of it."""
    return {
        "phase": bench.phase,
        "validators": bench.validators,
        "PendingAvailability": [_pending(bench, p) for p in range(bench.sizes["paras"])],
        "given": frozenset(int(each.validator) for each in bench.bitfields),
        "backed": frozenset(each.choice["para"] for each in bench.candidates),
        "Included": bench.included,
        "Scheduled": [_para(para) for para in bench.scheduled],
        "AvailabilityCores": [_para(para) for para in bench.occupied],
        **_readings(bench.rules),
    }


def _readings(rules: Rules) -> dict[str, Any]:
    taken = {
        flag: rules.reading(name) == READINGS[name][1]
        for name, flag in FLAGS.items()
        if not rules.amended(name)
    }
    return {"reading": taken} if taken else {}


def _para(para: ParaId | None) -> dict[str, Any]:
    return {"some": para is not None, "para": 0 if para is None else para - FIRST_PARA}


def _pending(bench: Bench, para: int) -> dict[str, Any]:
    candidate = bench.storage.pending_availability.get(ParaId(FIRST_PARA + para))
    if candidate is None:
        flags = dict.fromkeys(("upgrade", "on_head", "of_claimant", "collated"), False)
        numbers = dict.fromkeys(("core", "relay_parent_number", "backed_in_number"), 0)
        return {"some": False, "receipt": flags, "availability_votes": frozenset(), **numbers}
    descriptor, receipt = candidate.receipt.descriptor, candidate.receipt
    age = min(bench.now - candidate.backed_in_number, bench.sizes["availability_period"])
    return {
        "some": True,
        "core": int(candidate.core),
        "receipt": {
            "upgrade": receipt.new_validation_code is not None,
            "on_head": descriptor.parent_head == compute_head_hash(HEAD),
            "of_claimant": descriptor.collator == key("claimant").public,
            "collated": receipt.collator_signature != NO_SIGNATURE,
        },
        "availability_votes": frozenset(
            v for v, voted in enumerate(candidate.availability_votes) if voted
        ),
        # both numbers stop growing together
        "relay_parent_number": candidate.backed_in_number - candidate.relay_parent_number + age,
        "backed_in_number": age,
    }
