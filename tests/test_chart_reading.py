"""What a reader takes from a drawing: which way an arrow points, which end of an interval a number is, whose bars a
heading stands over. And what is drawn well is not refused by the look, whatever the sizes."""

import re
from collections.abc import Callable
from typing import Any

import altair as alt
import pytest
from test_altair import LABELS, PLACES, Make, Tables, drawn

from evaluation.charts import INK, NARROW, QUIET, WIDE, look, record
from evaluation.charts.picture import Line, Picture
from evaluation.numbers.quantity import Quantity
from evaluation.problems import Refused

WOMEN, MEN = {"en": "Women", "fr": "Femmes"}, {"en": "Men", "fr": "Hommes"}
NAMES = ["Mean", "Target", "Median"]
VERTICES = re.compile(r"[ML](-?[\d.]+),(-?[\d.]+)")


@pytest.fixture
def tables(number: Make) -> Tables:
    return Tables(number)


def picture(chart: Any, size: int = WIDE) -> tuple[str, dict[str, Line]]:
    """A drawing, and its texts by their words."""
    svg = drawn(record.take("a", chart, LABELS), "en", size)
    return svg, {line.whole: line for line in Picture(svg).texts}


def test_an_arrow_points_to_where_the_true_number_may_lie(tables: Tables) -> None:
    svg, _ = picture(alt.Chart(tables.bounds()).mark_bar().encode(x="n:Q", y="place:N"))
    shapes = re.findall(r'd="(M(?:[^"L]*L){6}[^"L]*Z)"', svg)  # of "more than" and "at least"
    heads = re.findall(r'd="(M(?:[^"L]*L){2}[^"L]*Z)"', svg)  # of "up to"
    assert (len(shapes), len(heads)) == (2, 1)
    for shape, tip in [*((shape, max) for shape in shapes), *((head, min) for head in heads)]:
        across = [round(float(x), 1) for x, _ in VERTICES.findall(shape)]
        assert across.count(tip(across)) == 1, shape


def test_ends_of_an_interval_stand_at_their_own_ends_and_rows_in_their_order(tables: Tables) -> None:
    cells = [(place, 40 * n + 110, 55 * n + 40) for n, place in enumerate(PLACES)]
    rows = [(p, tables.exact(n), tables.number(Quantity.between(n - half, n + half))) for p, n, half in cells]
    base = alt.Chart(tables.frame(rows, "place", "n", "m")).encode(y="place:N")
    _, texts = picture(base.mark_rule().encode(x="m_low:Q", x2="m_high:Q") + base.mark_point().encode(x="n:Q"))
    for _, n, half in cells:
        assert texts[str(n - half)].box.right < texts[str(n)].box.middle[0] < texts[str(n + half)].box.left
    tops = [texts[place].box.top for place in PLACES]
    assert tops == sorted(tops)


def test_a_heading_stands_over_its_own_panel(tables: Tables) -> None:
    rows = [
        (WOMEN, "Ontario", tables.exact(70)),
        (WOMEN, "Canada", tables.exact(50)),
        (MEN, "Ontario", tables.exact(30)),
    ]
    frame = tables.frame(rows, "who", "part", "n")
    for channel, side in (("row", "top"), ("column", "left")):
        _, texts = picture(alt.Chart(frame).mark_bar().encode(x="n:Q", y="part:N", **{channel: "who:N"}))
        women, men = (getattr(texts[name].box, side) for name in ("Women", "Men"))
        assert women < men
        assert getattr(texts["70"].box, side) < getattr(texts["30"].box, side)
        assert (getattr(texts["30"].box, side) > men) or channel == "column"


def test_a_tone_is_darker_where_a_number_is_larger(tables: Tables) -> None:
    rows = [(place, 2020, tables.exact(n)) for place, n in zip(PLACES, (5, 40, 90, 160, 300), strict=True)]
    chart = alt.Chart(tables.frame(rows, "place", "year", "n")).mark_rect().encode(x="year:O", y="place:N", color="n:Q")
    svg, texts = picture(chart)
    cells = [
        next(s.ink for s in Picture(svg).shapes if s.box.holds(texts[str(int(n.quantity.value))].core))
        for *_, n in rows
    ]
    light = [sum(bytes.fromhex(ink.removeprefix("#"))) for ink in cells]
    assert light == sorted(light, reverse=True)
    assert light[0] > light[-1]


