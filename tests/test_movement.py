"""A rising series of reported crime says that it can be success, a falling one failure, in any chapter."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
import small
from test_page import Notebook

from evaluation.building import plan
from evaluation.numbers.number import Number
from evaluation.numbers.publication import Caveat
from evaluation.numbers.quantity import Quantity
from evaluation.pages import movement, page
from evaluation.pages.gates import check_caveats
from evaluation.pages.model import PageError
from evaluation.pages.movement import REPORTED, movements
from evaluation.pages.publish import downloads

Make = Callable[..., Number]
REPORTS = Caveat(REPORTED, {"en": "Reports are not incidents.", "fr": "Des déclarations ne sont pas des incidents."})
TEXT = {"en": "Text", "fr": "Texte"}


def reports(number: Make, year: int, count: int | Quantity, **fields: object) -> Number:
    """Reported incidents of one year."""
    quantity = count if isinstance(count, Quantity) else Quantity.exact(count)
    name = "_".join(
        map(str, (fields.get("definition", "d"), fields.get("place", "p"), year, fields.get("vintage", "")))
    )
    common = {"name": name, "start": str(year), "end": str(year), "caveats": (REPORTS,), "unit": "incidents"}
    return number(quantity, **(common | fields))


def names(numbers: list[Number]) -> list[str]:
    return [caveat.caveat for caveat in movements(numbers)]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((555, 597, 570, 608), ["rising-reports"]),
        ((608, 570, 597, 555), ["falling-reports"]),
        ((500, 700, 500), []),
        ((500,), []),
        ((1, 2), ["rising-reports"]),
        ((2, 1), ["falling-reports"]),
    ],
)
def test_the_last_year_against_the_first(number: Make, counts: tuple[int, ...], expected: list[str]) -> None:
    series = [reports(number, 2020 + i, count) for i, count in enumerate(counts)]
    assert names(series) == names(series[::-1]) == expected


def test_rates_that_may_be_equal_do_not_move(number: Make) -> None:
    series = [reports(number, 2021, Quantity.between(2, 3)), reports(number, 2022, Quantity.between(3, 4))]
    assert names(series) == []


def test_two_definitions_or_places_are_not_one_series(number: Make) -> None:
    for field in ("definition", "place", "unit"):
        assert names([reports(number, 2021, 1, **{field: "a"}), reports(number, 2022, 2, **{field: "b"})]) == []


def test_one_sentence_where_one_place_rises_and_another_falls(number: Make) -> None:
    rising = [reports(number, year, count, place="a") for year, count in ((2021, 1), (2022, 2))]
    falling = [reports(number, year, count, place="b") for year, count in ((2021, 2), (2022, 1))]
    assert names(rising + falling) == names(falling + rising) == ["mixed-reports"]


def test_the_latest_release_of_a_year_counts(number: Make) -> None:
    first, latest = (reports(number, 2022, count, vintage=v) for count, v in ((528, "2023"), (597, "2024")))
    before = reports(number, 2021, 555)
    assert names([before, first]) == ["falling-reports"]
    assert names([before, first, latest]) == ["rising-reports"]


def test_what_is_not_reported_crime_obliges_nothing(number: Make) -> None:
    assert names([reports(number, year, year, caveats=()) for year in (2021, 2022)]) == []


def test_periods_longer_than_a_year_are_no_series(number: Make) -> None:
    assert names([reports(number, year, year, start="2012", end=str(year)) for year in (2021, 2022)]) == []


def test_a_change_rests_on_its_two_years(number: Make) -> None:
    inputs = (reports(number, 2021, 555), reports(number, 2024, 608))
    change = number(Quantity.exact("9.5"), "derived", name="change", unit="percent", inputs=inputs, caveats=(REPORTS,))
    assert names([change]) == ["rising-reports"]


# Only counts and rates of reports rise or fall


@pytest.mark.parametrize("unit", ["percent", "ratio", "days", "months", "years", "index_points", "times", "cad"])
@pytest.mark.parametrize("kind", ["published", "estimate"])
def test_a_share_a_median_or_a_ratio_says_nothing_of_reports(number: Make, unit: str, kind: str) -> None:
    values = ((2016, 65), (2019, 62), (2021, 62))
    assert names([reports(number, year, value, unit=unit, kind=kind) for year, value in values]) == []


@pytest.mark.parametrize("unit", ["incidents", "per_100k"])
def test_counts_and_rates_of_incidents_do(number: Make, unit: str) -> None:
    assert names([reports(number, year, year, unit=unit) for year in (2021, 2022)]) == ["rising-reports"]


@pytest.mark.parametrize(
    "unit", ["people", "people_per_year", "cases", "court_cases", "charges", "investigations", "calls", "contacts"]
)
def test_victims_charges_cases_and_investigations_are_no_reports(number: Make, unit: str) -> None:
    """One force identified fewer victims while police reports did not fall."""
    assert names([reports(number, 2019 + i, count, unit=unit) for i, count in enumerate((119, 80, 63, 58))]) == []


def test_the_sentence_is_one_line_in_both_languages(number: Make) -> None:
    (caveat,) = movements([reports(number, year, year) for year in (2021, 2024)])
    assert caveat.text == {
        "en": "More reports may be good news.",
        "fr": "Une hausse des affaires déclarées peut être une bonne nouvelle.",
    }


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (("1.4", 1), ("1.5", 1), ["rising-reports"]),
        (("1.53328799", 8), ("1.5", 1), []),  # 1.5 is anything from 1.45 to 1.55
        (("1.56", 2), ("1.5", 1), ["falling-reports"]),
        (("2.3", 1), ("2.3", 1), []),
    ],
)
def test_rates_are_told_apart_within_their_rounding(
    number: Make, first: tuple[str, int], last: tuple[str, int], expected: list[str]
) -> None:
    rates = [
        reports(number, year, Quantity.exact(value), unit="per_100k", decimals=decimals)
        for year, (value, decimals) in ((2022, first), (2024, last))
    ]
    assert names(rates) == expected


def test_a_share_of_two_counts_is_no_movement_of_either(number: Make) -> None:
    shares = [
        number(
            Quantity.exact(100 * part / whole),
            "derived",
            name=f"share_{year}",
            unit="percent",
            start=str(year),
            end=str(year),
            caveats=(REPORTS,),
            inputs=(reports(number, year, part, place="a"), reports(number, year, whole, place="b")),
        )
        for year, part, whole in ((2021, 300, 500), (2022, 310, 600))
    ]
    assert names(shares) == []


def test_a_ratio_of_two_years_is_no_movement(number: Make) -> None:
    inputs = (reports(number, 2021, 555), reports(number, 2024, 608))
    ratio = number(Quantity.exact("1.1"), "derived", name="ratio", unit="ratio", inputs=inputs, caveats=(REPORTS,))
    assert names([ratio]) == []


def test_two_releases_of_each_year_show_revisions(number: Make) -> None:
    pairs = ((2021, 552, "2022"), (2021, 555, "2023"), (2022, 528, "2023"), (2022, 597, "2024"))
    revised = [reports(number, year, count, vintage=release) for year, count, release in pairs]
    assert names(revised) == []
    assert names([*revised, reports(number, 2024, 608, vintage="2025")]) == ["rising-reports"]
    third = [reports(number, 2023, count, vintage=release) for count, release in ((600, "2024"), (610, "2025"))]
    assert names([*revised, *third]) == ["rising-reports"]  # each year in two releases: the course is seen all the same


def test_counts_that_the_review_worked_out_rise_too(number: Make) -> None:
    rate = reports(number, 2021, 2, unit="per_100k")
    implied = [
        number(
            Quantity.between(*ends),
            "estimate",
            name=f"implied_{year}",
            unit="incidents",
            start=str(year),
            end=str(year),
            caveats=(REPORTS,),
            inputs=(rate,),
        )
        for year, ends in ((2021, (334, 348)), (2024, (364, 379)))
    ]
    assert names(implied) == ["rising-reports"]


def test_shares_that_fall_in_the_data_say_nothing() -> None:
    from evaluation.numbers.figures import Figures

    figures = Figures()
    shares = figures.matching(definition="share_of_canada_incidents", place="Ontario")
    assert len(shares) > 2
    assert names(list(shares)) == []


# On a page


PICTURE = "more_reports.html#chart-from_outside"


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    book = Notebook(monkeypatch)
    book.prose("# A title\n\nAn answer.", "# Un titre\n\nUne réponse.")
    return book


def chart(book: Notebook, number: Make, counts: tuple[int, int], explained: str = "more_reports") -> None:
    """A fork's chapter with a chart and a table of a series, whose rise the page ``explained`` explains."""
    series = [reports(number, 2021 + i, count) for i, count in enumerate(counts)]
    book.chapter.chart("by_year", small.line(*series), title=TEXT, subtitle=TEXT, description=TEXT)
    book.chapter.table("years", **small.table([TEXT, TEXT, TEXT], [[TEXT, *series]]), title=TEXT)
    if explained:
        book.notebook.metadata["evaluation"]["pages"] = {"more_reports": explained}


