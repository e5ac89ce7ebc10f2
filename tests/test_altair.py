"""Any Altair chart over a frame of figures: recorded with the cells that it draws, drawn in both languages and at both
widths without a text that cannot be read, and refused in the cell where it would mislead."""

import json
import re
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest
from small import ANSWER, Make, notebook, project

from evaluation import charts
from evaluation.building.build import build
from evaluation.building.checks import Request
from evaluation.charts import NARROW, WIDE, ChartRefused, legibility, record
from evaluation.charts.geometry import Scene
from evaluation.charts.layers import ColourScale, RecordedChart
from evaluation.charts.meanings import mark_meanings
from evaluation.charts.theme import ACCENT, RULE
from evaluation.language import translate
from evaluation.numbers.figures import Figures
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.labels import labels_of
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity
from evaluation.pages import chart as page_chart
from evaluation.pages import notebook as page_notebook
from evaluation.pages.errors import PageError

pytestmark = pytest.mark.sampled

PLACES = ["Ontario", "Quebec", "Nova Scotia", "Canada", "Prince Edward Island"]
GROUPS = [{"en": "Women", "fr": "Femmes"}, {"en": "Men", "fr": "Hommes"}, {"en": "Not stated", "fr": "Non précisé"}]
YEARS = [2019, 2020, 2021, 2023, 2024]
TEXTS: dict[str, Any] = {key: {"en": "Words", "fr": "Mots"} for key in ("title", "subtitle", "description")}
FIGURES = Figures()
LABELS = labels_of(FIGURES)


class Tables:
    """Made-up tables, each with a column of figures ``n`` and what tells its rows apart."""

    def __init__(self, make: Make):
        self.make, self.count = make, 0

    def exact(self, value: Any, **fields: Any) -> Number:
        return self.number(Quantity.exact(value), **fields)

    def number(self, quantity: Quantity, kind: str = "published", **fields: Any) -> Number:
        self.count += 1
        nouns = FIGURES.nouns(fields.get("unit", "people"))
        return self.make(quantity, kind, **{"name": f"n{self.count}", "nouns": nouns, "definition": "d", **fields})

    def frame(self, rows: list[tuple[Any, ...]], *names: str) -> pd.DataFrame:
        made = pd.DataFrame(rows, columns=list(names))
        figures = [name for name in names if any(isinstance(cell, Number) for cell in made[name])]
        return made.assign(**{name: FigureArray(made[name]) for name in figures})

    def years(self) -> pd.DataFrame:
        rows = [
            (p, y, self.exact(37 * (3 * i + j) % 900 + 5)) for i, p in enumerate(PLACES) for j, y in enumerate(YEARS)
        ]
        return self.frame(rows, "place", "year", "n")

    def groups(self, ones: list[Any] = PLACES, name: str = "place") -> pd.DataFrame:
        rows = [
            (p, g, self.exact(53 * (2 * i + j) % 700 + 9)) for i, p in enumerate(ones) for j, g in enumerate(GROUPS)
        ]
        return self.frame(rows, name, "group", "n")

    def pairs(self) -> pd.DataFrame:
        rows = [(p, self.exact(5000 * i + 900), self.exact(i + 4, unit="incidents")) for i, p in enumerate(PLACES)]
        return self.frame(rows, "place", "n", "m")

    def intervals(self) -> pd.DataFrame:
        ends = [(p, 40 * i + 10, 55 * i + 90) for i, p in enumerate(PLACES)]
        rows = [(p, self.number(Quantity.between(*e), "estimate"), *map(self.exact, e)) for p, *e in ends]
        return self.frame(rows, "place", "n", "low", "high")

    def bounds(self) -> pd.DataFrame:
        words = [("more-than", 29000), ("up-to", 72000), ("at-least", 12000), ("about", 8000), ("exact", 31000)]
        rows = [(p, y, self.number(Quantity.of(*w))) for p, y, w in zip(PLACES, range(2019, 2024), words, strict=True)]
        return self.frame(rows, "place", "year", "n")

    def near_zero(self) -> pd.DataFrame:
        rows = [(p, y, self.exact(n)) for p, n in (("Ontario", 1418), ("Quebec", 17)) for y in (2018, 2019)]
        return self.frame(rows, "place", "year", "n")

    def months(self) -> pd.DataFrame:
        keys = [f"{y}-{m:02}" for y in (2022, 2023) for m in range(1, 13) if (y, m) != (2022, 7)]
        return self.frame([(key, self.exact(71 * i % 400 + 3)) for i, key in enumerate(keys)], "month", "n")

    def parts(self) -> pd.DataFrame:
        return self.groups(YEARS, "year")

    def money(self) -> pd.DataFrame:
        rows = [(p, self.exact((i * 61 + 7) * 1_000_000, unit="cad")) for i, p in enumerate(PLACES)]
        return self.frame(rows, "place", "n")

    def changes(self) -> pd.DataFrame:
        rows = [(p, self.exact(v, unit="percent")) for p, v in zip(PLACES, (-40, 20, 5, -3, 60), strict=True)]
        return self.frame(rows, "place", "n")