def test_a_name_at_the_end_of_a_line_has_its_ink_and_height(tables: Tables) -> None:
    counts = [("Ontario", 400), ("Quebec", 90)]
    rows = [(place, year, tables.exact(n + year)) for place, n in counts for year in (2020, 2022)]
    chart = alt.Chart(tables.frame(rows, "place", "year", "n")).mark_line().encode(x="year:O", y="n:Q", color="place:N")
    svg, texts = picture(chart)
    dots = [shape for shape in Picture(svg).shapes if look.is_dot(shape.box)]
    for place, n in counts:
        dot = min(dots, key=lambda dot: texts[f"{n + 2022:,}"].box.far(dot.box.middle))
        assert texts[place].ink == dot.ink
        assert abs(texts[place].box.middle[1] - dot.box.middle[1]) < 20


def percent(tables: Tables, *numbers: Any) -> list[Any]:
    quantities = [n if isinstance(n, Quantity) else Quantity.exact(n) for n in numbers]
    return [tables.number(quantity, unit="percent") for quantity in quantities]


def marks(tables: Tables, mark: str, numbers: list[Any], **encoding: Any) -> Any:
    frame = tables.frame([*zip(PLACES, numbers, strict=False)], "place", "n")
    return getattr(alt.Chart(frame), f"mark_{mark}")().encode(x="n:Q", y="place:N", **encoding)


def across(tables: Tables, *numbers: int, **fields: Any) -> alt.Chart:
    """Lines across a panel, each with a name."""
    rows = [
        ({"en": name, "fr": f"{name} (fr)"}, tables.exact(n, **fields)) for name, n in zip(NAMES, numbers, strict=False)
    ]
    return alt.Chart(tables.frame(rows, "of", "m")).mark_rule(color=INK).encode(x="m:Q", detail="of:N")


def band(tables: Tables) -> Any:
    counts = {year: 1000 + 50 * (5 * year % 7) for year in range(2012, 2021)}
    rows = [
        (y, tables.exact(n), tables.number(Quantity.between(n - 100, n + 100), "estimate")) for y, n in counts.items()
    ]
    base = alt.Chart(tables.frame(rows, "year", "n", "m")).encode(x="year:O")
    return base.mark_rule().encode(y="m_low:Q", y2="m_high:Q") + base.mark_line().encode(y="n:Q")


def tiny_interval(tables: Tables) -> Any:
    rows = [
        (p, tables.exact(n), tables.number(Quantity.between(n - 1, n + 1), "estimate"))
        for p, n in zip(PLACES, (800, 55), strict=False)
    ]
    base = alt.Chart(tables.frame(rows, "place", "n", "m")).encode(y="place:N")
    return base.mark_bar().encode(x="n:Q") + base.mark_rule(color=INK).encode(x="m_low:Q", x2="m_high:Q")


def panels(tables: Tables) -> Any:
    groups = [WOMEN, MEN, {"en": "Not stated", "fr": "Non précisé"}]
    rows = [(p, g, *percent(tables, 97 * i + 31 * j - 200)) for i, p in enumerate(PLACES) for j, g in enumerate(groups)]
    return alt.Chart(tables.frame(rows, "place", "who", "n")).mark_bar().encode(x="n:Q", y="place:N", column="who:N")


def upper(tables: Tables, mark: str) -> Any:
    """A bound of next to nothing beside thousands."""
    return marks(tables, mark, [tables.number(Quantity.of("up-to", 5)), tables.exact(6000)])


def open_to_zero(tables: Tables) -> Any:
    return marks(tables, "bar", percent(tables, Quantity.of("more-than", -13), 42, -Quantity.of("at-least", 18)))


def rows_of(tables: Tables, count: int) -> Any:
    names = [f"{chr(65 + n % 26)}{'x' * (n // 26)}" for n in range(count)]
    rows = [({"en": name, "fr": name}, tables.exact(n * n + 3)) for n, name in enumerate(names)]
    return alt.Chart(tables.frame(rows, "name", "n")).mark_bar().encode(x="n:Q", y="name:N")