def sections(html: str) -> list[str]:
    return re.findall(r"<section data-(?:chart|table)=.*?</section>", html, re.DOTALL)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("counts", "sentence"), [((1, 2), "rising-reports"), ((2, 1), "falling-reports")])
def test_chart_and_table_say_so_beside_them(
    book: Notebook, number: Make, counts: tuple[int, int], sentence: str, language: str
) -> None:
    chart(book, number, counts)
    found = sections(book.page(language))
    assert len(found) == 2
    words = book_words(sentence, language)
    for section in found:
        said = re.findall(rf'<p class="caveat moving" data-caveat="{sentence}">(.*?)</p>', section)
        assert len(said) == 1
        assert words in said[0]
        assert '<a href="more_reports.html#chart-from_outside">' in said[0]
        encoded = re.search(r"base64,([^\"]+)", section)
        assert words in base64.b64decode(encoded[1]).decode()  # type: ignore[index]


def book_words(sentence: str, language: str) -> str:
    from evaluation.language import translate

    return translate(movement.TEXTS[sentence], language)


def test_the_charts_own_file_says_so(book: Notebook, number: Make) -> None:
    chart(book, number, (1, 2))
    files = dict(downloads(page.build(book.notebook, "en")))
    svg = re.sub(r"<[^>]+>", " ", files["by_year.svg"].decode())
    said = "More reports may be good news."
    assert all(said in text for text in (svg, files["by_year.csv"].decode(), files["years.csv"].decode()))


