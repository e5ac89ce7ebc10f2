"""What another release changes: the numbers, verdicts, sentences, charts and tables of two built reviews that differ,
page by page, each with its cause."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ..building import manifest
from ..language import LANGUAGES, N_, format_moment, format_period, translate
from ..pages import glossary, searches
from ..pages.blocks import Block, blocks, parsed
from ..pages.numbers_file import NAME, words_of
from ..pages.numbers_file import Record as Row
from ..problems import refuse
from .file_comparison import changed

REVISED, YEAR, LATER = N_("a row revised"), N_("a new year"), N_("a later release")
SHOWN, NOT_SHOWN = N_("a row now shown"), N_("a row no longer shown")
DEFINED, CODE, FILE = N_("a definition"), N_("code"), N_("another file")
LIST_PAGES = {"glossary": glossary.TABLE, "where-we-looked": searches.TABLE}  # pages of no chapter
Known = Mapping[str, "tuple[Cause, ...]"]  # why each number of a page changed
UNCOMPARED = {"id", "run_key", "data"}  # a row of data/ moves where one is put before it
OF_PAGES = {"run", "shown_in", "interval", "called"}  # what a number's row says that no row of data/ does
SUPERSEDED = N_("{release} gives {new}, not {old} ({earlier}), for {number} ({cell})")
AGAIN = N_("{release} gives {new} too, as {earlier} did, for {number} ({cell})")


@dataclass(frozen=True)
class Cause:
    """Why something changed: of which kind (a message of the catalogue), and what, in each language."""

    kind: str
    what: Mapping[str, str] = field(default_factory=dict)

    def words(self, language: str) -> str:
        what = self.what.get(language) or next(iter(self.what.values()), "")
        return translate(self.kind, language) + (f"{':' if language == 'en' else ' :'} {what}" if what else "")


@dataclass(frozen=True)
class Change:
    """One thing of a page that changed: its kind, its name or place, what it was and what it is; nothing where it was
    not there, or is no more."""

    kind: str  # number, verdict, sentence, chart, table, page
    what: str
    old: Mapping[str, str]  # by language
    new: Mapping[str, str]
    causes: tuple[Cause, ...] = ()

    def __str__(self) -> str:
        language = next(iter(self.new or self.old), LANGUAGES[0])
        ends = " → ".join(one.get(language, "") or "nothing" for one in (self.old, self.new))
        because = "; ".join(cause.words("en") for cause in self.causes[:3])
        more = f" and {len(self.causes) - 3} more" if len(self.causes) > 3 else ""
        return f"{self.kind} {self.what}: {ends} ({because}{more})"


class Built:
    """A built review, read for comparison."""

    def __init__(self, folder: Path):
        """Raises InputError for a folder that no build made, or one without its numbers."""
        self.folder, self.record = folder, manifest.read(folder)
        try:
            whole = json.loads((folder / NAME).read_bytes()) if self.record else {}
            lists = [whole[name] for name in ("definitions", "places")]
            self.numbers, self.claims = (by_run(whole[name]) for name in ("numbers", "claims"))
        except (OSError, ValueError, KeyError, TypeError):
            allowed = "a folder that `build` made, or data"
            raise refuse(folder, found=f"no built review with its {NAME}", allowed=allowed) from None
        for row in (row for rows in self.numbers.values() for row in rows.values()):
            row["called"] = [
                named.get(row[name], {}) for named, name in zip(lists, ("definition", "place"), strict=True)
            ]
        self.slugs = {run["slug"] for run in self.record["runs"]} | LIST_PAGES.keys()
        self.languages = tuple(self.record.get("languages", LANGUAGES))

    @cached_property
    def figures(self) -> dict[str, Row]:
        """The published numbers of all its pages, by id."""
        every = [row for rows in self.numbers.values() for row in rows.values()]
        return {row["id"]: row for row in every if not row["formula"] and not row["inputs"]}

    def blocks(self, slug: str, language: str) -> list[Block]:
        """What a page says, without what it says of how it was made; nothing of a page that is not there."""
        path = self.folder / language / f"{slug}.html"
        if not path.is_file() and slug not in LIST_PAGES:
            path = path.with_name("index.html")  # of the chapter that opens the review
        return [one for one in blocks(parsed(path.read_bytes())) if one.part != "made"] if path.is_file() else []

    def inputs(self, slug: str) -> dict[str, str]:
        """The files that a page was made from, by their hash."""
        runs = [run["inputs"] for run in self.record["runs"] if slug in LIST_PAGES or run["slug"] == slug]
        return {name: value for inputs in runs for name, value in inputs.items() if name.startswith("data/")}


def by_run(rows: Iterable[Row]) -> dict[str, dict[str, Row]]:
    """Numbers or wordings by the page and their name."""
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(row["run"], {})[row["id" if "id" in row else "name"]] = row
    return found


def differ(old: Row | None, new: Row | None, apart: Set[str] = frozenset()) -> bool:
    """Whether a row says something else, ``apart`` from some parts; that it stands at another place of its file is
    nothing."""
    if old is None or new is None:
        return True
    return any(old.get(name) != new.get(name) for name in (old.keys() | new.keys()) - UNCOMPARED - apart)


def both(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The names of either, the new ones' first."""
    return [*dict.fromkeys([*new, *old])]


