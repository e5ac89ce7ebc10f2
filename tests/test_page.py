"""A page says what its records say, keeps to the pinned structure, and is refused where it would mislead."""

import base64
import csv
import io
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import altair as alt
import nbformat
import pandas as pd
import pytest
import small
from by_hand import CAVEAT, EN, FR, Notebook, rows_of, whole
from markupsafe import escape
from small import Make

from evaluation.language.prose_cells import is_prose
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.publication import Caveat
from evaluation.numbers.quantity import Quantity
from evaluation.pages import files, templates
from evaluation.pages.caveats import missing_caveats
from evaluation.pages.errors import PageError
from evaluation.pages.exporter import EvaluationPageExporter
from evaluation.pages.page import build_page, render_page
from evaluation.pages.publish import publish_notebook, write_opening
from evaluation.pages.standalone import standalone_svg
from evaluation.pages.templates import content_security_policy
from evaluation.pages.text import check_headline, refuse_typed_number
from evaluation.records import chapter as records
from evaluation.records.prose import Values

pytestmark = pytest.mark.sampled


@pytest.fixture(scope="module")
def pages(number: Make) -> dict[str, str]:
    """The page of ``book`` in both languages, for tests that only read it."""
    with pytest.MonkeyPatch.context() as patched:
        book = whole(patched, number)
        return {language: book.page(language) for language in ("en", "fr")}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pinned_structure_of_a_chart(pages: dict[str, str], language: str) -> None:
    page = pages[language]
    section = re.search(r'<section data-chart="served_bars".*?</section>', page, re.DOTALL)[0]  # type: ignore[index]
    paragraphs = [f'<p class="{name}"' for name in ("subtitle", "description", "source")]
    for part in ("<h2", *paragraphs, "<details>", "<table>"):
        assert part in section
    assert len(re.findall('<svg [^>]*role="img" aria-label="', section)) == 2
    care = re.search(r'<section class="care".*?</section>', page, re.DOTALL)[0]  # type: ignore[index]
    assert f'<p class="caveat" data-caveat="{CAVEAT.caveat}"><a href="#note-' in care
    assert 'download="served_bars.csv"' in section
    assert {"en": "Chart 1", "fr": "Graphique 1"}[language] in section
    assert "style=" not in page.split("</style>")[1]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_titles_and_captions_hold_their_numbers_as_data(pages: dict[str, str], language: str) -> None:
    page = pages[language]
    number_words = {"en": "more than 29,000", "fr": "plus de 29\u00a0000"}[language]
    number = f'<data value="29000" data-bound="more-than">{number_words}'
    chart = re.search(r'<section data-chart="served_bars".*?</section>', page, re.DOTALL)[0]  # type: ignore[index]
    heading, caption = re.search(r"<h2.*?</h2>", chart)[0], re.search(r"<caption>.*?</caption>", chart)[0]  # type: ignore[index]
    assert number.lower() in heading.lower()
    assert number.lower() in caption.lower()
    assert ("<a " in heading, "<a " in caption, "id=" in caption) == (False, False, False)
    table = re.search(r'<section data-table="served_table".*?</caption>', page, re.DOTALL)[0]  # type: ignore[index]
    assert number in table


@pytest.mark.slow
@pytest.mark.parametrize(("column", "has_unit"), [("rate_per_100k", True), ("incidents", False)])
def test_the_table_of_a_chart_says_the_unit_that_no_rate_says(column: str, has_unit: bool, book: Notebook) -> None:
    numbers = small.series(book.chapter, "all_human_trafficking", "Canada", column)[-2:]
    book.prose("# A finding\n\nAn answer.", "# Un constat\n\nUne réponse.")
    texts = {part: {"en": "Words", "fr": "Mots"} for part in ("title", "subtitle", "description")}
    book.chapter.chart("one", small.bars(*numbers), **texts)
    chart_html = book.page("en").split('data-chart="one"')[1]
    caption = re.search(
        r'<div class="scroll" role="region" tabindex="0"[^>]*><table><caption>.*?</caption>', chart_html
    )
    assert ("incidents per 100,000 people" in caption[0]) is has_unit  # type: ignore[index]


