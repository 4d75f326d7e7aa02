"""The canonical encoding of what is signed, sent and hashed.

The text leaves the format of every message open (§1.6/def-10, §1.7/def-11, §1.10/def-16), so this
one is ours: integers have a fixed width and the least byte first, everything of variable length
begins with its length in four bytes, and a value has exactly one encoding.

A type's encoding is a `Codec`, declared once for both directions.  Decoding trusts nothing: a
message longer than the largest value of its type is refused unread, a length is held against its
limit and against the bytes that are left before anything of that length is built, and what is
not the encoding of a value raises one of the `Refused` of `impl.crypto.errors`.  A value that
has no encoding is the caller's mistake and raises `BadValue`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Generic, TypeVar

from impl.crypto.errors import (
    NoSuchRecord,
    PaddingNotZero,
    TooLong,
    TrailingBytes,
    Truncated,
    UnknownTag,
)
from impl.errors import BadValue, InvalidInput
from impl.primitives import require_bytes, require_tuple

T = TypeVar("T")

LENGTH_BYTES = 4
"""Width of a length."""

LENGTH_LIMIT = (1 << 8 * LENGTH_BYTES) - 1
"""The greatest length there can be, for a type that sets no limit of its own."""


class Reader:
    """Bytes, and how far they have been read."""

    __slots__ = ("data", "offset")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.offset = 0

    @property
    def left(self) -> int:
        """How many bytes have not been read."""
        return len(self.data) - self.offset

    def require(self, size: int) -> None:
        """Raise `Truncated` unless `size` bytes are left."""
        if size > self.left:
            raise Truncated(size, self.left, self.offset)

    def take(self, size: int) -> bytes:
        """Read the next `size` bytes."""
        self.require(size)
        start = self.offset
        self.offset += size
        return self.data[start : self.offset]

    def number(self, width: int) -> int:
        """Read an unsigned integer of `width` bytes."""
        return int.from_bytes(self.take(width), "little")

    def length(self, what: str, limit: int) -> int:
        """Read a length that is at most `limit`."""
        length = self.number(LENGTH_BYTES)
        if length > limit:
            raise TooLong(what, length, limit)
        return length

    def tag(self, known: tuple[int, ...]) -> int:
        """Read a byte that is one of `known`."""
        tag = self.number(1)
        if tag not in known:
            raise UnknownTag(tag, known, self.offset - 1)
        return tag


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How values of one type are written and read, and how long their encodings can be."""

    smallest: int
    largest: int
    write: Callable[[T, bytearray], None]
    read: Callable[[Reader], T]


def encode(codec: Codec[T], value: T) -> bytes:
    """Return the encoding of `value`; `BadValue` if it has none."""
    sink = bytearray()
    codec.write(value, sink)
    return bytes(sink)


def decode(codec: Codec[T], data: bytes) -> T:
    """Return the value that `data` is the encoding of, all of it."""
    require_bytes("data", data)
    if len(data) > codec.largest:
        raise TooLong("the message", len(data), codec.largest)
    reader = Reader(data)
    value = codec.read(reader)
    if reader.left:
        raise TrailingBytes(reader.left, reader.offset)
    return value


# ---- scalars


def unsigned(bits: int) -> Codec[int]:
    """Return the codec of integers with `bits` bits and no sign."""
    width = bits // 8

    def write(value: int, sink: bytearray) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << bits:
            raise BadValue("value", f"an integer between 0 and 2**{bits} - 1", value)
        sink += value.to_bytes(width, "little")

    return Codec(width, width, write, lambda reader: reader.number(width))


U8, U16, U32, U64 = map(unsigned, (8, 16, 32, 64))


def _write_boolean(value: bool, sink: bytearray) -> None:  # noqa: FBT001 - it is the value
    if not isinstance(value, bool):
        raise BadValue("value", "a Boolean", value)
    sink.append(value)


BOOLEAN: Codec[bool] = Codec(1, 1, _write_boolean, lambda reader: reader.tag((0, 1)) == 1)
"""One byte, 0 or 1."""


def fixed(size: int) -> Codec[bytes]:
    """Return the codec of byte strings of `size` bytes: they stand as they are."""

    def write(value: bytes, sink: bytearray) -> None:
        require_bytes("value", value, length=size)
        sink += value

    return Codec(size, size, write, lambda reader: reader.take(size))


HASH = fixed(32)
"""A hash, or a public key."""


# ---- variable lengths


def blob(limit: int = LENGTH_LIMIT) -> Codec[bytes]:
    """Return the codec of byte strings of at most `limit` bytes."""

    def write(value: bytes, sink: bytearray) -> None:
        require_bytes("value", value)
        _write_length(len(value), limit, sink)
        sink += value

    def read(reader: Reader) -> bytes:
        return reader.take(reader.length("a byte string", limit))

    return Codec(LENGTH_BYTES, LENGTH_BYTES + limit, write, read)


