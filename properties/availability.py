"""What §1.5 to §1.7 and §1.10 promise: available means held, and a check tells the truth."""

from model.availability import (
    AVAILABLE,
    BOGUS,
    FAILURE,
    GENUINE,
    NO_CANDIDATE,
    NO_CODE,
    NONE,
    PARA,
    REJECTED,
    SOUND,
    TO_BE_DETERMINED,
    UNAVAILABLE,
    UNCHECKED,
    VALID,
    available,
    code_needs,
    counted,
    holders,
    is_honest,
    marks_available,
    pieces_wanted,
)
from model.availability_system import CLEARED, DECIDED, OPEN
from model.language import And, Implies, Not, Or, count, exists, forall

from .kinds import invariant, leads_to, reachable, recoverable, step


def _its_vote(s, v):
    """Whether a validator's last vote is one for the candidate that is on chain."""
    last = s.last[v]
    return And(
        v < s.validators, last.some, s.bits[v][PARA], last.block >= s.pending[PARA].backed_in
    )


def _is_found(s, status):
    """Whether the block has just decided so."""
    return And(s.phase == DECIDED, s.status == status)


def _age(s):
    """How many blocks before the one that is built the candidate came on chain."""
    return s.now + 1 - s.pending[PARA].backed_in


# the votes


@invariant("§1.7.1/alg-10.4.1")
def the_available_have_more_than_two_thirds(s):
    """More than two thirds of the validators voted for what is available.

    They did so in a block that had the candidate (§1.7.1/alg-10.2.3), each once
    (§1.7.1/alg-10.3.0, §1.7.1/alg-10.3.1).
    """
    mine = count(s.cfg.validator, lambda v: _its_vote(s, v))
    return Implies(s.status == AVAILABLE, available(mine, s.validators))


@invariant("§1.7/description.1")
def what_all_the_honest_vote_for_becomes_available(s):
    """If the last vote of every honest validator is for a candidate, it becomes available.

    The masks of all blocks that had it leave its bits alone (§1.7.1/alg-10.2.1).
    """
    all_vote = forall(s.cfg.validator, lambda v: Implies(is_honest(s, v), _its_vote(s, v)))
    decided = And(s.phase == DECIDED, s.status != NO_CANDIDATE)
    return Implies(And(decided, all_vote), s.status == AVAILABLE)


@invariant("§1.7/bit.2")
def an_honest_vote_is_backed_by_a_piece(s):
    """An honest validator whose vote counts for a candidate has its piece."""
    return forall(
        s.cfg.validator,
        lambda v: Implies(
            And(s.status == TO_BE_DETERMINED, is_honest(s, v), _its_vote(s, v)),
            s.piece[v] != NONE,
        ),
    )


@invariant("§1.7/bit.1")
def no_honest_vote_without_a_candidate(s):
    """The last block having no candidate, no honest vote for that block is for one."""
    nothing = And(s.phase == OPEN, s.status == NO_CANDIDATE)
    return forall(
        s.cfg.validator,
        lambda v: Implies(
            And(nothing, is_honest(s, v), s.last[v].some, s.last[v].block == s.now),
            Not(s.bits[v][PARA]),
        ),
    )


@step("§1.7.1/alg-10.3.2")
def an_honest_vote_counts_until_the_end(before, after):
    """The vote of an honest validator for a candidate counts until that is settled.

    So long its candidate still matters, which is what the masks are to say (§1.7.1/alg-10.2.2).
    """
    waits = And(before.status == TO_BE_DETERMINED, after.status == TO_BE_DETERMINED)
    stays = lambda v: Implies(And(is_honest(before, v), counted(before, v)), counted(after, v))  # noqa: E731
    return Implies(waits, forall(before.cfg.validator, stays))


@step("§1.7.1/alg-10.1.2")
def a_vote_gives_way_to_later_ones_only(before, after):
    """The stored vote of a validator is replaced only by one for a later block.

    A vote is a bitfield for one block (§1.7/description.4).  There is one of each validator
    (§1.7.1/alg-10.1.1), and so the new one, once it is in a relay block (§1.7/description.5), is
    stored in its place (§1.7.1/alg-10.1.3).
    """

    def forward(v):
        same = And(
            before.last[v].some == after.last[v].some,
            before.last[v].block == after.last[v].block,
            before.bits[v][PARA] == after.bits[v][PARA],
        )
        later = And(after.last[v].some, after.last[v].block > before.last[v].block)
        return Or(same, Not(before.last[v].some), later)

    voting = And(before.phase == OPEN, after.phase == OPEN)
    return Implies(voting, forall(before.cfg.validator, forward))


# the status


@step("§1.7/status")
def the_status_moves_in_its_order(before, after):
    """No candidate, to be determined, available or unavailable, no candidate: no other way.

    These are §1.7/status.1, §1.7/status.2, §1.7/status.4 and §1.7/status.3.
    """
    moves = (
        (NO_CANDIDATE, TO_BE_DETERMINED),
        (TO_BE_DETERMINED, AVAILABLE),
        (TO_BE_DETERMINED, UNAVAILABLE),
        (AVAILABLE, NO_CANDIDATE),
        (UNAVAILABLE, NO_CANDIDATE),
    )
    allowed = [And(before.status == a, after.status == b) for a, b in moves]
    return Or(before.status == after.status, *allowed)


@invariant("§1.7/description.3")
def a_status_is_a_candidates(s):
    """There is a candidate exactly while the status is another than "no candidate"."""
    return s.pending[PARA].some == (s.status != NO_CANDIDATE)