@pytest.mark.parametrize(
    ("title", "short_title"),
    [
        ("By {table_1525}", '<span data-name="name">By table <span class="whole">35-10-0177-01</span></span>'),
        ("The {strategy_2025}", 'The <time datetime="2025"><span class="whole">2025-2030</span></time> strategy'),
    ],
)
def test_a_short_title_has_official_names_with_their_digits(book: Notebook, title: str, short_title: str) -> None:
    book.notebook.metadata["evaluation"]["title"] = {"en": title, "fr": title}
    assert re.search(rf'<p class="eyebrow">{re.escape(short_title)}', book.page())


@pytest.mark.parametrize(("language", "no_number"), [("en", "no figure found"), ("fr", "aucun chiffre trouvé")])
def test_a_row_without_a_number_stands_in_the_table_too(
    language: str, no_number: str, book: Notebook, number: Make
) -> None:
    """As the first year of a change from year to year, which a chart names and has no number for."""
    counts = [number(Quantity.exact(n), start=y, end=y) for y, n in (("2021", 5), ("2022", 7), ("2023", 4))]
    frame = pd.DataFrame({"year": [2021, 2022, 2023], "n": FigureArray(counts)})
    frame["change"] = frame.n.diff()
    bars = alt.Chart(frame).mark_bar().encode(x="change:Q", y="year:O")
    book.chapter.chart("changes", bars, title=TEXT, subtitle=TEXT, description=TEXT)
    page = build_page(book.notebook, language)
    rows = rows_of(page.charts.by_id["changes"].csv)
    assert [list(row.values())[:2] for row in rows] == [["2021", no_number], ["2022", "2"], ["2023", "\u22123"]]
    table = page.sections.blocks[-1].split("<tbody>")[1]
    assert re.match(rf'<tr><th scope="row">2021</th><td>{no_number}</td>(<td></td>)*</tr>', table)
    assert no_number in page.charts.by_id["changes"].drawings["wide"]


def test_the_csv_inside_the_page_says_the_caveat(pages: dict[str, str]) -> None:
    encoded = re.search(r'download="served_bars.csv" href="data:text/csv;charset=utf-8;base64,([^"]+)"', pages["fr"])
    text = base64.b64decode(encoded[1]).decode("utf-8")  # type: ignore[index]
    assert text.startswith("\ufeffÉlément,Nombre,Borne inférieure du nombre,Borne supérieure du nombre,")
    assert text.count("\r\n") == 3
    assert "Attention à ceci." in text
    assert ",29000,," in text  # a lower end with the decimal point, no upper end


def refused(book: Notebook, match: str, language: str = "en") -> None:
    with pytest.raises(PageError, match=match):
        book.page(language)


@pytest.mark.parametrize(
    ("en", "fr", "actual", "language"),
    [
        ("{nobody} people.", "{nobody} personnes.", r"\{nobody\}; allowed: a recorded name \(served", "en"),
        ("29,000 people.", "Du monde.", r"a typed number \(29,000\) in prose", "en"),
        ("Both are one half.", "La moitié.", r"a typed number \(half\) in prose; allowed: \{name\}, or \{name", "en"),
        ("Both are one half.", "La moitié.", r"a typed number \(moitié\) in prose", "fr"),
        ("See ![a](x.png 'b')", "Voir.", r"a picture in Markdown \(.*\); allowed: text, links", "en"),
        (
            "See ![a][b]\n\n[b]: //e.org/x",
            "Voir.\n\n[b]: x",
            r"a picture in Markdown \(.*\); allowed: text, links",
            "en",
        ),
        ("See [![a](//e.org/x)](y)", "Voir.", r"a picture in Markdown \(.*\); allowed: text, links", "en"),
    ],
)
def test_prose_that_no_page_shows(en: str, fr: str, actual: str, language: str, book: Notebook) -> None:
    book.prose(en, fr)
    refused(book, rf"^c:cell \d+:{language}: found {actual}", language)
    refuse_typed_number("1. first\n2. second with {a_1}", "en", "a list")


