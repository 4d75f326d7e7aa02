"""§1.9.4 Extra Approval Checker Assignment: how many checks a block shall have.

Read beside the section.  Assignment, delays and reports are not modelled yet.
"""

EXTRA = 2
"""The constant the text suggests."""


def v_default(group, extra=EXTRA):
    """§1.9.4/description.1.3: #VDefault, the parachain's validators and a small constant."""
    return group + extra


def v_check(group, factor, stake, extra=EXTRA):
    """§1.9.4/description.1.4: #VCheck, which the reporting fishermen's stake raises."""
    return v_default(group, extra) + factor * stake
