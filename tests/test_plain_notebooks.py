"""An ordinary notebook becomes a page: one file, charts at two widths with table and CSV, what is lacking named."""

import base64
import copy
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import altair as alt
import nbformat
import pandas as pd
import pytest
from golden import compare
from plain_notebooks import HOMES, TEN, Cells, bundle, notebook

from evaluation.audit import Finding
from evaluation.audit.visit import STATES
from evaluation.pages.errors import PageError
from evaluation.pages.exporter import EvaluationPageExporter
from evaluation.pages.plain import ink, vega
from evaluation.pages.plain.outputs import PageState, format_cell, frame_part
from evaluation.pages.plain.page import plain_page, render_plain_page

DRAWN = alt.Chart(HOMES, title="Homes by town").mark_bar().encode(x="Town", y="count()")


def page(*cells: Any, language: str = "en") -> str:
    return render_plain_page(plain_page(notebook([*cells]), "homes", language))


def lacks(*cells: Any) -> list[str]:
    return [lack.actual for lack in plain_page(notebook([*cells]), "homes", "en").lacks]


def shown(**data: Any) -> Any:
    """A notebook whose one cell shows this."""
    output = nbformat.v4.new_output("display_data", {kind.replace("_", "/", 1): it for kind, it in data.items()})
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("show(it)", outputs=[output])])


SOON = ("bars",)  # on a screen and on paper; the other nine are looked at by `make long`, in all states


@pytest.mark.slow
@pytest.mark.parametrize(
    "cells",
    [cells if cells.__name__ in SOON else pytest.param(cells, marks=pytest.mark.long) for cells in TEN],
    ids=lambda cells: cells.__name__,
)
def test_ten_notebooks_become_pages_that_hold_all_rules(
    cells: Callable[[], Cells], audited: Callable[..., list[Finding]], tmp_path: Path
) -> None:
    made = plain_page(notebook(cells()), cells.__name__, "en")
    path = tmp_path / "page.html"
    path.write_text(render_plain_page(made), encoding="utf-8")
    assert made.lacks == []
    assert [*map(str, audited(path, STATES if cells.__name__ not in SOON else (STATES[0], STATES[-1])))] == []