class Comparison:
    """Two built reviews side by side."""

    def __init__(self, old: Built, new: Built):
        self.old, self.new = old, new
        names = both(old.figures, new.figures)
        differing = (name for name in names if differ(old.figures.get(name), new.figures.get(name)))
        causes = {name: self.of_figure(name) for name in differing}
        self.figures = {name: cause for name, cause in causes.items() if cause}

    def pages(self) -> dict[str, list[Change]]:
        """The changes of each page that has any, by its slug."""
        slugs = dict.fromkeys([*self.new.record["contents"], *self.old.record["contents"], *LIST_PAGES])
        found = {slug: list(self.of_page(slug)) for slug in slugs}
        return {slug: changes for slug, changes in found.items() if changes}

    def of_page(self, slug: str) -> Iterator[Change]:
        there = [slug in one.slugs for one in (self.old, self.new)]
        if not all(there):
            said = {language: translate(N_("a page"), language) for language in self.new.languages}
            yield Change("page", slug, said if there[0] else {}, said if there[1] else {}, self.by_files(slug))
            return
        numbers = list(self.of_numbers(slug))
        yield from numbers
        yield from self.of_claims(slug)
        known = {change.what: change.causes for change in numbers}
        for language in self.new.languages:
            pages = [one.blocks(slug, language) for one in (self.old, self.new)]
            if all(pages):
                yield from self.of_sentences(slug, language, pages, known)
                yield from self.of_parts(slug, language, pages, known)

    def of_numbers(self, slug: str) -> Iterator[Change]:
        old, new = (one.numbers.get(slug, {}) for one in (self.old, self.new))
        for name in both(old, new):
            before, after = old.get(name), new.get(name)
            if differ(before, after):
                then, now = self.worded(before), self.worded(after)
                if then == now:  # what else is said of it
                    then, now = what_else(old[name], new[name], self.new.languages)
                yield Change("number", name, then, now, self.of_number(slug, name))

    def worded(self, row: Row | None) -> dict[str, str]:
        return {language: words_of(row, language) for language in self.new.languages} if row else {}

    def of_claims(self, slug: str) -> Iterator[Change]:
        """The wordings that the numbers chose, where they choose another."""
        old, new = (one.claims.get(slug, {}) for one in (self.old, self.new))
        for name in both(old, new):
            before, after = old.get(name, {}), new.get(name, {})
            if any(before.get(part) != after.get(part) for part in ("phrase", "choice")):
                yield Change("verdict", name, before.get("words", {}), after.get("words", {}), self.on_page(slug))

    def of_sentences(self, slug: str, language: str, pages: Sequence[list[Block]], known: Known) -> Iterator[Change]:
        """The sentences that differ, side by side; of a list, its cells."""
        prose = [[one for one in page if not one.folded or (slug in LIST_PAGES and one.tag == "td")] for page in pages]
        for _, a, b, c, d in changed(*map(block_texts, prose)):
            ends = prose[0][a:b], prose[1][c:d]
            causes = self.of_blocks(slug, [*ends[0], *ends[1]], known)
            sentences = [[sentence for block in own for sentence in block.sentences] for own in ends]
            for _, e, f, g, h in changed(*sentences):
                for before, after in zip_longest(sentences[0][e:f], sentences[1][g:h], fillvalue=""):
                    yield Change(
                        "sentence", language, in_language(language, before), in_language(language, after), causes
                    )

    def of_parts(self, slug: str, language: str, pages: Sequence[list[Block]], known: Known) -> Iterator[Change]:
        """The charts and tables whose rows or drawings differ, each with the rows that the other has not."""
        for part in dict.fromkeys(one.part for page in pages for one in page if one.part[:6] in ("chart ", "table ")):
            cells = [[one for one in page if one.part == part and one.tag in ("td", "th")] for page in pages]
            drawn = [[one for one in page if one.part.startswith(f"drawing of {part},")] for page in pages]
            if block_texts(cells[0] + drawn[0]) != block_texts(cells[1] + drawn[1]):
                ends = [rows_of(own) for own in cells]
                before, after = (
                    {language: "\n".join(row for row in side if row not in other)} for side, other in (ends, ends[::-1])
                )
                kind, _, name = part.partition(" ")
                yield Change(kind, name, before, after, self.of_blocks(slug, cells[0] + cells[1], known))

    # Causes

    def of_figure(self, name: str) -> Cause | None:
        """What happened to a published number; nothing where its row and what is counted are as they were."""
        old, new = self.old.figures.get(name), self.new.figures.get(name)
        if old and new:
            if differ(old, new, OF_PAGES):
                return self.told(REVISED, name, old, new)
            return Cause(DEFINED, new["called"][0]) if old["called"] != new["called"] else None
        later = self.superseded(old or latest_like(new, self.old), new or latest_like(old, self.new))
        if later or old:
            return later or self.told(NOT_SHOWN, name, old, new)
        return self.told(YEAR if self.is_new_year(new) else SHOWN, name, old, new)

    def superseded(self, old: Row | None, new: Row | None) -> Cause | None:
        """That pages show a later release of what a number counts, where they do."""
        if not old or not new or new["vintage"] <= old["vintage"]:
            return None
        return Cause(LATER, {language: later(old, new, language) for language in self.new.languages})

    def told(self, kind: str, name: str, old: Row | None, new: Row | None) -> Cause:
        row = new or old
        assert row is not None
        what = {language: number_name(row, language) for language in self.new.languages}
        for language in what:
            ends = dict.fromkeys(words_of(one, language) for one in (old, new) if one)
            what[language] += f" ({' → '.join(ends)}; {row['data'] or name})"
        return Cause(kind, what)

    def is_new_year(self, row: Row | None) -> bool:
        """Whether a row that is shown now is of a later year than its series had."""
        assert row is not None
        series = ("definition", "place", "unit")
        before = [one["end"] for one in self.old.figures.values() if all(one[k] == row[k] for k in series)]
        return bool(before) and row["end"] > max(before)

    def of_number(self, slug: str, name: str) -> tuple[Cause, ...]:
        """The figures that changed among those which a number rests on; else its definition, code, a file."""
        behind = {one for built in (self.old, self.new) for one in closure(built.numbers.get(slug, {}), [name])}
        if found := distinct(cause for figure, cause in self.figures.items() if figure in behind):
            return found
        old, new = (built.numbers.get(slug, {}).get(name, {}) for built in (self.old, self.new))
        if old and new and old["called"] != new["called"]:
            return (Cause(DEFINED, new["called"][0]),)
        return self.by_files(slug)

    def of_blocks(self, slug: str, own: Iterable[Block], known: Known) -> tuple[Cause, ...]:
        """Why blocks changed: by the numbers in them that did; else by all that the page rests on."""
        names = dict.fromkeys(number.name for block in own for number in block.numbers if number.name in known)
        return distinct(cause for name in names for cause in known[name]) or self.on_page(slug)

    def on_page(self, slug: str) -> tuple[Cause, ...]:
        """All that changed of what a page rests on."""
        rows = [name for one in (self.old, self.new) for name in one.numbers.get(slug, {})]
        return distinct(cause for name, cause in self.figures.items() if name in rows) or self.by_files(slug)

    def by_files(self, slug: str) -> tuple[Cause, ...]:
        """The data that a page was made from and changed, or else its chapter and the package."""
        old, new = self.old.inputs(slug), self.new.inputs(slug)
        files = [name for name in sorted(both(old, new)) if old.get(name) != new.get(name)]
        return tuple(Cause(FILE, dict.fromkeys(LANGUAGES, name)) for name in files) or (Cause(CODE),)


