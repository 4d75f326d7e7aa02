"""What there is: the tree of blocks, what was ever sent, what was found bad, what happened."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from impl.crypto.keys import KeyPair
from impl.primitives import BlockNumber, ParaId, SessionIndex, ValidatorIndex
from impl.receipts import AbridgedCandidateReceipt, BackedCandidate
from impl.runtime.api import RuntimeApi
from impl.runtime.host import BlockTree, genesis_state, relay_chain
from impl.runtime.initializer import SessionChange
from impl.statements import (
    SignedAvailabilityBitfield,
    SignedStatement,
    StatementKind,
    sign_statement,
    signing_context,
)

from .cast import CONFIGURATION, Cast, Settings, compute_head


@dataclass(frozen=True, slots=True)
class Made:
    """A candidate, with what only those know who made it."""

    receipt: AbridgedCandidateReceipt
    parent_head: bytes
    session: SessionIndex
    name: str
    withheld: bool = False

    @property
    def para(self) -> ParaId:
        return self.receipt.para_id

    def is_valid(self, code: bytes) -> bool:
        """What a validity check with this code finds."""
        pov_hash = self.receipt.descriptor.pov_hash
        return self.receipt.head_data == compute_head(code, self.parent_head, pov_hash)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, for the story."""

    slot: int
    number: int
    text: str


@dataclass
class World:
    """Everything of one run; what changes during it, changes here."""

    settings: Settings
    cast: Cast = field(init=False)
    tree: BlockTree = field(init=False)
    random: random.Random = field(init=False)
    slot: int = 0
    made: dict[bytes, Made] = field(default_factory=dict)
    """Every candidate by hash."""
    backed: dict[bytes, tuple[bytes, BackedCandidate]] = field(default_factory=dict)
    """Candidates that some block backed: the block, and the backing."""
    bitfields: dict[bytes, tuple[SignedAvailabilityBitfield, ...]] = field(default_factory=dict)
    """Bitfields of honest validators, by the block that they were made on."""
    statements: dict[tuple[SessionIndex, bytes], dict[tuple[int, bool], SignedStatement]] = field(
        default_factory=dict
    )
    """Statements that went on some chain."""
    invalid: set[tuple[SessionIndex, bytes]] = field(default_factory=set)
    """Candidates that some chain concluded to be invalid."""
    condemned: set[bytes] = field(default_factory=set)
    """Hashes for which some fork was to be left: honest nodes vote for them nowhere."""
    dead: set[bytes] = field(default_factory=set)
    """Blocks of forks that honest nodes have left."""
    ended: set[bytes] = field(default_factory=set)
    """Candidates that stopped being pending on some chain."""
    authors: dict[bytes, str] = field(default_factory=dict)
    notes: dict[bytes, list[tuple[Made, str]]] = field(default_factory=dict)
    """What happened to candidates in a block, for the picture."""
    events: list[Event] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """Plain totals: blocks, sessions, forks, and what became of candidates."""
    deeds: Counter[str] = field(default_factory=Counter)
    """Misbehaviours, by name."""
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    """What followed, by misbehaviour."""
    faults: list[str] = field(default_factory=list)
    """Why the run ends badly; empty while all is well."""

    def __post_init__(self) -> None:
        """Begin with a tree that has its genesis block only."""
        settings = self.settings
        self.cast = Cast(settings)
        self.random = random.Random(f"{settings.seed}/run")  # noqa: S311 - no secret
        runtime = relay_chain(settings.rules)
        first = self.cast.change(0)
        state = genesis_state(runtime, CONFIGURATION, self.cast.registered(), first)
        self.tree = BlockTree(runtime, state)

    # -- the tree

    def api(self, parent: bytes) -> RuntimeApi:
        """What the author of a block on this one sees."""
        state = self.tree.get_state(parent)
        change = self.change_on(parent)
        return RuntimeApi.for_author(state, parent, self.tree.runtime, change)

    def change_on(self, parent: bytes) -> SessionChange | None:
        """The session change that the next block on this one brings, if any."""
        state = self.tree.get_state(parent)
        number = BlockNumber(state.now + 1)
        return self.cast.change_at(number, state.session_index, state.queued)

    def number(self, name: bytes) -> int:
        return self.tree.get_block(name).number

    def leaves(self) -> list[bytes]:
        """Tips of the forks that are not left, the best one first: the highest, then the oldest."""
        alive = [
            name
            for name in self.tree
            if name not in self.dead
            and all(child in self.dead for child in self.tree.get_children(name))
        ]
        return sorted(alive, key=lambda name: -self.number(name))

    def leave(self, tip: bytes, last_ancestor: bytes) -> int:
        """Leave the fork that grew out of `last_ancestor` towards `tip`; how many blocks."""
        chain = self.tree.get_chain(tip)
        root = next(
            each for each in chain if self.tree.get_block(each).header.parent_hash == last_ancestor
        )
        waiting, before = [root], len(self.dead)
        while waiting:
            name = waiting.pop()
            self.dead.add(name)
            waiting += self.tree.get_children(name)
        return len(self.dead) - before

    # -- what is said

    def tell(self, number: int, text: str) -> None:
        self.events.append(Event(self.slot, number, text))

    def deed(self, name: str) -> None:
        self.deeds[name] += 1

    def followed(self, name: str, what: str) -> None:
        self.outcomes.setdefault(name, Counter())[what] += 1

    def fault(self, text: str) -> None:
        if text not in self.faults:
            self.faults.append(text)
            self.tell(self.slot, f"BAD: {text}")

    def statement(
        self,
        session: SessionIndex,
        made: Made,
        index: ValidatorIndex,
        pair: KeyPair,
        *,
        valid: bool,
    ) -> SignedStatement:
        """A statement of a validator about a candidate that was included in this session."""
        kind = StatementKind.VALID if valid else StatementKind.INVALID
        parent = made.receipt.descriptor.relay_parent
        context = signing_context(self.settings.rules, session, parent)
        name = made.receipt.hash()
        signature = sign_statement(kind, name, context, pair)
        return SignedStatement(name, session, index, kind, signature)

    def remember(self, session: SessionIndex, statement: SignedStatement) -> None:
        pool = self.statements.setdefault((session, statement.candidate_hash), {})
        pool.setdefault((statement.validator, statement.kind.is_for), statement)
