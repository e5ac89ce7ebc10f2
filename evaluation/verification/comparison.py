"""The effect of another release: the numbers, claims, sentences, charts and tables that differ between two built
reviews, page by page, with their causes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain, combinations, groupby
from pathlib import Path
from typing import Any

from ..building import manifest
from ..language import LANGUAGES, N_, translate
from ..language.formats import format_moment, format_period
from ..pages import glossary, searches
from ..pages.blocks import HEADINGS, Block, list_blocks, parse_html
from ..pages.numbers_file import NAME, NumbersRow, words_of_row
from ..problems import LONG, InputError, how_many, printable_line, refuse
from ..problems.foreign import read_json
from ..questions.trace import BUILT, refuse_inconsistent, rows_by_run
from .file_comparison import changed_spans

REVISED, YEAR, LATER = N_("a row revised"), N_("a new year"), N_("a later release")
SHOWN, NOT_SHOWN = N_("a row now shown"), N_("a row no longer shown")
DEFINED, CODE, FILE = N_("a definition"), N_("code"), N_("another file")
CLAIM = "claim"  # a claim that does not hold: the claim, and its sentence
REFERENCE_PAGES = {"glossary": glossary.TABLE, "where-we-looked": searches.TABLE}  # pages of no chapter
CausesByNumber = Mapping[str, "tuple[Cause, ...]"]  # of the changed numbers of a page, by name
# Not shown on pages with a number, or shown elsewhere; an inserted row moves the rows below it.
UNCOMPARED = {"id", "run", "run_key", "data", "shown_in", "interval"}
COUNTED = ("definition", "place", "unit", "start", "end")  # what two releases of one number share
NUMBER, DEFINITION = N_("Number"), N_("Definition")
BY = {"numbers": "id", "claims": "name"}  # what identifies a sentence, chart or table of a page
SUPERSEDED = N_("{number}: {old} ({earlier}), then {new} ({release}; {cell})")
EXACT = re.compile(r"-?\d{1,60}(/\d{1,60})?|[()]{1,2}")  # an end of a number; a power of ten could be endless
SIZE = re.compile(r"\b\d+\s(?=(?:kB|ko)\b)")  # of a file to download


@dataclass(frozen=True)
class Cause:
    """The cause of a change: its kind (a message of the catalogue), and its subject (``what``) by language, empty if it
    has none. Causes of one kind hash alike whatever their subject."""

    kind: str
    what: Mapping[str, str] = field(default_factory=dict, hash=False)

    def words(self, language: str) -> str:
        """The kind and, after a colon, the subject in a language; the subject in another language if it lacks that."""
        what = self.what.get(language) or next(iter(self.what.values()), "")
        return translate(self.kind, language) + (f"{':' if language == 'en' else ' :'} {what}" if what else "")


@dataclass(frozen=True)
class Change:
    """A change on a page. ``what`` is the name of the number, claim, chart or table, the slug of the page, or of a
    sentence its language; the old and the new text by language are empty where the old or the new version has none;
    ``called`` is the name that the page shows, by language. The fields are keys of the command's JSON."""

    kind: str  # claim, number, sentence, chart, table, page
    what: str
    old: Mapping[str, str]  # by language
    new: Mapping[str, str]
    causes: tuple[Cause, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The change on one line in its first language; of a chart or table the numbers of rows alone."""
        language = next(iter(self.new or self.old), LANGUAGES[0])
        ends = [texts.get(language, "") for texts in (self.old, self.new)]
        if self.kind in ("chart", "table"):  # whose rows are for the page and for programs
            ends = [how_many(len(rows.splitlines()), "row") for rows in ends]
        return f"{self.kind} {self.what}: {' → '.join(end or 'nothing' for end in ends)}"


class ComparedReview:
    """A built review, read for comparison: its manifest ``record``, its numbers.json ``whole``, and of that the
    ``numbers`` and ``claims`` by slug and name. Each number gets the texts of its definition, place, source and caveats
    under ``named``."""

    def __init__(self, folder: Path):
        """Reads the folder. Raises InputError for one that no build made, or whose numbers.json is missing, changed or
        of another shape."""
        self.folder, self.record = folder, manifest.read(folder)
        try:
            if self.record and not manifest.BuiltFolder(folder).matches_manifest(NAME):
                raise refuse(folder / NAME, actual="not as its manifest lists it", allowed="a review built again")
            self.whole = read_json(folder / NAME, BUILT) if self.record else {}
            self.numbers, self.claims = (rows_by_run(self.whole[part], key) for part, key in BY.items())
            for row in self.whole["numbers"]:
                row["named"] = [self.whole[f"{name}s"].get(row[name], {}) for name in ("definition", "place", "source")]
                row["named"] += [self.whole["caveats"][name] for name in row["caveats"]]
            if any(not all(map(EXACT.fullmatch, filter(None, row["exact"]))) for row in self.whole["numbers"]):
                raise ValueError
        except InputError:
            raise
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            allowed = "a folder that `build` made, or data"
            raise refuse(folder, actual=f"no built review with its {NAME}", allowed=allowed) from None
        self.slugs = {run["slug"] for run in self.record["runs"]} | REFERENCE_PAGES.keys()
        self.languages = tuple(self.record.get("languages", LANGUAGES))

    @cached_property
    def figures(self) -> dict[str, NumbersRow]:
        """The published numbers of all its pages, by id; calculated ones are left out."""
        return {row["id"]: row for row in self.whole["numbers"] if not row["formula"] and not row["inputs"]}

    def blocks(self, slug: str, language: str) -> list[Block]:
        """The text blocks of a page, without the section on how it was made and without file sizes; of a chapter
        without a file of its own, which opens the review, those of index.html; empty if the file is missing."""
        path = self.folder / language / f"{slug}.html"
        if not path.is_file() and slug not in REFERENCE_PAGES:
            path = path.with_name("index.html")
        parsed_blocks = list_blocks(parse_html(path.read_bytes())) if path.is_file() else []
        return [replace(block, text=SIZE.sub("", block.text)) for block in parsed_blocks if block.part != "made"]

    def inputs(self, slug: str) -> dict[str, str]:
        """The input files of a page with their hashes; of a reference page those of all pages."""
        runs = [run["inputs"] for run in self.record["runs"] if slug in REFERENCE_PAGES or run["slug"] == slug]
        return {name: value for inputs in runs for name, value in inputs.items()}


def keys_of_both(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The keys of both mappings, the new one's first."""
    return [*dict.fromkeys([*new, *old])]


class Comparison:
    """The comparison of two built reviews, in the languages of the new one."""

    def __init__(self, old: ComparedReview, new: ComparedReview):
        self.old, self.new, self.languages = old, new, new.languages

    @cached_property
    def figure_causes(self) -> dict[str, Cause]:
        """The cause of each change of a published number, by the number's id, those of the new review first; numbers
        without a change are left out."""
        causes = {name: self.figure_cause(name) for name in keys_of_both(self.old.figures, self.new.figures)}
        return {name: cause for name, cause in causes.items() if cause}

    def changes_by_page(self) -> dict[str, list[Change]]:
        """The changes of each page that has any, by its slug: the new review's pages in order, then those that are
        gone, then reference pages. Raises InputError for a numbers.json that no build wrote."""
        slugs = dict.fromkeys([*self.new.record["contents"], *self.old.record["contents"], *REFERENCE_PAGES])
        with refuse_inconsistent(" or ".join(str(review.folder / NAME) for review in (self.old, self.new))):
            changes_by_page = {slug: list(self._page_changes(slug)) for slug in slugs}
        return {slug: changes for slug, changes in changes_by_page.items() if changes}

    def _page_changes(self, slug: str) -> Iterator[Change]:
        """The changes of a page: that it is new or gone, or else of its numbers, claims, sentences, charts and tables,
        the latter in each language."""
        in_old, in_new = (slug in review.slugs for review in (self.old, self.new))
        if not (in_old and in_new):
            words = {language: translate(N_("a page"), language) for language in self.languages}
            yield Change("page", slug, words if in_old else {}, words if in_new else {}, self.file_causes(slug))
            return
        numbers = list(self.number_changes(slug))
        yield from numbers
        yield from self.claim_changes(slug)
        causes = {change.what: change.causes for change in numbers}
        for language in self.languages:
            pages = [review.blocks(slug, language) for review in (self.old, self.new)]
            if all(pages):
                yield from self.sentence_changes(slug, language, pages, causes)
                yield from self.part_changes(slug, language, pages, causes)

    def number_changes(self, slug: str) -> Iterator[Change]:
        """The numbers of a page whose words or descriptions differ or that only one review has, those of the new page
        first. A number that is gone and a new one that counts the same, under another name, are one change."""
        old, new = (review.numbers.get(slug, {}) for review in (self.old, self.new))
        gone = {count_key(row): name for name, row in old.items() if name not in new and row["vintage"]}
        earlier = {name: gone.pop(count_key(row), name) for name, row in new.items() if name not in old}
        replaced = set(earlier.values())
        for name in keys_of_both(old, new):
            if name in new or name not in replaced:
                before, after = old.get(earlier.get(name, name)), new.get(name)
                then, now = self.number_texts(before, after)
                if then != now:
                    called = {language: number_name(after or before or {}, language) for language in self.languages}
                    yield Change("number", name, then, now, self.number_causes(slug, name), called)

    def number_texts(self, old: NumbersRow | None, new: NumbersRow | None) -> list[dict[str, str]]:
        """Two texts, of the old and the new version of a number, by those languages in which they differ: its words; if
        these are equal, the other descriptions that differ, each after its heading. Empty for a missing version; both
        are empty if nothing differs."""
        names = self.differing_headings(old, new)
        whole = NUMBER in names or not old or not new
        then, now = (
            {language: words_of_row(row, language) if whole else words_for_headings(row, names, language)
             for language in self.languages} if row else {}
            for row in (old, new)
        )  # fmt: skip
        changed = [language for language in self.languages if then.get(language) != now.get(language)]
        return [{language: texts[language] for language in changed if texts} for texts in (then, now)]

    def differing_headings(self, old: NumbersRow | None, new: NumbersRow | None) -> list[str]:
        """The headings of `words_by_heading` under which two versions of a number differ in some language; empty if one
        is missing."""
        if not old or not new or all(old[name] == new[name] for name in new.keys() - UNCOMPARED):
            return []
        pairs = [(words_by_heading(old, language), words_by_heading(new, language)) for language in self.languages]
        return [name for name in pairs[0][0] if any(then[name] != now[name] for then, now in pairs)]

    def claim_changes(self, slug: str) -> Iterator[Change]:
        """The claims of the new page that do not hold, whether they did in the old one or not; the claim takes the
        place of the old text, its sentence that of the new one."""
        for name, claim in self.new.claims.get(slug, {}).items():
            if claim.get("truth", "true") != "true":
                formulas = {language: str(claim["claim"]) for language in self.languages}
                yield Change(CLAIM, name, formulas, claim["words"], self.page_causes(slug))

    def sentence_changes(
        self, slug: str, language: str, pages: Sequence[list[Block]], by_number: CausesByNumber
    ) -> Iterator[Change]:
        """The sentences that differ between the old and the new one of ``pages``, in pairs (see `pair_sentences`),
        outside folded sections; on reference pages also cells of folded tables."""
        with_cells = slug in REFERENCE_PAGES
        prose = [[block for block in page if not block.folded or (with_cells and block.tag == "td")] for page in pages]
        old, new = ([(sentence, block) for block in blocks for sentence in block.sentences] for blocks in prose)
        for _, a, b, c, d in changed_spans([text for text, _ in old], [text for text, _ in new]):
            for pair in pair_sentences(old[a:b], new[c:d]):
                then, now = ({language: sentence[0]} if sentence else {} for sentence in pair)
                causes = self.block_causes(slug, [sentence[1] for sentence in pair if sentence], by_number)
                yield Change("sentence", language, then, now, causes)

    def part_changes(
        self, slug: str, language: str, pages: Sequence[list[Block]], by_number: CausesByNumber
    ) -> Iterator[Change]:
        """The charts and tables whose rows or drawings differ between the old and the new one of ``pages``. The texts
        are the rows that only that version has, a line each; empty if only the drawing differs."""
        for part in dict.fromkeys(
            block.part for page in pages for block in page if block.part[:6] in ("chart ", "table ")
        ):
            cells = [[block for block in page if block.part == part and block.tag in ("td", "th")] for page in pages]
            drawn = [[block for block in page if block.part.startswith(f"drawing of {part},")] for page in pages]
            before, after = ([block.text for block in cells[n] + drawn[n]] for n in (0, 1))
            if before != after:
                old, new = map(_row_texts, cells)
                then = {language: "\n".join(row for row in old if row not in new)}
                now = {language: "\n".join(row for row in new if row not in old)}
                kind, _, name = part.partition(" ")
                titles = (
                    block.text
                    for block in chain(*pages[::-1])
                    if block.part == part and block.tag in (*HEADINGS, "caption")
                )
                causes = self.block_causes(slug, cells[0] + cells[1], by_number)
                yield Change(kind, name, then, now, causes, {language: next(titles, name)})

    # Causes

    def figure_cause(self, name: str) -> Cause | None:
        """The cause of the change of a published number, given its id: redefined, revised, replaced by or replacing
        another release, no longer shown, of a new year of its series, or now shown; None if it is described as
        before."""
        old, new = self.old.figures.get(name), self.new.figures.get(name)
        if old and new:
            names = self.differing_headings(old, new)
            if names == [DEFINITION]:
                return Cause(DEFINED, new["named"][0])
            return self.row_cause(REVISED, old, new) if names else None
        later = self.supersession(old or latest_release_of(new, self.old), new or latest_release_of(old, self.new))
        if later or old:
            return later or self.row_cause(NOT_SHOWN, old)
        series = ("definition", "place", "unit")
        figures = self.old.figures.values()
        before = [figure["end"] for figure in figures if new and all(figure[key] == new[key] for key in series)]
        return self.row_cause(YEAR if new and before and new["end"] > max(before) else SHOWN, new)

    def supersession(self, old: NumbersRow | None, new: NumbersRow | None) -> Cause | None:
        """The cause that the new pages show a later release of a number than the old ones; None if one is missing or
        the release is not later."""
        if not old or not new or new["vintage"] <= old["vintage"]:
            return None
        what = {}
        for language in self.languages:
            before, after = (words_of_row(row, language) for row in (old, new))
            earlier, release = (format_moment(row["vintage"], language) for row in (old, new))
            parts = {"old": before, "earlier": earlier, "new": after, "release": release, "cell": new["data"]}
            what[language] = translate(SUPERSEDED, language).format(number=number_name(new, language), **parts)
        return Cause(LATER, what)

    def row_cause(self, kind: str, *rows: NumbersRow | None) -> Cause:
        """A cause of this kind about versions of a number, of which at least one is not None: its subject has the name
        and the cell in data/ of the last one, and the distinct words of all."""
        versions = [row for row in rows if row]
        what = {}
        for language in self.languages:
            words = dict.fromkeys(words_of_row(row, language) for row in versions)
            cell = versions[-1]["data"] or versions[-1]["id"]
            what[language] = f"{number_name(versions[-1], language)} ({' → '.join(words)}; {cell})"
        return Cause(kind, what)

    def number_causes(self, slug: str, name: str) -> tuple[Cause, ...]:
        """The causes of a number's change: the changed figures behind it, or else the changed files."""
        behind = {
            ancestor
            for built in (self.old, self.new)
            for ancestor in with_all_inputs(built.numbers.get(slug, {}), [name])
        }
        causes = dict.fromkeys(cause for figure, cause in self.figure_causes.items() if figure in behind)
        return tuple(causes) or self.file_causes(slug)

    def block_causes(self, slug: str, blocks: Iterable[Block], by_number: CausesByNumber) -> tuple[Cause, ...]:
        """The causes of changed blocks of a page: those of the changed numbers in them, or if there are none, those of
        the page."""
        names = dict.fromkeys(number.name for block in blocks for number in block.numbers if number.name in by_number)
        return tuple(dict.fromkeys(cause for name in names for cause in by_number[name])) or self.page_causes(slug)

    def page_causes(self, slug: str) -> tuple[Cause, ...]:
        """The causes of the changes of all published numbers of a page, and changed code; without any changed number,
        `file_causes`."""
        rows = [name for review in (self.old, self.new) for name in review.numbers.get(slug, {})]
        causes = dict.fromkeys(cause for name, cause in self.figure_causes.items() if name in rows)
        files = self.file_causes(slug)
        return (*causes, *(cause for cause in files if cause.kind == CODE)) if causes else files

    def file_causes(self, slug: str) -> tuple[Cause, ...]:
        """A cause for each changed data file of a page, sorted, and one of code if another input changed or no data
        did; never empty."""
        old, new = self.old.inputs(slug), self.new.inputs(slug)
        files = [name for name in sorted(keys_of_both(old, new)) if old.get(name) != new.get(name)]
        data = [name for name in files if name.startswith("data/")]
        code = () if data and len(data) == len(files) else (Cause(CODE),)
        return (*(Cause(FILE, dict.fromkeys(LANGUAGES, name)) for name in data), *code)


def words_by_heading(row: NumbersRow, language: str) -> dict[str, str]:
    """The description of a number on pages, in words, by heading (English, as in the catalogue); an empty text where it
    has none."""
    definition, place, source, *caveats = row["named"]
    published = (source.get("publisher", {}).get(language, ""), source.get("title", ""), row["address"])
    return {
        NUMBER: words_of_row(row, language),
        DEFINITION: definition.get(language, ""),
        N_("Label"): row["label"].get(language, ""),
        N_("Place"): place.get(language, ""),
        N_("Period"): format_period(row["start"], row["end"], language),
        N_("Formula"): row["formula_text"].get(language, ""),
        N_("Method"): row["method"].get(language, ""),
        N_("Source"): ", ".join(filter(None, published)),
        N_("Place in the source"): row["place_in_source"].get(language, ""),
        N_("Release"): row["vintage"],
        N_("Caveats"): " ".join(caveat[language] for caveat in caveats),
        N_("Before rounding"): " … ".join(f"{float(Fraction(end)):.9g}" for end in row["exact"][:2] if end),
    }


def words_for_headings(row: NumbersRow, names: Iterable[str], language: str) -> str:
    """The description of a number under the headings ``names``, each before its text, on one line."""
    words, colon = words_by_heading(row, language), ":" if language == "en" else " :"
    return "; ".join(f"{translate(name, language)}{colon} {words[name]}" for name in names)


def count_key(row: NumbersRow) -> tuple[Any, ...]:
    """The key of what a number counts (definition, place, unit, period), independent of its release."""
    return tuple(row[name] for name in COUNTED)


def latest_release_of(row: NumbersRow | None, review: ComparedReview) -> NumbersRow | None:
    """Of a review's published numbers that count the same as ``row`` (see `count_key`), that of the latest release;
    None if there is none, and for None."""
    alike = [figure for figure in review.figures.values() if row and count_key(figure) == count_key(row)]
    return max(alike, key=lambda figure: str(figure["vintage"]), default=None)


def number_name(row: NumbersRow, language: str) -> str:
    """What a number counts, where and when, in words."""
    place, period = row["named"][1].get(language, ""), format_period(row["start"], row["end"], language)
    return ", ".join(filter(None, [row["label"].get(language, ""), place, period]))


def with_all_inputs(rows: Mapping[str, NumbersRow], names: Iterable[str]) -> set[str]:
    """These names of numbers and those of all their inputs in ``rows``, recursively; unknown names included."""
    reached: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += rows.get(name, {}).get("inputs", [])
    return reached


Sentence = tuple[str, Block]
Pair = tuple[Sentence | None, Sentence | None]
MOST_APART = 8  # sentences up to which every pairing is tried


def pair_sentences(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[Pair]:
    """Sentences of two versions, each with its block, in pairs (before, after) in the order of the longer version,
    whose sentences without a counterpart stand beside None. Of all ways to pair in order, that with most words in
    common; if the longer has more than MOST_APART sentences, its first ones."""
    short, long = sorted((before, after), key=len)
    words = {text: set(text.split()) for text, _ in (*before, *after)}

    def alike(places: tuple[int, ...]) -> int:
        return sum(
            len(words[sentence[0]] & words[long[place][0]]) for sentence, place in zip(short, places, strict=True)
        )

    within = range(len(long)) if len(long) <= MOST_APART else range(len(short))
    places = max(combinations(within, len(short)), key=alike)
    met = dict(zip(places, short, strict=True))
    for place, sentence in enumerate(long):
        yield (sentence, met.get(place)) if long is before else (met.get(place), sentence)


def _row_texts(blocks: Sequence[Block]) -> list[str]:
    """The rows of a table as text (cells joined by " | "), given its cells in order; each header cell begins a row."""
    rows: list[list[str]] = []
    for block in blocks:
        if block.tag == "th" or not rows:
            rows.append([])
        rows[-1].append(block.text)
    return [" | ".join(row) for row in rows]


def distinct_causes(pages: Mapping[str, Sequence[Change]]) -> list[Cause]:
    """The distinct causes of all changes, in the order of the changes; `cause_numbers` gives their positions."""
    return [*dict.fromkeys(cause for changes in pages.values() for change in changes for cause in change.causes)]


def cause_numbers(change: Change, causes: Sequence[Cause]) -> str:
    """The positions of a change's causes in ``causes``, from 1, as ranges: 1–3, 7."""
    places = sorted(causes.index(cause) + 1 for cause in change.causes)
    runs = [[place for _, place in run] for _, run in groupby(enumerate(places), key=lambda pair: pair[1] - pair[0])]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def change_lines(pages: Mapping[str, Sequence[Change]]) -> Iterator[str]:
    """The changes for a terminal, one line each: first the claims that do not hold, which come again under their page;
    then by page all changes with the numbers of their causes; last the causes, in English."""
    causes = distinct_causes(pages)
    for slug, change in (
        (slug, change) for slug, changes in pages.items() for change in changes if change.kind == CLAIM
    ):
        yield f"no longer true: {slug}:{printable_line(str(change).removeprefix(CLAIM).strip(), LONG)}"
    for slug, changes in pages.items():
        yield slug
        yield from (f"  {printable_line(str(change), LONG)} [{cause_numbers(change, causes)}]" for change in changes)
    yield from (f"[{place}] {printable_line(cause.words('en'), LONG)}" for place, cause in enumerate(causes, 1))
