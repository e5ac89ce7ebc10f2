"""What two readers of the pages found, held as classes: sums, round numbers, notes, entries of the index, wording."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from by_hand import Notebook
from lxml import html
from small import executed, prose_in, read_table

from evaluation.chapters import evidence
from evaluation.numbers.figures import Figures
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity
from evaluation.pages import publish
from evaluation.records.chapter import Chapter
from evaluation.reviews.review import Review

ROOT = Path(__file__).parent.parent
# The pages on reported incidents are read and mended apart.
CHAPTERS = sorted(
    path
    for path in (ROOT / "notebooks").glob("*.ipynb")
    if path.stem not in ("reported_incidents", "reports_and_incidence", "reports_and_chance")
)


@pytest.fixture
def figures() -> Figures:
    return Figures(ROOT / "data")


@pytest.fixture
def chapter(figures: Figures) -> Chapter:
    return Chapter(figures.tables.folder)


def count(number: Callable[..., Number], name: str, value: int, **fields: str) -> Number:
    return number(Quantity.exact(value), name=name, **fields)


# A bound is a bound


@pytest.mark.parametrize(
    ("value", "low", "high"), [(1500, 1450, 1550), (1029, "1028.5", "1029.5"), (20000, 15000, 25000)]
)
def test_what_a_round_number_can_stand_for(value: int, low: Any, high: Any, number: Callable[..., Number]) -> None:
    found = evidence.as_round(count(number, "cases", value))  # type: ignore[arg-type]
    assert (found.quantity, found.kind) == (Quantity.between(Fraction(low), Fraction(high)), "estimate")


def test_the_least_share_holds_for_every_number_of_cases_that_rounds_to_the_printed_one() -> None:
    recorded = {r["name"]: r["number"] for r in executed("evidence") if "number" in r}
    least, as_printed = (Fraction(recorded[name]["quantity"]["low"]) for name in ("sex_in_ontario", "as_printed"))
    for cases in (1450, 1500, 1550):  # by hand: Fréchet's bound, 65.5 being the least that 66 is rounded from
        assert least <= (Fraction(102_900, cases) + Fraction("65.5") - 100) / Fraction("65.5") * 100
    # The reason given for the verdict: a majority as printed, not with every number that may stand behind it.
    assert least < 50 < as_printed


# Notes say what is so


# Editions


# The index


def entry(slug: str, headline: str, differing: str) -> dict[str, dict[str, Any]]:
    parts = {"title": "Reports", "headline": headline, "answer": "", "vintage": "", "picture": "", "part": ""}
    return dict.fromkeys(("en", "fr"), parts | {"slug": slug, "number": "", "differing": differing})


def test_no_two_entries_of_the_index_have_one_name(tmp_path: Path) -> None:
    entries = [
        entry("a", "A rise", "Canada"),
        entry("b", "A rise", "Canada, Criminal Code"),
        entry("c", "A fall", ""),
    ]
    review = Review("places", tmp_path / "places.yml", {"en": "Places", "fr": "Lieux"}, [])
    publish.write_index(review, entries, tmp_path)
    page = html.parse(tmp_path / "en" / "index.html").getroot()
    names = [link.text_content() for link in page.xpath("//h3/a")]
    assert names == ["Reports (Canada)", "Reports (Canada, Criminal Code)", "Reports"]


# Titles, when lifted out of their page


# Words


def prose(language: str) -> Iterator[str]:
    for path in CHAPTERS:
        yield from prose_in(json.loads(path.read_text(encoding="utf-8"))["cells"])[language]


def sentences(language: str) -> Iterator[str]:
    """Every sentence of the chapters' prose and tables, and of the data."""
    texts = list(prose(language))
    if language == "en":
        for path in CHAPTERS:
            texts += re.findall(r'N_\(\\?"(.*?)\\?"\)', path.read_text(encoding="utf-8"))
    for path in (ROOT / "data").glob("*.csv"):
        texts += [cell for row in read_table(path) for name, cell in row.items() if name.endswith(language)]
    for text in texts:
        yield from re.split(r"(?<=[.;:])\s", text)


UNIVERSAL = re.compile(
    r"\bnothing (says|tells|published)|\bno (published|public|later|such)\b|\bno (number|source)\b.* (says?|gives)"
    r"|\bno one (says|gives)|\bno one can\b(?! say)|\bthere (is|are) no\b",
    re.I,
)
SEARCHED = re.compile(r"\bfound\b")


def test_what_was_not_found_is_not_said_to_be_nowhere() -> None:
    assert [text for text in sentences("en") if UNIVERSAL.search(text) and not SEARCHED.search(text)] == []


# Intervals


@pytest.mark.parametrize(
    ("quantity", "said"),
    [(Quantity.between(13, 15), True), (Quantity.exact(13), False), (Quantity.of("about", 13), False)],
)
def test_a_page_with_an_interval_says_how_its_ends_are_rounded(
    quantity: Quantity, said: bool, monkeypatch: pytest.MonkeyPatch, number: Callable[..., Number]
) -> None:
    book = Notebook(monkeypatch)
    book.prose("# A page\n\nIt took {months} months.", "# Une page\n\nCela a pris {months} mois.")
    served = number(Quantity.exact(5), name="served")
    book.chapter.record(months=number(quantity, "derived", name="months", inputs=(served,)))
    for language, sentence in (("en", "rounded outward"), ("fr", "arrondies vers l’extérieur")):
        assert (sentence in book.page(language)) is said
