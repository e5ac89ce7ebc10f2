"""One page alone, held against itself: its numbers against their formulas, its words and drawings against its numbers.

What agrees is consistent, not genuine: who changes a page in every place where it says a thing is not found out. No
repository and no network is needed; the rows in the page are `pages.numbers_file`'s.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from ..building import project
from ..building.folder import BuiltFolder
from ..building.inputs import hash_of
from ..language import LANGUAGES, TAGS, format_moment, names, phrase, translate
from ..numbers.formula import leaf_of, worked_out
from ..numbers.notation import Shown, show
from ..numbers.rules import Rule
from ..pages.blocks import Block, Said, blocks, low_first, parsed, words
from ..pages.files import HEADERS, KINDS
from ..pages.numbers_file import number_of as number_of_run
from ..pages.numbers_file import rows_in
from ..problems import InputError, Refused, refuse
from . import copies
from .files_compared import Difference, less
from .rows import Row, every_wording, number_of, period_of, words_of

A_PAGE = "a page that `evaluation build` made, with its numbers in it"
SPAN = re.compile(r"\d{4}[-–]\d{2,4}")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# What a sentence may name besides the places of the page's own numbers.
PLACES = (
    "Alberta", "British Columbia", "Colombie-Britannique", "Canada", "Manitoba", "Nova Scotia", "Nouvelle-Écosse",
    "Ontario", "Québec", "Quebec", "Saskatchewan", "Toronto",
)  # fmt: skip
RULES_OF = ("reported_incidents", "reports_and_incidence", "evidence")  # chapters with rules of their own
Key = tuple[str, str, str, str, str]  # how a number is said: words, value, bound, ends


@dataclass
class LonePage:
    """A page, its blocks and the rows of its numbers."""

    tree: Any
    block: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> LonePage:
        """Raises InputError for what is no page of ours."""
        try:
            tree = parsed(path.read_bytes())
            scripts = tree.xpath("//script[@data-numbers]")
            page = cls(tree, json.loads(scripts[0].text))
            page.rows  # noqa: B018  # read once here, so that what cannot be read is refused here
        except OSError as error:
            raise refuse(path, found=error.strerror or "unreadable", allowed=A_PAGE) from None
        except (ValueError, IndexError, KeyError, TypeError, AttributeError):
            raise refuse(path, found="no page of a review, or a part of one", allowed=A_PAGE) from None
        return page

    @cached_property
    def rows(self) -> dict[str, Row]:
        return {row["id"]: row for row in rows_in(self.block)}

    @cached_property
    def language(self) -> str:
        return next(one for one in LANGUAGES if TAGS[one] == self.tree.get("lang"))

    @cached_property
    def blocks(self) -> list[Block]:
        return blocks(self.tree)

    @cached_property
    def prose(self) -> list[Block]:
        """What people read: neither cells nor drawings nor what stands around the page."""
        apart = ("made", "said", "sources", "words", "searches", "source-", "note-")
        return [one for one in self.blocks if not one.folded and not one.part.startswith(apart)]

    @cached_property
    def wordings(self) -> dict[str, set[Key]]:
        """How each number may be said, by its id."""
        return {name: {key_of(one) for one in every_wording(row, self.language)} for name, row in self.rows.items()}

    @cached_property
    def said(self) -> set[Key]:
        return set().union(*self.wordings.values())

    @cached_property
    def spelt(self) -> set[str]:
        """All numbers of the page in words."""
        return {key[0] for key in self.said}

    @cached_property
    def origins(self) -> dict[str, Any]:
        """The rows of "Where the numbers come from", by id."""
        return {row.get("id")[5:]: row for row in self.tree.xpath("//tr[starts-with(@id, 'from-')]")}

    @cached_property
    def moments(self) -> set[str]:
        """The moments that the page's numbers name, in words."""
        found = set()
        for row in self.rows.values():
            found |= {period_of(row, self.language)}
            found |= {format_moment(row[end], self.language) for end in ("start", "end") if row[end]}
        return found

    @cached_property
    def spans(self) -> dict[str, Counter[str]]:
        """The spans of years that the page names, by the first year and how often."""
        found: dict[str, Counter[str]] = {}
        for text, moment in (one for block in self.blocks for one in block.times if SPAN.fullmatch(one[0])):
            found.setdefault(moment, Counter())[dashed(text)] += 1
        return found

    def years_of(self, names: Iterable[str]) -> set[str]:
        """The years in which numbers begin and end, and what they were worked out from."""
        found: set[str] = set()
        for row in self.behind(names):
            ends = [end for end in (row["start"], row["end"]) if end]
            found |= {year for end in ends for year in YEAR.findall(format_moment(end, self.language))}
            if len(ends) == 2:
                found |= set(map(str, range(int(ends[0][:4]), int(ends[1][:4]) + 1)))
        return found

    def own_words(self, claim: dict[str, str]) -> int:
        """How many words of a wording are its own, and no value's."""
        try:
            wording = phrase(claim["phrase"], claim["choice"])[self.language]
        except Refused:  # of another version of the package
            wording = claim["words"]
        return sum("{" not in word for word in wording.split())

    def table_of(self, part: str) -> str:
        """The words of the table of a chart; none of any other part of the page."""
        found = self.tree.xpath("//section[@data-chart=$id]//table", id=part.removeprefix("chart "))
        return words(found[0]) if found else ""

    def years_in(self, part: str) -> set[str]:
        return set(YEAR.findall(self.table_of(part)))

    def is_name(self, text: str, block: Block) -> bool:
        """Whether a moment is part of a name, such as a strategy's or a cited work's, or one that is dated to the
        month, of which sentences say what came after it."""
        named = any(text in one[language] for one in names().values() for language in LANGUAGES)
        cited = re.search(rf"\w,? \(?{re.escape(text)}[);]", block.text) and f"({text}" in block.text
        return bool(named or cited or (not YEAR.fullmatch(text) and text in self.moments))

    def behind(self, names: Iterable[str]) -> list[Row]:
        """Numbers and all that they were worked out from."""
        found: dict[str, Row] = {}
        left = [name for name in names if name in self.rows]
        while left:
            name = left.pop()
            if name not in found:
                found[name] = self.rows[name]
                left += [one for one in self.rows[name]["inputs"] if one in self.rows]
        return list(found.values())

    @cached_property
    def heads(self) -> dict[str, str]:
        """What the columns of a chart's CSV are called."""
        return {name: self.word(text) for name, text in HEADERS.items()}

    @cached_property
    def csv_rows(self) -> dict[copies.KeyOfCsv, list[Row]]:
        """The page's numbers by what a chart's CSV says of them."""
        found: dict[copies.KeyOfCsv, list[Row]] = {}
        for row in self.rows.values():
            found.setdefault(copies.as_csv(row, self.language), []).append(row)
        return found

    @cached_property
    def place_labels(self) -> dict[str, str]:
        """Each place's name, as most of the page has it."""
        rows = [(self.rows[name], place_said(row)) for name, row in self.origins.items() if name in self.rows]
        return most_said([(row["place"], label) for row, label in rows] + list(self.in_csv("place")))

    @cached_property
    def unit_labels(self) -> dict[str, str]:
        return most_said(self.in_csv("unit"))

    def in_csv(self, column: str) -> Iterator[tuple[str, str]]:
        """What the CSVs of charts call the places, or the units, of the page's numbers."""
        for heads, rows in copies.chart_csvs(self):
            for cell in (copies.csv_cells(self, heads, row) for row in rows):
                for row in self.csv_rows.get(copies.key_of_csv(cell), []):
                    yield self.key_of(row, column), cell[column]

    def key_of(self, row: Row, column: str) -> str:
        """A place, or a unit with the definition of what is counted in it: what names one thing."""
        return row["place"] if column == "place" else f"{row['unit']} {row['definition']}"

    def word(self, text: str) -> str:
        """A text of the catalogue in the page's language, its blanks plain ones."""
        return " ".join(translate(text, self.language).split())


