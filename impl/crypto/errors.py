"""Why bytes from somebody else are not accepted: one class for each reason.

Everything here is a `Refused`: whoever catches that has dealt with every way in which a signature,
a proof, a piece or an encoded message can be wrong.  A mistake of the caller (a list where bytes
are wanted, a code with more needed pieces than pieces) is a `BadValue`, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.errors import HostError


class Refused(HostError):
    """Bytes are not what their sender says they are."""


# ---- any of them


@dataclass(eq=False)
class WrongLength(Refused):
    """`name` has a fixed length of `expected` bytes, and has `got`."""

    name: str
    expected: int
    got: int

    def describe(self) -> str:
        """Give both lengths."""
        return f"{self.name} must be {self.expected} bytes long, got {self.got}"


# ---- encodings


@dataclass(eq=False)
class Truncated(Refused):
    """The bytes end before the value does: at `offset`, `wanted` were to come and `left` did."""

    wanted: int
    left: int
    offset: int

    def describe(self) -> str:
        """Say where, how much was wanted and how much there was."""
        return f"{self.wanted} bytes wanted at offset {self.offset}, {self.left} left"


@dataclass(eq=False)
class TrailingBytes(Refused):
    """The value ends at `offset` and `left` bytes follow."""

    left: int
    offset: int

    def describe(self) -> str:
        """Say how much follows, and from where."""
        return f"{self.left} bytes follow the end of the value at offset {self.offset}"


@dataclass(eq=False)
class TooLong(Refused):
    """`what` has `length` elements or bytes, and at most `limit` are accepted."""

    what: str
    length: int
    limit: int

    def describe(self) -> str:
        """Give length and limit."""
        return f"{self.what} has length {self.length}, at most {self.limit} is accepted"


@dataclass(eq=False)
class UnknownTag(Refused):
    """The byte that tells which alternative follows is none of `known`."""

    tag: int
    known: tuple[int, ...]
    offset: int

    def describe(self) -> str:
        """Give the tag and those that would do."""
        return f"tag {self.tag} at offset {self.offset}, known: {list(self.known)}"


@dataclass(eq=False)
class PaddingNotZero(Refused):
    """What fills up `what` is zero by definition, and is not."""

    what: str

    def describe(self) -> str:
        """Name what was filled up."""
        return f"the padding of {self.what} is not zero"


@dataclass(eq=False)
class NoSuchRecord(Refused):
    """The members of a `record` are well formed each, and are together no value of it."""

    record: str
    reason: str

    def describe(self) -> str:
        """Name the record, and repeat what it says itself."""
        return f"no {self.record} has these members: {self.reason}"


# ---- points, scalars, signatures


@dataclass(eq=False)
class ScalarNotReduced(Refused):
    """`name` is a scalar and not below the order of the group, so another one means the same."""

    name: str
    scalar: int

    def describe(self) -> str:
        """Show the scalar."""
        return f"{self.name} is not below the order of the group: {self.scalar:#x}"


@dataclass(eq=False)
class PointNotCanonical(Refused):
    """`name` is not the one encoding of its point: y not below p, or a negative zero as x."""

    name: str
    point: bytes

    def describe(self) -> str:
        """Show the bytes."""
        return f"{self.name} is not the canonical encoding of a point: {self.point.hex()}"


@dataclass(eq=False)
class NotOnCurve(Refused):
    """No point of the curve has the second coordinate that `name` gives."""

    name: str
    point: bytes

    def describe(self) -> str:
        """Show the bytes."""
        return f"{self.name} is not on the curve: {self.point.hex()}"


@dataclass(eq=False)
class SmallOrder(Refused):
    """`name` is one of the eight points that the cofactor takes to the identity."""

    name: str
    point: bytes

    def describe(self) -> str:
        """Show the bytes."""
        return f"{self.name} is a point of small order: {self.point.hex()}"


@dataclass(eq=False)
class MixedOrder(Refused):
    """`name` lies outside the group of prime order, and is not of small order either."""

    name: str
    point: bytes

    def describe(self) -> str:
        """Show the bytes."""
        return f"{self.name} has a part of small order: {self.point.hex()}"


@dataclass(eq=False)
class BadSignature(Refused):
    """Key and signature are well formed, and do not belong to this purpose, context and payload."""

    purpose: str
    public: bytes

    def describe(self) -> str:
        """Name purpose and key."""
        return f"no signature of {self.public.hex()} for {self.purpose!r} in this context"


@dataclass(eq=False)
class BadVrfProof(Refused):
    """Key and proof are well formed, and the proof's challenge is not that of this input."""

    public: bytes
    alpha: bytes

    def describe(self) -> str:
        """Name key and input."""
        return f"the proof is not one of {self.public.hex()} for the input {self.alpha.hex()!r}"


