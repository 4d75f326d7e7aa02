"""§1.4 and §2.3 Backing: how many of a group have to sign for a candidate.

The thresholds alone, each as it stands where the text has it: the two differ.  Where backing is
checked on chain (§2.5.6/process_candidates.3) the text has none.  The validators of a parachain
are the group on its core.  What a group with no members decides follows from the words; the text
does not speak of it.
"""


def is_proposal(signatures, size):
    """§1.4.2/def-7: at least two thirds of the parachain's validators signed the receipt."""
    return 3 * signatures >= 2 * size


def is_backable(statements, size):
    """§2.3/lifecycle.3: a majority of the assigned validators attests; more than half.

    So says also §2.3/description.6.2 of what is available.
    """
    return 2 * statements > size
