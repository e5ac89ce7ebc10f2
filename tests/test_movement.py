"""A rising series of reported crime says that it can be success, a falling one failure, in any chapter."""

import base64
import re
from dataclasses import replace

import pytest
import small
from by_hand import Notebook
from small import Make

from evaluation.chapters import movement
from evaluation.chapters.movement import REPORTED, movement_caveats
from evaluation.language import translate
from evaluation.numbers.number import Number
from evaluation.numbers.publication import Caveat
from evaluation.numbers.quantity import Quantity
from evaluation.pages import page
from evaluation.pages.caveats import missing_caveats
from evaluation.pages.publish import download_files

pytestmark = pytest.mark.sampled

REPORTS = Caveat(REPORTED, {"en": "Reports are not incidents.", "fr": "Des déclarations ne sont pas des incidents."})
TEXT = {"en": "Text", "fr": "Texte"}


def reports(number: Make, year: int, count: int | Quantity, **fields: object) -> Number:
    """Reported incidents of one year."""
    quantity = count if isinstance(count, Quantity) else Quantity.exact(count)
    name = f"{fields.get('definition')}_{fields.get('place')}_{year}_{fields.get('vintage')}"
    common = {"name": name, "start": str(year), "end": str(year), "caveats": (REPORTS,), "unit": "incidents"}
    return number(quantity, **(common | fields))


def names(numbers: list[Number]) -> list[str]:
    return [caveat.caveat for caveat in movement_caveats(numbers)]


Years = list[tuple[int, int | Quantity, dict[str, object]]]
RISING, FALLING, MIXED = ["rising-reports"], ["falling-reports"], ["mixed-reports"]


def of(*counts: int, **fields: object) -> Years:
    """Counts of years from 2020 on."""
    return [(2020 + i, count, fields) for i, count in enumerate(counts)]


def rates(*printed: str) -> Years:
    """Rates of years from 2020 on, each with the decimals that it is printed with."""
    about = [{"unit": "per_100k", "decimals": len(rate.partition(".")[2])} for rate in printed]
    return [(2020 + i, Quantity.exact(rate), about[i]) for i, rate in enumerate(printed)]


NOT_REPORTS = ["percent", "ratio", "days", "months", "years", "index_points", "times", "cad", "people", "court_cases"]
NOT_REPORTS += ["people_per_year", "cases", "charges", "investigations", "calls", "contacts"]
SERIES: dict[str, tuple[Years, list[str]]] = {
    "the last year above the first": (of(555, 597, 570, 608), RISING),
    "the last year below the first": (of(608, 570, 597, 555), FALLING),
    "back where it was": (of(500, 700, 500), []),
    "one year": (of(500), []),
    "two years up": (of(1, 2), RISING),
    "two definitions": ([*of(1, definition="a"), (2022, 2, {"definition": "b"})], []),
    "two places": ([*of(1, place="a"), (2022, 2, {"place": "b"})], []),
    "two units": ([*of(1, unit="incidents"), (2022, 2, {"unit": "per_100k"})], []),
    "one place up, another down": (of(1, 2, place="a") + of(2, 1, place="b"), MIXED),
    "the first release": ([*of(555), (2022, 528, {"vintage": "2023"})], FALLING),
    "the latest release": (of(555) + [(2022, n, {"vintage": v}) for n, v in ((528, "2023"), (597, "2024"))], RISING),
    "not reported crime": (of(1, 2, caveats=()), []),
    "periods longer than a year": ([(year, year, {"start": "2012", "end": str(year)}) for year in (2021, 2022)], []),
    "a rate that rose": (rates("1.4", "1.5"), RISING),
    "a rate that fell": (rates("1.56", "1.5"), FALLING),
    "a rate that may be the other": (rates("1.53328799", "1.5"), []),  # 1.5 is anything from 1.45 to 1.55
    "a rate as it was": (rates("2.3", "2.3"), []),
    **{
        f"{unit}, {kind}": (of(65, 62, 63, unit=unit, kind=kind), [])
        for unit in NOT_REPORTS
        for kind in ("published", "estimate")
    },
}


@pytest.mark.parametrize(("years", "expected"), SERIES.values(), ids=SERIES.keys())
def test_which_way_a_series_moves(number: Make, years: Years, expected: list[str]) -> None:
    series = [reports(number, year, count, **fields) for year, count, fields in years]
    assert names(series) == expected
    if not any("vintage" in fields for *_, fields in years):
        assert names(series[::-1]) == expected


