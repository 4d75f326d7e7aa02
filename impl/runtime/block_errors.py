"""Why a block is invalid: one class for each reason.

A panic (`Unrecoverable`) and a place where the text is silent (`Undefined`) are none of these: the
first is the text's own end of the chain, the second says nothing about the block.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.errors import CheckFailed, HostError


class InvalidBlock(HostError):
    """The block has no state: nobody may build on it."""


@dataclass(eq=False)
class WrongNumber(InvalidBlock):
    """The block is not one higher than its parent."""

    expected: int
    got: int

    def describe(self) -> str:
        """Give both numbers."""
        return f"the block has number {self.got}, its parent asks for {self.expected}"


@dataclass(eq=False)
class UnknownParent(InvalidBlock):
    """The parent is none of the blocks known."""

    parent_hash: bytes

    def describe(self) -> str:
        """Name the parent."""
        return f"the parent {self.parent_hash.hex()} is not known"


@dataclass(eq=False)
class WrongBody(InvalidBlock):
    """The header commits to another body."""

    expected: bytes
    got: bytes

    def describe(self) -> str:
        """Give both hashes."""
        return f"the header is for a body {self.expected.hex()}, this one is {self.got.hex()}"


@dataclass(eq=False)
class WrongValidators(InvalidBlock):
    """A new session brings other validators than were queued. §2.5.1/description.8.2."""

    queued: tuple[bytes, ...]
    got: tuple[bytes, ...]

    def describe(self) -> str:
        """Give the size of both sets."""
        return (
            f"the session brings {len(self.got)} validators which are not"
            f" the {len(self.queued)} that were queued for it"
        )


@dataclass(eq=False)
class MissingInherent(InvalidBlock):
    """No extrinsic calls the mandatory entry-point. §2.5.7/description.1.2."""

    call: str

    def describe(self) -> str:
        """Name the entry-point."""
        return f"no extrinsic calls {self.call}"


@dataclass(eq=False)
class RepeatedInherent(InvalidBlock):
    """Several extrinsics call the mandatory entry-point. §2.5.7/description.1.2."""

    call: str
    positions: tuple[int, ...]

    def describe(self) -> str:
        """Name the entry-point and say where it is called."""
        return f"extrinsics {list(self.positions)} all call {self.call}"


@dataclass(eq=False)
class InherentNotFirst(InvalidBlock):
    """Other extrinsics stand before the inherent."""

    call: str
    position: int

    def describe(self) -> str:
        """Name the entry-point and say where it is called."""
        return f"{self.call} is extrinsic {self.position}, not the first"


@dataclass(eq=False)
class UnknownEntryPoint(InvalidBlock):
    """An extrinsic calls what no module offers."""

    position: int
    call: str

    def describe(self) -> str:
        """Name the extrinsic and its call."""
        return f"extrinsic {self.position} calls {self.call!r}, which does not exist"


@dataclass(eq=False)
class WrongArguments(InvalidBlock):
    """The arguments of an extrinsic are not what its entry-point takes."""

    position: int
    call: str
    expected: tuple[str, ...]
    got: tuple[str, ...]

    def describe(self) -> str:
        """Give both lists of types."""
        return (
            f"extrinsic {self.position} calls {self.call} with ({', '.join(self.got)}),"
            f" it takes ({', '.join(self.expected)})"
        )


@dataclass(eq=False)
class MalformedExtrinsic(InvalidBlock):
    """An argument is no value of the protocol: `cause` says what is wrong with it."""

    position: int
    call: str
    cause: HostError

    def describe(self) -> str:
        """Name the extrinsic and give the cause."""
        return f"extrinsic {self.position} ({self.call}) is malformed: {self.cause}"


@dataclass(eq=False)
class FailedExtrinsic(InvalidBlock):
    """A check of an entry-point failed: `cause` is that check, with its token."""

    position: int
    call: str
    cause: CheckFailed

    def describe(self) -> str:
        """Name the extrinsic and give the cause."""
        return f"extrinsic {self.position} ({self.call}) failed: {self.cause}"