def most_said(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What most call each thing."""
    found: dict[str, Counter[str]] = {}
    for name, label in pairs:
        found.setdefault(name, Counter())[label] += 1
    return {name: labels.most_common(1)[0][0] for name, labels in found.items() if name}


def key_of(shown: Shown) -> Key:
    ends = (shown.low, shown.high) if shown.bound == "between" else (shown.value, shown.value)
    return low_first(shown.words), shown.value, shown.bound, *ends


def place_said(row: Any) -> str:
    """The place that a row of the origins names."""
    cell = row.xpath("./td[2]")[0]
    before = "".join(cell.xpath("./text()|./bdi//text()|./span//text()|./q//text()"))
    return " ".join(before.split()).rpartition(",")[0] or words(cell)


def verify_page(path: Path) -> tuple[list[Difference], list[str]]:
    """What of a page does not agree with itself, each with what is shown and what was expected; and what could not be
    checked. Raises InputError for what is no page of ours."""
    page = LonePage.read(path)
    found = [difference for check in CHECKS for difference in check(page)]
    return list(dict.fromkeys(found)), list(unchecked(page))


def formulas(page: LonePage) -> Iterator[Difference]:
    """Each number is what its formula gives, and is written as it is."""
    leaves = {name: leaf_of(row) for name, row in page.rows.items()}
    for name, row in page.rows.items():
        part, own = f"number {name}", leaves[name].quantity
        shown = show(number_of(row), "en")
        for end, expected in (("low", shown.low), ("high", shown.high)):
            if row[end] is not None and less(str(row[end]), expected):
                yield Difference(f"{part}, {end}", str(row[end]), expected, less(str(row[end]), expected))
        if row["bound"] != own.bound.value:
            yield Difference(f"{part}, bound", row["bound"], own.bound.value)
        if row["formula"]:
            try:
                result = worked_out(row["formula"], leaves)
            except (KeyError, Refused, ValueError):
                yield Difference(f"{part}, formula", json.dumps(row["formula"]), "numbers of the page")
                continue
            if result != own:
                by = less(str(own.value), str(result.value))
                yield Difference(part, own.worded(), result.worded(), by)


def said_numbers(page: LonePage) -> Iterator[Difference]:
    """Each number that is said, for people and for machines, is one of the page's: the one that it leads to."""
    for block in page.blocks:
        for number in block.numbers if not block.part.startswith("page ") else ():  # what another page says
            key = (low_first(number.words), number.value, number.bound, number.low, number.high)
            if number.name and number.name not in page.rows:
                yield Difference(place_of(block), number.words, f"the number {number.name}, which the page has not")
            elif key not in (page.wordings[number.name] if number.name else page.said):
                yield Difference(place_of(block), told(number), expected_of(page, number))
    for link in page.tree.xpath("//a[starts-with(@href, '#from-')][not(data)]"):
        name = link.get("href")[6:]
        if name in page.rows and words(link) != " ".join(words_of(page.rows[name], page.language).split()):
            yield Difference(f"a formula’s {name}", words(link), words_of(page.rows[name], page.language))


def told(number: Said) -> str:
    return f"{number.words} ({' '.join(dict.fromkeys(number[1:5]))})"


def expected_of(page: LonePage, number: Said) -> str:
    return words_of(page.rows[number.name], page.language) if number.name else "a number of the page"


def place_of(block: Block) -> str:
    return f"{block.part or 'the page'}, {block.text[:60]!r}"


def origins(page: LonePage) -> Iterator[Difference]:
    """The rows of the table of origins: place, period and kind of each number."""
    kinds = {kind: page.word(text) for kind, text in KINDS.items()}
    for name, row in page.rows.items():
        cells = page.origins[name].xpath("./td") if name in page.origins else []
        if not cells:
            continue
        kind = re.search(r"\(([^()]*)\)$", words(cells[0]))
        if kind and kind[1] != kinds[row["kind"]]:
            yield Difference(f"number {name}, kind", kind[1], kinds[row["kind"]])
        if not row["place"]:
            continue
        when, place = " ".join(period_of(row, page.language).split()), page.place_labels[row["place"]]
        if not words(cells[1]).endswith(when):
            yield Difference(f"number {name}, period", words(cells[1]), when)
        if not words(cells[1]).startswith(place):
            yield Difference(f"number {name}, place", words(cells[1]), place)


def times(page: LonePage) -> Iterator[Difference]:
    """Moments in words are those that a machine reads."""
    for block in page.blocks:
        for text, moment in block.times:
            exact = " ".join(format_moment(moment, page.language).split()) if "-" in moment else ""
            first = YEAR.search(text)
            if (exact and exact not in text) or (first and first[0] != moment[:4]):
                yield Difference(place_of(block), text, exact or moment)
            elif SPAN.fullmatch(text) and text not in page.moments and page.spans[moment][dashed(text)] == 1:
                yield from copies.alike(place_of(block), dashed(text), page.spans[moment].most_common(1)[0][0])


def dashed(span: str) -> str:
    """A span of years by a plain dash: titles have their own."""
    return span.replace("–", "-")


def years(page: LonePage) -> Iterator[Difference]:
    """The years that a sentence says of numbers are theirs, or of what they were worked out from."""
    for block in page.prose:
        known = page.years_of(number.name for number in block.numbers if number.name)
        known |= page.years_in(block.part) if known else set()
        for text, _ in block.times if known else ():
            if (said := set(YEAR.findall(text)) - known) and not page.is_name(text, block):
                yield Difference(place_of(block), text, f"a year of its numbers, not {', '.join(sorted(said))}")


def places(page: LonePage) -> Iterator[Difference]:
    """A place that a sentence names with numbers is one of theirs."""
    known_places = {*page.place_labels.values(), *PLACES}
    for block in page.prose:
        own = {row["place"] for row in page.behind(number.name for number in block.numbers if number.name)} - {""}
        known = {page.place_labels.get(place, place) for place in own}
        known |= {name for name in known_places if known and name in page.table_of(block.part)}
        said = {name for name in known_places if known and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", block.text)}
        if said and not any(name in other or other in name for name in said for other in known):
            yield Difference(place_of(block), ", ".join(sorted(said)), " or ".join(sorted(known)))


def claims(page: LonePage) -> Iterator[Difference]:
    """Wordings that the numbers chose stand on the page as they were chosen."""
    chosen = {" ".join(one["words"].split()).strip(".") for one in page.block["claims"]}
    wanted = {" ".join(one["words"].split()).strip(".") for one in page.block["claims"] if page.own_words(one) >= 4}
    for block in page.blocks:
        for words_ in wanted:
            if near := altered(block.text, words_, chosen):
                yield Difference(place_of(block), near, words_)


def rules(page: LonePage) -> Iterator[Difference]:
    """What chose a wording by the page's numbers, asked again, chooses it."""
    for module in RULES_OF:
        import_module(f"evaluation.chapters.{module}")
    rows = {name: dict(row) for name, row in page.rows.items()}
    numbers = {name: number_of_run(row, rows) for name, row in rows.items()}
    for claim in page.block["claims"]:
        if not claim.get("rule"):
            continue
        try:
            choice = Rule(claim["rule"], numbers).ask()
        except (Refused, KeyError, TypeError, ValueError) as error:
            choice = f"nothing ({type(error).__name__})"
        if choice != claim["choice"]:
            yield Difference(f"wording {claim['name']}", f"{claim['choice']}: {claim['words']}", str(choice))


def altered(text: str, wording: str, others: Iterable[str]) -> str:
    """The part of a text that is a wording but for a word or two; nothing where it is the wording, or another one."""
    shown, expected = text.split(), wording.split()
    size, most = len(expected), 1 + len(expected) // 12
    if low_first(wording) in text or wording in text:
        return ""
    for start in range(len(shown) - size + 1):
        window = shown[start : start + size]
        off = sum(bare_word(a) != bare_word(b) for a, b in zip(window, expected, strict=True))
        if off <= most:
            found = " ".join(window)
            return "" if any(low_first(found.strip(".;:,")) in low_first(other) for other in others) else found
    return ""


def bare_word(word: str) -> str:
    return word.strip(".,;:!?()“”«»").lower()


def unchecked(page: LonePage) -> Iterator[str]:
    """What nothing in the page says how to check."""
    methods = [name for name, row in page.rows.items() if row["inputs"] and not row["formula"]]
    if methods:
        yield f"{len(methods)} numbers of a statistical method or a count of rows: {', '.join(methods[:5])}"
    published = sum(not row["inputs"] and not row["formula"] for row in page.rows.values())
    yield f"{published} published numbers: whether their publications print them"
    alone = [one for one in page.prose if one.tag in ("p", "li", "h1", "h2", "h3") and not one.numbers]
    yield f"{len(alone)} headings, paragraphs and items that say no number"


def known_as(path: Path) -> str:
    """Which built review of this project lists a page with these bytes."""
    own = hash_of(path)
    for folder in (path.resolve().parent.parent, *sorted(project.outputs(None).glob("*"))):
        for name, value in listed(folder).items():
            if value == own:
                return f"the same bytes as {name}, as the manifest of {folder} lists it"
    return "no manifest at hand lists a page with these bytes"


def beside_manifest(path: Path) -> list[Difference]:
    """A page that stands in a built review and is not as its manifest lists it."""
    path = path.resolve()
    folder = path.parent.parent
    value = listed(folder).get(path.relative_to(folder).as_posix())
    if value in (None, hash_of(path)):
        return []
    return [Difference(f"the manifest of {folder}", hash_of(path)[:16], value[:16])]


def listed(folder: Path) -> dict[str, str]:
    """The files that a folder's manifest lists; none where it has none that can be read."""
    with suppress(InputError, OSError):
        return BuiltFolder(folder).listed
    return {}


Check = Callable[[LonePage], Iterator[Difference]]
CHECKS: tuple[Check, ...] = (
    formulas, said_numbers, origins, times, years, places, claims, rules, copies.headings, copies.tables,
    copies.drawings, copies.sources,
)  # fmt: skip
