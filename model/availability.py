"""§1.5 to §1.7 and §1.10 Availability: who has to vote, and how many pieces are enough.

Read beside the sections.  The text counts votes in thirds of the validators and pieces in f, of
which it never says what it is; each statement stands here as it is written.  Coding, messages and
the status of a candidate are not modelled yet.
"""


def available(votes, n):
    """§1.7.1/alg-10.4.1: the votes are more than two thirds of the validators.

    So say also §1.1/description.5.1, §1.7/description.2.1 and §2.5.6/process_bitfields.5.2.
    """
    return 3 * votes > 2 * n


def noted_available(votes, n):
    """§1.7.1/def-12: two thirds of the validators voted; at least, where they do not divide."""
    return 3 * votes >= 2 * n


def most_faulty(n):
    """The largest f that is fewer than a third of n; the text has f without saying so."""
    return (n - 1) / 3


def pieces_awaited(f):
    """§1.10/reconstruction.1: the pieces after which a checker rebuilds the code."""
    return 2 * f + 1


def can_reconstruct(pieces, f):
    """§1.10/alg-15: more than 2f pieces are given."""
    return pieces > 2 * f
