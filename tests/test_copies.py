"""A number read in a copy names who published it first, who copied it and where it can be checked, everywhere; and data
that would say otherwise are refused."""

import re
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest
import small
from by_hand import Notebook
from lxml import html as markup
from small import DATA, edit

from evaluation.data.checking import check_data
from evaluation.numbers.figures import Figures, NoFigure
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.publication import leads_to_its_publisher
from evaluation.pages import templates
from evaluation.pages.page import build_page
from evaluation.pages.standalone import standalone_svg

# An edit of a row that makes flag, caveat and source disagree: table, key, other cells, the column that is told.
DISAGREE: list[tuple[str, str, dict[str, str], str]] = [
    ("figures", "durham_cases_2017", {"caveats": "second-hand-copy"}, "caveats"),
    ("figures", "durham_charges_2023", {"caveats": ""}, "caveats"),
    ("police_reported", "statcan_table_1525_copy", {"caveats": "rounded-rate small-counts"}, "caveats"),
    ("events", "hotline_2019", {"caveats": ""}, "caveats"),
    ("police_reported", "ctv_2023", {"rate_source": "statcan_juristat_2021"}, "rate_source"),
    ("population", "statcan_population_2025", {"source": "statcan_table_population"}, "source"),
    ("sources", "statcan_cpi_annual_copy", {"publisher_en": "Statistics Canada, copied"}, "publisher_en"),
    ("sources", "hitab_copy", {"publisher_fr": "Statistique Canada (GitHub)"}, "publisher_fr"),
    ("sources", "statcan_daily_2023", {"quotes_en": "Statistics Canada"}, "first_hand"),
]  # fmt: skip
NOWHERE = [("sources", "ctv_2023", {"check_at": "nowhere"}, "check_at")]
# Of rows that are edited above in another way.
TOO: list[tuple[str, str, dict[str, str], str]] = [
    ("figures", "durham_charges_2023", {"source": "statcan_table_1525", "caveats": ""}, "source"),
]


@pytest.mark.sampled(3)
@pytest.mark.slow
@pytest.mark.parametrize("edits", [DISAGREE, TOO, NOWHERE])
def test_flag_caveat_and_source_agree(data: Path, edits: list[tuple[str, str, dict[str, str], str]]) -> None:
    places = [(f"{table}.csv", edit(data, table, key, **cells), column) for table, key, cells, column in edits]
    refused = {(Path(problem.file).name, problem.row, column.strip())
            for problem in check_data(data) for column in problem.column.split(",")}  # fmt: skip
    assert [place for place in places if place not in refused] == []


LEADS = (
    "https://www150.statcan.gc.ca/t1/tbl1/en/tv.action?pid=3510017701", "https://github.com/owner/name/blob/1/a.csv",
    "https://cloudfront.example.org/a", "https://1.example.org/a",
)  # fmt: skip
NOBODY_S = (
    "http://35.201.78.98/news/x-1.7", "https://35.201.78.98:8080/news", "http://[2001:db8::1]/news",
    "https://vm-www.azurefd.net/local-news", "https://d111111abcdef8.cloudfront.net/a",
)  # fmt: skip


def test_an_address_is_a_link_where_a_reader_can_tell_whose_it_is() -> None:
    assert [address for address in LEADS + NOBODY_S if leads_to_its_publisher(address)] == [*LEADS]


TEXTS: dict[str, Any] = {part: {"en": "Words", "fr": "Mots"} for part in ("title", "subtitle", "description")}


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    return Notebook(monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.slow), "fr"])
def test_links_lead_to_publishers_and_a_copy_names_its_first_once_and_where_to_check(
    book: Notebook, language: str
) -> None:
    """On a page that names a number of every source that has one."""
    chapter = book.chapter
    figures = [chapter.figure(row["figure"]) for row in chapter.tables.rows("figures")]
    figures += [*small.series(chapter, "trafficking_1525", "Canada"), small.population(chapter, "Canada", 2024)]
    chosen = list({figure.source.source: figure for figure in figures}.values())
    chapter.record(**{figure.name: figure for figure in chosen})
    names = " ".join(f"{{{figure.name}}}" for figure in chosen)
    book.prose(f"# A finding\n\nAn answer.\n\n{names}", f"# Un constat\n\nUne réponse.\n\n{names}")
    chapter.show_caveats(*dict.fromkeys(caveat.caveat for figure in chosen for caveat in figure.caveats))
    page = markup.fromstring(book.page(language))
    links = [link for link in page.xpath("//a/@href") if link.startswith("http")]
    assert len(links) > 50
    assert [link for link in links if not leads_to_its_publisher(link)] == []
    named = [s.address for s in Figures(DATA).sources.values() if not leads_to_its_publisher(s.address)]
    assert set(page.xpath('//li//span[@data-name="address"]/text()')) == set(named) != set()
    other = {"en": "fr", "fr": "en"}[
        language
    ]  # Statistique Canada is French, and so are the days in a place of a source
    marked = page.xpath(f'//*[self::span or self::td][starts-with(@lang, "{other}")]/text()')
    assert not [words for words in marked if words == "Canada" or re.fullmatch(r"\d+ \w+ \d{4}", words)]

    for name, source in Figures(DATA).sources.items():
        listed = page.xpath(f'//li[@id="source-{name}"]')
        if not listed or source.first_hand:
            continue
        citation = listed[0].text_content()
        first = source.quotes[language]
        assert citation.startswith(first), citation
        assert citation.count(first) <= 2, citation  # once more at most, in the title of what to check
        if source.check_at:
            assert source.check_at.edition(language)[2] in listed[0].xpath(".//a/@href")