def latest_like(row: Row | None, there: Built) -> Row | None:
    """The latest release of what a row counts that a review shows."""
    same = ("definition", "place", "unit", "start", "end")
    alike = [one for one in there.figures.values() if row and all(one[part] == row[part] for part in same)]
    return max(alike, key=lambda one: str(one["vintage"]), default=None)


def later(old: Row, new: Row, language: str) -> str:
    """That a later release gives another number, or the same one, in words."""
    before, now = words_of(old, language), words_of(new, language)
    return translate(AGAIN if before == now else SUPERSEDED, language).format(
        release=format_moment(new["vintage"], language),
        new=now,
        old=before,
        earlier=format_moment(old["vintage"], language),
        number=number_name(new, language),
        cell=new["data"],
    )


def distinct(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """Causes, each once."""
    found: list[Cause] = []
    for cause in causes:
        found += [cause] if cause not in found else []
    return tuple(found)


def number_name(row: Row, language: str) -> str:
    """What a number counts, where and when."""
    parts = (
        text_in(row["label"], language),
        text_in(row["called"][1], language),
        format_period(row["start"], row["end"], language),
    )
    return ", ".join(filter(None, parts))


def closure(rows: Mapping[str, Row], names: Iterable[str]) -> set[str]:
    """Numbers and all that they were worked out from."""
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += rows.get(name, {}).get("inputs", [])
    return found


def what_else(old: Row, new: Row, languages: Sequence[str]) -> list[dict[str, str]]:
    """What is said of a number besides its words, where that differs."""
    names = [name for name in new if name not in UNCOMPARED and old.get(name) != new[name]]
    return [
        {language: "; ".join(f"{name}: {text_in(row.get(name), language)}" for name in names) for language in languages}
        for row in (old, new)
    ]


def text_in(value: Any, language: str) -> str:
    """A text in a language, or any other value as it is."""
    if isinstance(value, dict):
        return str(value.get(language, ""))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def in_language(language: str, text: str) -> dict[str, str]:
    return {language: text} if text else {}


def block_texts(own: Iterable[Block]) -> list[str]:
    return [block.text for block in own]


def rows_of(own: Sequence[Block]) -> list[str]:
    """The rows of a table's cells, in words."""
    rows: list[list[str]] = []
    for block in own:
        if block.tag == "th" or not rows:
            rows.append([])
        rows[-1].append(block.text)
    return [" | ".join(row) for row in rows]


def as_data(pages: Mapping[str, Sequence[Change]]) -> dict[str, Any]:
    """The changes of all pages, for machines."""
    return {"pages": [{"slug": slug, "changes": [asdict(one) for one in own]} for slug, own in pages.items()]}