def goals(tables: Tables) -> Any:
    """Points beyond bars whose words must stand."""
    words = {"n": {"en": "reached", "fr": "jointes"}, "goal": {"en": "goal", "fr": "objectif"}}
    bounds = Quantity.of("more-than", 90), Quantity.of("up-to", 40), Quantity.exact(77), Quantity.of("about", 15)
    rows = [(p, tables.number(q), tables.exact(g)) for p, q, g in zip(PLACES, bounds, (100, 60, 70, 50), strict=False)]
    base = alt.Chart(tables.frame(rows, "place", "n", "goal")).encode(y="place:N")
    of = {column: alt.X(f"{column}:Q", title=title) for column, title in words.items()}
    return base.mark_bar(color=QUIET).encode(x=of["n"]) + base.mark_point(color=INK).encode(x=of["goal"])


def years(tables: Tables, *quantities: Any) -> Any:
    rows = [(f"{2012 + n}/{13 + n}", tables.number(q)) for n, q in enumerate(quantities)]
    return alt.Chart(tables.frame(rows, "year", "n")).mark_line().encode(x="year:O", y="n:Q")


DRAWN: dict[str, Callable[[Tables], Any]] = {
    # as long as it is thick, as a dot is
    **{
        f"a bar of {n}": lambda t, n=n: marks(t, "bar", [*map(t.exact, (1000, n, 500, 300, 700))]) for n in (65, 66, 67)
    },
    "a line by its number": lambda t: marks(t, "bar", [*map(t.exact, (120, 300, 90, 610, 45))]) + across(t, 250),
    "a band": band,
    "one": lambda t: marks(t, "bar", [t.exact(1)]),
    "an interval that a dot hides": tiny_interval,
    "up to next to nothing, bars": lambda t: upper(t, "bar"),
    "up to next to nothing, points": lambda t: upper(t, "point"),
    "bounds below zero": open_to_zero,
    "forty rows": lambda t: rows_of(t, 40),
    "panels to both sides of zero": panels,
    "goals beyond bounds": goals,
}


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("kind", DRAWN)
def test_what_is_drawn_well_is_not_refused(kind: str, size: int, tables: Tables) -> None:
    found = record.take("a", DRAWN[kind](tables), LABELS)
    svg = drawn(found, "fr", size)
    assert (look.faults(svg), look.misplaced(svg, found.points, "fr")) == ([], [])


def test_more_rows_than_a_page_holds_are_refused_with_a_way_out(tables: Tables) -> None:
    with pytest.raises(Refused, match=r"px tall; allowed: 1040, .*: fewer rows, or two charts"):
        picture(rows_of(tables, 60))


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_an_arrow_is_no_longer_than_its_bound(size: int, tables: Tables) -> None:
    """On a line too short for it there is none: the words say the bound."""
    svg, texts = picture(upper(tables, "bar"), size)
    assert "up to 5" in texts
    assert [shape.box.wide > 100 for shape in Picture(svg).shapes] == [True]  # the other bar


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("numbers", [(250, 270), (40, 48), (250, 450), (250, 262, 240)])
def test_a_name_stands_at_its_own_rule(numbers: tuple[int, ...], size: int, tables: Tables) -> None:
    most = 90 if max(numbers) < 90 else 610
    chart = marks(tables, "point", [*map(tables.exact, (12, 30, most, 45))])
    svg, texts = picture(chart + across(tables, *numbers), size)
    rules = {x for x, y, x2, y2 in Picture(svg).lines_of_marks if x == x2 and abs(y2 - y) > 13}
    assert len(rules) == len(numbers)
    for name, number in zip(NAMES, numbers, strict=False):
        own = sorted(rules)[sorted(numbers).index(number)]
        box = texts[name].box
        assert box.left - 2 < own < box.right + 2
        assert box.bottom < min(line.box.top for line in texts.values() if line.text in PLACES)
        assert name == "Mean" or not any(box.left < x < box.right for x in rules - {own})  # which is between the others


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_an_axis_of_two_counts_has_the_title_of_neither(size: int, tables: Tables) -> None:
    svg, _ = picture(goals(tables), size)
    assert [line.text for line in Picture(svg).texts if line.text in ("people", "reached", "goal")][-1] == "people"


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_words_of_a_bound_are_nearest_to_its_own_mark(size: int, tables: Tables) -> None:
    """Over another arrow or at the end of an interval they would be read as its."""
    words = ("more-than", 160), ("about", 180), ("between", 150, 240), ("up-to", 260), ("exact", 230)
    svg, texts = picture(years(tables, Quantity.exact(120), *(Quantity.of(*one) for one in words)), size)
    marks = [shape.box for shape in Picture(svg).shapes]
    for said in {"more than 160", "about 180", "up to 260"} & {*texts}:
        box = texts[said].box
        nearest = min(marks, key=box.apart)
        assert abs(nearest.middle[0] - box.middle[0]) < 10, said
    assert "up to 260" in texts


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_rule_that_each_row_has_is_named_once_a_panel(size: int, tables: Tables) -> None:
    mean = tables.exact(250)
    rows = [(p, g, tables.exact(97 * i), mean) for i, p in enumerate(PLACES) for g in (WOMEN, MEN)]
    base = alt.Chart(tables.frame(rows, "place", "who", "n", "m"))
    chart = base.mark_point().encode(x="n:Q", y="place:N") + base.mark_rule(color=INK).encode(x="m:Q")
    svg, _ = picture(chart.facet(row="who:N"), size)
    assert [line.text for line in Picture(svg).texts].count("250") == 2