def test_a_chart_has_two_drawings_a_name_a_table_and_its_numbers_as_csv() -> None:
    html = page("# Homes\n\nCounted.", DRAWN.properties(description="Three bars of thirty."))
    drawings = re.findall(r'<svg [^>]*role="img" aria-label="([^"]+)"[^>]* width="(\d+)"', html)
    assert drawings == [
        ("Homes by town. Town, Count of Records", "704"),
        ("Homes by town. Town, Count of Records", "288"),
    ]
    assert '<p class="description" id="about-chart-1">Three bars of thirty.</p>' in html
    assert '<th scope="row">Arden</th><td>30</td>' in html
    csv = base64.b64decode(re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', html)[1])  # type: ignore[index]
    assert csv.decode("utf-8-sig").splitlines() == ["Town,Count of Records", "Arden,30", "Brook,30", "Corley,30"]
    assert "<script" not in html
    assert "style=" not in html.split("</style>")[1]


def test_the_page_is_in_the_language_asked_for() -> None:
    html = page("# Logements\n\nComptés.", DRAWN, language="fr")
    assert '<html lang="fr-CA">' in html
    assert "Graphique 1" in html


@pytest.mark.slow
@pytest.mark.parametrize(
    "hostile",
    [
        '<img src=x onerror="alert(1)">',
        '<a href="javascript:alert(2)">x</a>',
        "<iframe src=x></iframe>",
        "<b onclick=a()>b</b>",
    ],
)
def test_html_around_a_table_is_cleaned_like_any_other(hostile: str) -> None:
    """The outputs of a notebook that somebody sends are foreign."""
    data = {"text/html": f"{hostile}<table><tr><td>one</td></tr></table>"}
    part = frame_part(PageState("en"), data)
    assert part is not None
    assert "one</td>" in part.html
    assert [sign for sign in ("onerror", "javascript:", "<iframe", "onclick") if sign in part.html] == []


def test_tables_of_one_output_share_a_number_and_the_next_follows() -> None:
    state, table = PageState("en"), pd.DataFrame({"beds": [1]}).to_html()
    parts = [frame_part(state, {"text/html": source}) for source in (table, table + table, table)]
    captions = [re.findall(r"<caption>(.*?)</caption>", str(part.html)) for part in parts if part]
    assert captions == [["Table 1"], ["Table 2", "Table 2 (2)"], ["Table 3"]]


def test_no_cell_of_a_chart_s_csv_is_a_formula() -> None:
    data = alt.Data(values=[{"Town": "=1+1", "n": 3}, {"Town": "Arden", "n": 4}])
    html = page(alt.Chart(data, title="Towns").mark_bar().encode(x="Town:N", y="n:Q"))
    csv = base64.b64decode(re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', html)[1])  # type: ignore[index]
    lines = csv.decode("utf-8-sig").splitlines()
    assert (len(lines), [line for line in lines if line.startswith("=")]) == (3, [])


def test_numbers_below_zero_are_described_and_are_numbers_in_the_csv() -> None:
    """Vega writes them with a minus sign of its own."""
    data = alt.Data(values=[{"Town": "Arden", "n": -5}, {"Town": "Brook", "n": 3}])
    html = page(alt.Chart(data, title="Change").mark_bar().encode(x="n:Q", y="Town:N"))
    csv = base64.b64decode(re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', html)[1])  # type: ignore[index]
    assert csv.decode("utf-8-sig").splitlines() == ["n,Town", "-5,Arden", "3,Brook"]
    assert "n: \u22125 to 3." in html


def test_what_only_a_person_can_write_is_named() -> None:
    plain = alt.Chart(HOMES).mark_bar().encode(x="Town", y="count()")
    assert lacks(plain) == ["chart 1 without a title", "chart 1 without a description", "a notebook without a title"]
    assert lacks("# Homes", DRAWN.properties(description="Three bars.")) == []


@pytest.mark.slow
def test_what_all_layers_are_called_is_the_chart_s_name_and_is_drawn_once() -> None:
    named = DRAWN.properties(description="Three bars.")
    both = named + named.mark_text(dx=9).encode(text="count()")
    assert lacks("# Homes", both) == []
    assert page("# Homes", both).count("Homes by town</") == page("# Homes", named).count("Homes by town</")
    assert "chart 1 without a title" in lacks("# Homes", named + named.mark_rule().properties(title="Another"))


@pytest.mark.slow
@pytest.mark.parametrize("empty", [True, False])
def test_what_waits_for_a_selection_is_drawn_as_it_is_before_one(empty: bool) -> None:
    """All chosen, with a key of the towns; or none, in grey."""
    brush = alt.selection_interval(empty=empty)
    colour = alt.when(brush).then("Town:N").otherwise(alt.value("grey"))
    points = alt.Chart(HOMES, title="Homes").mark_point().encode(x="Rent", y="count()", color=colour).add_params(brush)
    svg = vega.draw_at_width(points.to_dict(), 704, "en", "Homes", "c1")
    assert ("Arden" in svg) == empty


@pytest.mark.slow
def test_a_description_that_nobody_wrote_says_what_is_there() -> None:
    html = page("# Homes", DRAWN)
    assert "Town: Arden, Brook, Corley. Count of Records: 30 to 30." in html


@pytest.mark.parametrize("renderer", ["mimetype", "html"])
def test_what_altair_leaves_is_read_whatever_shows_it(renderer: str) -> None:
    with alt.renderers.enable(renderer):
        assert vega.find_specification(bundle(DRAWN)) == DRAWN.to_dict()


def test_data_that_lie_elsewhere_are_not_asked_for() -> None:
    elsewhere = alt.Chart("https://example.org/homes.csv", title="Homes").mark_bar().encode(x="Town:N", y="Rent:Q")
    problems = lacks("# Homes", elsewhere.properties(description="Bars."))
    assert problems == ["chart 1: a chart whose data lie at https://example.org/homes.csv"]
    assert "example.org" not in page("# Homes", elsewhere).split('id="lacks"')[0]


def test_a_picture_keeps_its_alternative_text_and_one_without_is_named() -> None:
    made = shown(image_png="iVBORw0KGgo=")
    assert next(lack.actual for lack in plain_page(made, "it", "en").lacks) == "picture 1 without a description"
    assert '<img src="data:image/png;base64,iVBORw0KGgo=">' in render_plain_page(plain_page(made, "it", "en"))
    made.cells[0].outputs[0].metadata = {"image/png": {"alt": "A map of homes"}}
    assert '<img src="data:image/png;base64,iVBORw0KGgo=" alt="A map of homes">' in render_plain_page(
        plain_page(made, "it", "en")
    )


def test_a_picture_that_vega_drew_keeps_its_title_and_its_rows() -> None:
    with alt.renderers.enable("svg"):
        html = page("# Homes", DRAWN)
    assert 'alt="Homes by town"' in html
    assert '<th scope="row">Arden</th><td>30</td>' in html


def test_a_data_frame_is_a_table_for_readers() -> None:
    frame = pd.DataFrame({"Town": ["Arden", "Brook"], "People": [12345.5, None], "Open": [True, False]})
    html = page("# Homes\n\n## Towns", frame)
    assert "<caption>Table 1. Towns</caption>" in html
    assert '<th scope="col">Town</th>' in re.sub(r"\s*\n\s*", "", html)
    assert "12,345.5" in html
    for left in ("NaN", ">True<", "<th></th>", "dataframe"):
        assert left not in html.split("</style>")[1]


@pytest.mark.parametrize(
    ("cell", "language", "expected"),
    [
        ("2019", "en", "2019"),
        ("74600.0", "en", "74,600.0"),
        ("0.123456789", "en", "0.123457"),
        ("17.3333333333", "en", "17.333"),
        ("-1234567", "fr", "\u22121\u00a0234\u00a0567"),
        ("1.5", "fr", "1,5"),
        ("NaN", "en", ""),
        ("Arden", "fr", "Arden"),
    ],
)
def test_cells_are_written_for_readers(cell: str, language: str, expected: str) -> None:
    assert format_cell(cell, language) == expected


def test_markdown_is_cleaned_and_its_headings_follow_each_other() -> None:
    html = page(
        '# One\n\nFirst.\n\n#### Deep\n\n<script>alert(1)</script>\n\nA <b style="color:red">bold</b> [file](data.csv)',
        "# Two",
    )
    body = html.split('<main id="main"')[1]
    assert re.findall(r"<(h\d)\b[^>]*>([^<]+)", body)[:3] == [("h1", "One"), ("h2", "Deep"), ("h2", "Two")]
    assert "<b>bold</b> <a>file</a>" in body
    assert "alert" not in body


@pytest.mark.parametrize(
    ("made", "actual"),
    [
        (nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]), "found a notebook without outputs"),
        (
            nbformat.v4.new_notebook(
                cells=[
                    nbformat.v4.new_code_cell(
                        "x", outputs=[nbformat.v4.new_output("error", ename="NameError", evalue="x", traceback=[])]
                    )
                ]
            ),
            "it:1:-: found NameError: x",
        ),
    ],
)
def test_an_unfinished_notebook_is_refused(made: Any, actual: str) -> None:
    with pytest.raises(PageError, match=re.escape(actual)):
        plain_page(made, "it", "en")


@pytest.mark.slow
def test_what_lies_over_bars_is_seen_and_darker_stays_darker() -> None:
    rule = alt.Chart(HOMES).mark_rule(color="red").encode(x="mean(Rent)")
    over = alt.Chart(HOMES).mark_bar().encode(x=alt.X("Rent", bin=True), y="count()") + rule
    svg = vega.draw_at_width(over.to_dict(), 704, "en", "Rents and their mean", "c1")
    fill, opacity = re.search(r'fill="(#\w{6})" fill-opacity="([\d.]+)"', svg).groups()  # type: ignore[union-attr]
    bar = ink.blend_with_paper(ink.parse_colour(fill), float(opacity))  # type: ignore[arg-type]
    line = ink.parse_colour(re.search(r'<line [^>]*stroke="(#\w{6})"', svg.split(fill)[-1])[1])  # type: ignore[index]
    assert line is not None
    assert ink.contrast(line) / ink.contrast(bar) >= 3


def test_how_charts_are_prepared_for_a_page(tmp_path: Path) -> None:
    """Panels across and down, in rows and columns; what is turned; colours doubled by dashes and shapes."""
    seen = alt.selection_interval()
    given = alt.selection_point(name="given", fields=["Town"], value="Arden")
    base = alt.Chart(HOMES, title=["Homes", "by town"])
    colour = alt.when(given).then("Town:N").otherwise(alt.value("grey"))
    points = base.mark_square().encode(x="Rent", color="Town", opacity=alt.when(seen).then(alt.value(0.5)))
    titled = base.mark_line().encode(x="Rooms:O", y=alt.Y("Rent", sort="-x"), color="Town:N", column="Town:N")
    axis = alt.Axis(labelAngle=45, labelFontSize=8, titleFontSize=30)
    charts = [
        *(cell for cells in TEN for cell in cells() if isinstance(cell, alt.TopLevelMixin)),
        points.add_params(seen), base.mark_circle().encode(x="Rent", color=colour).add_params(given),
        titled.properties(height=90), titled.encode(row="Rooms:O"), base.mark_bar().encode(x=alt.X("Rent", axis=axis)),
        base.mark_point().encode(x="Rent").facet(column="Town:N"), base.mark_point().encode(x="Rent").facet("Town:N"),
        base.mark_bar(orient="vertical").encode(x=alt.X("Town:N", sort="y"), y="Rent", facet="Rooms:O"),
        base.mark_bar().encode(x=alt.X(alt.repeat("repeat"), type="ordinal")).repeat(["Rooms", "Town"], columns=3),
        base.mark_bar().encode(x="yearmonth(When):O") + base.mark_rule().encode(x="Rent"),
    ]  # fmt: skip
    lines = []
    for chart in charts:
        made = vega.lift_layer_titles(chart.to_dict(validate=False))
        lines += [f"== {' | '.join(vega.chart_titles(made))}"]
        for width, turned in ((704, vega.transpose_specification(made)), (288, copy.deepcopy(made))):
            prepared = vega.make_moments_temporal(vega.prepare_specification(turned, width))
            shown = {part: value for part, value in prepared.items() if part not in ("data", "datasets", "description")}
            lines.append(re.sub(r"param_[0-9a-f]+", "param", json.dumps(shown, sort_keys=True)))
        lines.append(str([(columns, thinned) for _, columns, thinned in vega.layouts_to_try(made)]))
    lines += [json.dumps(vega.page_config("fr", 2, thinned, width)) for thinned, width in ((True, 288), (False, 704))]
    compare("\n".join(lines) + "\n", "vega_prepared.txt", tmp_path)


SHAPES = """<svg xmlns="http://www.w3.org/2000/svg" width="100" height="60" viewBox="0 0 100 60" class="marks">
<defs><clipPath id="clip"><path d="M0,0h100v60h-100Z"/></clipPath></defs>
<g transform="translate(5,5)"><g class="mark-{kind} role-mark" role="img" aria-label="bars" clip-path="url(#clip)">
<path d="M0,0h40v30h-40Z" fill="#4c78a8" opacity="0.8"/>
<path d="M50,0h40v30h-40Z" fill="#fafad2" fill-opacity="0.5" stroke-opacity="0.2"/>
<path d="M0.123456,0h0.98765" stroke="#ffff66" fill="none" opacity="1"/>
<path d="M0,40h9" fill="transparent"/><path d="M0,40h9" fill="red" opacity="0"/>
<path d="M0,50h9" stroke="url(#clip)"/></g>
<g class="mark-symbol role-legend-symbol"><path d="M0,0h4" fill="#4c78a8" opacity="0.3"/></g>
<g class="mark-rule role-mark"><line x1="{x}" x2="{x}" y1="-5" y2="50" stroke="#88ee88" stroke-opacity="0.4"/></g>
<g class="mark-text role-mark"><text x="60" y="58" fill="yellow" font-size="14px">A</text></g></g></svg>"""


@pytest.mark.parametrize(
    ("kind", "x"), [("rect", 20), ("rect", 45), ("symbol", 20)], ids=["crossed", "beside", "no fills"]
)
def test_what_a_drawing_of_vega_becomes(kind: str, x: int, tmp_path: Path) -> None:
    root = ElementTree.fromstring(SHAPES.format(kind=kind, x=x))
    svg = vega.finish_drawing(root, "Bars & a line", "c1")
    assert ElementTree.fromstring(svg) is not None
    compare(svg.replace("><", ">\n<") + "\n", f"vega_{kind}_{x}.svg", tmp_path)


@pytest.mark.parametrize(
    ("colour", "darkest"), [("#ffffff", "#929292"), ("#000", "#000000"), ("#767676", "#767676"), ("#ff0", "#929200")]
)
def test_a_colour_is_darkened_until_it_is_seen_on_paper(colour: str, darkest: str) -> None:
    parsed = ink.parse_colour(colour)
    assert parsed is not None
    assert ink.hexadecimal(ink.darken_colour(parsed)) == darkest
    assert ink.contrast(ink.darken_colour(parsed)) >= 3.1
    assert [ink.parse_colour(name) for name in ("none", "transparent", "currentColor", "url(#a)")] == [None] * 4
    assert (ink.contrast((1, 1, 1)), ink.contrast((0, 0, 0))) == (pytest.approx(1), pytest.approx(21))
    assert ink.blend_with_paper((0, 0.5, 1), 0.5) == (0.5, 0.75, 1)


@pytest.mark.slow
def test_nbconvert_makes_the_page_and_says_what_is_lacking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "homes.ipynb"
    nbformat.write(notebook(["# Homes", DRAWN]), path)
    html, _ = EvaluationPageExporter().from_filename(str(path))
    assert "Homes by town" in html
    assert capsys.readouterr().err.startswith("homes.ipynb:2:-: found chart 1 without a description; allowed: ")


@pytest.mark.long
def test_the_benchmark_s_notebook_becomes_a_page(tmp_path: Path) -> None:
    from nbclient import NotebookClient

    root = Path(__file__).parents[1]
    made = nbformat.read(root / "benchmarks" / "plain.ipynb", 4)
    NotebookClient(made, kernel_name="python3", resources={"metadata": {"path": str(root / "benchmarks")}}).execute()
    html = render_plain_page(plain_page(made, "plain", "en"))
    assert html.count('<section class="picture"') == 5
    assert sys.getsizeof(html) < 320_000