TEXT = {"en": "A text", "fr": "Un texte"}
LONG = {"en": "word " * 900, "fr": "mot " * 900}
OTHER = Caveat("b-caveat", {"en": "Mind that too.", "fr": "Et cela."})
ONE = Quantity.exact(1)
REFUSED: dict[str, Callable[[Any, Make], object]] = {
    "two numbers named served": lambda chapter, number: chapter.record(other=number(ONE, name="served")),
    "found the name ''": lambda chapter, number: chapter.record(
        share=number(ONE, "derived", name="share", inputs=(number(ONE, name=""),))
    ),
    r"^c:cell 2:en: found served recorded a second time, as something else; allowed: each name once$":
        lambda chapter, number: chapter.record(served=number(ONE, name="another")),
    "found served recorded a second time": lambda chapter, number: chapter.record(served=None),
    "found where recorded a second time": lambda chapter, number: [
        chapter.say(where={"en": word, "fr": word}) for word in ("here", "there")
    ],
    "found a second chart or table served_bars; allowed: each id once": lambda chapter, number: chapter.table(
        "served_bars", **small.table([TEXT, TEXT], [[TEXT, number(ONE)]]), title=TEXT
    ),
    r"^c:cell 8:en: found the key number 'nobody'; allowed: served, a_year":
        lambda chapter, number: chapter.key_numbers("nobody"),
    r"c:cell \d+:en: found more without its caveat b-caveat; allowed: .*show_caveats\('b-caveat'\)":
        lambda chapter, number: chapter.record(more=number(ONE, name="more", caveats=(OTHER,))),
    "allowed: a letter, then letters": lambda chapter, number: chapter.record(other=number(ONE, name='a"b')),
    r"found a page of \d+ bytes; allowed: 320000": lambda chapter, number:
        chapter.table("long", **small.table([TEXT], [[LONG]] * 60), title=TEXT),
}  # fmt: skip


HEAVY = r"found a page of \d+ bytes; allowed: 320000"


@pytest.mark.parametrize("actual", [pytest.param(f, marks=[pytest.mark.slow] * (f == HEAVY)) for f in REFUSED])
def test_what_no_page_shows(actual: str, book: Notebook, number: Make) -> None:
    REFUSED[actual](book.chapter, number)
    for name in Values.of(book.notebook, "en").numbers.keys() & {"other", "share", "more"}:
        book.prose(f"It is {{{name}}}.", f"C’est {{{name}}}.")  # what is not printed is not among a page's origins
    refused(book, actual)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# one two a b c d e f g h i\n\nYes.", "a headline of 11 words"),
        ("Only a paragraph.", "no '# title' and paragraph in the first cell; allowed: the finding, then the answer"),
    ],
)
def test_a_page_begins_with_a_short_finding(text: str, message: str, book: Notebook) -> None:
    book.notebook.cells = [c for c in book.notebook.cells if not is_prose(c)]
    book.prose(text, text)
    refused(book, message)


def test_a_number_is_one_word_of_a_title() -> None:
    check_headline('<data value="10">between 10 and 13</data> a b c d e f g h i')
    with pytest.raises(PageError, match="a headline of 11 words"):
        check_headline('<data value="10">10</data> a b c d e f g h i j')


def test_a_number_typed_by_a_hand_that_goes_around_the_chapters_own(book: Notebook) -> None:
    book.notebook.cells[-2].outputs[0].data[records.CHART]["subtitle"] = {"en": "Of 12", "fr": "De 12"}
    refused(book, r"typed number \(12\) in the subtitle of chart served_bars")


@pytest.mark.parametrize(
    ("kind", "words"), [("estimate", "a model of this review, not data"), ("derived", "this review’s own count")]
)
def test_what_has_no_source_says_whose_it_is(kind: str, words: str, book: Notebook, number: Make) -> None:
    """On the page and in the chart's own file."""
    chart = small.bars(number(ONE, kind, inputs=()), name=[TEXT])
    book.chapter.chart("own", chart, title=TEXT, subtitle=TEXT, description=TEXT)
    page = build_page(book.notebook, "en")
    assert f'<p class="source">Source: {words}.</p>' in render_page(page).split('data-chart="own"')[1]
    assert f"Source: {words}." in standalone_svg(page.run, page.charts.by_id["own"]).decode()


