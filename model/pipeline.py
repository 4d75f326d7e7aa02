"""§2.3 Parachains: Basic Functionality: the path of a candidate, and the approval of a block.

Read beside the section: the lifecycle of a candidate, what moves it along the inclusion pipeline,
its four failures, the approval process, what rejection does.  Sentences are modelled as
written; what an amendment of `properties/amendments.toml` changes stands behind `cfg.amended(...)`,
and `reads` asks which reading this run takes of what the text leaves open.

One fork of the relay chain.  A candidate is known by its place in `candidates`; a place is used
again when nothing depends on what was there.  Blocks of a para form a chain by `parent`: a
candidate, or `SETTLED`, the newest of the blocks that are no longer kept; `GONE` is any block that
can not become the para's head again.  Whether a block is valid is not kept: what an escalation
finds is the environment's choice when it ends.
"""

from .backing import is_backable
from .config import Config
from .language import And, Array, Bool, Enum, If, Min, Nat, Not, Or, Record, Set, State, exists

FREE, PRODUCED, CANDIDATE, SECONDED, BACKABLE, PENDING, INCLUDED, ACCEPTED = range(8)
UNPROPAGATED, UNBACKED, UNSELECTED, DISCARDED, REJECTED, INVALIDATED = range(8, 14)
STAGE = Enum(
    "free produced candidate seconded backable pending included accepted "
    "unpropagated unbacked unselected discarded rejected invalidated"
)

MOVES = {
    (FREE, PRODUCED),  # §2.3/inclusion-pipeline.2
    (PRODUCED, CANDIDATE),  # §2.3/lifecycle.1
    (CANDIDATE, SECONDED),  # §2.3/lifecycle.2
    (CANDIDATE, BACKABLE),  # in a group of one
    (SECONDED, BACKABLE),  # §2.3/lifecycle.3
    (BACKABLE, PENDING),  # §2.3/lifecycle.4 and §2.3/lifecycle.5, which are one moment
    (PENDING, INCLUDED),  # §2.3/lifecycle.6
    (INCLUDED, ACCEPTED),  # §2.3/lifecycle.7
    (PRODUCED, UNPROPAGATED),  # §2.3/failure.1
    (CANDIDATE, UNBACKED),  # §2.3/failure.2
    (SECONDED, UNBACKED),
    (BACKABLE, UNSELECTED),  # §2.3/failure.3
    (PENDING, DISCARDED),  # §2.3/failure.4
    (INCLUDED, REJECTED),  # §2.3/approval-process.5
    (INCLUDED, INVALIDATED),  # §2.3/description.6.8
    (PENDING, INVALIDATED),
}
"""The moves of the lifecycle; besides, whatever has ended is forgotten."""
ENDED = (UNPROPAGATED, UNBACKED, UNSELECTED, DISCARDED, REJECTED, INVALIDATED)

SETTLED, GONE = range(2)

READINGS = {  # amendment that settles it -> the flag of the other reading
    "discard-is-final": "discarded_return",
    "challenges-end-with-window": "accepted_are_challenged",
    "contradiction-extends-once": "contradiction_stands",
}


def at(candidate):
    """A candidate as the parent of another, or as a head."""
    return candidate + 2


def storage(cfg: Config):
    """What §2.3 speaks of, for each candidate and each para.

    `statements` counts while there are not enough; `denied` tells of a negative statement in
    backing, the reports of what secondary checkers found.
    """
    longest = cfg.secondary_checking_window + cfg.extension
    candidate = Record(
        stage=STAGE,
        parent=cfg.block,
        statements=Nat(cfg.group),
        denied=Bool,
        age=Nat(cfg.age_bound),
        reported_valid=Bool,
        reported_invalid=Bool,
        slashed=Record(backers=Bool, supporters=Bool, opponents=Bool),
        # blocks since the inclusion; saturates where nothing that is rejected is as old
        **({"since": Nat(longest + 1)} if _rolls_back(cfg) else {}),
    )
    open_readings = {f: Bool for a, f in READINGS.items() if not cfg.amended(a)}
    return dict(
        candidates=Array(cfg.candidate, candidate),
        head=Array(cfg.para, cfg.block),
        noted=Set(cfg.para),  # the paras of which this relay block notes a candidate
        **({"reading": Record(**open_readings)} if open_readings else {}),
    )


