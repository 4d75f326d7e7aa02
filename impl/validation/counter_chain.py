"""A small deterministic parachain: accounts that count, transfers, and messages.

It stands where the relay chain executes WebAssembly: everything a validation function has to do is
here in small.  The state is one number per account under a state root; a block is a list of
operations; its witness is the accounts it touches, each with the hashes beside its path, and
exactly those: the set that execution gathers (§1.2/def-2).  Steps are counted and bounded, so
execution ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from impl.crypto.encoding import (
    U16,
    U32,
    U64,
    Codec,
    blob,
    choice,
    decode,
    encode,
    fixed,
    listing,
    optional,
    record,
)
from impl.crypto.errors import Refused
from impl.primitives import ParaId
from impl.validation import counter_errors as errors
from impl.validation.block import (
    HASH_BYTES,
    ExtraValidationData,
    ParachainBlock,
    ParachainHeader,
    WitnessProof,
    compute_body_hash,
    compute_header_hash,
)
from impl.validation.receipt import OutgoingMessage, ValidationResult
from impl.validation.state_tree import DEPTH, Partial, StateTree

VALUE_LIMIT = 1 << 64
NO_PARENT = bytes(HASH_BYTES)
CODE_PREFIX = b"parascope: counter chain, form 1\n"
OPERATIONS_LIMIT = 1 << 16
MESSAGE_LIMIT = 1 << 10


@dataclass(frozen=True, slots=True)
class Count:
    """Add `amount` to an account."""

    account: int
    amount: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """Move `amount` from one account to another, perhaps the same."""

    source: int
    target: int
    amount: int


@dataclass(frozen=True, slots=True)
class Send:
    """Send `payload` to another parachain; the account pays one."""

    account: int
    recipient: ParaId
    payload: bytes


Operation = Count | Transfer | Send


@dataclass(frozen=True, slots=True)
class ProvenAccount:
    """An account as the witness shows it."""

    account: int
    """Its key."""

    value: int | None
    """Its value before the block, None if it is absent, which counts as zero."""

    path: tuple[bytes, ...]
    """The hashes beside its path."""


OPERATION: Codec[Operation] = choice(
    {
        0: (Count, record(Count, account=U16, amount=U64)),
        1: (Transfer, record(Transfer, source=U16, target=U16, amount=U64)),
        2: (Send, record(Send, account=U16, recipient=U32, payload=blob(MESSAGE_LIMIT))),
    }
)
BODY: Codec[tuple[Operation, ...]] = listing(OPERATION, OPERATIONS_LIMIT)
PROOFS: Codec[tuple[ProvenAccount, ...]] = listing(
    record(
        ProvenAccount,
        account=U16,
        value=optional(U64),
        path=listing(fixed(HASH_BYTES), DEPTH),
    ),
    OPERATIONS_LIMIT,
)


def compute_code(step_limit: int) -> bytes:
    """Return the chain's runtime code, which holds how many steps a block may take."""
    return CODE_PREFIX + encode(U32, step_limit)


class CounterHost:
    """A `CodeHost` that executes the code of counter chains, and no other."""

    def load(self, code: bytes) -> CounterChain | None:
        """Read the step limit from the code."""
        if not code.startswith(CODE_PREFIX):
            return None
        try:
            return CounterChain(decode(U32, code[len(CODE_PREFIX) :]))
        except Refused:
            return None


def accounts_of(operation: Operation) -> tuple[int, ...]:
    """Return the accounts that an operation touches: one step each."""
    if isinstance(operation, Transfer):
        return operation.source, operation.target
    return (operation.account,)


@dataclass(slots=True)
class _Run:
    """A block being executed: what is known of the state, and what has been done."""

    values: dict[int, int]
    touched: set[int] = field(default_factory=set)
    messages: list[OutgoingMessage] = field(default_factory=list)

    def read(self, account: int) -> int:
        if account not in self.values:
            raise errors.WitnessIncomplete(account)
        self.touched.add(account)
        return self.values[account]

    def take(self, account: int, amount: int) -> None:
        balance = self.read(account)
        if amount > balance:
            raise errors.BalanceTooLow(account, balance, amount)
        self.values[account] = balance - amount

    def give(self, account: int, amount: int) -> None:
        value = self.read(account) + amount
        if value >= VALUE_LIMIT:
            raise errors.CounterOverflow(account, value)
        self.values[account] = value

    def execute(self, operation: Operation) -> None:
        if isinstance(operation, Count):
            self.give(operation.account, operation.amount)
        elif isinstance(operation, Transfer):
            self.take(operation.source, operation.amount)
            self.give(operation.target, operation.amount)
        else:
            self.take(operation.account, 1)
            self.messages.append(OutgoingMessage(operation.recipient, operation.payload))