PERCENT, PEOPLE = "percent", "people"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "cells_expected"),
    [
        ({PERCENT: [Quantity.exact(-4), Quantity.exact(9)]}, ["a fall of 4%", "a rise of 9%"]),
        ({PERCENT: [Quantity.between(-58, -29), Quantity.exact(0)]}, ["a fall of 29% to 58%", "no change"]),
        ({PERCENT: [Quantity.exact(4), Quantity.between(3, 9)]}, ["4%", "between 3% and 9%"]),
        (  # a column of other units too lists numbers: "a rise of 84%" would say of a share that it grew
            {PERCENT: [Quantity.exact(-4), Quantity.exact(84)], PEOPLE: [Quantity.exact(28)]},
            ["a fall of 4%", "84%", "28"],
        ),
    ],
)
def test_a_column_with_a_fall_says_each_change_with_its_direction(
    book: Notebook, number: Make, column: dict[str, list[Quantity]], cells_expected: list[str]
) -> None:
    """No share is below zero: a column of per cents with one that is holds changes, and a minus sign is no word."""
    cells = [(unit, quantity) for unit, quantities in column.items() for quantity in quantities]
    numbers = [number(quantity, name=f"change_{at}", unit=unit) for at, (unit, quantity) in enumerate(cells)]
    book.chapter.table("changes", **small.table([TEXT, TEXT], [[TEXT, change] for change in numbers]), title=TEXT)
    table = re.search(r'data-table="changes".*?</table>', book.page(), re.DOTALL)[0]  # type: ignore[index]
    assert re.findall(r"<data[^>]*>(.*?)</data>", table) == cells_expected


def test_publishing_leaves_files_and_a_filled_notebook(book: Notebook, tmp_path: Path) -> None:
    entries, _ = publish_notebook(book.notebook, tmp_path)
    assert {path.name for path in (tmp_path / "en" / "c").iterdir()} == {
        "served_bars.svg", "served_bars.csv", "served_table.csv",
    }  # fmt: skip
    svg = (tmp_path / "fr/c/served_bars.svg").read_text(encoding="utf-8")
    assert "Attention à ceci." in svg
    assert "plus de 29\u00a0000 personnes servies" in svg.lower()
    filled = next(c for c in book.notebook.cells if is_prose(c))
    shown = filled.outputs[0]["data"]
    assert "plus de 29\N{NO-BREAK SPACE}000</abbr> personnes</strong>" in shown["text/html"]
    assert filled.source == small.prose_source({"en": EN, "fr": FR})
    assert [c.execution_count for c in book.notebook.cells] == list(range(1, len(book.notebook.cells) + 1))
    assert entries["en"]["headline"].startswith('More than <data value="29000" data-bound="more-than">more than 29,000')


@pytest.mark.slow
def test_a_page_too_heavy_with_its_code_names_the_notebook_that_holds_it(book: Notebook) -> None:
    book.notebook.cells.append(nbformat.v4.new_code_cell("# long\n" * 40_000))
    html = book.page()
    assert len(html.encode()) < 320_000
    assert "# long" not in html
    assert "<code>notebooks/" in html


@pytest.mark.parametrize(
    ("kind", "place", "origin"),
    [
        ("published", "Ontario", "A label (Ontario, 2021 to 2022)"),
        ("derived", "", "A label (2021 to 2022)"),
        ("estimate", "Ontario", "A label (Ontario, 2021 to 2022), our estimate"),
    ],
)
def test_a_key_number_says_where_when_and_whose_it_is(
    kind: str, place: str, origin: str, book: Notebook, number: Make
) -> None:
    book.chapter.record(told=number(Quantity.exact(28), kind, name="told", place=place))
    book.chapter.key_numbers("told")
    tiles = re.findall(r"<li><strong>(.*?)</strong> <span>(.*?)</span></li>", book.page())
    words = [tuple(re.sub(r"<[^>]*>", "", part) for part in tile) for tile in tiles]
    assert words[-1] == ("28", origin)