@pytest.fixture
def tables(number: Make) -> Tables:
    return Tables(number)


def dumbbell(frame: pd.DataFrame) -> Any:
    base = alt.Chart(frame).encode(y="place:N")
    ends = [base.mark_point(color=c).encode(x=f"{n}:Q") for n, c in (("low", "#0b5fa5"), ("high", "#a8420b"))]
    return alt.layer(base.mark_rule(color="#595959").encode(x="low:Q", x2="high:Q"), *ends)


def heat_map(frame: pd.DataFrame) -> Any:
    return alt.Chart(frame).mark_rect().encode(x="year:O", y="place:N", color="n:Q")


def interval(frame: pd.DataFrame, **encoding: Any) -> Any:
    return alt.Chart(frame).mark_rule().encode(**encoding)


def bars(frame: pd.DataFrame, **encoding: Any) -> Any:
    return alt.Chart(frame).mark_bar().encode(**{"x": "n:Q", "y": "place:N"} | encoding)


def points(frame: pd.DataFrame, **encoding: Any) -> Any:
    return alt.Chart(frame).mark_point().encode(**{"x": "n:Q", "y": "place:N"} | encoding)


def lines(frame: pd.DataFrame, **encoding: Any) -> Any:
    return alt.Chart(frame).mark_line().encode(**{"x": "year:O", "y": "n:Q"} | encoding)


KINDS: dict[str, Callable[[Tables], Any]] = {
    "heat": lambda t: heat_map(t.years()),
    "facet": lambda t: lines(t.years()).facet("place:N", columns=3),
    "row": lambda t: bars(t.groups(), y="group:N", row="place:N"),
    "grouped": lambda t: bars(t.groups(), y="group:N", facet=alt.Facet("place:N", columns=1)),
    "interval": lambda t: interval(t.intervals(), x="low:Q", x2="high:Q", y="place:N"),
    "estimates": lambda t: points(t.intervals()),
    "upright": lambda t: interval(t.intervals().assign(year=YEARS), y="n_low:Q", y2="n_high:Q", x="year:O"),
    "dumbbell": lambda t: dumbbell(t.intervals()),
    "bounds": lambda t: bars(t.bounds()),
    "bound_points": lambda t: points(t.bounds(), x="year:O", y="n:Q"),
    "bound_line": lambda t: lines(t.bounds()),
    "months": lambda t: lines(t.months(), x="month:O"),
    "money": lambda t: bars(t.money(), y=alt.Y("place:N", sort="-x")),
    "changes": lambda t: bars(t.changes()),
    "lines": lambda t: lines(t.years().query("place != 'Canada'"), color="place:N"),
    "reference": lambda t: bars(t.money()) + alt.Chart(t.money().head(1)).mark_rule(color="#1a1a1a").encode(x="n:Q"),
    "reversed": lambda t: lines(t.years().query("place == 'Ontario'"), x=alt.X("year:O", sort="descending")),
    "fiscal_years": lambda t: bars(
        t.frame([(f"{y}/{y % 100 + 1}", t.exact(y)) for y in YEARS], "year", "n"), y="year:O"
    ),
    "near_zero": lambda t: lines(t.near_zero(), detail="place:N"),  # the lower line's name stands over the axis
    "grid": lambda t: alt.Chart(t.years()).mark_circle().encode(x="year:O", y="place:N", detail="n:Q"),
}


def drawn(chart: record.ChartRecord, language: str, width: int) -> str:
    return charts.draw("a", chart.arguments(), chart.points, language, width, "A name")


def svg_of(chart: Any, language: str = "en", width: int = WIDE) -> str:
    """A drawing in which the look finds nothing."""
    svg = drawn(record.record_chart("a", chart, LABELS), language, width)
    assert legibility.faults(svg) == []
    return svg


def words_in(svg: str) -> str:
    lines = re.sub(r" ?</tspan><tspan[^>]*>", " ", svg)
    return " | ".join(re.findall(r">([^<>]+)<", lines)).replace("\u00a0", " ")


# Each language and each width once while somebody works, and all of them together in `make long`.
PAGES = [("en", WIDE), ("fr", NARROW)]
PAGES += [pytest.param(*page, marks=pytest.mark.long) for page in (("en", NARROW), ("fr", WIDE))]


@pytest.mark.sampled(8)
@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), PAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_never_seen_can_be_read(kind: str, language: str, width: int, tables: Tables) -> None:
    svg = svg_of(KINDS[kind](tables), language, width)
    assert f'width="{width}"' in svg
    assert not re.search(r"rotate\(-?[1-9]", svg)