def test_a_chart_as_a_file_names_statistics_canada_for_a_copied_table(book: Notebook) -> None:
    first, *rest = small.series(book.chapter, "trafficking_1525", "Canada")[-3:]
    book.prose("# A finding\n\nAn answer.", "# Un constat\n\nUne réponse.")
    book.chapter.chart("one", small.bars(first, *rest), **TEXTS)
    page = build_page(book.notebook, "en")
    svg = standalone_svg(page.run, page.charts.by_id["one"]).decode()
    words = re.sub(r"\s+", " ", " ".join(re.findall(r">([^<>]+)</text>", svg)))
    assert "Source: Statistics Canada, as copied in the GitHub repository idiom-bytes" in words
    assert "35-10-0177-01" in words
    numbers = [
        attributes for attributes in re.findall(r"<text ([^>]*)>\d+</text>", svg) if "transform" not in attributes
    ]
    assert numbers  # beside a bar, where a tick has a line
    assert all('paint-order="stroke" stroke="#ffffff"' in attributes for attributes in numbers)


def test_a_source_line_names_each_publisher_once_and_leads_to_each_publication(book: Notebook) -> None:
    known = Figures(DATA).sources
    direct = [source for source in known.values() if source.publisher["en"] == "Statistics Canada"][:2]
    copies = [source for source in known.values() if source.quotes["en"] == "Statistics Canada"]
    copies = [
        *[copy for copy in copies if copy.is_repository][:2],
        *[copy for copy in copies if not copy.is_repository][:2],
    ]
    line = templates.macro("en", "sources.html", "line")([direct[0], *reversed(copies), direct[1]])
    html = markup.fromstring(line)
    words = " ".join(html.text_content().split())
    years = ", ".join(sorted(source.published[:4] for source in direct))
    assert words.startswith(f"Statistics Canada ({years}), also as copied in the GitHub repository ")
    assert (words.count("Statistics Canada"), words.count("as given by"), words.count(", by ")) == (1, 1, 1)
    assert set(html.xpath("//a/@href")) == {f"#source-{source.source}" for source in [*direct, *copies]}


@pytest.mark.slow
def test_a_charts_line_of_sources_has_publishers_and_counts_its_copies(book: Notebook) -> None:
    first, *rest = small.series(book.chapter, "trafficking_1525", "Canada")[-3:]
    book.prose("# A finding\n\nAn answer.", "# Un constat\n\nUne réponse.")
    book.chapter.chart("one", small.bars(first, *rest), **TEXTS)
    for language, words in (
        ("en", "3 of 3 years read in copies"),
        ("fr", "3 des 3 années lues dans des copies"),
    ):
        line = book.page(language).split('<p class="source">')[1].split("</p>")[0]
        assert "GitHub" not in line
        assert f'<a class="copies" href="#source-statcan_table_1525_copy">{words}</a>' in line.replace(
            "\N{NO-BREAK SPACE}", " "
        )


def html_of(book: Notebook, language: str) -> str:
    """A page whose prose names the year of the counting rule."""
    book.chapter.record(rule=book.chapter.event("founded_rule_2018"))
    book.prose("# A finding\n\nA rule of {rule}.\n\nWhat?", "# Un constat\n\nUne règle de {rule}.\n\nQuoi?")
    return book.page(language)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_prose_leads_from_the_year_of_a_rule_to_its_publication(book: Notebook, language: str) -> None:
    html = html_of(book, language)
    assert re.search(r'<a href="#from-event_founded_rule_2018"[^>]*><data [^>]*>2018</data></a>', html)
    row = html.split('<tr id="from-event_founded_rule_2018">')[1].split("</tr>")[0]
    ending = {"en": "eng", "fr": "fra"}[language]
    assert f"/85-002-x/2018001/article/54973-{ending}.htm" in row
    assert '<time datetime="2018-07-12">' in row


def test_an_unknown_event_is_refused_with_the_nearest() -> None:
    with pytest.raises(NoFigure, match="founded_rule_2018"):
        Figures().event("founded_rule")


@pytest.mark.slow
def test_a_rule_drawn_on_a_series_is_among_the_sources_of_the_chart(book: Notebook) -> None:
    widened = book.chapter.event("founded_rule_2018")
    series = book.chapter.frame("police_reported").query("definition == 'trafficking_1525' and place == 'Canada'")
    series = series.sort_values(["year", "vintage"]).groupby("year").tail(1)
    rules = pd.DataFrame({"year": [int(widened.start)], "when": FigureArray([widened])})
    rule = alt.Chart(rules).mark_rule(strokeDash=[4, 4]).encode(x="year:O", detail="when:Q")
    line = alt.Chart(series).mark_line(point=True).encode(x=alt.X("year:O", title=None), y="incidents:Q")
    book.chapter.chart("line", rule + line, **TEXTS)
    html = html_of(book, "en")
    assert "#source-statcan_founded_2018" in html.split('<p class="source">')[1].split("</p>")[0]
    assert 'id="from-event_founded_rule_2018"' in html
