"""One page alone, held against itself: its texts and elements against those that it keeps, its numbers against their
formulas, what is said of them against their rows, and the wordings that they chose against the rules that chose.

What agrees is consistent, not genuine: who changes a page in every place that says a thing is not found out. No
repository and no network is needed; the rows in the page are `pages.numbers_file`'s, its texts `pages.blocks`'s.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property
from importlib import import_module
from itertools import chain, zip_longest
from pathlib import Path
from pkgutil import iter_modules

from .. import chapters
from ..building import manifest, project
from ..building.inputs import hash_of
from ..building.manifest import BuiltFolder
from ..language import LANGUAGES, TAGS, MissingText, phrase
from ..language.placeholders import NAME
from ..numbers.formula import worked_out
from ..numbers.notation import Shown, show
from ..numbers.rules import RULES, Rule
from ..numbers.wording import FORMS, said
from ..pages.blocks import blocks, kept_in, low_first, parsed
from ..pages.numbers_file import NumbersRow, number_of_row, words_of
from ..problems import Refused, refuse
from ..records.prose import LOOKED
from .file_comparison import Difference, changed_spans, less, unlike_texts

A_PAGE = "a whole page (.html) that `evaluation build` made"
DOCTYPE = "<!doctype html>"
SaidAs = tuple[str, str, str, str, str]  # how a number is said: words, value, bound, ends


class LonePage:
    """A page: its blocks, the texts that it keeps of them, and the rows of its numbers."""

    def __init__(self, path: Path):
        """Raises InputError for what is no page of ours, or not a whole one."""
        try:
            self.tree = parsed(path.read_bytes())
            self.language = next(one for one in LANGUAGES if TAGS[one] == self.tree.get("lang"))
            kept = kept_in(self.tree)
            self.texts: list[str] = kept["texts"]
            self.rows: dict[str, NumbersRow] = {row["id"]: row for row in kept.get("numbers", [])}
            self.claims = kept.get("claims", [])
        except OSError as error:
            raise refuse(path, found=error.strerror or "unreadable", allowed=A_PAGE) from None
        except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
            raise refuse(path, found="no page of a review, or a part of one", allowed=A_PAGE) from None
        # A browser shows what stands behind the end of the page too: the parser keeps it beside the page.
        self.blocks = [block for tree in (self.tree, *self.tree.itersiblings()) for block in blocks(tree)]

    @cached_property
    def wordings(self) -> dict[str, set[SaidAs]]:
        """How each number may be said, by its id."""
        return {
            name: {(low_first(s.words), s.value, s.bound, s.low, s.high) for s in every_wording(row, self.language)}
            for name, row in self.rows.items()
        }

    @cached_property
    def said(self) -> set[SaidAs]:
        """How any of the page's numbers may be said."""
        return set().union(*self.wordings.values())


def every_wording(row: NumbersRow, language: str) -> Iterator[Shown]:
    """All the ways in which a page may say a row's number: with its own decimals or fewer, in the forms of prose."""
    number = number_of_row(row)
    for decimals in range(number.decimals, min(number.decimals, 0) - 1, -1):
        shown = replace(number, decimals=decimals)
        yield show(shown, language)
        for form in FORMS:
            with suppress(Refused, KeyError):  # a form that would not be true of it
                yield said(shown, form, language)


def verify_page(path: Path) -> tuple[list[Difference], list[str]]:
    """What of a page does not agree with itself, and what could not be checked. Raises InputError for another page."""
    page = LonePage(path)
    found = chain(said_numbers(page), kept_texts(page), formulas(page), rules(page))
    return list(dict.fromkeys(found)), list(unchecked(page))


def kept_texts(page: LonePage) -> Iterator[Difference]:
    """What the page shows is what it keeps: text by text, drawings' too, and how each part is made."""
    doctype = page.tree.getroottree().docinfo.doctype
    if doctype.lower() != DOCTYPE:  # without it, a browser shows a page by rules of its own
        yield Difference("the first line", doctype, DOCTYPE)
    for _, a, b, c, d in changed_spans([block.text for block in page.blocks], page.texts):
        for block, kept in zip_longest(page.blocks[a:b], page.texts[c:d]):
            near = block or page.blocks[max(0, min(a, len(page.blocks)) - 1)]
            yield unlike_texts(near.part or near.tag, block.text if block else "", kept or "")