@pytest.mark.slow
def test_names_months_and_money_are_of_the_language(tables: Tables) -> None:
    charts_of = (record.record_chart("a", KINDS[kind](tables), LABELS) for kind in ("money", "months", "grouped"))
    money, months, grouped = (words_in(drawn(chart, "fr", WIDE)) for chart in charts_of)
    assert [words in money for words in ("Nouvelle-Écosse", "millions", "251 M$")] == [True, False, True]
    assert "Nova Scotia" not in money
    assert "décembre 2023" in months
    assert "Femmes" in grouped
    assert "personnes" in grouped


def test_a_grid_has_a_ring_for_none_and_a_dot_where_there_is_no_number(tables: Tables) -> None:
    numbers = {2019: None, 2020: tables.exact(0), 2021: tables.exact(3, definition="e")}
    frame = tables.frame([("Ontario", *cells) for cells in numbers.items()], "place", "year", "n")
    grid = alt.Chart(frame).mark_circle().encode(x="year:O", y="place:N", detail="n:Q")
    chart = record.record_chart("a", grid, LABELS)
    circles = re.findall(r"<circle[^>]*>", drawn(chart, "en", WIDE))
    fills = [fill for circle in circles for fill in re.findall(r'fill="(#\w+)"', circle)]
    assert fills == ["#595959", "#ffffff", "#0b5fa5"]
    missing, none, three = (float(r) for circle in circles for r in re.findall(r'r="([\d.]+)"', circle))
    assert missing < none / 3 < three
    meant = [translate(meaning, "en").split(":")[0] for meaning in mark_meanings(chart.arguments(), chart.points)]
    assert meant == ["full circle", "empty circle", "dot"]


def test_a_points_are_exactly_the_cells_drawn(tables: Tables) -> None:
    frame = tables.years().query("year >= 2021")
    frame["other"] = FigureArray([tables.exact(1) for _ in range(len(frame))])  # not drawn
    chart = record.record_chart("a", heat_map(frame), LABELS)
    assert [point.number for point in chart.points] == list(frame.n)
    assert {(p.category["en"], p.year) for p in chart.points} == set(zip(frame.place, frame.year, strict=True))
    assert "other" not in json.dumps(chart.arguments())


def test_a_worked_out_cell_says_how_or_keeps_a_label_of_its_own(tables: Tables) -> None:
    frame, label = tables.pairs(), {"en": "Half", "fr": "Moitié"}
    halves = FigureArray([(number / 2).labelled(label) for number in frame.n])
    charts_of = (bars(frame.assign(part=cells), x="part:Q") for cells in (frame.n / 3, halves))
    each, half = (record.record_chart("a", chart, LABELS).points[0].number for chart in charts_of)
    assert (each.name, each.formula["fr"], half.label) == ("a.1", "Une étiquette ÷ 3", label)


def test_what_rounding_leaves_open_is_the_interval_of_the_number_beside_it(tables: Tables) -> None:
    """One row of the table a mark, and no estimate beside the published numbers in the key."""
    frame = tables.frame([(p, tables.exact(i + 1, decimals=1)) for i, p in enumerate(PLACES)], "place", "n")
    frame["around"] = frame.n.figure.rounding()
    base = alt.Chart(frame).encode(y="place:N")
    rule = base.mark_rule().encode(x="around_low:Q", x2="around_high:Q")
    chart = record.record_chart("a", rule + base.mark_point().encode(x="n:Q"), LABELS)
    assert [point.number for point in chart.points] == list(frame.n)
    assert [point.interval.quantity for point in chart.points if point.interval] == [n.quantity for n in frame.around]
    assert not any(point.series for point in chart.points)
    assert legibility.faults(drawn(chart, "en", WIDE)) == []


def test_a_year_that_a_missing_cell_made_a_float_is_that_year(tables: Tables) -> None:
    years = tables.years().query("place == 'Ontario'")
    as_int, as_float = (
        record.record_chart("a", lines(column), LABELS) for column in (years, years.astype({"year": float}))
    )
    assert [point.year for point in as_float.points] == [point.year for point in as_int.points]
    assert words_in(drawn(as_float, "en", WIDE)) == words_in(drawn(as_int, "en", WIDE))


