"""Votes of 1,000 validators for 100 parachains: `python -m tests.benchmarks.availability`.

No test: it prints seconds for each part of algorithm 10, with the naive count beside it.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from impl.availability.processing import (
    compute_bitmasks,
    compute_counts,
    relay_chain_signature_processing,
    set_statuses,
    update_last_votes,
)
from impl.availability.storage import (
    AvailabilityContext,
    AvailabilityStatus,
    AvailabilityStorage,
    LastVote,
    ParachainRecord,
)
from impl.availability.votes import Bitfield, sign_vote
from impl.crypto.keys import KeyPair
from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, ParaId
from impl.validation.block import ParachainHeader
from impl.validation.receipt import CandidateReceipt
from tests.impl.availability import naive

VALIDATORS, PARACHAINS, TIMEOUT, NOW = 1000, 100, 16, 40
SEED = 20201120
NOTHING = bytes(32)


def build() -> tuple[AvailabilityStorage, AvailabilityContext, tuple[KeyPair, ...]]:
    rng = np.random.default_rng(SEED)
    header = ParachainHeader(NOTHING, 0, NOTHING, NOTHING)
    records, votes = [], []
    for para in range(PARACHAINS):
        receipt = CandidateReceipt(ParaId(para), NOTHING, header, NOTHING, NOTHING, NOTHING)
        included = BlockNumber(int(rng.integers(NOW - TIMEOUT, NOW)))
        records.append(ParachainRecord(AvailabilityStatus.TO_BE_DETERMINED, receipt, included))
    for _ in range(VALIDATORS):
        bits = int.from_bytes(rng.bytes(13), "little") % (1 << PARACHAINS)
        votes.append(LastVote(bits, BlockNumber(int(rng.integers(NOW - TIMEOUT, NOW - 1)))))
    storage = AvailabilityStorage(
        tuple(map(ParaId, range(PARACHAINS))),
        (header,) * PARACHAINS,
        tuple(records),
        tuple(votes),
    )
    keys = tuple(KeyPair(number.to_bytes(32, "little")) for number in range(VALIDATORS))
    ancestors = FrozenMap(
        (number.to_bytes(32, "little"), BlockNumber(number)) for number in range(NOW)
    )
    public = tuple(key.public for key in keys)
    return storage, AvailabilityContext(BlockNumber(NOW), ancestors, public, TIMEOUT), keys


def seconds(work: Callable[[], object], runs: int) -> str:
    work()
    spent = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return f"{1e3 * statistics.median(spent):9.2f} ms  (fastest {1e3 * min(spent):.2f})"


def main() -> None:
    storage, context, keys = build()
    masks = compute_bitmasks(storage, context)
    counts = compute_counts(storage.last_votes, masks, PARACHAINS)
    if counts != naive.counts(storage, NOW, TIMEOUT):
        sys.exit("the counts differ from the naive ones")
    field = Bitfield(PARACHAINS, (1 << PARACHAINS) - 1)
    head = (NOW - 1).to_bytes(32, "little")
    votes = [sign_vote(index, field, head, key) for index, key in enumerate(keys)]
    table = {
        "masks of 16 blocks (step 2)": (lambda: compute_bitmasks(storage, context), 50),
        "counts, bit operations (step 3)": (
            lambda: compute_counts(storage.last_votes, masks, PARACHAINS),
            50,
        ),
        "counts, naive loops": (lambda: naive.counts(storage, NOW, TIMEOUT), 5),
        "statuses (step 4)": (lambda: set_statuses(storage, context, counts), 50),
        "1,000 votes verified (step 1)": (lambda: update_last_votes(storage, context, votes), 3),
        "the whole algorithm": (
            lambda: relay_chain_signature_processing(storage, context, votes),
            3,
        ),
        "the same without new votes": (
            lambda: relay_chain_signature_processing(storage, context, ()),
            50,
        ),
    }
    for name, (work, runs) in table.items():
        sys.stdout.write(f"{name:34}{seconds(work, runs)}\n")


if __name__ == "__main__":
    main()
