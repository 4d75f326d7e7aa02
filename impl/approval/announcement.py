"""§1.10: a checker announces the output that tells it to check a block.

An announcement counts as no check and promises one.  Whether an extra checker's wait is over is
not judged here: it is when the attestation comes (§1.10.2/description.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from impl.approval.assignment import require_assigned
from impl.approval.context import ApprovalContext, RelayBlock
from impl.approval.errors import AlreadyAnnounced, WrongRelayBlock
from impl.approval.one_shot import Assignment
from impl.approval.vrf import VRF_CLAIM, VrfClaim
from impl.crypto import signing
from impl.crypto.encoding import HASH, U32, Codec, decode, encode, fixed, record
from impl.crypto.keys import KeyPair
from impl.crypto.signing import SIGNATURE_BYTES, Signed
from impl.frozen_map import FrozenMap
from impl.primitives import ParaId, ValidatorIndex

PURPOSE = "assignment announcement"
"""What the signature is for."""


@dataclass(frozen=True, slots=True)
class _Announced:
    validator: ValidatorIndex
    relay_block: bytes
    para: ParaId
    claim: VrfClaim


@dataclass(frozen=True, slots=True)
class AssignmentAnnouncement:
    """The proof that assigns a validator to a block. §1.10/description.1.1."""

    validator: ValidatorIndex
    """Who announces."""

    relay_block: bytes
    """Hash of the relay-chain block that acted on the candidate."""

    para: ParaId
    """The parachain whose block is to be checked."""

    claim: VrfClaim
    """The proof."""

    signature: bytes
    """Over all of the above."""

    def get_place(self) -> AnnouncementKey:
        """Return what two announcements have in common if one is enough."""
        claim = self.claim
        return (
            self.relay_block,
            self.para,
            self.validator,
            claim.stage.value,
            claim.with_hash,
        )


AnnouncementKey = tuple[bytes, ParaId, ValidatorIndex, int, bool]
"""Relay-chain block, parachain, validator, stage, and whether the block's hash is in the input."""

Announcements = FrozenMap[AnnouncementKey, AssignmentAnnouncement]
"""The announcements that were accepted."""

_ANNOUNCED: Codec[_Announced] = record(
    _Announced, validator=U32, relay_block=HASH, para=U32, claim=VRF_CLAIM
)

ANNOUNCEMENT: Codec[AssignmentAnnouncement] = record(
    AssignmentAnnouncement,
    validator=U32,
    relay_block=HASH,
    para=U32,
    claim=VRF_CLAIM,
    signature=fixed(SIGNATURE_BYTES),
)


def announce(
    validator: ValidatorIndex,
    block: RelayBlock,
    assignment: Assignment,
    key: KeyPair,
    context: ApprovalContext,
) -> AssignmentAnnouncement:
    """Announce an assignment of one's own. §1.10/description.1.1."""
    claim = assignment.proven.claim
    payload = encode(_ANNOUNCED, _Announced(validator, block.block_hash, assignment.para, claim))
    signed = signing.signed(PURPOSE, payload, context.get_signing_context(block.block_hash), key)
    return AssignmentAnnouncement(
        validator, block.block_hash, assignment.para, claim, signed.signature
    )


@dataclass(frozen=True, slots=True)
class AnnouncementStorage:
    """What others have announced."""

    announced: Announcements = field(default_factory=FrozenMap)
    """By what two announcements may not share."""

    def get_checkers(self, block_hash: bytes, para: ParaId) -> frozenset[ValidatorIndex]:
        """Return who has announced a check of a block."""
        return frozenset(
            each.validator
            for each in self.announced.values()
            if (each.relay_block, each.para) == (block_hash, para)
        )


def receive_announcement(
    storage: AnnouncementStorage,
    data: bytes,
    block: RelayBlock,
    context: ApprovalContext,
    *,
    equivocated: bool = False,
) -> AnnouncementStorage:
    """Decode, check and store an announcement about this relay-chain block."""
    announcement = decode(ANNOUNCEMENT, data)
    return process_announcement(storage, announcement, block, context, equivocated=equivocated)


def process_announcement(
    storage: AnnouncementStorage,
    announcement: AssignmentAnnouncement,
    block: RelayBlock,
    context: ApprovalContext,
    *,
    equivocated: bool = False,
) -> AnnouncementStorage:
    """Check and store an announcement; `equivocated` if another block has this one's slot."""
    if announcement.relay_block != block.block_hash:
        raise WrongRelayBlock(announcement.relay_block, block.block_hash)
    place = announcement.get_place()
    if place in storage.announced:
        raise AlreadyAnnounced(announcement.validator, announcement.para)
    validator, claim = announcement.validator, announcement.claim
    content = _Announced(validator, announcement.relay_block, announcement.para, claim)
    message = Signed(encode(_ANNOUNCED, content), announcement.signature)
    signing_context = context.get_signing_context(block.block_hash)
    signing.verify(message, PURPOSE, signing_context, context.get_key(validator))
    require_assigned(validator, announcement.para, claim, block, context, equivocated=equivocated)
    return replace(storage, announced=storage.announced.set(place, announcement))