@pytest.mark.parametrize(("low", "high"), [(40, 60), (-60, -40)])
@pytest.mark.parametrize("kind", ["published", "estimate"])
def test_an_interval_among_bars_is_a_line_of_its_own(low: int, high: int, kind: str, tables: Tables) -> None:
    """Of a published range above a bar to its lower end; of an estimate alone and dashed, since a bar would read as a
    number."""
    span = tables.number(Quantity.between(low, high), kind)
    frame = tables.frame([("Ontario", span), ("Quebec", tables.exact(100))], "place", "n")
    scale = alt.X("n:Q", scale=alt.Scale(domain=[-100, 200]))
    svg = drawn(record.record_chart("a", alt.Chart(frame).mark_bar().encode(x=scale, y="place:N"), LABELS), "en", WIDE)
    picture = Scene(svg)
    *_, bar = sorted(picture.shapes, key=lambda shape: shape.box.width)
    assert len(picture.shapes) == 1 + (kind == "published" and low > 0)
    line = max(picture.mark_lines, key=lambda line: abs(line[2] - line[0]))
    assert abs(line[2] - line[0]) / bar.box.width == pytest.approx(0.2, abs=0.01)
    assert ('stroke-dasharray="7,3"' in svg) is (kind == "estimate")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("goal", "entry_words"),
    [
        ({"definition_label": {"en": "2nd", "fr": "2nd"}}, ["1st", "2nd"]),
        ({"start": "2031", "end": "2031"}, ["1st, 2021", "1st, 2031"]),
    ],
)
def test_a_key_tells_a_bar_from_a_point_of_other_numbers(
    goal: dict[str, Any], entry_words: list[str], language: str, tables: Tables
) -> None:
    meaning: dict[str, Any] = {"definition_label": {"en": "1st", "fr": "1st"}, "start": "2021", "end": "2021"}
    rows = [(p, tables.exact(7 * i + 40, **meaning), tables.exact(90, **meaning | goal)) for i, p in enumerate(PLACES)]
    base = alt.Chart(tables.frame(rows, "place", "n", "m")).encode(y="place:N")
    chart = record.record_chart("a", base.mark_bar().encode(x="n:Q") + base.mark_point().encode(x="m:Q"), LABELS)
    entries = ColourScale(RecordedChart(chart.arguments(), chart.points, language)).legend()
    assert [(mark, words) for mark, _, _, words in entries] == list(zip(("bar", "point"), entry_words, strict=True))
    picture = Scene(drawn(chart, language, NARROW))
    assert set(entry_words) <= {line.text for line in picture.texts}
    for _, ink, _, _ in entries:
        assert [shape.ink for shape in picture.shapes].count(ink) == len(PLACES) + 1  # in the key, too
    only_bars = record.record_chart("a", base.mark_bar().encode(x="n:Q"), LABELS)
    assert ColourScale(RecordedChart(only_bars.arguments(), only_bars.points, language)).legend() == []


def test_lines_differ_by_the_shapes_of_their_dots_and_have_no_dashes(tables: Tables) -> None:
    chart = record.record_chart("a", KINDS["lines"](tables), LABELS)
    entries = ColourScale(RecordedChart(chart.arguments(), chart.points, "en")).legend()
    assert len({shape for _, _, shape, _ in entries}) == len(entries) > 1
    svg = drawn(chart, "en", WIDE)
    assert "stroke-dasharray" not in svg  # these say that a number is an estimate
    assert svg.count("<circle") < len(chart.points)


@pytest.mark.parametrize(("kind", "form"), [("published", "circle"), ("derived", "diamond"), ("estimate", "square")])
def test_a_dot_has_the_form_of_its_kind(kind: str, form: str, tables: Tables) -> None:
    frame = tables.frame([(p, tables.number(Quantity.exact(40 + i), kind)) for i, p in enumerate(PLACES)], "place", "n")
    svg = svg_of(points(frame))
    corners = [len(re.findall(r"[\d.]+,", path)) for path in re.findall(r' d="(M[^"hv]*Z)"', svg)]
    square = re.findall(r' d="M[^"]*h[^"]*"', svg)
    forms = {"circle": svg.count("<circle"), "diamond": corners.count(4), "square": len(square)}
    assert forms == {**dict.fromkeys(forms, 0), form: len(PLACES)}
    chart = record.record_chart("a", bars(frame), LABELS)
    assert any("hollow" in meaning for meaning in mark_meanings(chart.arguments(), chart.points)) is (
        kind == "estimate"
    )


def test_names_have_the_colours_that_a_writer_gives_them(tables: Tables) -> None:
    scale = alt.Scale(domain=["Women", "Men", "Not stated"], range=list(charts.SERIES[2::-1]))
    chart = record.record_chart("a", coloured(tables, scale=scale), LABELS)
    entries = ColourScale(RecordedChart(chart.arguments(), chart.points, "en")).legend()
    assert {words: ink for _, ink, _, words in entries} == dict(zip(scale.domain, scale.range, strict=True))