ODD = ["{people} and {nobody.unit}", "<b onclick='x'>&amp;", "{{served}}"]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("code", ["en", "fr"])
def test_data_are_text_and_never_a_template(odd: str, code: str, monkeypatch: pytest.MonkeyPatch, number: Make) -> None:
    """Wherever a text of data may stand, it stands as it is: in tables, charts, labels, caveats, files."""
    book, text = Notebook(monkeypatch), {"en": odd, "fr": odd}
    caveat = Caveat("a-caveat", text)
    fields = {"label": text, "definition_label": text, "place_label": text, "name": "served", "caveats": (caveat,)}
    served = number(Quantity.exact(5), **fields)
    book.prose("# A title\n\nAn answer of {served}, {said}.", "# Un titre\n\nUne réponse : {served}, {said}.")
    book.chapter.record(served=served)
    book.chapter.say(said=text)
    book.chapter.key_numbers("served")
    title = {"en": "A title", "fr": "Un titre"} if "{" in odd else text  # what a chapter writes is a template
    book.chapter.table("t", **small.table([text, text], [[text, served]]), title=title, note=title)
    book.chapter.chart("c", small.bars(served, name=[text]), title=title, subtitle=title, description=title)
    html = book.page(code)
    html, shown = html.replace("&#39;", "'"), str(escape(odd)).replace("&#39;", "'")
    caveats = ["data-caveat=.a-caveat.><a href=.#note-a-caveat.>{}", "<li id=.note-a-caveat.>{}"]
    drawn = ["<td>{}</td>", ">{}</text>", "<th scope=.row.>{}</th>", "<th scope=.col.>{}</th>"]
    titles = ["<h2 id=.title-c.>{}</h2>", "<caption>{}</caption>"]
    titles += ["<p class=.note.>{}</p>", "<p class=.subtitle.>{}</p>"]
    for part in caveats + drawn + (titles if title is text else []):
        assert re.search(part.format(f"(<[^>]+>)*{re.escape(shown)}(<[^>]+>)*"), html), part
    assert re.search(rf'class="answer">.*</a>, {re.escape(shown)}\.', html)
    assert "<b onclick" not in html


def test_a_table_s_numbers_have_their_ends_and_several_in_a_cell_what_each_is(book: Notebook, number: Make) -> None:
    several = [number(Quantity.exact(1), name="c"), number(Quantity.exact(2), name="d")]
    whole, span = number(Quantity.exact(2977), name="a"), number(Quantity.between(1000, 2000), name="b")
    people = [whole, span, number(Quantity.of("up-to", 9), name="up"), several, {"en": "none", "fr": "aucune"}]
    cells = [[{"en": letter, "fr": letter}, cell] for letter, cell in zip("ABCDE", people, strict=True)]
    heads = [{"en": "Row", "fr": "Ligne"}, {"en": "People", "fr": "Personnes"}]
    book.chapter.table("t", **small.table(heads, cells), title=TEXT)
    csv_rows = rows_of(build_page(book.notebook, "en").tables.by_id["t"].csv)
    assert [[r["People"], r["People: lower end"], r["People: upper end"]] for r in csv_rows] == [
        ["2,977", "2977", "2977"], ["between 1,000 and 2,000", "1000", "2000"], ["up to 9", "", "9"],
        ["A label, 2021 to 2022: 1; A label, 2021 to 2022: 2", "", ""], ["none", "", ""],
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["=1+1", "+1", "@SUM(A1)", "-2+3", "\t=1", "\n=1", "\uff1d1", " =1", "\ufeff=1"])
def test_what_a_spreadsheet_would_run_is_quoted(cell: str) -> None:
    assert files.escape_formula(cell) == "'" + cell
    written = files.to_csv([cell, "a"], [[cell, "b"]]).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(written, newline=""))] == ["'" + cell] * 2


@pytest.mark.parametrize("cell", ["-2.6", "5", "", "a = b", "\u22122.6%", "1-2", "a@b", "012", "1e400"])
def test_what_no_spreadsheet_runs_stays(cell: str) -> None:
    assert files.escape_formula(cell) == cell


