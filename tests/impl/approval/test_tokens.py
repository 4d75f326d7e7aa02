"""Definitions 14 to 18 and algorithms 11 to 17 are one class or function each."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import impl.approval

EXPECTED = {
    "§1.9.2/alg-11": "vrf_for_approval",
    "§1.9.3/alg-12": "one_shot_assignment",
    "§1.9.4/alg-13": "extra_assignment",
    "§1.9.5/alg-14": "equivocated_assignment",
    "§1.10/def-14": "PoVBlockResponse",
    "§1.10/def-15": "PiecesRequest",
    "§1.10/def-16": "PieceResponse",
    "§1.10/alg-15": "reconstruct_pov_erasure",
    "§1.10.1/alg-16": "revalidating_reconstructed_pov",
    "§1.10.1/def-17": "ApprovalAttestation",
    "§1.10.2/alg-17": "verify_approval_attestation",
    "§1.10.2/def-18": "compute_attestation_transaction",
}


def test_each_definition_and_algorithm_begins_one_docstring():
    found: dict[str, list[str]] = {}
    for info in pkgutil.iter_modules(impl.approval.__path__):
        module = importlib.import_module(f"impl.approval.{info.name}")
        for name, member in vars(module).items():
            if getattr(member, "__module__", None) != module.__name__:
                continue
            first = (inspect.getdoc(member) or "").split(":")[0]
            if first.startswith("§"):
                found.setdefault(first, []).append(name)
    assert found == {token: [name] for token, name in EXPECTED.items()}