def test_an_estimate_stays_an_outline_where_it_is_highlighted(tables: Tables) -> None:
    marked, frame = charts.highlight("place", "Ontario"), tables.intervals()
    for chart in (bars(frame, color=marked), points(frame, color=marked)):
        svg = drawn(record.record_chart("a", chart, LABELS), "en", WIDE)
        assert not re.search(r'<path[^>]*fill="#(8a8a8a|0b5fa5)"[^>]*stroke=', svg)
        assert f'stroke="{ACCENT}"' in svg


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_highlight_is_dark_and_the_rest_grey(size: int, tables: Tables) -> None:
    """Of more lines than colours tell apart, too: a slope chart, its one finding dark, each with its name."""
    marked = charts.highlight("place", "Ontario", "Quebec")
    svg = svg_of(bars(tables.money(), color=marked), width=size)
    assert [svg.count(f'fill="{ink}"') for ink in (ACCENT, RULE)] == [2, 3]
    slopes = alt.Chart(tables.years().query("year in (2019, 2024)")).mark_line(point=True)
    slopes = slopes.encode(x="year:O", y="n:Q", detail="place:N", color=charts.highlight("place", "Quebec"))
    svg = svg_of(slopes, width=size)
    strokes = re.findall(r'<path d="M[^"ZAL]*L[^"ZAL]*" stroke="([^"]+)"[^>]*/>', svg)
    assert [strokes.count(ACCENT), strokes.count(RULE)] == [1, len(PLACES) - 1]
    assert [place for place in PLACES if place not in words_in(svg)] == []