@pytest.mark.parametrize("cell", ["012", "1e400", "nan", "\u0661", "1_000", " 5", "5.", ".5", "+5", "--5"])
def test_what_is_no_number_for_a_machine(cell: str) -> None:
    assert not files.is_number(cell)


@pytest.mark.parametrize(
    ("quantity", "is_there"),
    [(Quantity.between(13, 15), True), (Quantity.exact(13), False), (Quantity.of("about", 13), False)],
)
def test_a_page_with_an_interval_says_how_its_ends_are_rounded(
    quantity: Quantity, is_there: bool, book: Notebook, number: Make
) -> None:
    book.chapter.record(months=number(quantity, "derived", name="months", inputs=(number(ONE, name="one"),)))
    book.prose("It took {months} months.", "Cela a pris {months} mois.")
    for language, sentence in (("en", "rounded outward"), ("fr", "arrondies vers l’extérieur")):
        assert (sentence in book.page(language)) is is_there


def test_no_two_entries_of_the_index_have_one_name(tmp_path: Path) -> None:
    parts = dict.fromkeys(("answer", "vintage", "picture", "part", "number"), "") | {"title": "Reports"}
    of = {"a": ("A rise", "Canada"), "b": ("A rise", "Canada, Criminal Code"), "c": ("A fall", "")}
    entries = [
        dict.fromkeys(("en", "fr"), parts | {"slug": slug, "headline": headline, "differing": differing})
        for slug, (headline, differing) in of.items()
    ]
    context = {"review_title": {"en": "Places", "fr": "Lieux"}, "languages": ["en", "fr"], "date": "", "imprint": {}}
    write_opening(context, entries, "en", tmp_path)
    names = re.findall(r"<h3>.*?<a [^>]*>(.*?)</a>", (tmp_path / "en" / "index.html").read_text(encoding="utf-8"))
    assert names == ["Reports (Canada)", "Reports (Canada, Criminal Code)", "Reports"]


@pytest.mark.parametrize("part", ["section", "csv"])
def test_a_chart_s_caveat_stands_beside_it_and_in_its_file(part: str, book: Notebook) -> None:
    page = build_page(book.notebook, "en")
    assert list(missing_caveats(page)) == []
    if part == "csv":
        chart = page.charts.by_id["served_bars"]
        without = replace(chart, csv=chart.csv.replace(b"Mind this.", b""))
        parts = [replace(each, chart=without) if each.kind == "chart" else each for each in page.text.parts]
        page = replace(page, text=replace(page.text, parts=parts))
    else:
        blocks = page.sections.blocks
        blocks = [b.replace(' data-caveat="a-caveat"', "") if "data-chart" in b else b for b in blocks]
        page = replace(page, sections=replace(page.sections, box="", blocks=blocks))
    refusals = [str(refusal.error) for refusal in missing_caveats(page)]
    assert any(re.match(r"found (chart served_bars|served) without its caveat a-caveat", line) for line in refusals)


def test_the_policy_allows_nothing_but_what_stands_in_the_page(pages: dict[str, str]) -> None:
    """Each directive as it is pinned: one that is looser, or left out, is seen."""
    content = re.search(r'Content-Security-Policy" content="([^"]*)"', pages["en"])[1]  # type: ignore[index]
    directives = dict(part.strip().split(" ", 1) for part in content.split(";"))
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", directives.pop("style-src"))
    nothing = dict.fromkeys(("default-src", "script-src", "base-uri", "form-action"), "'none'")
    assert directives == nothing | dict.fromkeys(("font-src", "img-src"), "data:")
    assert "script-src 'sha256-" in content_security_policy("alert(1)")
    assert content_security_policy("a") != content_security_policy("b")