def reads(s, amendment):
    """Whether this run takes the reading that the amendment rules out."""
    return False if s.cfg.amended(amendment) else getattr(s.reading, READINGS[amendment])


def is_in(s, c, *stages):
    """Whether a candidate is at one of these stages."""
    return Or([s.candidates[c].stage == stage for stage in stages])


def is_candidate(s, stage):
    """Variant `candidate_from`: what is produced (§2.3/inclusion-pipeline.2), or put forward to a
    validator (§2.3/lifecycle.1), is a candidate.
    """
    never_put_forward = (FREE, PRODUCED, UNPROPAGATED)
    produced = {"produced": (FREE,), "put_forward": never_put_forward}
    return And([stage != other for other in produced[s.cfg.variant("candidate_from")]])


def is_accepted(s, c):
    """§2.3/lifecycle.7: as written, whatever is included and not disputed."""
    if s.cfg.amended("accepted-after-window"):
        return is_in(s, c, ACCEPTED)
    return And(is_in(s, c, INCLUDED, ACCEPTED), Not(is_disputed(s, c)))


def is_disputed(s, c):
    """§2.3/approval-process.4.2, §1.1/description.8: whether results on a candidate contradict.

    The results of the checks as written; amended, also a report against what the backers stated.
    A negative statement in backing counts at once as written (§2.3/description.3.3).
    """
    candidate, cfg = s.candidates[c], s.cfg
    reported = candidate.reported_invalid
    if not cfg.amended("any-result-against-escalates"):
        reported = And(reported, candidate.reported_valid)
    denied = candidate.denied
    if cfg.amended("escalation-from-inclusion"):
        denied = And(denied, is_in(s, c, INCLUDED, INVALIDATED))
    return Or(denied, reported)


def window(s, c):
    """§2.3/approval-process.1, §2.3/approval-process.4.2: how long a block is checked."""
    extension = If(is_disputed(s, c), s.cfg.extension, 0)
    return s.cfg.secondary_checking_window + extension


# inclusion pipeline


def produce(s: State, c, parent):
    """§2.3/inclusion-pipeline.2: a collator makes a candidate, on a parent of its choice."""
    s.candidates[c] = dict(stage=PRODUCED, parent=parent)


def put_forward(s: State, c):
    """§2.3/inclusion-pipeline.3, §2.3/lifecycle.1: it reaches a validator of its para.

    Its proof comes with it (§2.3/description.3.1).
    """
    s.candidates[c].stage = CANDIDATE


def attest(s: State, c):
    """§2.3/lifecycle.2 and §2.3/lifecycle.3: one more of the group states that it is valid.

    The first to do so seconds it; with a majority it is backable.  Rivals on one parent are worked
    on alike (§2.3/description.10).
    """
    candidate = s.candidates[c]
    statements = candidate.statements + 1
    enough = is_backable(statements, s.cfg.group)
    candidate.stage = If(enough, BACKABLE, SECONDED)
    candidate.statements = If(enough, 0, statements)


def note(s: State, c):
    """§2.3/inclusion-pipeline.5.1: the author of a relay block notes a candidate."""
    p = s.cfg.para_of(c)
    backable = is_in(s, c, BACKABLE)
    again = And(reads(s, "discard-is-final"), is_in(s, c, DISCARDED))
    s.require(Or(backable, again), "CandidateNotBackable")
    s.require(Not(s.noted[p]), "SecondCandidateInBlock")
    s.require(Not(pending(s, p)), "PipelineNotConcluded")  # §2.3/description.7.2
    if s.cfg.amended("candidate-extends-head"):
        s.require(s.candidates[c].parent == s.head[p], "ParentIsNotHead")
    s.candidates[c].stage = PENDING
    s.noted[p] = True