@pytest.mark.parametrize(("unit", "amount", "expected"), [("percent", "9.5", RISING), ("ratio", "1.1", [])])
def test_a_change_rests_on_its_two_years_and_a_ratio_is_no_movement(
    unit: str, amount: str, expected: list[str], number: Make
) -> None:
    inputs = (reports(number, 2021, 555), reports(number, 2024, 608))
    made = number(Quantity.exact(amount), "derived", name="made", unit=unit, inputs=inputs, caveats=(REPORTS,))
    assert names([made]) == expected


def test_a_share_of_two_counts_is_no_movement(number: Make) -> None:
    shares = [
        number(Quantity.exact(100 * part / whole), "derived", name=f"share_{year}", unit="percent", start=str(year),
               end=str(year), caveats=(REPORTS,),
               inputs=(reports(number, year, part, place="a"), reports(number, year, whole, place="b")))
        for year, part, whole in ((2021, 300, 500), (2022, 310, 600))
    ]  # fmt: skip
    assert names(shares) == []


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
        reports(number, year, Quantity.between(*ends), kind="estimate", inputs=(rate,))
        for year, ends in ((2021, (334, 348)), (2024, (364, 379)))
    ]
    assert names(implied) == ["rising-reports"]


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


@pytest.mark.sampled(4)
@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("counts", "sentence"), [((1, 2), "rising-reports"), ((2, 1), "falling-reports")])
def test_chart_and_table_say_so_beside_them(
    book: Notebook, number: Make, counts: tuple[int, int], sentence: str, language: str
) -> None:
    chart(book, number, counts)
    sections = re.findall(r"<section data-(?:chart|table)=.*?</section>", book.page(language), re.DOTALL)
    assert len(sections) == 2
    words = translate(movement.TEXTS[sentence], language)
    for section in sections:
        sentences = re.findall(rf'<p class="caveat moving" data-caveat="{sentence}">(.*?)</p>', section)
        assert len(sentences) == 1
        assert words in sentences[0]
        assert '<a href="more_reports.html#chart-from_outside">' in sentences[0]
        encoded = re.search(r"base64,([^\"]+)", section)
        assert words in base64.b64decode(encoded[1]).decode()  # type: ignore[index]


@pytest.mark.slow
def test_the_charts_own_file_says_so(book: Notebook, number: Make) -> None:
    chart(book, number, (1, 2))
    files = dict(download_files(page.build_page(book.notebook, "en")))
    svg = re.sub(r"<[^>]+>", " ", files["by_year.svg"].decode())
    sentence = "More reports may be good news."
    assert all(sentence in text for text in (svg, files["by_year.csv"].decode(), files["years.csv"].decode()))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("explained", "slug", "link"),
    [
        ("more_reports--place-ontario", "", '<a href="more_reports--place-ontario.html#chart-from_outside">Why?</a>'),
        ("a_chapter", "a_chapter", '<a href="#chart-from_outside">Why?</a>'),  # the page of the picture itself
        ("", "", ""),  # a review without the chapter
    ],
)
def test_the_link_leads_to_the_picture_where_there_is_one(
    book: Notebook, number: Make, explained: str, slug: str, link: str
) -> None:
    chart(book, number, (1, 2), explained=explained)
    book.notebook.metadata["evaluation"] |= {"slug": slug} if slug else {}
    html = book.page()
    assert 'data-caveat="rising-reports"' in html
    assert link in html
    assert ("Why?" in html, "more_reports" in html) == (bool(link), bool(link) and not slug)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lost", "instead", "message"),
    [
        (r'<p class="caveat moving".*?</p>', "", "rising-reports"),
        ('<a href="more_reports.html#chart-from_outside">', "<a>", "with its link"),
    ],
)
def test_a_page_that_loses_the_sentence_or_its_link_is_refused(
    book: Notebook, number: Make, lost: str, instead: str, message: str
) -> None:
    chart(book, number, (1, 2))
    built = page.build_page(book.notebook, "en")
    assert list(missing_caveats(built)) == []
    blocks = tuple(re.sub(lost, instead, block) for block in built.sections.blocks)
    refusals = missing_caveats(replace(built, sections=replace(built.sections, blocks=blocks)))
    assert any(message in str(refusal.error) for refusal in refusals)
