"""What another release changes: the numbers, verdicts, sentences, charts and tables of two built reviews that differ,
page by page, each with its cause."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

from lxml import etree

from ..building import manifest
from ..language import LANGUAGES, N_, translate
from ..pages import glossary, searches
from ..pages.blocks import Block, blocks, parsed
from ..pages.numbers_file import NAME
from ..problems import refuse
from .files_compared import changed
from .rows import Row, period_of, words_of

REVISED, YEAR, ADDED, GONE = N_("a row revised"), N_("a new year"), N_("a new row"), N_("a row taken out")
DEFINED, CODE, FILE = N_("a definition"), N_("code"), N_("another file")
LISTS = {"glossary": glossary.TABLE, "where-we-looked": searches.TABLE}  # pages of no chapter
UNCOMPARED = {"id", "run_key", "data"}  # a row of data/ moves where one is put before it


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
        if not self.record or not (folder / NAME).is_file():
            raise refuse(
                folder, found=f"no built review with its {NAME}", allowed="a folder that `build` made, or data"
            )
        whole = json.loads((folder / NAME).read_bytes())
        self.lists = whole
        self.numbers: dict[str, dict[str, Row]] = {}
        self.claims: dict[str, dict[str, Row]] = {}
        for row in whole["numbers"]:
            row["called"] = whole["definitions"].get(row["definition"], {}), whole["places"].get(row["place"], {})
            self.numbers.setdefault(row["run"], {})[row["id"]] = row
        for row in whole["claims"]:
            self.claims.setdefault(row["run"], {})[row["name"]] = row
        self.runs = {run["slug"]: run for run in self.record["runs"]}
        self.languages = tuple(self.record.get("languages", LANGUAGES))

    @cached_property
    def figures(self) -> dict[str, Row]:
        """The published numbers of all its pages, by id."""
        every = [row for rows in self.numbers.values() for row in rows.values()]
        return {row["id"]: row for row in every if not row["formula"] and not row["inputs"]}

    def page(self, slug: str, language: str) -> Any:
        """The tree of a page; None where there is none."""
        name = slug if (self.folder / language / f"{slug}.html").is_file() else "index"
        path = self.folder / language / f"{name}.html"
        own = slug in self.runs or name == slug
        return parsed(path.read_bytes()) if own and path.is_file() else None


def differ(old: Row | None, new: Row | None) -> bool:
    """Whether a row says something else; that it stands at another place of its file is nothing."""
    if old is None or new is None:
        return True
    return any(old.get(name) != new.get(name) for name in old.keys() | new.keys() if name not in UNCOMPARED)


class Comparison:
    """Two built reviews side by side."""

    def __init__(self, old: Built, new: Built):
        self.old, self.new = old, new
        names = [*new.figures, *(name for name in old.figures if name not in new.figures)]
        self.figures = {
            name: self.of_figure(name) for name in names if differ(old.figures.get(name), new.figures.get(name))
        }

    def pages(self) -> dict[str, list[Change]]:
        """The changes of each page that has any, by its slug."""
        slugs = dict.fromkeys([*self.new.record["contents"], *self.old.record["contents"], *LISTS])
        found = {slug: list(self.of_page(slug)) for slug in slugs}
        return {slug: changes for slug, changes in found.items() if changes}

    def of_page(self, slug: str) -> Iterator[Change]:
        there = [slug in one.runs or slug in LISTS for one in (self.old, self.new)]
        if not all(there):
            said = {language: translate(N_("a page"), language) for language in self.new.languages}
            yield Change("page", slug, said if there[0] else {}, said if there[1] else {}, self.by_files(slug))
            return
        numbers = list(self.of_numbers(slug))
        yield from numbers
        yield from self.of_claims(slug)
        known = {change.what: change.causes for change in numbers}
        for language in self.new.languages:
            trees = [one.page(slug, language) for one in (self.old, self.new)]
            if all(tree is not None for tree in trees):
                yield from self.of_texts(slug, language, trees, known)

    # Numbers and verdicts

    def of_numbers(self, slug: str) -> Iterator[Change]:
        old, new = (one.numbers.get(slug, {}) for one in (self.old, self.new))
        for name in [*new, *(name for name in old if name not in new)]:
            if differ(old.get(name), new.get(name)):
                before, after = self.worded(old.get(name)), self.worded(new.get(name))
                if before == after:  # what else is said of it
                    before, after = unlike(old[name], new[name], self.new.languages)
                yield Change("number", name, before, after, self.of_number(slug, name))

    def worded(self, row: Row | None) -> dict[str, str]:
        return {language: words_of(row, language) for language in self.new.languages} if row else {}

    def of_number(self, slug: str, name: str) -> tuple[Cause, ...]:
        """The figures that changed among those which a number rests on; else its definition, code, a file."""
        behind = {one for built in (self.old, self.new) for one in closure(built.numbers.get(slug, {}), [name])}
        if found := tuple(cause for figure, cause in self.figures.items() if figure in behind):
            return found
        old, new = (built.numbers.get(slug, {}).get(name, {}) for built in (self.old, self.new))
        if old and new and old["called"] != new["called"]:
            return (Cause(DEFINED, new["called"][0]),)
        return self.by_files(slug)

    def of_figure(self, name: str) -> Cause:
        """What happened to a published number."""
        old, new = self.old.figures.get(name), self.new.figures.get(name)
        row = new or old
        assert row is not None
        what = {language: named(row, language) for language in self.new.languages}
        for language in what:
            ends = dict.fromkeys(words_of(one, language) for one in (old, new) if one)
            what[language] += f" ({' → '.join(ends)}; {row['data'] or name})"
        if old and new and not differ({**old, "called": ()}, {**new, "called": ()}):
            return Cause(DEFINED, new["called"][0])
        kind = REVISED if old and new else GONE if old else YEAR if self.is_new_year(row) else ADDED
        return Cause(kind, what)

    def is_new_year(self, row: Row) -> bool:
        """Whether an added row is of a later year than its series had."""
        series = ("definition", "place", "unit")
        before = [one["end"] for one in self.old.figures.values() if all(one[k] == row[k] for k in series)]
        return bool(before) and row["end"] > max(before)

    def of_claims(self, slug: str) -> Iterator[Change]:
        """The wordings that the numbers chose, where they choose another."""
        old, new = (one.claims.get(slug, {}) for one in (self.old, self.new))
        for name in [*new, *(name for name in old if name not in new)]:
            before, after = old.get(name, {}), new.get(name, {})
            if any(before.get(part) != after.get(part) for part in ("phrase", "choice")):
                causes = self.on_page(slug)
                yield Change("verdict", name, before.get("words", {}), after.get("words", {}), causes)

    def on_page(self, slug: str) -> tuple[Cause, ...]:
        """All that changed of what a page rests on."""
        rows = [name for one in (self.old, self.new) for name in one.numbers.get(slug, {})]
        return tuple(cause for name, cause in self.figures.items() if name in rows) or self.by_files(slug)

    def by_files(self, slug: str) -> tuple[Cause, ...]:
        """The data that a page was made from and changed, or else its chapter and the package."""
        runs = [one.runs.get(slug, {}) for one in (self.old, self.new)]
        files = [run.get("inputs", {}) for run in runs]
        if slug in LISTS:
            every = [[run["inputs"] for run in one.record["runs"]] for one in (self.old, self.new)]
            files = [{name: value for run in inputs for name, value in run.items()} for inputs in every]
        names = sorted(files[0].keys() | files[1].keys())
        data = [name for name in names if name.startswith("data/") and files[0].get(name) != files[1].get(name)]
        return tuple(Cause(FILE, dict.fromkeys(LANGUAGES, name)) for name in data) or (Cause(CODE),)

    # Sentences, charts and tables

    def of_texts(
        self, slug: str, language: str, trees: list[Any], known: Mapping[str, tuple[Cause, ...]]
    ) -> Iterator[Change]:
        pages = [[one for one in blocks(tree) if one.part != "made"] for tree in trees]
        prose = [[one for one in page if not one.folded or (slug in LISTS and one.tag == "td")] for page in pages]
        for a, b in runs_that_differ(*prose):
            causes = self.of_blocks(slug, [*a, *b], known)
            for old, new in sentences_that_differ(a, b):
                yield Change("sentence", language, one_text(language, old), one_text(language, new), causes)
        for part in dict.fromkeys(one.part for page in pages for one in page):
            kind, _, name = part.partition(" ")
            if kind in ("chart", "table"):
                rows = [[one for one in page if one.part == part and one.tag in ("td", "th")] for page in pages]
                drawn = [drawing(tree, name) if kind == "chart" else b"" for tree in trees]
                if texts(rows[0]) != texts(rows[1]) or drawn[0] != drawn[1]:
                    before, after = (one_text(language, told) for told in rows_that_differ(*rows))
                    yield Change(kind, name, before, after, self.of_blocks(slug, [*rows[0], *rows[1]], known))

    def of_blocks(self, slug: str, own: Iterable[Block], known: Mapping[str, tuple[Cause, ...]]) -> tuple[Cause, ...]:
        """Why blocks changed: by the numbers in them that did; else by all that the page rests on."""
        names = [number.name for block in own for number in block.numbers if number.name in known]
        found: list[Cause] = []
        for cause in (cause for name in dict.fromkeys(names) for cause in known[name]):
            found += [cause] if cause not in found else []
        return tuple(found) or self.on_page(slug)


def named(row: Row, language: str) -> str:
    """What a number counts, where and when."""
    parts = text_of(row["label"], language), text_of(row["called"][1], language), period_of(row, language)
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


def unlike(old: Row, new: Row, languages: Sequence[str]) -> list[dict[str, str]]:
    """What is said of a number besides its words, where that differs."""
    names = [name for name in new if name not in UNCOMPARED and old.get(name) != new[name]]
    return [
        {language: "; ".join(f"{name}: {text_of(row.get(name), language)}" for name in names) for language in languages}
        for row in (old, new)
    ]


def text_of(value: Any, language: str) -> str:
    """A text in a language, or any other value as it is."""
    if isinstance(value, dict):
        return str(value.get(language, ""))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def one_text(language: str, text: str) -> dict[str, str]:
    return {language: text} if text else {}


def texts(own: Iterable[Block]) -> list[str]:
    return [block.text for block in own]


def runs_that_differ(old: Sequence[Block], new: Sequence[Block]) -> Iterator[tuple[Sequence[Block], Sequence[Block]]]:
    for _, a, b, c, d in changed(texts(old), texts(new)):
        yield old[a:b], new[c:d]


def sentences_that_differ(old: Iterable[Block], new: Iterable[Block]) -> Iterator[tuple[str, str]]:
    """Sentences that changed, side by side."""
    ends = [[sentence for block in own for sentence in block.sentences] for own in (old, new)]
    for _, a, b, c, d in changed(*ends):
        yield from zip_longest(ends[0][a:b], ends[1][c:d], fillvalue="")


def rows_that_differ(old: Sequence[Block], new: Sequence[Block]) -> list[str]:
    """The rows of each of two tables that the other has not, each on a line."""
    ends = [rows_of(own) for own in (old, new)]
    return ["\n".join(row for row in own if row not in other) for own, other in (ends, ends[::-1])]


def rows_of(own: Sequence[Block]) -> list[str]:
    """The rows of a table's cells, in words."""
    rows: list[list[str]] = []
    for block in own:
        if block.tag == "th" or not rows:
            rows.append([])
        rows[-1].append(block.text)
    return [" | ".join(row) for row in rows]


def drawing(tree: Any, chart: str) -> bytes:
    """A chart's drawing for wide pages."""
    found = tree.xpath(f"//section[@data-chart='{chart}']//div[@class='chart-wide']/svg")
    return bytes(etree.tostring(found[0], with_tail=False)) if found else b""


def as_data(pages: Mapping[str, Sequence[Change]]) -> dict[str, Any]:
    """The changes of all pages, for machines."""
    return {"pages": [{"slug": slug, "changes": [asdict(one) for one in own]} for slug, own in pages.items()]}