@invariant("§1.7.1/description.2")
def unavailable_only_after_the_timeout(s):
    """A candidate is declared unavailable only after t blocks, and without enough votes."""
    mine = count(s.cfg.validator, lambda v: _its_vote(s, v))
    late = And(_age(s) >= s.cfg.timeout, Not(available(mine, s.validators)))
    return Implies(s.status == UNAVAILABLE, late)


@invariant("§1.1/description.6")
def no_candidate_waits_longer_than_the_timeout(s):
    """In the block that is t blocks after it, a candidate is settled, and another may come."""
    waits = And(s.pending[PARA].some, s.phase != OPEN, s.status == TO_BE_DETERMINED)
    return Implies(waits, _age(s) < s.cfg.timeout)


@step("§1.7.1/alg-10.5.1")
def what_is_decided_is_cleared(before, after):
    """Before the next candidate may come, the record of what was decided is cleared."""
    cleared = And(before.phase == DECIDED, after.phase == CLEARED)
    decided = Or(before.status == AVAILABLE, before.status == UNAVAILABLE)
    return Implies(And(cleared, decided), after.status == NO_CANDIDATE)


@invariant("§1.7.1/description.1")
def nodes_mark_what_the_chain_acts_on(s):
    """A node marks a block as available exactly when the relay chain acts on it."""
    decided = And(s.phase == DECIDED, s.status != NO_CANDIDATE)
    return Implies(decided, marks_available(s) == (s.status == AVAILABLE))


# the pieces


@invariant("§2.3/description.6.2")
def what_is_available_is_held(s):
    """More than a third of the validators are honest and hold a piece of what is available.

    To keep it is a validator's part (§2.3/actor.1).
    """
    held = count(s.cfg.validator, lambda v: And(is_honest(s, v), s.piece[v] != NONE))
    return Implies(_is_found(s, AVAILABLE), 3 * held > s.validators)


@invariant("§1.10/retrieval.4")
def what_is_available_can_be_rebuilt(s):
    """An honest checker gets the pieces that it waits for from honest validators alone.

    They answer its request (§1.10/retrieval.2, §1.10/retrieval.3), and it rebuilds the blob
    (§1.10/reconstruction.1) that later checks need (§1.2/description.2.4, §2.3/description.4).
    """
    enough = holders(s, GENUINE) >= pieces_wanted(s)
    return Implies(_is_found(s, AVAILABLE), enough)


@invariant("§1.10/alg-15.11")
def the_pieces_waited_for_give_the_blob(s):
    """The pieces that a checker waits for are as many as the code needs."""
    return pieces_wanted(s) >= code_needs(s)


@invariant("§1.6/description.1.2")
def honest_validators_keep_genuine_pieces(s):
    """What an honest validator keeps as its piece is the piece that the receipt stands for.

    It comes with a proof of that (§1.5/def-9).
    """
    return forall(s.cfg.validator, lambda v: s.piece[v] != BOGUS)


@invariant("§1.5/description.1")
def pieces_are_of_a_candidate_on_chain(s):
    """A block is coded, and its pieces go out, when its receipt is on chain and not settled.

    The messages with them are made no earlier (§1.6/description.1.1).
    """
    return forall(s.cfg.validator, lambda v: Implies(s.piece[v] != NONE, s.status != NO_CANDIDATE))


# the check


@invariant("§1.10.1/invalid")
def an_honest_checker_condemns_only_the_bad(s):
    """An honest checker declares no receipt invalid that stands for a valid block."""
    condemned = Or(s.checked.verdict == FAILURE, s.checked.verdict == REJECTED)
    return Implies(condemned, s.checked.worth != SOUND)


@invariant("§1.10.1/description.2")
def an_honest_checker_approves_only_the_sound(s):
    """An honest checker declares valid only what is valid with the relay chain's extra data."""
    return Implies(s.checked.verdict == VALID, s.checked.worth == SOUND)


@invariant("§1.10.1/invalid.1")
def what_is_no_code_fails_to_be_rebuilt(s):
    """Pieces that are no code make every check end with the announcement of that."""
    told = And(s.checked.worth == NO_CODE, s.checked.verdict != UNCHECKED)
    return Implies(told, s.checked.verdict == FAILURE)


# what must be possible, and what comes


@reachable("§1.7/description.1")
def a_block_becomes_available_in_the_last_moment(s):
    """A candidate becomes available in the block in which it would have timed out."""
    return And(_is_found(s, AVAILABLE), _age(s) == s.cfg.timeout)


@reachable("§1.1/description.5.1")
def a_block_becomes_available_without_some_honest_piece(s):
    """A candidate becomes available although an honest validator never got its piece."""
    without = exists(s.cfg.validator, lambda v: And(is_honest(s, v), s.piece[v] == NONE))
    return And(_is_found(s, AVAILABLE), without)


@reachable("§1.10.1/description.2")
def a_sound_block_is_found_valid_despite_the_faulty(s):
    """Where a validator is faulty, too, a checker finds a sound block valid."""
    return And(s.faulty > 0, s.checked.verdict == VALID, s.checked.worth == SOUND)


@recoverable("§1.7.1/alg-10.5.2")
def another_block_can_become_available(s):
    """Whatever happened, another candidate can still become available."""
    return _is_found(s, AVAILABLE)


@leads_to("§1.1/description.6", fair=("decide", "act", "end_block"))
def every_candidate_is_settled(s):
    """Every candidate is found available or unavailable."""
    found = Or(s.status == AVAILABLE, s.status == UNAVAILABLE)
    return s.status == TO_BE_DETERMINED, found
