"""What the adversary does, by name."""

WITHHELD = "withheld pieces"
INVALID = "invalid candidate"
EQUIVOCATION = "equivocation"
DOUBLE = "double vote"
ALARM = "false alarm"
FLIPPED_BITFIELD = "flipped bit in a bitfield's signature"
FLIPPED_BACKING = "flipped bit in a backing signature"
FLIPPED_COLLATION = "flipped bit in a collator's signature"
STALE_HEAD = "candidate on an old head"
OLD_PARENT = "candidate of an old block"
REPLAY = "replayed bitfields"
OTHER_CODE = "dispute with other code"

FORGERIES = (
    FLIPPED_BITFIELD,
    FLIPPED_BACKING,
    FLIPPED_COLLATION,
    STALE_HEAD,
    OLD_PARENT,
    REPLAY,
    OTHER_CODE,
)
"""What a faulty author puts into a block that honest nodes have to refuse."""

ALL = (WITHHELD, INVALID, EQUIVOCATION, DOUBLE, ALARM, *FORGERIES)
"""Every misbehaviour, in the order of the table."""