SAME: dict[str, tuple[Callable[[Tables], Any], Callable[[Tables], Any]]] = {
    "upright years": (lambda t: bars(t.bounds(), x="year:O", y="n:Q"), lambda t: bars(t.bounds(), y="year:O")),
    "upright names": (lambda t: bars(t.money(), x=alt.X("place:N", sort="-y"), y="n:Q"), KINDS["money"]),
    "numbers in cells": (
        lambda t: heat_map(t.years()) + alt.Chart(t.years()).mark_text().encode(x="year:O", y="place:N", text="n:Q"),
        KINDS["heat"],
    ),
    "numbers of one base": (
        lambda t: alt.layer(bars(t.changes()), bars(t.changes(), text="n:Q").mark_text()),
        KINDS["changes"],
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_what_altair_says_in_several_ways_is_one_drawing(case: str, tables: Tables) -> None:
    first, second = (drawn(record.record_chart("a", chart(tables), LABELS), "fr", NARROW) for chart in SAME[case])
    assert first == second


def test_a_column_may_have_a_dot_and_a_name_no_kind(tables: Tables) -> None:
    chart = bars(tables.money().rename(columns={"n": "n.first"}), x="n.first:Q", y="place")
    assert "$251 million" in words_in(svg_of(chart))


def mixed(tables: Tables) -> Any:
    rows = [(y, tables.exact(y - 2000, definition=d)) for y in (2019, 2020, 2021) for d in ("one", "other")]
    return points(tables.frame(rows, "year", "n"), x="year:O", y="n:Q")


def coloured(tables: Tables, **color: Any) -> Any:
    return lines(tables.parts(), color=alt.Color("group:N", **color))


REFUSED: dict[str, tuple[Callable[[Tables], Any], str]] = {
    "aggregate": (lambda t: bars(t.money(), x="sum(n):Q"), "found aggregate.*in pandas"),
    "transform": (lambda t: bars(t.money()).transform_filter("datum.n > 1"), "transform.*pandas"),
    "address": (lambda t: bars("https://example.org/a.csv"), "data.*allowed: a data frame"),
    "no figures": (lambda t: bars(pd.DataFrame({"place": ["Ontario"], "n": [1.0]})), "is no column of figures"),
    "figures as names": (lambda t: bars(t.money(), x="n:O"), "'n' as ordinal; allowed: n:Q"),
    "dual axis": (lambda t: (bars(t.money()) + bars(t.money())).resolve_scale(x="independent"), "found resolve"),
    "two units": (lambda t: bars(t.pairs()) + bars(t.pairs(), x="m:Q"), "two units .*on one axis"),
    "no zero": (lambda t: bars(t.money(), x=alt.X("n:Q", scale=alt.Scale(zero=False))), "does not start at zero"),
    "domain": (lambda t: bars(t.money(), x=alt.X("n:Q", scale=alt.Scale(domain=[5, 90]))), "does not start at zero"),
    "reversed": (lambda t: bars(t.money(), x=alt.X("n:Q", scale=alt.Scale(reverse=True))), "scale: found reverse"),
    "names under bars and a rule": (
        lambda t: bars(t.money(), x="place:N", y="n:Q") + alt.Chart(t.money()[:1]).mark_rule().encode(y="n:Q"),
        "names under a bar; allowed: names on y",
    ),
    "upright bars and a line": (lambda t: bars(t.parts(), x="year:O", y="n:Q") + lines(t.parts()), "bars that lie"),
    "bars beside each other upright": (
        lambda t: bars(t.groups(), x="place:N", y="n:Q", color="group:N", xOffset="group:N"),
        "found xOffset; allowed: a panel for each group.*row",
    ),
    "a line through names": (lambda t: lines(t.money(), x="place:N"), "not through time; allowed: years or months"),
    "tones of bounds": (lambda t: heat_map(t.bounds()), "more than 29,000 .*as a tone; allowed: published numbers"),
    "tones of estimates": (lambda t: heat_map(t.intervals().assign(year=2024)), "as a tone, our own estimate"),
    "five series": (lambda t: lines(t.years(), color="place:N"), "5 series"),
    "stacked": (lambda t: bars(t.groups(), color="group:N"), 'y="group:N", row="place:N"; over years a line each'),
    "points in the first ink": (
        lambda t: coloured(t) + points(t.bounds(), x="year:O", y="n:Q"),
        "without a colour beside names in colours",
    ),
    "pie": (lambda t: alt.Chart(t.money()).mark_arc().encode(theta="n:Q"), "arc.*bar"),
    "size of a mark": (lambda t: bars(t.money()).mark_bar(size=3), "found size; allowed: mark_bar\\(\\)"),
    "font": (lambda t: bars(t.money()).configure_axis(labelFont="Arial"), "config.*theme"),
    "scheme": (
        lambda t: bars(t.groups(), color=alt.Color("group:N", scale=alt.Scale(scheme="viridis"))),
        r"found scheme; allowed: domain=, the names, and range=, a colour each of evaluation\.charts",
    ),
    "figures on both axes": (lambda t: points(t.pairs(), y="m:Q"), "both axes; allowed: names or years on one"),
    "one axis": (lambda t: alt.Chart(t.money()).mark_bar().encode(x="n:Q"), "bar on one axis; allowed: figures on x"),
    "a rule from end to end of bounds": (
        lambda t: interval(t.bounds(), x="n_low:Q", x2="n_high:Q", y="place:N"),
        "a rule from end to end of more than 29,000 .*; allowed: mark_point of n",
    ),
    "a colour of no theme": (lambda t: bars(t.money()).mark_bar(color="steelblue"), "allowed: ACCENT, QUIET, RULE"),
    "columns on detail": (lambda t: lines(t.years(), detail=["place:N", "year:O"]), "a list; allowed: one column"),
    "no French": (lambda t: bars(t.money().assign(place=list("abcde"))), "'a' without French"),
    "no French in a title": (lambda t: bars(t.money(), x=alt.X("n:Q", title="Many apples")), "'Many apples' without"),
    "number in a title": (lambda t: bars(t.money(), x=alt.X("n:Q", title={"en": "All 12", "fr": ""})), "number .12"),
    "a format": (lambda t: bars(t.money(), x=alt.X("n:Q", axis=alt.Axis(format=".1f"))), "found format"),
    "unknown column": (lambda t: bars(t.money(), x=alt.X("amount", type="quantitative")), "column 'amount'"),
    "bars on each other": (lambda t: bars(t.years()), "two numbers for Ontario"),
    "texts alone": (
        lambda t: alt.Chart(t.money()).mark_text().encode(y="place:N", text="n:Q"),
        "found text; allowed: no texts: numbers .* are written at their marks",
    ),
    "names by domain": (
        lambda t: bars(t.money(), y=alt.Y("place:N", scale=alt.Scale(domain=["Ontario"]))),
        "domain; allowed: sort=",
    ),
    "order by a column": (
        lambda t: bars(t.money(), y=alt.Y("place:N", sort=alt.EncodingSortField("n"))),
        r"found sort=.*n.*frame\.sort_values",
    ),
    "number without origin": (
        lambda t: bars(t.money()) + alt.Chart(t.money()).mark_rule().encode(x=alt.datum(120)),
        "found datum; allowed: a column of figures, whose origin is kept",
    ),
    "fiscal years as months": (
        lambda t: bars(t.frame([(f"{y}-{y % 100 + 1}", t.exact(y)) for y in YEARS], "year", "n"), y="year:O"),
        "column 'year': found 2019-20, which is no month; allowed: a fiscal year as 2020/21",
    ),
    "definitions among points": (mixed, "one, other in one line; allowed: a line a definition"),
    "too few colours": (
        lambda t: coloured(t, scale=alt.Scale(range=["#0b5fa5", "#a8420b"])),
        "2 colours, 3 in the domain, for 3 names; allowed: .* each its own colour",
    ),
    "tones of bars": (lambda t: bars(t.money(), color="n:Q"), "tones of 'n' on bar; allowed: tones for the cells"),
    "a column that is a number": (
        lambda t: bars(t.money().rename(columns={"n": 2018}), x="2018:Q"),
        r"the column '2018'; allowed: names that are text: frame.rename\(columns=str\)",
    ),
    "panels of no column": (lambda t: bars(t.money(), row="where:N"), "the column 'where'; allowed: place, n"),
    "a rule over cells": (
        lambda t: heat_map(t.years()) + alt.Chart(t.years()[:1]).mark_rule().encode(x="year:O"),
        "a rule over cells; allowed: cells alone",
    ),
    "a rule alone": (lambda t: alt.Chart(t.money()[:1]).mark_rule().encode(x="n:Q"), "figures alone; allowed: names"),
    "a rule across a bound": (
        lambda t: bars(t.bounds()) + alt.Chart(t.bounds()[:1]).mark_rule().encode(x="n:Q"),
        "a rule across, more than 29,000.*allowed: an exact number; else a row of its own",
    ),
    "a rule from a middle": (
        lambda t: interval(t.intervals(), x="n:Q", x2="n_high:Q", y="place:N"),
        "n to n_high, from a number to an end of it; allowed: x='n_low'",
    ),
    "a rule from an interval": (
        lambda t: interval(t.intervals(), x="n:Q", x2="low:Q", y="place:N"),
        "a rule from between .*allowed: ends of its own",
    ),
    "dates": (
        lambda t: lines(t.months().assign(month=lambda frame: pd.to_datetime(frame.month)), x="month:T"),
        "chart.x: found dates; allowed: text: .dt.strftime",
    ),
    "not a chart": (lambda t: {"mark": "bar"}, "found dict"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_misleads_is_refused_with_the_way_out(what: str, tables: Tables) -> None:
    make, match = REFUSED[what]
    with pytest.raises(ChartRefused, match=match) as error:
        record.record_chart("a", make(tables), LABELS)
    assert re.match(r"chart a: .*: found .*; allowed: .*", str(error.value), re.DOTALL)


def test_a_highlight_is_of_names() -> None:
    with pytest.raises(ChartRefused, match=r'found a condition; allowed: .*highlight\("place", "A name"\)'):
        charts.highlight(alt.datum.place == "Ontario")  # type: ignore[arg-type]


def test_what_has_no_room_is_refused_when_it_is_drawn(tables: Tables) -> None:
    names = [{"en": f"A name {c} of many words", "fr": f"Un nom {c} en peu de mots"} for c in "abcdefghi"]
    frame = tables.frame([(a, b, tables.exact(1)) for a in names for b in names], "one", "other", "n")
    cells = alt.Chart(frame).mark_rect().encode(x="one:N", y="other:N", color="n:Q")
    chart = record.record_chart("a", cells, LABELS)
    with pytest.raises(ChartRefused, match=r"chart a, en: found names that do not fit.*allowed: fewer"):
        drawn(chart, "en", WIDE)


@pytest.mark.parametrize(
    ("part", "text", "match"),
    [
        ("title", "", "no title"),
        ("description", "", "no description"),
        ("subtitle", {"en": "", "fr": ""}, "no subtitle"),
        ("title", {"en": "More than 9", "fr": "Plus de 9"}, "typed number"),
        ("description", {"en": "None", "fr": "Les 9"}, "typed number"),
        ("title", {"en": "Half of {n}", "fr": "{n}"}, r"typed number \(Half\) in the title"),
        ("title", {"en": "{n}", "fr": "La moitié de {n}"}, r"typed number \(moitié\) in the title"),
    ],
)
def test_texts_are_there_and_hold_no_typed_number(part: str, text: Any, match: str) -> None:
    record.check_chart_texts("a", TEXTS | {"title": {"en": "{n} people", "fr": "{n} personnes"}})
    with pytest.raises(ChartRefused, match=match):
        record.check_chart_texts("a", TEXTS | {part: text})


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 200 100"><g fill="none">{}</g></svg>'
TEXT = '<text transform="translate({},{})" font-size="{}px" fill="#1a1a1a">{}</text>'


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        (TEXT.format(20, 50, 14, "whole"), ""),
        (TEXT.format(180, 50, 14, "too far"), "cut at an edge"),
        (TEXT.format(-9, 50, 14, "too far"), "cut at an edge"),
        (TEXT.format(20, 5, 14, "high"), "cut at an edge"),
        (TEXT.format(20, 50, 11, "small"), "11 px"),
        (TEXT.format(20, 50, 14, "one") + TEXT.format(25, 55, 14, "other"), "'one' on 'other'"),
        (TEXT.format(20, 50, 14, "900") + TEXT.format(45, 50, 14, "5.2"), "'900' runs into '5.2'"),
        (TEXT.format(20, 50, 14, "900") + TEXT.format(60, 50, 14, "5.2"), ""),
        (TEXT.format(20, 50, 14, "one") + '<line x1="0" y1="46" x2="90" y2="46" stroke="#e3e3e3"/>', ""),
        (TEXT.format(20, 50, 14, "one") + '<path d="M0,0L90,90" stroke="#0b5fa5"/>', "crossed by a line"),
        ('<path d="M20,30h20v40h-20Z" fill="#0b5fa5"/>' + TEXT.format(15, 55, 14, "wide"), "wider than its box"),
        ('<path d="M20,30h20v40h-20Z" fill="#ff0000"/>', "'#ff0000', not of the palette"),
        ('<g stroke="red"><line x2="9"/></g>', "'red', not of the palette"),
    ],
)
def test_the_look_finds_what_cannot_be_read(parts: str, fault: str) -> None:
    faults = legibility.faults(SVG.format(parts))
    assert bool(faults) == bool(fault)
    assert fault in "; ".join(faults)


@pytest.mark.parametrize("text", ["Newfoundland and Labrador", "29 000,5 à 1 000", "Île-du-Prince-Édouard"])
def test_letters_are_as_wide_as_they_are_drawn(text: str) -> None:
    mark = {"type": "text", "align": "left", "text": text, "fontSize": 14}
    config = {"font": charts.FONT, "padding": 0, "view": {"stroke": None}}
    specification = {"data": {"values": [{}]}, "mark": mark, "width": 9, "height": 9, "encoding": {"x": {"value": 0}}}
    svg = charts.drawing.to_svg(specification | {"config": config})
    wide = re.search(r'width="([\d.]+)"', svg)
    assert abs(charts.geometry.text_width(text) - float(wide[1])) <= 2


def test_the_look_names_chart_width_and_text() -> None:
    with pytest.raises(PageError, match=r"'red', not of the palette .*; allowed: color=highlight\(\.\.\.\) and the"):
        page_chart.check_legibility("chart a (fr, narrow)", SVG.format('<g stroke="red"><line x2="9"/></g>'))


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (
            {"application/vnd.vegalite.v6.json": {}, "text/plain": "<VegaLite>"},
            r"found a chart of Altair's as .*, which no page shows; allowed: chapter\.chart\(id, chart, title=",
        ),
        ({"text/plain": "alt.LayerChart(...)"}, "chapter.chart"),
        ({"text/html": '<div><table border="1" class="dataframe"></table></div>', "text/plain": "  a\n0 1"}, ""),
        ({"text/html": "<div><table></table></div>", "text/plain": "<Styler>"}, "chapter.table"),
        ({"image/png": "iVBOR", "text/plain": "<Figure size 640x480>"}, "image/png"),
        ({"text/html": "<b>x</b>", "text/plain": "x"}, "text/html"),
        ({"text/plain": "12"}, ""),
    ],
)
def test_no_output_is_dropped_in_silence(data: dict[str, Any], match: str) -> None:
    with pytest.raises(PageError, match=match) if match else nullcontext():
        page_notebook.refuse_unrecorded_output(data)


