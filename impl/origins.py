"""Who calls an entry-point.  Each entry-point says which origins it accepts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from impl.errors import BadValue, CheckFailed
from impl.primitives import ParaId, require_bytes, require_u32


class OriginKind(Enum):
    """The kinds of origins. §2.4/description.7.4."""

    GOVERNANCE = "governance"
    """The governance modules; the text also says root. §2.5.1/description.3.2."""

    SIGNED = "signed"
    """A user, who signed the call."""

    PARACHAIN = "parachain"
    """A parachain or parathread."""

    INHERENT = "inherent"
    """No origin at all: put in by the author of the block. §2.5.7/description.1.2."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of one call."""

    kind: OriginKind
    """Which kind."""

    account: bytes | None = None
    """Whose signature, for a signed call."""

    para: ParaId | None = None
    """Which para, for a call by one."""

    def __post_init__(self) -> None:
        """Refuse an origin that names more or less than its kind does."""
        if (self.account is not None) != (self.kind is OriginKind.SIGNED):
            raise BadValue("account", "given for a signed origin and no other", self.account)
        if (self.para is not None) != (self.kind is OriginKind.PARACHAIN):
            raise BadValue("para", "given for a parachain origin and no other", self.para)
        if self.account is not None:
            require_bytes("account", self.account)
        if self.para is not None:
            require_u32("para", self.para)

    def __str__(self) -> str:
        """Give the kind, and who it is."""
        if self.account is not None:
            return f"{self.kind.value} {self.account.hex()}"
        return self.kind.value if self.para is None else f"{self.kind.value} {self.para}"


GOVERNANCE = Origin(OriginKind.GOVERNANCE)
INHERENT = Origin(OriginKind.INHERENT)


def signed(account: bytes) -> Origin:
    """Return the origin of a call that this account signed."""
    return Origin(OriginKind.SIGNED, account=account)


def parachain(para: ParaId) -> Origin:
    """Return the origin of a call that this para makes."""
    return Origin(OriginKind.PARACHAIN, para=para)


@dataclass(eq=False)
class BadOrigin(CheckFailed, token="§2.4/description.7.4"):
    """The entry-point `call` accepts other origins than `got`."""

    call: str
    accepted: tuple[str, ...]
    got: str

    def describe(self) -> str:
        """Name the call, its origins and the one that came."""
        return f"{self.call} is for {' or '.join(self.accepted)} origins, not for {self.got}"


def require_origin(call: str, origin: Origin, accepted: OriginKind) -> None:
    """Raise `BadOrigin` unless the origin is of the accepted kind."""
    if origin.kind is not accepted:
        raise BadOrigin(call, (accepted.value,), str(origin))
