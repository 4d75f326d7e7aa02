"""§2.5.4 The Paras Module: heads and validation code, upgrades, and code that is out of date.

The order is the text's: session change, initialization, routines; there is no finalization.  Every
routine takes the storage and, where it looks outside, a `RuntimeContext`; those that change
something return the new storage.  Behind each amendment stands its id, with the token of the
sentence it changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace

from impl.errors import Undefined
from impl.primitives import BlockNumber, ParaId, require_bytes, require_u32
from impl.rules import Rules
from impl.runtime import past_code
from impl.runtime.context import RuntimeContext
from impl.runtime.paras_errors import AlreadyRegistered, IntermediateNotBefore
from impl.runtime.paras_storage import HeadData, ParaGenesisArgs, ParasStorage, ValidationCode
from impl.runtime.past_code import ParaPastCodeMeta, ReplacementTimes, UseCodeAt
from impl.runtime.scheduler_storage import ParasView, SessionChangeNotification

_REMOVED = "§2.5.4/session-change.1.2"

# ---- session change


def session_change(
    storage: ParasStorage, context: RuntimeContext, notification: SessionChangeNotification
) -> ParasStorage:
    """Paras go, then others come in. §2.5.4/session-change.

    The only place where the set of registered paras changes. §2.5.4/description.1.2.
    """
    del notification  # nothing in it matters here
    if not (storage.upcoming_paras or storage.outgoing_paras):
        return storage
    for para in storage.outgoing_paras:
        storage = _clean_up(storage, context, para)
    incoming = {para: storage.upcoming_paras_genesis[para] for para in storage.upcoming_paras}
    storage = with_registered(storage, incoming)
    # §2.5.4/session-change.2
    if context.rules.reading("registrations-happen-once") == "again":
        return storage
    genesis = storage.upcoming_paras_genesis.without(*incoming)
    return replace(storage, upcoming_paras=(), upcoming_paras_genesis=genesis, outgoing_paras=())


def _clean_up(storage: ParasStorage, context: RuntimeContext, para: ParaId) -> ParasStorage:
    """Remove a para; its code becomes past code. §2.5.4/session-change.1.

    When that replacement was expected the text leaves open; the last block made with that code was
    made on the parent of the current one at the latest.
    """
    removed = storage.validation_code.get(para)
    if removed is not None:  # session-change.1.2
        before = BlockNumber(max(context.now - 1, 0))
        now = context.rules.reading("removed-code-expected-now") == "now"
        expected_at = context.now if now else before
        times = _now(context, expected_at, before)
        storage = note_past_code(storage, context, para, times, removed)
    elif not context.rules.amended("cleanup-passes-over-dead"):  # §2.5.4/session-change.1.2
        raise Undefined(f"the removed code of para {para}, which has none", _REMOVED)
    # session-change.1.1
    return replace(
        storage,
        parachains=tuple(each for each in storage.parachains if each != para),
        heads=storage.heads.without(para),
        validation_code=storage.validation_code.without(para),
        future_code_upgrades=storage.future_code_upgrades.without(para),
        future_code=storage.future_code.without(para),
    )


def with_registered(
    storage: ParasStorage, incoming: Mapping[ParaId, ParaGenesisArgs]
) -> ParasStorage:
    """Start paras with their genesis parameters. §2.5.4/session-change.2, .3."""
    if not incoming:
        return storage
    chains = {para for para in storage.parachains if para not in incoming}
    chains |= {para for para, genesis in incoming.items() if genesis.parachain}
    heads = {para: genesis.genesis_head for para, genesis in incoming.items()}
    codes = {para: genesis.validation_code for para, genesis in incoming.items()}
    return replace(
        storage,
        parachains=tuple(sorted(chains)),
        heads=storage.heads.update(heads),
        validation_code=storage.validation_code.update(codes),
    )


# ---- initialization


def initialization(storage: ParasStorage, context: RuntimeContext) -> ParasStorage:
    """Forget past code whose time is over. §2.5.4/initialization.1.

    The text compares the block of the replacement itself with now, so that nothing is left to
    cover the acceptance period with.
    """
    limit = int(context.now)
    if context.rules.amended("past-code-covers-acceptance-period"):  # §2.5.4/initialization.1
        limit -= context.configuration.acceptance_period + 1
    due = {para for para, activated_at in storage.past_code_pruning if activated_at <= limit}
    if not due:
        return storage
    by_activation = context.rules.reading("last-pruned-number") == "activated"
    codes, metas = storage.past_code, storage.past_code_meta
    for para in sorted(due):
        meta = past_code_meta(storage, para)
        gone = past_code.activated_up_to(meta, limit)
        codes = codes.without(*((para, past_code_key(context.rules, times)) for times in gone))
        meta, _ = past_code.prune_up_to(meta, limit, by_activation=by_activation)
        metas = metas.set(para, meta)
    left = tuple(entry for entry in storage.past_code_pruning if entry[1] > limit)
    return replace(storage, past_code=codes, past_code_meta=metas, past_code_pruning=left)


# ---- routines


def parachains(storage: ParasStorage) -> tuple[ParaId, ...]:
    """Return the live parachains, ascending. §2.5.4/storage.Parachains."""
    return storage.parachains


def parathreads(storage: ParasStorage) -> frozenset[ParaId]:
    """Return the live parathreads: the registered paras that are no parachains.

    §2.5.5/session-change.6 asks for them; §2.5.4 stores no list.
    """
    return frozenset(storage.heads) - frozenset(storage.parachains)


def get_view(storage: ParasStorage) -> ParasView:
    """Return what the scheduler reads."""
    return ParasView(parachains(storage), parathreads(storage))


def schedule_para_initialize(
    storage: ParasStorage, context: RuntimeContext, para: ParaId, genesis: ParaGenesisArgs
) -> ParasStorage:
    """Let a para come in at the next session. §2.5.4/schedule_para_initialize.

    As written a para that is registered starts anew, and its code is lost at once.
    """
    require_u32("para", para)
    if context.rules.amended("initialize-only-unregistered"):  # §2.5.4/schedule_para_initialize
        stays = para in storage.heads and para not in storage.outgoing_paras
        if stays or para in storage.upcoming_paras:
            raise AlreadyRegistered(para)
    return replace(
        storage,
        upcoming_paras=_with(storage.upcoming_paras, para),
        upcoming_paras_genesis=storage.upcoming_paras_genesis.set(para, genesis),
    )


def schedule_para_cleanup(
    storage: ParasStorage, context: RuntimeContext, para: ParaId
) -> ParasStorage:
    """Let a para go at the next session. §2.5.4/schedule_para_cleanup.

    Session change first cleans up and then lets paras in, so one that is about to come in would
    come in all the same; under the reading "cancels" it does not.
    """
    require_u32("para", para)
    if (
        para in storage.upcoming_paras
        # §2.5.4/schedule_para_cleanup
        and context.rules.reading("cleanup-cancels-upcoming") == "cancels"
    ):
        return replace(
            storage,
            upcoming_paras=tuple(each for each in storage.upcoming_paras if each != para),
            upcoming_paras_genesis=storage.upcoming_paras_genesis.without(para),
        )
    return replace(storage, outgoing_paras=_with(storage.outgoing_paras, para))


def schedule_code_upgrade(
    storage: ParasStorage,
    context: RuntimeContext,
    para: ParaId,
    code: ValidationCode,
    expected_at: BlockNumber,
) -> ParasStorage:
    """Plan an upgrade. §2.5.4/schedule_code_upgrade.

    There is place for one plan.  What becomes of the one before, the text leaves open.
    """
    require_bytes("code", code)
    require_u32("expected_at", expected_at)
    _require_registered(storage, para, "an upgrade", "§2.5.4/schedule_code_upgrade")
    if (
        para in storage.future_code_upgrades
        # §2.5.4/schedule_code_upgrade
        and context.rules.reading("planned-upgrade-stays") == "stays"
    ):
        return storage
    return replace(
        storage,
        future_code_upgrades=storage.future_code_upgrades.set(para, expected_at),
        future_code=storage.future_code.set(para, code),
    )


def note_new_head(
    storage: ParasStorage,
    context: RuntimeContext,
    para: ParaId,
    head: HeadData,
    relay_parent_number: BlockNumber,
) -> ParasStorage:
    """Note the head of an included block, and apply the planned upgrade. §2.5.4/note_new_head."""
    require_bytes("head", head)
    require_u32("relay_parent_number", relay_parent_number)
    _require_registered(storage, para, "a new head", "§2.5.4/note_new_head")
    # note_new_head.1
    storage = replace(storage, heads=storage.heads.set(para, head))
    # note_new_head.2
    expected_at = storage.future_code_upgrades.get(para)
    if expected_at is None or not is_applied(context.rules, expected_at, relay_parent_number):
        return storage
    times = _now(context, expected_at, relay_parent_number)
    storage = note_past_code(storage, context, para, times, storage.validation_code[para])
    return replace(
        storage,
        validation_code=storage.validation_code.set(para, storage.future_code[para]),
        future_code_upgrades=storage.future_code_upgrades.without(para),
        future_code=storage.future_code.without(para),
    )


def is_applied(rules: Rules, expected_at: BlockNumber, relay_parent_number: BlockNumber) -> bool:
    """Tell whether a block made on this relay block brings an upgrade into force.

    §2.5.4/schedule_code_upgrade has it up to the expected block, §2.5.4/storage.FutureCodeUpgrades
    and §2.5.4/storage.ReplacementTimes.expected_at from there on.
    """
    if rules.amended("upgrade-applies-from-expected"):  # §2.5.4/schedule_code_upgrade
        return relay_parent_number >= expected_at
    return relay_parent_number <= expected_at


def note_past_code(
    storage: ParasStorage,
    context: RuntimeContext,
    para: ParaId,
    times: ReplacementTimes,
    code: ValidationCode,
) -> ParasStorage:
    """Enter replaced code in the three records of old code. §2.5.4/session-change.1.2."""
    meta = past_code.note_replacement(past_code_meta(storage, para), times)
    pruning = storage.past_code_pruning
    place = bisect_right([activated_at for _, activated_at in pruning], times.activated_at)
    return replace(
        storage,
        past_code=storage.past_code.set((para, past_code_key(context.rules, times)), code),
        past_code_meta=storage.past_code_meta.set(para, meta),
        # §2.5.4/storage.PastCodePruning.2, .3
        past_code_pruning=(*pruning[:place], (para, times.activated_at), *pruning[place:]),
    )


def past_code_key(rules: Rules, times: ReplacementTimes) -> BlockNumber:
    """Return the number under which past code is kept. §2.5.4/storage.PastCode."""
    by_activation = rules.reading("past-code-key") == "activated"
    return times.activated_at if by_activation else times.expected_at


def validation_code_at(
    storage: ParasStorage,
    context: RuntimeContext,
    para: ParaId,
    at: BlockNumber,
    assume_intermediate: BlockNumber | None = None,
) -> ValidationCode | None:
    """Return the code for a block made on relay block `at`. §2.5.4/validation_code_at.

    With `assume_intermediate`, as if one made on that relay block had been included before.  None
    for code that is pruned, and for a para that has none.
    """
    require_u32("at", at)
    if assume_intermediate is not None:
        require_u32("assume_intermediate", assume_intermediate)
        if assume_intermediate >= at:  # validation_code_at.3
            raise IntermediateNotBefore(at, assume_intermediate)
        expected_at = storage.future_code_upgrades.get(para)
        # validation_code_at.2
        if expected_at is not None and is_applied(context.rules, expected_at, assume_intermediate):
            return storage.future_code[para]
    if code_choice_at(storage, para, at) is None:  # validation_code_at.4
        return None
    times = past_code.replacement_at(past_code_meta(storage, para), at)
    if times is None:
        return storage.validation_code.get(para)
    return storage.past_code.get((para, past_code_key(context.rules, times)))


def past_code_meta(storage: ParasStorage, para: ParaId) -> ParaPastCodeMeta:
    """Return what is known of a para's past code. §2.5.4/storage.PastCodeMeta."""
    return storage.past_code_meta.get(para, ParaPastCodeMeta())


def code_choice_at(storage: ParasStorage, para: ParaId, at: BlockNumber) -> UseCodeAt | None:
    """Return which code serves at a height; None if that is pruned. §2.5.4/storage.UseCodeAt."""
    return past_code.code_at(past_code_meta(storage, para), at)


def _now(
    context: RuntimeContext, expected_at: BlockNumber, last_parent: BlockNumber
) -> ReplacementTimes:
    """Return the times of a replacement that is activated in this block."""
    # §2.5.4/storage.ParaPastCodeMeta.upgrade_times
    if context.rules.amended("lookup-by-last-parent"):
        return ReplacementTimes(expected_at, context.now, last_parent)
    return ReplacementTimes(expected_at, context.now)


def _require_registered(storage: ParasStorage, para: ParaId, what: str, token: str) -> None:
    if para not in storage.heads:
        raise Undefined(f"{what} of para {para}, which is not registered", token)


def _with(paras: Iterable[ParaId], para: ParaId) -> tuple[ParaId, ...]:
    """Return the paras, with this one once, ascending."""
    return tuple(sorted({*paras, para}))