@dataclass(eq=False)
class NoCurvePoint(Refused):
    """None of the `tried` hashes of an input is a point: no proof for it can exist."""

    tried: int

    def describe(self) -> str:
        """Give the number of attempts."""
        return f"{self.tried} hashes tried, none encodes a point of the curve"


# ---- pieces


@dataclass(eq=False)
class NoSuchPiece(Refused):
    """`index` is not the index of one of `count` pieces."""

    index: int
    count: int

    def describe(self) -> str:
        """Give index and count."""
        return f"no piece {self.index} among {self.count}"


@dataclass(eq=False)
class RepeatedPiece(Refused):
    """Two pieces with the same `index` were given."""

    index: int

    def describe(self) -> str:
        """Give the index."""
        return f"piece {self.index} is given twice"


@dataclass(eq=False)
class TooFewPieces(Refused):
    """`given` different pieces do not determine what takes `needed`."""

    given: int
    needed: int

    def describe(self) -> str:
        """Give both numbers."""
        return f"{self.given} pieces given, {self.needed} needed"


@dataclass(eq=False)
class UnequalPieces(Refused):
    """Pieces of one blob have one length, and these have `lengths`."""

    lengths: tuple[int, ...]

    def describe(self) -> str:
        """Show the lengths."""
        return f"pieces of one blob differ in length: {list(self.lengths)}"


@dataclass(eq=False)
class NotSymbols(Refused):
    """A piece of `length` bytes is empty or does not consist of two-byte symbols."""

    length: int

    def describe(self) -> str:
        """Give the length."""
        return f"a piece of {self.length} bytes is not a sequence of two-byte symbols"


@dataclass(eq=False)
class WrongBlobLength(Refused):
    """The blob says that it has `length` bytes; it was coded in `columns`, which fits no such."""

    length: int
    columns: int

    def describe(self) -> str:
        """Give the length and the columns it came in."""
        return f"a blob of {self.length} bytes is not coded in {self.columns} columns"


@dataclass(eq=False)
class WrongProofLength(Refused):
    """A Merkle proof for piece `index` of `count` has `expected` hashes, this one `got`."""

    index: int
    count: int
    expected: int
    got: int

    def describe(self) -> str:
        """Give both lengths."""
        return (
            f"a proof for piece {self.index} of {self.count} has {self.expected} hashes, "
            f"got {self.got}"
        )


@dataclass(eq=False)
class ProofMismatch(Refused):
    """The piece with this `index` is not under the root: its sender, not its coder, is to blame."""

    index: int
    root: bytes

    def describe(self) -> str:
        """Name piece and root."""
        return f"piece {self.index} is not under the root {self.root.hex()}"


class InvalidCode(Refused):
    """What `root` commits to is not the code of any blob: whoever coded it is to blame.

    This is the failure that a checker announces, and every checker finds it, whichever pieces it
    has.  §1.10/alg-15, §1.10.1/invalid.1.
    """


@dataclass(eq=False)
class Undecodable(InvalidCode):
    """Pieces under `root` do not decode, for this `reason`."""

    root: bytes
    reason: str

    def describe(self) -> str:
        """Name the root and repeat the reason."""
        return f"pieces under {self.root.hex()} do not decode: {self.reason} §1.10/alg-15.2"


@dataclass(eq=False)
class RootMismatch(InvalidCode):
    """Pieces under `root` decode to a blob that codes to `found`."""

    root: bytes
    found: bytes

    def describe(self) -> str:
        """Give both roots."""
        return (
            f"pieces under {self.root.hex()} decode to a blob whose root is {self.found.hex()} "
            "§1.10/alg-15.7"
        )