GOES_ON = {
    "en": "This page stops at 2023, as it was asked to. Its series goes on to 2024.",
    "fr": "Cette page s’arrête à 2023, comme demandé. Sa série se poursuit jusqu’en 2024.",
}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_says_where_its_series_goes_on(book: Notebook, language: str) -> None:
    left_out = [{"parameter": "last_year", "asked": 2023, "latest": 2024}]
    book.notebook.metadata["evaluation"] |= {"left_out": left_out, "latest": []}
    (notice,) = re.findall(r'<p class="left-out">(.*?)</p>', book.page(language))
    assert re.sub(r"<[^>]+>", "", notice) == GOES_ON[language]
    assert notice.count("<time datetime=") == 2
    book.notebook.metadata["evaluation"]["left_out"] = []
    assert 'class="left-out"' not in book.page(language)


def made_by_papermill(book: Notebook, **about: Any) -> Any:
    """The notebook as Papermill leaves it: its chapter's own metadata, and Papermill's."""
    notebook = nbformat.reads(nbformat.writes(book.notebook), 4)
    notebook.metadata["evaluation"] = {"title": {"en": "A page", "fr": "Une page"}} | about
    notebook.metadata["papermill"] = {"input_path": "notebooks/people.ipynb", "parameters": {"place": "Ontario"}}
    return notebook


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_notebook_of_papermill_is_a_page_of_no_review(book: Notebook, language: str, tmp_path: Path) -> None:
    link = records.PageLink("other", {"en": "Another page", "fr": "Une autre page"})
    book.chapter.table("links", **small.table([TEXT], [[link]]), title=TEXT)
    path = tmp_path / "out.ipynb"
    path.write_text(nbformat.writes(made_by_papermill(book)), encoding="utf-8")
    html, _ = EvaluationPageExporter(language=language).from_filename(str(path))
    assert "29,000" in html.replace("\u00a0", ",")
    assert not re.search(r'<a [^>]*href="(?!#|https?:|data:|tel:)', html)  # no page that is not there
    assert "<code>Ontario</code>" in html


@pytest.mark.parametrize("about", [{}, {"title": {"fr": "A"}}, {"title": 5}])
def test_a_notebook_that_is_no_chapter_ends_in_one_line(about: Any, tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(metadata={"evaluation": about})
    ends_in(notebook, tmp_path, "-:-: found a notebook without metadata.evaluation.title .*; allowed: ")


def test_a_chapter_that_was_not_run_ends_in_one_line(book: Notebook, tmp_path: Path) -> None:
    notebook = made_by_papermill(book)
    notebook.cells = [nbformat.v4.new_code_cell(c.source) for c in notebook.cells]
    ends_in(notebook, tmp_path, r"cell \d+:en: found {served}; allowed: a recorded name")


def ends_in(notebook: Any, folder: Path, line: str) -> None:
    nbformat.write(notebook, folder / "out.ipynb")
    with pytest.raises(SystemExit, match=f"^out:{line}"):
        EvaluationPageExporter().from_filename(str(folder / "out.ipynb"))


@pytest.mark.parametrize("may_be_written", [True, False])
def test_templates_are_compiled_beside_them_where_that_may_be_written(
    may_be_written: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(templates.TEMPLATES, tmp_path / "templates", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(templates, "TEMPLATES", tmp_path / "templates")
    monkeypatch.setattr(templates.os, "access", lambda *_: may_be_written)
    for cached in (templates.template_cache, templates.environment):
        monkeypatch.setattr(templates, cached.__name__, lru_cache(cached.__wrapped__))
    templates.template("en", "page.html")
    compiled = [*(tmp_path / "templates" / "__pycache__").glob("*.pyc")]
    assert bool(compiled) is may_be_written
    if compiled:  # one that a power cut has damaged is compiled again
        compiled[0].write_bytes(compiled[0].read_bytes()[:40])
        templates.environment.cache_clear()
        assert templates.template("en", "page.html").name == "page.html.j2"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b <em>c</em>d", "a b cd"),
        ("<p>a</p><p>b</p>", "a b"),
        ('<img alt="a > b">x &amp; y', "x & y"),
        ("5\u00a0% <b>of\n all</b>", "5\u00a0% of all"),
    ],
)
def test_the_text_of_html_has_a_space_where_a_line_ends(html: str, text: str) -> None:
    assert templates.plain_text(html) == text
