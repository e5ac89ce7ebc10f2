"""The statements of the strategy as the chapter counts and compares them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from evaluation.chapters import statements
from evaluation.numbers.figures import Figures, Number, Quantity, show
from evaluation.records.chapter import Chapter
from evaluation.records.previews import in_english
from evaluation.records.recorded import Cited, cell_record


@pytest.fixture
def chapter(data: Path) -> Chapter:
    return Chapter(Figures(data))


def counts(chapter: Chapter) -> dict[str, int]:
    return {name: int(number.quantity.value) for name, number in statements.behind_numbers(chapter).items()}


def test_what_stands_behind_the_numbers_is_counted(chapter: Chapter) -> None:
    assert counts(chapter) == {
        "independent": 0, "repeated_same": 7, "repeated_loosely": 2, "conflict": 1, "none_found": 3, "not_checked": 0,
    }  # fmt: skip
    assert sum(counts(chapter).values()) == len(statements.of_kinds(chapter, *statements.NUMBERS)) == 13


def test_a_number_that_no_longer_agrees_exactly_is_counted_as_loose(data: Path) -> None:
    path = data / "figures.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('selon l’annonce de la police",28,,exact', 'selon l’annonce de la police",28,,at-least'),
        encoding="utf-8",
    )
    found = counts(Chapter(Figures(data)))
    assert (found["repeated_same"], found["repeated_loosely"]) == (6, 3)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("n01", ["the same", "different", "different"]),
        ("n05", ["within the bound"]),
        ("n07", ["within the bound"]),
        ("n10", ["another count", "another count"]),
        ("n14", ["the same", "different", "another count", "another count"]),
    ],
)
def test_how_numbers_compare_is_worded(statement: str, words: list[str], chapter: Chapter) -> None:
    row = chapter.tables.keyed("statements")[statement]
    cell = statements.compared(chapter, row)
    assert isinstance(cell, dict)
    assert cell["en"].split("; ") == words
    assert len(cell["fr"].split("; ")) == len(words)


def test_a_statement_in_words_is_not_compared(chapter: Chapter) -> None:
    assert statements.compared(chapter, chapter.tables.keyed("statements")["s_f"]) == ""


def test_the_rates_that_a_condition_names_are_shown(chapter: Chapter) -> None:
    found = statements.other_figures(chapter, chapter.tables.keyed("statements")["s_e"])
    assert [(figure.start, figure.place, figure.unit) for figure in found] == [
        ("2024", "Ontario", "per_100k"),
        ("2021", "Ontario", "per_100k"),
    ]


@pytest.mark.parametrize(
    ("part", "whole", "least"),
    # By hand: of the 65.5 that 66 may be rounded from, 68.6 leaves 68.6 + 65.5 - 100 = 34.1, which is 52.0...%.
    [("68.6", "66", "52"), ("80", "50", "59"), ("100", "40", "100")],
)
def test_the_least_share_of_one_in_another(part: str, whole: str, least: str, number: object) -> None:
    def percent(value: str) -> Number:
        return number(Quantity.exact(value), unit="percent", name=f"share_{value.replace('.', '_')}")  # type: ignore[operator]

    found = statements.least_share_in("least", "Least", percent(part), percent(whole))
    assert show(found, "en").words == f"at least {least}%"
    assert found.kind == "estimate"


def test_the_largest_revision_is_that_of_a_year_with_two_counts(chapter: Chapter) -> None:
    found = statements.largest_revision(chapter)
    first, last = (figure.quantity.value for figure in found.figures())
    # Canada, 2022: 528 at first, 597 a year later.
    assert (first, last) == (528, 597)
    assert show(found, "en").words == "about 13.1%"


def test_a_cell_may_cite_publications_beside_numbers(chapter: Chapter) -> None:
    source, figure = chapter.sources["strategy_2025_fr"], chapter.figure("people_served")
    cell = Cited([figure], [source])
    record = cell_record(cell)
    assert [number["name"] for number in record["numbers"]] == ["people_served"]
    assert [one["address"] for one in record["sources"]] == [source.address]
    assert in_english(cell) == f"more than 29,000; {source.title}"


def test_a_source_is_cited_in_the_edition_of_the_language(chapter: Chapter) -> None:
    source = chapter.sources["statcan_daily_2023"]
    assert source.edition("en") == (source.title, "en", source.address)
    title, language, address = source.edition("fr")
    assert (language, address) == ("fr", source.address.replace("-eng.htm", "-fra.htm"))
    assert title.startswith("Le Quotidien")
    alone = chapter.sources["report_north_bay_2025"]
    assert alone.edition("fr") == (alone.title, "en", alone.address)


def test_addresses_of_statistics_canada_follow_its_pattern(chapter: Chapter) -> None:
    """An address that was not seen may only be that of the source with its language changed, in one place."""
    with (chapter.tables.folder / "editions.csv").open(encoding="utf-8", newline="") as file:
        editions = [row for row in csv.DictReader(file) if "statcan.gc.ca" in row["address"]]
    assert editions
    for row in editions:
        read, (one, other) = (
            chapter.sources[row["source"]].address,
            ("en", "fr") if row["language"] == "fr" else ("fr", "en"),
        )
        tail = {"en": "-eng.htm", "fr": "-fra.htm"}
        forms = {read.replace(tail[one], tail[other]), read.replace(f"/tbl1/{one}/", f"/tbl1/{other}/")} - {read}
        assert {row["address"]} == forms
