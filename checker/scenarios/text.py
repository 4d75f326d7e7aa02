"""Which text a scenario is run under: amendments, readings and variants, chosen by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from checker.subjects import UsageError, one_of
from impl import rules
from impl.rules import ALL_READINGS, ALL_VARIANTS, Rules

AMENDMENTS = frozenset(rules.AMENDMENTS)
SESSION_AT_BLOCK_END = "session-change-at-block-end"


@dataclass(frozen=True, slots=True)
class Text:
    """The amendments in force, and what is chosen where the text leaves a choice.

    Without its amendment a reading is open, and a run needs one: that of the amendment in the text
    as written, the first rival where the amendment is taken away from the text as amended.
    """

    amendments: frozenset[str] = AMENDMENTS
    readings: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[str, str] = field(default_factory=dict)
    label: str = "as amended"

    def rules(self) -> Rules:
        """The rules of the runtime."""
        open_ = {
            name: self.readings.get(name, options[0])
            for name, options in ALL_READINGS.items()
            if name not in self.amendments
        }
        return Rules(self.amendments, dict(self.variants), open_)

    def toggled(self) -> Iterator[tuple[str, Text]]:
        """Every text that differs in one amendment, with what differs in words.

        Of a reading that is open, every other option is tried, too.
        """
        for name in sorted(AMENDMENTS):
            options = ALL_READINGS.get(name)
            if name not in self.amendments:
                if options is None:
                    yield f"with {name}", replace(self, amendments=self.amendments | {name})
                    continue
                now = self.readings.get(name, options[0])
                for option in options:
                    if option != now:
                        chosen = {**self.readings, name: option}
                        yield f"with {name} read as {option!r}", replace(self, readings=chosen)
                continue
            fewer = replace(self, amendments=self.amendments - {name})
            if options is None:
                yield f"without {name}", fewer
                continue
            for option in options[1:]:
                chosen = {**self.readings, name: option}
                yield f"with {name} read as {option!r}", replace(fewer, readings=chosen)


def without_session_at_end(rules: Rules) -> Rules:
    """The rules where a session change comes before initialization, whatever is amended."""
    return Rules(
        rules.amendments - {SESSION_AT_BLOCK_END}, dict(rules.variants), dict(rules.readings)
    )


def chosen(
    *,
    as_written: bool = False,
    without: Iterable[str] = (),
    only: Iterable[str] = (),
    settings: Iterable[str] = (),
) -> Text:
    """The text that options describe.  Raises UsageError."""
    left_out, put_in = sorted(set(without)), sorted(set(only))
    if left_out and (put_in or as_written):
        raise UsageError(
            "--without starts from the text as amended, --with and --as-written from the text as "
            "written: give one of them"
        )
    for name in (*left_out, *put_in):
        one_of(name, tuple(sorted(AMENDMENTS)), "amendment")
    readings, variants = _settings(settings)
    if left_out:
        rivals = {name: ALL_READINGS[name][1] for name in left_out if name in ALL_READINGS}
        text = Text(AMENDMENTS - set(left_out), {**rivals, **readings}, variants)
        label = f"as amended, without {', '.join(left_out)}"
    elif as_written or put_in:
        text = Text(frozenset(put_in), readings, variants)
        label = f"as written, with {', '.join(put_in)}" if put_in else "as written"
    else:
        text, label = Text(AMENDMENTS, {}, variants), "as amended"
    for name in readings:
        if name in text.amendments:
            raise UsageError(f"{name!r} is amended; take it away with --without {name}")
    more = [f"{name}={value}" for name, value in sorted({**readings, **variants}.items())]
    return replace(text, label=", ".join([label, *more]))


def _settings(settings: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Readings and variants of `--set name=value`."""
    readings: dict[str, str] = {}
    variants: dict[str, str] = {}
    for setting in settings:
        name, equals, value = (part.strip() for part in setting.partition("="))
        if not (name and equals and value):
            raise UsageError(f"{setting!r}; write name=value, for example --set timeout_rule=prose")
        one_of(name, (*ALL_VARIANTS, *ALL_READINGS), "variant or reading")
        options = ALL_VARIANTS.get(name) or ALL_READINGS[name]
        one_of(value, options, f"option of {name}")
        (variants if name in ALL_VARIANTS else readings)[name] = value
    return readings, variants
