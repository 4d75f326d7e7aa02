"""Times of the reference implementation's cryptography: `python -m tests.benchmarks.crypto`.

No test: it prints, for each operation, the median of wall and of processor time over some runs.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from impl.crypto import erasure, signing, vrf
from impl.crypto.keys import KeyPair
from impl.crypto.reed_solomon import ErasureCode

MEGABYTE = 1_000_000
ROWS = ((1, 1), (2, 4), (4, 10), (7, 10), (34, 100), (67, 100), (85, 255), (334, 1000), (667, 1000))
"""f + 1 of n, and 2f + 1."""


def measure(function: Callable[[], object], runs: int) -> tuple[float, float]:
    """Median seconds of wall and of processor time."""
    walls, cores = [], []
    for _ in range(runs):
        wall, core = time.perf_counter(), time.thread_time()
        function()
        walls.append(time.perf_counter() - wall)
        cores.append(time.thread_time() - core)
    return statistics.median(walls), statistics.median(cores)


def show(name: str, function: Callable[[], object], runs: int) -> None:
    wall, core = measure(function, runs)
    sys.stdout.write(f"| {name} | {1000 * wall:.2f} | {1000 * core:.2f} |\n")


def main(runs: int = 9) -> None:
    key, alpha = KeyPair(bytes(32)), b"input"
    context = signing.SigningContext(1, bytes(32))
    message = signing.signed("bitfield", bytes(100), context, key)
    sys.stdout.write("| operation | wall ms | core ms |\n|---|---|---|\n")
    show("sign", lambda: signing.signed("bitfield", bytes(100), context, key), 200)
    show("verify", lambda: signing.verify(message, "bitfield", context, key.public), 200)
    for suite in (vrf.TAI, vrf.ELL2):
        proof, _ = vrf.prove(key, alpha, suite=suite)
        name = suite.name[-4:].strip("-")

        def check(suite: vrf.Suite = suite, proof: bytes = proof) -> bytes:
            return vrf.verify(key.public, alpha, proof, suite=suite)

        show(f"prove {name}", lambda suite=suite: vrf.prove(key, alpha, suite=suite), 200)
        show(f"verify {name}", check, 200)
    blob = np.random.default_rng(1).bytes(MEGABYTE)
    for needed, count in ROWS:
        code = ErasureCode(needed, count)
        root, pieces = erasure.erasure_encode(code, blob)
        data = {piece.index: piece.data for piece in pieces}
        last = dict(list(data.items())[-needed:])
        name = f"{needed} of {count}"
        show(f"encode {name}", lambda code=code: code.encode(blob), runs)
        show(f"decode {name}", lambda code=code, last=last: code.decode(last), runs)

        def rebuild(
            code: ErasureCode = code,
            root: bytes = root,
            chosen: tuple[erasure.ErasurePiece, ...] = pieces[-needed:],
        ) -> bytes:
            return erasure.reconstruct(code, root, chosen)

        show(f"reconstruct {name}", rebuild, runs)


if __name__ == "__main__":
    main()