def formulas(page: LonePage) -> Iterator[Difference]:
    """Each number is what its formula gives, and is written as it is."""
    numbers = {name: number_of_row(row) for name, row in page.rows.items()}
    for name, row in page.rows.items():
        part, own, shown = f"number {name}", numbers[name].quantity, show(numbers[name], "en")
        for end, expected in (("low", shown.low), ("high", shown.high)):
            if row[end] is not None and less(str(row[end]), expected):
                yield Difference(f"{part}, {end}", str(row[end]), expected, less(str(row[end]), expected))
        if row["bound"] != own.bound.value:
            yield Difference(f"{part}, bound", row["bound"], own.bound.value)
        if row["formula"]:
            try:
                result = worked_out(row["formula"], numbers)
            except (KeyError, Refused, ValueError):
                yield Difference(f"{part}, formula", json.dumps(row["formula"]), "numbers of the page")
                continue
            if result != own:
                by = less(str(own.value), str(result.value))
                yield Difference(part, own.worded(), result.worded(), by)


def said_numbers(page: LonePage) -> Iterator[Difference]:
    """Each number that is said, for people and for machines, is one of the page's: the one that it leads to."""
    for block in page.blocks:
        place = f"{block.part or 'the page'}, {block.text[:60]!r}"
        for number in block.numbers if not block.part.startswith("page ") else ():  # what another page says
            key, row = (low_first(number.words), *number[1:5]), page.rows.get(number.name)
            if number.name and not row:
                yield Difference(place, number.words, f"the number {number.name}, which the page has not")
            elif page.rows and key not in (page.wordings[number.name] if row else page.said):
                shown = f"{number.words} ({' '.join(dict.fromkeys(number[1:5]))})"
                yield Difference(place, shown, words_of(row, page.language) if row else "a number of the page")


def rules(page: LonePage) -> Iterator[Difference]:
    """What chose a wording by the page's numbers, asked again, chooses it; and its words are those of its choice."""
    rows = {name: dict(row) for name, row in page.rows.items()}
    numbers = {name: number_of_row(row, rows) for name, row in rows.items()}
    for claim in page.claims:
        with suppress(MissingText):  # a wording of another version of the package
            wording = LOOKED.sub(r"\1", phrase(claim["phrase"], claim["choice"])[page.language])
            parts = map(re.escape, NAME.split(wording)[::3])
            if not re.fullmatch(".*".join(parts), claim["words"], re.DOTALL):
                yield Difference(f"wording {claim['name']}", claim["words"], f"words for {claim['choice']}")
        if claim.get("rule") and claim["rule"][0] in _rules_at_hand():
            try:
                choice = Rule(claim["rule"], numbers).ask()
            except (Refused, KeyError, TypeError, ValueError) as error:
                choice = f"nothing ({type(error).__name__})"
            if choice != claim["choice"]:
                yield Difference(f"wording {claim['name']}", f"{claim['choice']}: {claim['words']}", str(choice))


@cache
def _rules_at_hand() -> frozenset[str]:
    """The names of this package's rules; a project may have others in modules of its own."""
    for module in iter_modules(chapters.__path__, f"{chapters.__name__}."):
        import_module(module.name)
    return frozenset(RULES)


def unchecked(page: LonePage) -> Iterator[str]:
    """What nothing in the page says how to check."""
    methods = [name for name, row in page.rows.items() if row["inputs"] and not row["formula"]]
    if methods:
        yield f"{len(methods)} numbers of a statistical method or a count of rows: {', '.join(methods[:5])}"
    published = sum(not row["inputs"] and not row["formula"] for row in page.rows.values())
    yield f"{published} published numbers: whether their publications print them"
    free = sum(not claim.get("rule") for claim in page.claims)
    if foreign := sorted({claim["rule"][0] for claim in page.claims if claim.get("rule")} - _rules_at_hand()):
        yield f"wordings chosen by rules that this package has not: {', '.join(foreign)}"
    yield f"sentences without a number and {free} wordings that no rule chose: whether they follow from the numbers"


def by_manifest(path: Path) -> tuple[list[Difference], str]:
    """How a page of a built review is not as its manifest lists it; and which manifest lists a page of these bytes."""
    path, own = path.resolve(), hash_of(path)
    folder = path.parent.parent
    stands = _listed(folder).get(path.relative_to(folder).as_posix(), own)
    found = [Difference(f"the manifest of {folder}", own[:16], stands[:16])] if stands != own else []
    for review in (folder, *sorted((project.ROOT / "outputs").glob("*"))):
        for name, value in _listed(review).items():
            if value == own:
                return found, f"the same bytes as {name}, as the manifest of {review} lists it"
    return found, "no manifest at hand lists a page with these bytes"


def _listed(folder: Path) -> dict[str, str]:
    """The files that a folder's manifest lists; none where it has none that can be read."""
    return BuiltFolder(folder).listed if manifest.known(folder) else {}
