"""§1.9.3, §1.9.4 from the outside: whether a proof assigns a validator to a block."""

from __future__ import annotations

from impl.approval.checks import Check, Priority
from impl.approval.context import ApprovalContext, RelayBlock
from impl.approval.errors import NotAssigned, NotEquivocated, WrongVrfInput
from impl.approval.extra import compute_position
from impl.approval.one_shot import compute_assigned_para
from impl.approval.vrf import Stage, VrfClaim, get_candidate, verify_claim
from impl.primitives import ParaId, ValidatorIndex


def require_assigned(
    validator: ValidatorIndex,
    para: ParaId,
    claim: VrfClaim,
    block: RelayBlock,
    context: ApprovalContext,
    *,
    equivocated: bool,
) -> Check:
    """Return the rank that a proof gives a check of a block; refuse a proof that gives none.

    The time is not judged: an extra checker is assigned to every block, later or sooner.
    """
    get_candidate(block, para)
    if claim.with_hash and not equivocated:
        raise NotEquivocated(block.block_hash)
    if claim.stage is Stage.EXTRA and claim.para != para:
        raise WrongVrfInput(claim.para, para)
    output = verify_claim(block, claim, context.get_key(validator), context.rules)
    if claim.stage is Stage.EXTRA:
        return Check(Priority.EXTRA, compute_position(output, context))
    assigned = compute_assigned_para(block, output)
    if assigned != para:
        raise NotAssigned(validator, para, assigned)
    return Check(Priority.ASSIGNED)