@pytest.mark.parametrize("mark", ["bar", "point"])
def test_numbers_to_both_sides_of_zero_are_said_on_a_narrow_page(mark: str, tables: Tables) -> None:
    numbers = percent(tables, -12, 30, 9, -61, 45)
    _, texts = picture(marks(tables, mark, numbers) + across(tables, -30, unit="percent"), NARROW)
    assert {"\u221212%", "30%", "9%", "\u221261%", "45%"} <= {*texts}


def test_a_number_is_not_over_the_next_name(tables: Tables) -> None:
    """Beside a line across its row, it stands by its own name."""
    quantities = (
        Quantity.of("more-than", 400),
        Quantity.of("up-to", 300),
        Quantity.exact(80),
        Quantity.between(100, 220),
    )
    chart = marks(tables, "bar", [*map(tables.number, quantities)]) + across(tables, 250)
    svg = drawn(record.take("a", chart, LABELS), "fr", NARROW)
    texts = {line.whole: line.box for line in Picture(svg).texts}
    number, name = texts["entre 100 et 220"], texts["Canada"]
    assert number.middle[1] == pytest.approx(name.middle[1], abs=3)


@pytest.mark.parametrize("numbers", [(-47, 42), (-6, 110), (-21, 34)])
def test_an_axis_to_both_sides_of_zero_ends_near_its_data(numbers: tuple[int, int], tables: Tables) -> None:
    rows = [(year, *percent(tables, n)) for year, n in zip((2020, 2021, 2022), (*numbers, 0), strict=True)]
    svg, _ = picture(alt.Chart(tables.frame(rows, "year", "n")).mark_line().encode(x="year:O", y="n:Q"))
    dots = [shape.box.middle[1] for shape in Picture(svg).shapes if look.is_dot(shape.box)]
    assert max(dots) - min(dots) > 0.8 * 230


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_key_has_the_inks_of_its_lines(size: int, tables: Tables) -> None:
    """Each beside its own name, where the lines end apart and so have none."""
    counts = {"Ontario": (5, 90), "Quebec": (70, 20)}
    years = {"Ontario": (2020, 2021), "Quebec": (2019, 2020)}
    rows = [(p, y, tables.exact(n)) for p in counts for y, n in zip(years[p], counts[p], strict=True)]
    chart = alt.Chart(tables.frame(rows, "place", "year", "n")).mark_line().encode(x="year:O", y="n:Q", color="place:N")
    svg, texts = picture(chart, size)
    dots = [shape for shape in Picture(svg).shapes if look.is_dot(shape.box)]
    for place, numbers in counts.items():
        inks = [min(dots, key=lambda dot: texts[str(n)].box.far(dot.box.middle)).ink for n in numbers]
        assert re.findall(rf'fill="(#\w+)"[^>]*/><text[^>]*>{place}<', svg) == inks[:1] == inks[1:]


def test_lines_of_our_own_estimates_are_dashed(tables: Tables) -> None:
    svg, _ = picture(band(tables))
    upright = re.findall(r"<line[^>]*>", svg)
    assert sum('stroke-dasharray="7,3"' in line for line in upright) == 9
