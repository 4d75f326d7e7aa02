"""One node with one tree: two forks that honest authors grow, block by block."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from impl.errors import HostError
from impl.primitives import BlockNumber, CollatorId
from impl.receipts import (
    AbridgedCandidateReceipt,
    BackedCandidate,
    CandidateDescriptor,
    compute_head_hash,
    sign_collation,
)
from impl.rules import Rules
from impl.runtime.api import RuntimeApi
from impl.runtime.authoring import build_inherent, select_bitfields
from impl.runtime.block import Block, inclusion_extrinsic, make_block
from impl.runtime.dispatch import Runtime
from impl.runtime.host import BlockTree, genesis_state, relay_chain
from impl.runtime.scheduler_storage import CoreAssignment
from impl.statements import (
    SignedAvailabilityBitfield,
    StatementKind,
    ValidityVote,
    sign_bitfield,
    sign_statement,
)
from impl.validation.block import compute_code_hash

from .plan import FORKS, Part, Size, code_of, collator, common_part, part

MakeRuntime = Callable[[Rules], Runtime]


class Node:
    """A fresh chain up to the common block, and the two forks on it as far as they have grown."""

    def __init__(
        self,
        rules: Rules,
        size: Size,
        *,
        seed: int,
        depth: int,
        make_runtime: MakeRuntime = relay_chain,
    ) -> None:
        self.size, self.seed, self.depth = size, seed, depth
        self.keys, self.runtime = size.keys(), make_runtime(rules)
        state = genesis_state(
            self.runtime, size.configuration(), size.registered(), size.session(0)
        )
        self.tree = BlockTree(self.runtime, state)
        self.common = self.import_next(self.tree.genesis_hash, common_part(size))
        self.tips = dict.fromkeys(FORKS, self.common)
        self.steps = dict.fromkeys(FORKS, 0)

    def grow(self, fork: str) -> bytes | str:
        """Author and import the next block of a fork: its hash, or why there is none."""
        self.steps[fork] += 1
        planned = part(self.size, self.seed, self.depth, fork, self.steps[fork])
        try:
            self.tips[fork] = self.import_next(self.tips[fork], planned)
        except HostError as refusal:
            return f"refused, {type(refusal).__name__}: {refusal}"
        return self.tips[fork]

    def import_next(self, parent: bytes, planned: Part) -> bytes:
        """Import the block that an honest author makes of what is planned."""
        return self.tree.import_block(self.author(parent, planned))

    def author(self, parent: bytes, planned: Part) -> Block:
        """The next block on `parent`, from what the runtime APIs say."""
        state = self.tree.get_state(parent)
        api = RuntimeApi.for_author(state, parent, self.runtime, planned.change)
        bitfields = tuple(self._bitfields(api, planned))
        candidates = tuple(self._candidates(api, planned, bitfields))
        taken = build_inherent(api, bitfields, candidates)
        return make_block(
            parent,
            BlockNumber(state.now + 1),
            (inclusion_extrinsic(*taken), *planned.extrinsics),
            session_change=planned.change,
            vrf_output=planned.label.encode(),
        )

    def _bitfields(self, api: RuntimeApi, planned: Part) -> Iterator[SignedAvailabilityBitfield]:
        generator = random.Random(planned.seed)  # noqa: S311 - reproducible on purpose
        context = api.get_signing_context(api.parent_hash)
        for voter in planned.voters:
            bits = [generator.random() < planned.available for _ in range(api.core_count)]
            key = self.keys[voter]
            yield sign_bitfield(voter, bits, api.parent_hash, context, key)

    def _candidates(
        self,
        api: RuntimeApi,
        planned: Part,
        bitfields: tuple[SignedAvailabilityBitfield, ...],
    ) -> Iterator[BackedCandidate]:
        upcoming = api.upcoming(select_bitfields(api, bitfields))
        groups = upcoming.state.scheduler.validator_groups
        for assignment in upcoming.assignments:
            head = upcoming.get_head(assignment.para_id)
            if head is None or assignment.group_idx is None or assignment.group_idx >= len(groups):
                continue  # as written a core can be scheduled for nobody
            yield self._backed(api, assignment, head, planned)

    def _backed(
        self, api: RuntimeApi, assignment: CoreAssignment, head: bytes, planned: Part
    ) -> BackedCandidate:
        para, by = assignment.para_id, collator()
        descriptor = CandidateDescriptor(
            para_id=para,
            relay_parent=api.parent_hash,
            collator=CollatorId(by.public),
            pov_hash=bytes(32),
            parent_head=compute_head_hash(head),
            validation_code_hash=compute_code_hash(code_of(para)),
        )
        receipt = AbridgedCandidateReceipt(
            descriptor,
            sign_collation(descriptor, by),
            f"{planned.label} of para {para}".encode(),
            bytes(32),
            None,
        )
        context = api.get_signing_context(descriptor.relay_parent)
        group = api.validator_groups[assignment.group_idx]
        signatures = (
            sign_statement(StatementKind.VALID, receipt.hash(), context, self.keys[member])
            for member in group
        )
        votes = tuple(ValidityVote(StatementKind.VALID, each) for each in signatures)
        return BackedCandidate(receipt, votes, (True,) * len(group))
