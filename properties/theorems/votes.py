"""What enacts a candidate: the votes of more than two thirds of the validators, cast for it.

Any number of validators, of cores and of blocks; a core may be freed and occupied again in one
block.  Of votes in a set without a size one cannot say how many there are.  Said is what
comes to the same: `voter` numbers those who voted, from 0 to just below the tally, each once.
"""

from dataclasses import replace
from functools import partial

from model.language import And, Implies, Not, Or, count, forall
from model.signature_processing import counts
from model.signature_processing import system as last_votes
from model.votes import is_available, system
from properties.kinds import invariant, step
from properties.theorem import of_system


def each_core(s, body):
    """Whether the body is true of every core."""
    return forall(s.cfg.core, body)


def each_vote(s, body):
    """Whether the body is true of every core and every validator that has voted for what is
    pending on it.
    """
    return each_core(
        s,
        lambda c: forall(
            s.cfg.validator, lambda v: Implies(s.availability_votes[c][v], body(c, v))
        ),
    )


def numbered(s, c):
    """Whether the places below the tally of a core are those of its voters, one for each."""
    votes, voter, place = s.availability_votes[c], s.voter[c], s.place[c]
    places = forall(
        s.cfg.place,
        lambda p: Implies(p < s.tally[c], And(votes[voter[p]], place[voter[p]] == p)),
    )
    voters = forall(
        s.cfg.validator,
        lambda v: Implies(votes[v], And(place[v] < s.tally[c], voter[place[v]] == v)),
    )
    return And(places, voters)


@invariant("§2.5.6/process_bitfields.5.1")
def tallies_number_the_votes(s):
    """A tally is the number of votes: each place below it is that of one voter, and each voter has
    one.
    """
    return each_core(s, lambda c: numbered(s, c))


@invariant("§2.5.6/process_bitfields.5.2")
def tallies_count_the_votes(s):
    """A tally is the number of votes: the same as a count, at sizes at which one can count."""
    return each_core(
        s,
        lambda c: s.tally[c] == count(s.cfg.validator, lambda v: s.availability_votes[c][v]),
    )


@step("§2.5.6/process_bitfields.5.2")
def enacted_by_a_count_of_votes_for_it(before, after):
    """More than two thirds of the session's validators, when counted, have voted for what is
    enacted.
    """
    s = before

    def votes(c):
        return count(
            s.cfg.validator,
            lambda v: And(
                v < s.validators,
                s.availability_votes[c][v],
                s.cast_for[c][v] == s.pending[c].backed_in,
            ),
        )

    return each_core(
        s, lambda c: Implies(enacts(before, after, c), 3 * votes(c) > 2 * s.validators)
    )


@invariant("§2.5.6/session-change.1")
def votes_are_of_current_validators(s):
    """Who has voted for what is pending is a validator of the session."""
    return each_vote(s, lambda c, v: And(s.pending[c].some, v < s.validators))


@invariant("§1.7/bit.1")
def history_remembers_what_is_pending(s):
    """The state behind every block since a pending candidate was backed has it on its core."""

    def remembered(c):
        since = s.pending[c].backed_in
        blocks = forall(
            s.cfg.height,
            lambda h: Implies(And(since <= h, h <= s.now), s.history[h][c] == since),
        )
        return And(since <= s.now, blocks)

    return each_core(s, lambda c: Implies(s.pending[c].some, remembered(c)))


@invariant("§1.7/bit.1", lemmas=[history_remembers_what_is_pending])
def votes_count_for_their_candidate(s):
    """A vote counts only for the candidate that it was cast for."""
    return each_vote(
        s,
        lambda c, v: And(s.pending[c].some, s.cast_for[c][v] == s.pending[c].backed_in),
    )


@invariant("§2.5.6/storage.AvailabilityBitfield.submitted_at")
def votes_count_for_no_other(s):
    """A vote that was cast for one candidate never counts for another."""
    return each_vote(
        s,
        lambda c, v: Or(s.cast_for[c][v] == 0, s.cast_for[c][v] == s.pending[c].backed_in),
    )


def enacts(before, after, c):
    """Whether the step closes a block that enacts the candidate of a core."""
    return And(before.now != after.now, after.enacted[c])


def two_thirds_have_voted(s, c):
    """Whether more than two thirds of the session's validators have, each counted once."""
    tally, voter = s.tally[c], s.voter[c]
    places = s.cfg.place
    voters = forall(
        places,
        lambda p: Implies(
            p < tally, And(voter[p] < s.validators, s.availability_votes[c][voter[p]])
        ),
    )
    once = forall(
        places,
        lambda p: forall(places, lambda q: Implies(And(p < q, q < tally), voter[p] != voter[q])),
    )
    return And(3 * tally > 2 * s.validators, voters, once)


def votes_are_meant(s, c):
    """Whether all votes that are counted were cast for the candidate on a core."""
    voter, candidate = s.voter[c], s.pending[c].backed_in
    return forall(
        s.cfg.place, lambda p: Implies(p < s.tally[c], s.cast_for[c][voter[p]] == candidate)
    )


@step("§2.5.6/process_bitfields.5.2")
def enacted_by_two_thirds(before, after):
    """A candidate is enacted only when more than two thirds of the session's validators have
    voted, each counted once.
    """
    return each_core(
        before,
        lambda c: Implies(enacts(before, after, c), two_thirds_have_voted(before, c)),
    )