CODE = """import altair as alt
base = alt.Chart(chapter.frame("population").query("place == 'Ontario'")).encode(x="year:O", y="place:N")"""


@pytest.mark.slow
def test_a_cell_that_shows_and_records_nothing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    review = project(tmp_path, monkeypatch, 1)
    notebook(tmp_path / "notebooks" / "one.ipynb", ANSWER, CODE, "base.mark_rect()")
    (run,) = build(Request(review)).failures
    assert "found a chart of Altair's as the output of a cell, which no page shows" in run.failures[0].error
    assert run.failures[0].cell == 6


def test_lines_with_long_names_have_a_key_on_a_narrow_page(tables: Tables) -> None:
    long = [{"en": f"{group['en']} of a longer name", "fr": group["fr"]} for group in GROUPS]
    frame = tables.parts().assign(group=long * len(YEARS))
    svg = svg_of(lines(frame, color="group:N"), "en", NARROW)
    assert [words_in(svg).count(name["en"]) for name in long] == [1, 1, 1]


@pytest.mark.parametrize("most", [7, 70])
def test_bars_have_their_numbers_instead_of_an_axis(most: int, tables: Tables) -> None:
    rows = [(place, tables.exact(n)) for place, n in zip(PLACES[:3], (0, 3, most), strict=True)]
    texts = {line.text for line in Scene(svg_of(bars(tables.frame(rows, "place", "n")))).texts}
    assert texts == {*PLACES[:3], "0", "3", str(most), "people"}
    rows[0] = (PLACES[0], tables.number(Quantity.between(most, most + 10)))  # between whose ends nothing is written
    texts = {line.text for line in Scene(svg_of(bars(tables.frame(rows, "place", "n")))).texts}
    assert len(texts) > 7
