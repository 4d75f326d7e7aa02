"""Every token of the specification that stands anywhere in the repository exists.

Tokens of this file that do not exist, or must not count as citations, are put together from SIGN
and PULL, so that the scan of the repository does not see them.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from checker.citations import (
    BINDING,
    CLASSES,
    COUNTED,
    EXCUSED,
    HEADING,
    KINDS,
    OUTLINE,
    TOKEN,
    Citation,
    Outline,
    ancestors,
    coverage,
    excused_text,
    find_tokens,
    is_within,
    kind_of,
    load_excuses,
    load_outline,
    outline_text,
    parse_excuses,
    parse_outline,
    repository_files,
    scan,
    sentence_hash,
    uncited,
    unknown,
)
from checker.files import InputError

ROOT = Path(__file__).resolve().parents[1]
SIGN = "\N{SECTION SIGN}"
PULL = "PR" + "3227"
HASH = "0123456789ab"


def test_every_token_in_the_repository_exists() -> None:
    citations = scan(repository_files())
    assert {"model", "impl", "doc"} <= {citation.kind for citation in citations}
    strangers = unknown(citations)
    assert not strangers, "\n".join(["", *map(str, strangers)])


GOOD = [
    f"{SIGN}2",
    f"{SIGN}2.5",
    f"{SIGN}1.10.3",
    f"{SIGN}2.5.5/schedule",
    f"{SIGN}2.5.5/session-change",
    f"{SIGN}2.5.5/session-change.0.3",
    f"{SIGN}2.5.5/add_parathread_claim.2",
    f"{SIGN}2.5.5/storage.ParathreadQueue.next_core",
    f"{SIGN}1.7.1/alg-10.4",
    f"{SIGN}1.5/def-8",
    PULL,
    f"{PULL}/commit-3.2",
]
BAD = [
    f"{SIGN} 2.5.5",
    f"{SIGN}0.1",
    f"{SIGN}2.05",
    f"{SIGN}2.5.5/",
    f"{SIGN}2.5.5/Occupied",
    f"{SIGN}2.5.5/occupied.",
    f"{SIGN}2.5.5/occupied.01",
    f"{SIGN}2.5.5/occupied.1-3",
    f"{SIGN}2.5.5/occupied/1",
    f"{SIGN}2.5.5/session--change",
    f"{SIGN}2.5.5/-schedule",
    f"{SIGN}2.5.5-2.5.7",
    f"{PULL}.3",
    "PR" + "3225",
    "2.5.5/occupied.1",
    "",
]


@pytest.mark.parametrize("token", GOOD)
def test_the_grammar_accepts(token: str) -> None:
    assert TOKEN.fullmatch(token)


@pytest.mark.parametrize("token", BAD)
def test_the_grammar_refuses(token: str) -> None:
    assert not TOKEN.fullmatch(token)


def test_the_parts_of_a_token_have_names() -> None:
    match = TOKEN.fullmatch(f"{SIGN}2.5.5/storage.ParathreadQueue.next_core")
    assert match is not None
    assert match["section"] == f"{SIGN}2.5.5"
    assert match["heading"] == "storage"
    assert match["item"] == "ParathreadQueue.next_core"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (f"Free them. {SIGN}2.5.5/schedule.", [f"{SIGN}2.5.5/schedule"]),
        (f"({SIGN}2.5.5/schedule.2), {SIGN}2.5.", [f"{SIGN}2.5.5/schedule.2", f"{SIGN}2.5"]),
        (f'"{SIGN}1.5/def-8"', [f"{SIGN}1.5/def-8"]),
        (f"see `{PULL}/commit-3.2`; {PULL}'s author", [f"{PULL}/commit-3.2", PULL]),
        (f"{SIGN}2.5.5/Occupied.1", [f"{SIGN}2.5.5/Occupied.1"]),
        (f"{SIGN} 2.5.5/occupied", [f"{SIGN} 2.5.5/occupied"]),
        (
            f"{SIGN}1.5-1.7 and {SIGN}2.5.5/occupied.1..3",
            [f"{SIGN}1.5-1.7", f"{SIGN}2.5.5/occupied.1..3"],
        ),
        (f"a sign {SIGN} alone, {SIGN}x, section 2.5.5, " + "XPR" + "3227", []),
    ],
)
def test_tokens_are_found_in_running_text(text: str, tokens: list[str]) -> None:
    assert [token for _, token in find_tokens(text)] == tokens


def test_a_token_is_found_on_its_line() -> None:
    assert find_tokens(f"\n\na {SIGN}2.5\n{SIGN}2.6") == [(3, f"{SIGN}2.5"), (4, f"{SIGN}2.6")]


def plant(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_an_unknown_token_is_named_with_its_place_and_the_nearest(tmp_path: Path) -> None:
    token = f"{SIGN}2.5.5/ocupied.1"
    path = plant(tmp_path, "model/a.py", f'"""Good."""\n# {token}, {SIGN}2.5.5/occupied.1\n')
    [stranger] = unknown(scan([path], tmp_path))
    assert stranger.citation == Citation(token, "model/a.py", 2, "model")
    assert stranger.nearest[0] == f"{SIGN}2.5.5/occupied.1"
    assert str(stranger).startswith(f"model/a.py:2: unknown token {token}; nearest: ")


@pytest.mark.parametrize(
    ("token", "nearest"),
    [
        (f"{SIGN} 2.5.5/schedule", f"{SIGN}2.5.5/schedule"),
        (f"{SIGN}2.5.5/Schedule.2", f"{SIGN}2.5.5/schedule.2"),
        (f"{SIGN}2.5.5/sesion-change.14", f"{SIGN}2.5.5/session-change.1"),
        (f"{SIGN}2.5.6/storage.PendingAvailabilty", f"{SIGN}2.5.6/storage.PendingAvailability"),
        (f"{SIGN}2.5.5/zzzzzzzzzzzzzzzzzzzz", f"{SIGN}2.5.5"),
        (f"{PULL}/commit-4", f"{PULL}/commit-1"),
    ],
)
def test_the_nearest_token_is_near(token: str, nearest: str) -> None:
    assert token not in load_outline()
    assert nearest in load_outline().nearest(token)


def test_an_escaped_sign_in_json_is_found(tmp_path: Path) -> None:
    path = plant(tmp_path, "counterexamples/s/p.itf.json", '{"token": "\\u00a7' + '2.5.5/goal.1"}')
    assert scan([path], tmp_path) == [
        Citation(f"{SIGN}2.5.5/goal.1", "counterexamples/s/p.itf.json", 1, "trace")
    ]


def test_a_file_that_is_no_text_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"\xff")
    with pytest.raises(InputError, match="expected UTF-8"):
        scan([path], tmp_path)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("model/language/terms.py", "model"),
        ("properties/scheduler.py", "property"),
        ("properties/amendments.toml", "amendment"),
        ("impl/errors.py", "impl"),
        ("tests/test_citations.py", "test"),
        ("checker/cli.py", "checker"),
        ("counterexamples/expected.toml", "trace"),
        ("docs/glossary.md", "doc"),
        ("README.md", "doc"),
    ],
)
def test_a_file_has_the_kind_of_its_folder(file: str, kind: str) -> None:
    assert kind_of(file) == kind


def test_the_lists_themselves_and_foreign_folders_are_not_scanned(tmp_path: Path) -> None:
    for name in ("docs/spec/excused.toml", "model/a.py", "model/a.pyc", "other/b.py", "README.md"):
        plant(tmp_path, name, f"{SIGN}2.5")
    installed = [p.relative_to(tmp_path).as_posix() for p in repository_files(tmp_path)]
    assert installed == ["model/a.py"]
    plant(tmp_path, OUTLINE, "")
    cloned = [p.relative_to(tmp_path).as_posix() for p in repository_files(tmp_path)]
    assert cloned == ["README.md", "model/a.py"]


def test_the_outline_is_well_formed() -> None:
    fields = tomllib.loads(outline_text())  # TOML itself refuses a second entry of one name
    outline = load_outline()
    assert list(outline.entries) == list(fields)
    assert len(fields) == 883
    for entry in outline.entries.values():
        assert TOKEN.fullmatch(entry.token)
        assert re.fullmatch("[0-9a-f]{12}", entry.hash)
        assert entry.cls in {HEADING, *CLASSES}
        assert len(entry.text) <= 130, f"{entry.token}: a paraphrase is short"


def test_items_are_numbered_without_gaps_except_where_the_text_has_a_todo() -> None:
    missing = set()
    for token in load_outline().entries:
        stem, dot, last = token.rpartition(".")
        if dot and "/" in stem and last.isdigit() and int(last) > 1:
            before = f"{stem}.{int(last) - 1}"
            missing |= set() if before in load_outline() else {before}
    todo = {f"{SIGN}2.5.6/process_bitfields.7"}
    lines_that_end_a_block = {f"{SIGN}1.10/alg-15.5", f"{SIGN}1.10/alg-15.10"}
    assert missing == todo | lines_that_end_a_block


def test_no_entry_is_a_todo() -> None:
    assert not [e.token for e in load_outline().entries.values() if "todo" in e.text.lower()]


def test_the_scheduler_is_listed_item_by_item() -> None:
    counts = {
        "session-change": 13,
        "initialization": 1,
        "finalization": 1,
        "add_parathread_claim": 5,
        "schedule": 4,
        "occupied": 4,
        "availability_timeout_predicate": 3,
        "description": 9,
        "goal": 4,
        "task": 2,
    }
    for heading, count in counts.items():
        stem = f"{SIGN}2.5.5/{heading}"
        assert stem in load_outline()
        assert all(f"{stem}.{i}" in load_outline() for i in range(1, count + 1))
        assert f"{stem}.{count + 1}" not in load_outline()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (f'"{SIGN}2" = 3', "expected a table"),
        (f'"{SIGN}2/A" = {{ title = "x", hash = "{HASH}" }}', "not a token"),
        (f'"{SIGN}2/a" = {{ title = "x", hash = "{HASH}" }}', f"lies under {SIGN}2"),
        (f'"{SIGN}2" = {{ title = "x" }}', "expected .*hash"),
        (f'"{SIGN}2" = {{ title = "x", hash = "{HASH}", gap = true }}', "expected .*hash"),
        (f'"{SIGN}2" = {{ class = "rule", hash = "{HASH}" }}', "expected .*text"),
        (f'"{SIGN}2" = {{ class = "law", text = "x", hash = "{HASH}" }}', "'law' is none of"),
        (f'"{SIGN}2" = {{ title = "x", hash = "{HASH[1:]}" }}', "12 hexadecimal digits"),
        (f'"{SIGN}2" = {{ title = "x", hash = "{HASH.upper()}" }}', "12 hexadecimal digits"),
        (f'"{SIGN}2" = {{ title = " ", hash = "{HASH}" }}', "expected some text"),
        (f'"{SIGN}2" = {{ title = "x", hash = "{HASH}" }}\n"{SIGN}2" = 1', "expected TOML"),
    ],
)
def test_a_malformed_outline_is_refused(line: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        parse_outline(line)
    assert str(caught.value).startswith(OUTLINE)


def test_the_hash_ignores_only_the_breaking_of_lines() -> None:
    assert sentence_hash("  one\n   two ") == sentence_hash("one two")
    assert sentence_hash("one two") != sentence_hash("One two")
    assert sentence_hash("abc") == "ba7816bf8f01"


def test_the_ancestors_of_a_token() -> None:
    assert ancestors(f"{SIGN}2.5.5/storage.A.b") == (
        f"{SIGN}2.5.5/storage.A",
        f"{SIGN}2.5.5/storage",
        f"{SIGN}2.5.5",
        f"{SIGN}2.5",
        f"{SIGN}2",
    )
    assert ancestors(PULL) == ()
    assert is_within(f"{SIGN}2.5.5/goal.1", f"{SIGN}2.5")
    assert not is_within(f"{SIGN}1.10/goal.1", f"{SIGN}1.1")


SMALL = f"""
"{SIGN}2" = {{ title = "chapter", hash = "{HASH}" }}
"{SIGN}2/a" = {{ class = "rule", text = "a routine", hash = "{HASH}" }}
"{SIGN}2/a.1" = {{ title = "an item of two sentences", hash = "{HASH}" }}
"{SIGN}2/a.1.1" = {{ class = "rule", text = "one", hash = "{HASH}" }}
"{SIGN}2/a.1.2" = {{ class = "promise", text = "two", hash = "{HASH}" }}
"{SIGN}2/a.2" = {{ class = "motivation", text = "why", hash = "{HASH}" }}
"{SIGN}2/a.3" = {{ class = "rule", text = "left open", hash = "{HASH}", gap = true }}
"{SIGN}2/b" = {{ class = "goal", text = "another routine", hash = "{HASH}" }}
"{SIGN}2/b.1" = {{ class = "definition", text = "a word", hash = "{HASH}" }}
"{SIGN}3" = {{ class = "rule", text = "elsewhere", hash = "{HASH}" }}
"""


@pytest.fixture
def small() -> Outline:
    return parse_outline(SMALL)


def cite(token: str, kind: str) -> Citation:
    return Citation(SIGN + token, "a", 1, kind)


def missing(small: Outline, *citations: Citation, **options: dict[str, str]) -> list[str]:
    rows = coverage(small, citations, f"{SIGN}2", **options)
    return [row.entry.token.removeprefix(SIGN) for row in uncited(rows)]


def test_what_nobody_cites_is_listed_without_motivation_gaps_and_headings(small: Outline) -> None:
    assert missing(small) == ["2/a", "2/a.1.1", "2/a.1.2", "2/b", "2/b.1"]


def test_a_citation_counts_upwards(small: Outline) -> None:
    assert missing(small, cite("2/a.1.1", "model")) == ["2/a.1.2", "2/b", "2/b.1"]


def test_a_cited_item_covers_its_sentences_but_a_cited_routine_not_its_items(
    small: Outline,
) -> None:
    assert missing(small, cite("2/a.1", "impl"), cite("2/b", "impl")) == ["2/b.1"]


def test_a_page_or_a_trace_serves_no_item(small: Outline) -> None:
    mentions = [cite("2/a.1", kind) for kind in KINDS if kind not in COUNTED]
    assert len(mentions) == 3
    assert missing(small, *mentions) == missing(small)


def test_an_excuse_covers_all_below_it(small: Outline) -> None:
    excuses = parse_excuses(f'"{SIGN}2/a" = "Not yet."', small)
    assert missing(small, excuses=excuses) == ["2/b", "2/b.1"]


def test_rows_name_kinds_in_order_and_places(small: Outline) -> None:
    citations = [cite("2/a.1", "test"), cite("2/a.1.1", "model"), cite("2/a.1.1", "doc")]
    rows = {row.entry.token: row for row in coverage(small, citations)}
    assert list(rows) == list(small.entries)
    assert rows[f"{SIGN}2/a"].kinds == ("model", "test", "doc")
    assert rows[f"{SIGN}2/a"].places == ()
    assert rows[f"{SIGN}2/a.1.1"].kinds == ("model", "doc")
    assert rows[f"{SIGN}2/a.1.1"].through == ("test",)
    assert rows[f"{SIGN}2/a.1.1"].places == tuple(citations[1:])
    assert rows[f"{SIGN}3"].kinds == ()


def test_coverage_can_be_restricted(small: Outline) -> None:
    [row] = coverage(small, [], f"{SIGN}2/b.1")
    assert row.entry.text == "a word"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (f'"{SIGN}2/c" = "No."', f"unknown token; nearest: {SIGN}2"),
        (f'"{SIGN}2/a" = "no sentence"', "full stop"),
        (f'"{SIGN}2/a" = 3', "full stop"),
        ("?", "expected TOML"),
    ],
)
def test_a_bad_excuse_is_refused(small: Outline, line: str, problem: str) -> None:
    with pytest.raises(InputError, match=re.escape(problem)):
        parse_excuses(line, small)


def test_the_excuses_of_the_repository_are_good_and_needed() -> None:
    assert (ROOT / EXCUSED).read_text(encoding="utf-8") == excused_text()
    outline = load_outline()
    for token in load_excuses():
        assert [e for e in outline.within(token) if e.cls in BINDING], token