def test_an_equal_series_says_neither(book: Notebook, number: Make) -> None:
    chart(book, number, (2, 2))
    assert "ing-reports" not in book.page()


def test_the_link_leads_to_the_run_that_the_review_has(book: Notebook, number: Make) -> None:
    chart(book, number, (1, 2), explained="more_reports--place-ontario")
    assert 'href="more_reports--place-ontario.html#chart-from_outside"' in book.page()


def test_a_review_without_the_chapter_has_the_sentence_and_no_dead_link(book: Notebook, number: Make) -> None:
    chart(book, number, (1, 2), explained="")
    html = book.page()
    assert 'data-caveat="rising-reports"' in html
    assert "more_reports" not in html
    assert "Why?" not in html


def test_on_the_page_of_the_picture_the_link_leads_to_it(book: Notebook, number: Make) -> None:
    chart(book, number, (1, 2), explained="a_chapter")
    book.notebook.metadata["evaluation"]["slug"] = "a_chapter"
    assert '<a href="#chart-from_outside">Why?</a>' in book.page()


def test_a_page_that_loses_the_sentence_is_refused(
    book: Notebook, number: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart(book, number, (1, 2))
    built = page.build(book.notebook, "en")
    built.blocks = [re.sub(r'<p class="caveat moving".*?</p>', "", block) for block in built.blocks]
    with pytest.raises(PageError, match="rising-reports"):
        check_caveats(built)


def test_a_page_that_loses_the_link_is_refused(book: Notebook, number: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    chart(book, number, (1, 2))
    built = page.build(book.notebook, "en")
    built.blocks = [block.replace('<a href="more_reports.html#chart-from_outside">', "<a>") for block in built.blocks]
    with pytest.raises(PageError, match="with its link"):
        check_caveats(built)


@pytest.mark.slow
def test_a_plan_names_the_page_to_read() -> None:
    from evaluation.building.asked import ROOT, Request, files
    from evaluation.building.checks import read

    review, tables = read(Request(ROOT / "parameters" / "review.yml"))
    steps = plan.plan(review, files(tables.folder), {})
    assert all(step.about["pages"]["more_reports"] == "more_reports" for step in steps)