def _execute(operations: Sequence[Operation], values: Mapping[int, int], step_limit: int) -> _Run:
    run, steps = _Run(dict(values)), 0
    for operation in operations:
        steps += len(accounts_of(operation))
        if steps > step_limit:
            raise errors.StepLimitExceeded(steps, step_limit)
        run.execute(operation)
    return run


@dataclass(frozen=True, slots=True)
class CounterChain:
    """The chain's validation function. §1.4/alg-2.3."""

    step_limit: int
    """How many steps a block may take."""

    def __call__(
        self, block: ParachainBlock, witness: WitnessProof, extra: ExtraValidationData
    ) -> ValidationResult:
        """Check the header against the parent, execute the body, check the state root."""
        _require_child(block, extra.parent_header)
        try:
            operations = decode(BODY, block.body)
        except Refused as error:
            raise errors.BodyUnreadable(str(error)) from error
        shown = _read_witness(witness)
        tree = _admit(shown, witness.initial_root)
        run = _execute(
            operations, {each.account: each.value or 0 for each in shown}, self.step_limit
        )
        unread = tuple(each.account for each in shown if each.account not in run.touched)
        if unread:
            raise errors.WitnessExcess(unread)
        for account in sorted(run.touched):
            tree.put(account, encode(U64, run.values[account]))
        if tree.root != block.header.state_root:
            raise errors.FinalRootMismatch(block.header.state_root, tree.root)
        return ValidationResult(block.header, tuple(run.messages))


def _require_child(block: ParachainBlock, parent: ParachainHeader) -> None:
    header, parent_hash = block.header, compute_header_hash(parent)
    if header.parent_hash != parent_hash:
        raise errors.ParentMismatch(header.parent_hash, parent_hash)
    if header.number != parent.number + 1:
        raise errors.NumberMismatch(header.number, parent.number + 1)
    body_hash = compute_body_hash(block.body)
    if header.body_hash != body_hash:
        raise errors.BodyMismatch(header.body_hash, body_hash)


def _read_witness(witness: WitnessProof) -> tuple[ProvenAccount, ...]:
    try:
        shown = decode(PROOFS, witness.proofs)
    except Refused as error:
        raise errors.WitnessUnreadable(str(error)) from error
    accounts = tuple(each.account for each in shown)
    if list(accounts) != sorted(set(accounts)):
        raise errors.WitnessNotSorted(accounts)
    return shown


def _admit(shown: tuple[ProvenAccount, ...], root: bytes) -> Partial:
    tree = Partial(root)
    for each in shown:
        value = None if each.value is None else encode(U64, each.value)
        if not tree.admit(each.account, value, each.path):
            raise errors.WitnessProofWrong(each.account, root)
    return tree


# ---- the collator's side


@dataclass(frozen=True, slots=True)
class CounterState:
    """What a collator has: the whole state, and the header it belongs to."""

    header: ParachainHeader
    values: Mapping[int, int]


def compute_genesis(values: Mapping[int, int]) -> CounterState:
    """Return the state a chain begins with."""
    body = encode(BODY, ())
    root = compute_tree(values).root
    return CounterState(ParachainHeader(NO_PARENT, 0, root, compute_body_hash(body)), dict(values))


def compute_tree(values: Mapping[int, int]) -> StateTree:
    """Return the tree over a state."""
    return StateTree.over({account: encode(U64, value) for account, value in values.items()})


def collate(
    state: CounterState, operations: Sequence[Operation], step_limit: int
) -> tuple[ParachainBlock, WitnessProof, CounterState]:
    """Return a block of these operations, its witness, and the state after it. §1.3/figure.1.

    Raises what the validation function would raise.
    """
    touched = sorted({account for each in operations for account in accounts_of(each)})
    before = compute_tree(state.values)
    known = {account: state.values.get(account, 0) for account in touched}
    run = _execute(operations, known, step_limit)
    values = {**state.values, **run.values}
    body = encode(BODY, tuple(operations))
    header = ParachainHeader(
        compute_header_hash(state.header),
        state.header.number + 1,
        compute_tree(values).root,
        compute_body_hash(body),
    )
    shown = tuple(
        ProvenAccount(account, state.values.get(account), before.prove(account))
        for account in touched
    )
    witness = WitnessProof(before.root, encode(PROOFS, shown))
    return ParachainBlock(header, body), witness, CounterState(header, values)