def pending(s, p):
    """§2.3/lifecycle.5, §2.3/inclusion-pipeline.6: whether a candidate of a para is pending."""
    return exists(s.cfg.candidate, lambda d: And(s.cfg.para_of(d) == p, is_in(s, d, PENDING)))


def include(s: State, c):
    """§2.3/inclusion-pipeline.8, §2.3/lifecycle.6: it is available, and now a parachain block.

    The evidence comes in the blocks that follow (§2.3/inclusion-pipeline.7).  So far it is included
    tentatively (§2.3/description.6.4), and awaits approval (§2.3/description.6.1).
    """
    s.require(is_in(s, c, PENDING), "CandidateNotPending")
    s.require(s.candidates[c].age > 0, "AvailableAtOnce")
    s.candidates[c].stage = INCLUDED
    s.candidates[c].age = 0  # §2.3/description.7.3: approval starts
    s.head[s.cfg.para_of(c)] = at(c)  # §2.3/description.6.3: children are accepted from now on


def discard(s: State, c):
    """§2.3/failure.4, §1.1/description.6: not available in time, so that its parent is free."""
    s.require(is_in(s, c, PENDING), "CandidateNotPending")
    s.require(s.candidates[c].age >= s.cfg.availability_timeout, "NotTimedOut")
    s.candidates[c] = dict(stage=DISCARDED)


def give_up(s: State, c):
    """§2.3/failure.1 to §2.3/failure.3: what is not yet on the relay chain gets no further."""
    candidate = s.candidates[c]
    unbacked = If(candidate.stage == BACKABLE, UNSELECTED, UNBACKED)
    failure = If(candidate.stage == PRODUCED, UNPROPAGATED, unbacked)
    s.candidates[c] = dict(stage=failure)


# approval process


def report(s: State, c, valid):
    """§2.3/approval-process.3, §2.3/approval-process.4.1: a secondary checker submits a result."""
    late = And(reads(s, "challenges-end-with-window"), is_in(s, c, ACCEPTED), Not(valid))
    s.require(Or(is_in(s, c, INCLUDED), late), "NotPendingApproval")
    candidate = s.candidates[c]
    with s.when(late):  # §1.1/description.9.3
        candidate.stage = INCLUDED
        candidate.age = s.cfg.secondary_checking_window
    with s.when(valid):
        candidate.reported_valid = True
    with s.when(Not(valid)):
        candidate.reported_invalid = True


def is_due(s, c):
    """§2.3/approval-process.5: whether the end of the approval process is reached."""
    candidate, cfg = s.candidates[c], s.cfg
    due = [Or(is_in(s, c, INCLUDED), disputed_still(s, c)), candidate.age >= window(s, c)]
    if cfg.amended("approval-needs-checks"):
        due += [Or(candidate.reported_valid, candidate.reported_invalid, is_disputed(s, c))]
    waits = exists(cfg.candidate, lambda d: And(candidate.parent == at(d), Not(is_accepted(s, d))))
    if cfg.amended("ancestors-first"):
        due += [Or(Not(waits), is_in(s, c, INVALIDATED))]
    return And(due)


def disputed_still(s, c):
    """Amended, a dispute on a block goes on when the block falls with an ancestor."""
    goes_on = s.cfg.amended("dispute-outlives-its-block")
    return And(goes_on, is_in(s, c, INVALIDATED), is_disputed(s, c))


def conclude(s: State, c, invalid):
    """§2.3/approval-process.5: the block is approved or rejected.

    What was escalated is as all validators found it, else as every checker did: a bad group is
    found out by others, however small it is (§2.3/description.6.7).
    """
    s.assume(is_due(s, c))
    s.assume(Or(is_disputed(s, c), invalid == s.candidates[c].reported_invalid))
    stands = And(reads(s, "contradiction-extends-once"), is_disputed(s, c))
    with s.when(stands):
        s.candidates[c].age = s.cfg.secondary_checking_window
    with s.when(And(Not(stands), is_in(s, c, INVALIDATED))):
        _clear(s, c, INVALIDATED, invalid)
    with s.when(And(Not(stands), is_in(s, c, INCLUDED), Not(invalid))):
        _clear(s, c, ACCEPTED, invalid)
    with s.when(And(Not(stands), is_in(s, c, INCLUDED), invalid)):
        _reject(s, c)