def bits(limit: int) -> Codec[tuple[bool, ...]]:
    """Return the codec of at most `limit` bits: their number, then bit i in byte i // 8.

    The lowest bit of a byte comes first; the bits that fill up the last byte are zero.
    """

    def write(value: tuple[bool, ...], sink: bytearray) -> None:
        require_tuple("value", value)
        if any(not isinstance(bit, bool) for bit in value):
            raise BadValue("value", "a tuple of Booleans", value)
        _write_length(len(value), limit, sink)
        number = sum(1 << place for place, bit in enumerate(value) if bit)
        sink += number.to_bytes(_bytes_for(len(value)), "little")

    def read(reader: Reader) -> tuple[bool, ...]:
        length = reader.length("a list of bits", limit)
        number = reader.number(_bytes_for(length))
        if number >> length:
            raise PaddingNotZero("a list of bits")
        return tuple(bool(number >> place & 1) for place in range(length))

    return Codec(LENGTH_BYTES, LENGTH_BYTES + _bytes_for(limit), write, read)


def listing(item: Codec[T], limit: int) -> Codec[tuple[T, ...]]:
    """Return the codec of tuples of at most `limit` items."""
    if item.smallest < 1:
        raise BadValue("item", "a codec of at least one byte: a short message could list many", 0)

    def write(value: tuple[T, ...], sink: bytearray) -> None:
        require_tuple("value", value)
        _write_length(len(value), limit, sink)
        for each in value:
            item.write(each, sink)

    def read(reader: Reader) -> tuple[T, ...]:
        length = reader.length("a list", limit)
        reader.require(length * item.smallest)
        return tuple(item.read(reader) for _ in range(length))

    return Codec(LENGTH_BYTES, LENGTH_BYTES + limit * item.largest, write, read)


def _write_length(length: int, limit: int, sink: bytearray) -> None:
    if length > limit:
        raise BadValue("value", f"at most {limit} long", f"length {length}")
    U32.write(length, sink)


def _bytes_for(count: int) -> int:
    return (count + 7) // 8


# ---- compositions


def optional(item: Codec[T]) -> Codec[T | None]:
    """Return the codec of a value or None: 0, or 1 and the value."""

    def write(value: T | None, sink: bytearray) -> None:
        sink.append(value is not None)
        if value is not None:
            item.write(value, sink)

    def read(reader: Reader) -> T | None:
        return item.read(reader) if reader.tag((0, 1)) else None

    return Codec(1, 1 + item.largest, write, read)


def record(cls: type[T], **members: Codec[Any]) -> Codec[T]:
    """Return the codec of a dataclass: its fields, in their order, and nothing between them.

    Every field is named once more here, so that one added to the class is not forgotten.
    """
    expected = [field.name for field in fields(cls)] if is_dataclass(cls) else []
    if list(members) != expected:
        raise BadValue("members", f"the fields of {cls.__name__}, {expected}", list(members))

    def write(value: T, sink: bytearray) -> None:
        if type(value) is not cls:
            raise BadValue("value", f"of type {cls.__name__}", value)
        for name, codec in members.items():
            codec.write(getattr(value, name), sink)

    def read(reader: Reader) -> T:
        values = [codec.read(reader) for codec in members.values()]
        try:
            return cls(*values)
        except InvalidInput as error:
            raise NoSuchRecord(cls.__name__, str(error)) from error

    codecs = members.values()
    return Codec(sum(c.smallest for c in codecs), sum(c.largest for c in codecs), write, read)


def choice(alternatives: Mapping[int, tuple[type, Codec[Any]]]) -> Codec[Any]:
    """Return the codec of a value of one of several types: a byte for the type, the value.

    `alternatives` has type and codec for each value of that byte.
    """
    tags = {kind: tag for tag, (kind, _) in alternatives.items()}
    known = tuple(sorted(alternatives))
    codecs = [codec for _, codec in alternatives.values()]

    def write(value: Any, sink: bytearray) -> None:
        if type(value) not in tags:
            names = ", ".join(kind.__name__ for kind in tags)
            raise BadValue("value", f"of one of the types {names}", value)
        tag = tags[type(value)]
        U8.write(tag, sink)
        alternatives[tag][1].write(value, sink)

    def read(reader: Reader) -> Any:
        return alternatives[reader.tag(known)][1].read(reader)

    smallest, largest = min(c.smallest for c in codecs), max(c.largest for c in codecs)
    return Codec(1 + smallest, 1 + largest, write, read)
