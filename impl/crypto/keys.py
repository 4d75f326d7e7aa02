"""Key pairs of validators and collators."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from nacl import bindings

from impl.primitives import require_bytes

SEED_BYTES = 32
"""Length of a secret seed, and of a public key."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An Ed25519 key pair, which also proves randomness.  The secret half is not printed.

    One key for signatures and for proofs of randomness is safe only because nothing signed can be
    mistaken for the input of a proof's nonce: both nonces are hashes of the same secret prefix
    and a message, and `impl.crypto.signing` never signs 32 bytes, the length of a point.
    """

    seed: bytes = field(repr=False)
    public: bytes = field(init=False)
    secret: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive the public key, and the form of the secret one that libsodium wants."""
        require_bytes("seed", self.seed, length=SEED_BYTES)
        public, secret = bindings.crypto_sign_seed_keypair(self.seed)
        object.__setattr__(self, "public", public)
        object.__setattr__(self, "secret", secret)

    def expand(self) -> tuple[int, bytes]:
        """Return the secret scalar and the prefix from which nonces are made."""
        digest = hashlib.sha512(self.seed).digest()
        scalar = int.from_bytes(digest[:32], "little")
        scalar &= (1 << 254) - 8
        scalar |= 1 << 254
        return scalar, digest[32:]