def _clear(s, c, stage, invalid):
    """§2.3/description.3.3, §2.3/description.3.4: those on the wrong side are slashed.

    Validators have capital at stake for that (§2.3/actor.1).
    As written only those who backed a rejected block (§2.3/description.6.9); amended, also those
    who later reported it valid.
    """
    candidate, disputed = s.candidates[c], is_disputed(s, c)
    supporters = And(s.cfg.amended("wrong-side-slashed"), invalid, candidate.reported_valid)
    s.candidates[c] = dict(
        stage=stage,
        parent=candidate.parent,
        **({"since": candidate.since} if stage == ACCEPTED and _rolls_back(s.cfg) else {}),
        slashed=dict(backers=invalid, supporters=supporters, opponents=And(disputed, Not(invalid))),
    )


def _reject(s, c):
    """§2.3/description.6.8: a rejected block is invalidated with all its descendants.

    Variant `rejection`: or with all that was included since (§2.5.8/description.1.3).
    """
    falls = line_of(s, c)
    if _rolls_back(s.cfg):
        falls = [Or(f, _younger(s, d, c)) for d, f in enumerate(falls)]
    if s.cfg.amended("rejection-resets-head"):
        _step_back(s, falls)
    for d in s.cfg.candidate:
        with s.when(And(d != c, falls[d], is_in(s, d, PENDING, INCLUDED, ACCEPTED))):
            disputed = And(s.cfg.amended("dispute-outlives-its-block"), is_disputed(s, d))
            with s.when(disputed):
                s.candidates[d].stage = INVALIDATED
            with s.when(Not(disputed)):
                s.candidates[d] = dict(stage=INVALIDATED, parent=s.candidates[d].parent)
    _clear(s, c, REJECTED, invalid=True)


def _rolls_back(cfg):
    """Whether the relay chain goes back to before the inclusion of what is rejected."""
    return cfg.variant("rejection") == "rollback"


def _younger(s, d, c):
    """Whether a candidate was noted or included in or after the block that included another."""
    longest = s.cfg.secondary_checking_window + s.cfg.extension
    one, other = s.candidates[d], s.candidates[c]
    noted = And(is_in(s, d, PENDING), one.age <= other.since)
    included = And(is_in(s, d, INCLUDED, ACCEPTED), one.since <= Min(other.since, longest))
    return Or(noted, included)


def line_of(s, c):
    """For each candidate, whether it is this one or descends from it."""
    line = [d == c for d in s.cfg.candidate]
    for _ in range(s.cfg.candidate.n - 1):
        line = [
            Or(
                line[d],
                Or([And(line[e], s.candidates[d].parent == at(e)) for e in s.cfg.candidate]),
            )
            for d in s.cfg.candidate
        ]
    return line


def _step_back(s, falls):
    """Where a head falls, the newest block before it that stands is the head again."""
    for _ in range(s.cfg.candidate.n):
        for p in s.cfg.para:
            for d in s.cfg.candidate:
                with s.when(And(falls[d], s.head[p] == at(d))):
                    s.head[p] = s.candidates[d].parent


# relay blocks


def next_block(s: State):
    """§2.3/inclusion-pipeline.7: the relay chain grows by a block; what waits has waited longer."""
    for c in s.each(s.cfg.candidate):
        candidate = s.candidates[c]
        with s.when(is_in(s, c, PENDING)):
            candidate.age = Min(candidate.age + 1, s.cfg.age_bound)
        with s.when(Or(is_in(s, c, INCLUDED), disputed_still(s, c))):
            candidate.age = Min(candidate.age + 1, window(s, c))
        if _rolls_back(s.cfg):
            longest = s.cfg.secondary_checking_window + s.cfg.extension
            with s.when(is_in(s, c, INCLUDED, ACCEPTED)):
                candidate.since = Min(candidate.since + 1, longest + 1)
    for p in s.each(s.cfg.para):
        s.noted[p] = False