@step("§1.7/description.2.1")
def enacted_by_votes_for_it(before, after):
    """A candidate is enacted only when more than two thirds of the session's validators have voted
    for that candidate, each counted once.
    """
    return each_core(
        before,
        lambda c: Implies(
            enacts(before, after, c),
            And(two_thirds_have_voted(before, c), votes_are_meant(before, c)),
        ),
    )


@step("§1.7/description.2.1")
def not_enacted_by_votes_for_others(before, after):
    """No candidate is enacted by votes that were all cast for other candidates."""
    s = before

    def meant_others(c):
        def other(p):
            candidate = s.cast_for[c][s.voter[c][p]]
            return And(candidate > 0, candidate != s.pending[c].backed_in)

        return forall(s.cfg.place, lambda p: Implies(p < s.tally[c], other(p)))

    return each_core(s, lambda c: Implies(enacts(before, after, c), Not(meant_others(c))))


@step("§2.5.6/process_bitfields.5.2")
def enacted_when_two_thirds_have_voted(before, after):
    """When a block closes, that is enacted for which more than two thirds have voted, and nothing
    else; all who have voted are counted, and only they.
    """

    def settled(c):
        enough = And(before.pending[c].some, is_available(before.tally[c], before.validators))
        return And(after.enacted[c] == enough, numbered(before, c))

    return Implies(before.now != after.now, each_core(before, settled))


@step("§2.5.6/process_candidates.4")
def new_candidates_have_no_votes(before, after):
    """A candidate that becomes pending has no votes, even on a core that was freed in this
    block.
    """
    new = lambda c: And(  # noqa: E731 - reads as a definition
        after.pending[c].some,
        Not(And(before.pending[c].some, before.pending[c].backed_in == after.pending[c].backed_in)),
    )
    nobody = lambda c: forall(  # noqa: E731 - reads as a definition
        after.cfg.validator, lambda v: Not(after.availability_votes[c][v])
    )
    return each_core(after, lambda c: Implies(new(c), And(after.tally[c] == 0, nobody(c))))


@invariant("§1.7.1/alg-10.1.2")
def last_votes_are_for_blocks_of_the_chain(s):
    """A stored vote is for a block that there is."""
    return forall(s.cfg.validator, lambda v: s.last[v].block <= s.now)


@invariant(
    "§1.7.1/alg-10.2.3",
    lemmas=[history_remembers_what_is_pending, last_votes_are_for_blocks_of_the_chain],
)
def last_votes_count_for_their_candidate(s):
    """A bit counts for what is pending only if that was pending in the block its vote is for."""
    return each_core(
        s,
        lambda c: forall(
            s.cfg.validator,
            lambda v: Implies(
                counts(s, v, c), s.history[s.last[v].block][c] == s.pending[c].backed_in
            ),
        ),
    )


SMALL = (
    dict(blocks=4, cores=1, max_validators=2, places=4),
    dict(blocks=3, cores=2, max_validators=2, places=4),
    dict(blocks=3, cores=1, max_validators=3, places=5),
)
LAST = (
    dict(blocks=4, cores=1, max_validators=2),
    dict(blocks=3, cores=2, max_validators=2),
)


def _votes(name, goal, context, *, lemmas=(), note=""):
    """A theorem about blocks that take bitfields of that context."""
    stated = replace(goal, lemmas=(*goal.lemmas, *lemmas), sentence=goal.sentence + note)
    return of_system(
        name,
        item=4,
        subject="inclusion",
        system=partial(system, context=context),
        goal=stated,
        small=SMALL,
    )


ON_PARENT = " Blocks take only bitfields that were signed on their parent."
ON_ANY = " Blocks take bitfields that were signed on any block before, as no check asks which."

a_vote_counts_only_for_its_candidate = _votes(
    "a_vote_counts_only_for_its_candidate",
    votes_count_for_their_candidate,
    "parent",
    note=ON_PARENT,
)
a_vote_counts_only_for_its_candidate_as_written = _votes(
    "a_vote_counts_only_for_its_candidate_as_written",
    votes_count_for_no_other,
    "any_block",
    note=ON_ANY,
)
a_candidate_is_enacted_by_two_thirds_of_the_validators = _votes(
    "a_candidate_is_enacted_by_two_thirds_of_the_validators",
    enacted_by_two_thirds,
    "any_block",
    lemmas=[tallies_number_the_votes, votes_are_of_current_validators],
)
a_candidate_is_enacted_by_votes_for_it = _votes(
    "a_candidate_is_enacted_by_votes_for_it",
    enacted_by_votes_for_it,
    "parent",
    lemmas=[
        tallies_number_the_votes,
        votes_are_of_current_validators,
        votes_count_for_their_candidate,
    ],
    note=ON_PARENT,
)
a_candidate_is_enacted_by_votes_for_it_as_written = _votes(
    "a_candidate_is_enacted_by_votes_for_it_as_written",
    not_enacted_by_votes_for_others,
    "any_block",
    note=ON_ANY,
)
what_two_thirds_voted_for_is_enacted = _votes(
    "what_two_thirds_voted_for_is_enacted",
    enacted_when_two_thirds_have_voted,
    "any_block",
    lemmas=[tallies_number_the_votes],
)
a_new_candidate_has_no_votes = _votes(
    "a_new_candidate_has_no_votes",
    new_candidates_have_no_votes,
    "any_block",
    lemmas=[tallies_number_the_votes, votes_are_of_current_validators],
)
a_masked_vote_counts_only_for_its_candidate = of_system(
    "a_masked_vote_counts_only_for_its_candidate",
    item=4,
    subject="availability",
    system=last_votes,
    goal=last_votes_count_for_their_candidate,
    small=LAST,
)
