"""Ten ordinary notebooks in the manner of Altair's gallery, with invented numbers: Markdown, charts as Altair leaves
them, data frames. Each is a function that gives its cells: Markdown as text, what a cell shows as an object."""

from collections.abc import Callable
from typing import Any

import altair as alt
import nbformat
import pandas as pd

Cells = list[Any]
MONTHS = pd.date_range("2023-01-01", periods=24, freq="MS")
TOWNS = ["Arden", "Brook", "Corley", "Dunmore"]
TRIPS = pd.DataFrame(
    [
        (town, month, 1200 + 90 * i + 40 * j * (-1) ** j)
        for i, town in enumerate(TOWNS)
        for j, month in enumerate(MONTHS)
    ],
    columns=["Town", "Month", "Trips"],
)
HOMES = pd.DataFrame(
    {
        "Area": [40 + 7 * i % 160 for i in range(90)],
        "Rent": [700 + 9 * (i * 37 % 101) for i in range(90)],
        "Town": [TOWNS[i % 3] for i in range(90)],
        "Rooms": [1 + i % 5 for i in range(90)],
    }
)
SAID = {"description": "Invented numbers, drawn to show one kind of chart."}


def bars() -> Cells:
    counts = alt.Chart(HOMES, title="Homes looked at, by town").mark_bar()
    return [
        "# Homes, counted\n\nHow many homes were looked at in 2024, and where.\n\n## By town",
        counts.encode(x="Town:N", y=alt.Y("count()", title="Homes")).properties(**SAID),
        "## By rooms\n\nOne bar a size.",
        counts.encode(x="Rooms:O", y="count()", color="Town:N").properties(title="Homes by rooms and town", **SAID),
        HOMES.groupby("Town", as_index=False).Rent.mean(),
    ]


def histogram_with_a_mean() -> Cells:
    base = alt.Chart(HOMES)
    drawn = base.mark_bar().encode(x=alt.X("Rent", bin=True, title="Rent in dollars"), y="count()")
    mean = base.mark_rule(color="red", size=3).encode(x="mean(Rent)")
    return [
        "# Rents\n\nMost rents lie in the middle.",
        (drawn + mean).properties(title="Rents and their mean", **SAID),
    ]


def scatter() -> Cells:
    drawn = alt.Chart(HOMES, title="Rent and area").mark_circle(size=60)
    return [
        "# Area and rent\n\nIs a larger home dearer?",
        drawn.encode(x="Area", y="Rent", color="Town", tooltip=["Town", "Rooms"]).interactive().properties(**SAID),
    ]


def lines() -> Cells:
    drawn = alt.Chart(TRIPS, title=alt.Title("Trips by month", subtitle="Trips on buses, four towns")).mark_line()
    return [
        "# Trips by bus\n\nFour towns over two years.",
        drawn.encode(x="Month:T", y=alt.Y("Trips:Q", scale=alt.Scale(zero=False)), color="Town:N").properties(**SAID),
    ]


def areas() -> Cells:
    drawn = alt.Chart(TRIPS, title="Trips by quarter, stacked").mark_area(opacity=0.6)
    return [
        "# Trips, summed\n\nThe towns on top of one another.",
        drawn.encode(x="yearquarter(Month):T", y="sum(Trips):Q", color="Town").properties(**SAID),
    ]


def heat_map() -> Cells:
    drawn = alt.Chart(TRIPS, title="Trips by town and year").mark_rect()
    scheme = alt.Scale(scheme="viridis")
    return [
        "# When and where\n\nDarker is more or less, by the key.",
        drawn.encode(x="year(Month):O", y="Town:N", color=alt.Color("mean(Trips):Q", scale=scheme)).properties(**SAID),
    ]


def small_multiples() -> Cells:
    drawn = alt.Chart(TRIPS, title="Trips, a panel for each town").mark_line(point=True)
    return [
        "# Town by town\n\nOne panel each, on one scale.",
        drawn.encode(x="Month:T", y="Trips:Q", facet=alt.Facet("Town:N", columns=4)).properties(width=120, **SAID),
    ]


def boxes_and_strips() -> Cells:
    boxes = alt.Chart(HOMES, title="Rents by town, as boxes").mark_boxplot(extent="min-max")
    strips = alt.Chart(HOMES, title="Every rent, by town").mark_tick()
    return [
        "# How rents spread\n\nThe middle half, then every one.",
        boxes.encode(x="Town:N", y="Rent:Q").properties(**SAID),
        strips.encode(x="Rent:Q", y="Town:N").properties(**SAID),
    ]


def labelled_bars_and_a_pie() -> Cells:
    base = alt.Chart(HOMES).encode(y=alt.Y("Town:N", sort="-x"), x="mean(Rent):Q")
    labels = base.mark_text(align="left", dx=4).encode(text=alt.Text("mean(Rent):Q", format=",.0f"))
    pie = alt.Chart(HOMES, title="Shares of towns").mark_arc(innerRadius=40)
    return [
        "# Rents with their numbers\n\nMean rent by town, then shares.",
        (base.mark_bar() + labels).properties(title="Mean rent by town", **SAID),
        pie.encode(theta="count()", color="Town:N").properties(**SAID),
    ]


def side_by_side() -> Cells:
    brush = alt.selection_interval()
    points = alt.Chart(HOMES).mark_point().encode(x="Area", y="Rent").add_params(brush)
    bars = alt.Chart(HOMES).mark_bar().encode(x="count()", y="Town", color="Town").transform_filter(brush)
    bubbles = alt.Chart(HOMES, title="Rent by area, larger where rooms are more").mark_point(filled=True)
    return [
        "# Two charts, one question\n\nWhat is chosen in one is counted in the other.",
        (points | bars).properties(title="Homes chosen, homes counted", **SAID),
        bubbles.encode(x="Area", y="Rent", size="Rooms:Q", color=alt.value("orange")).properties(**SAID),
    ]


TEN: tuple[Callable[[], Cells], ...] = (
    bars,
    histogram_with_a_mean,
    scatter,
    lines,
    areas,
    heat_map,
    small_multiples,
    boxes_and_strips,
    labelled_bars_and_a_pie,
    side_by_side,
)


def notebook(cells: Cells) -> Any:
    """An executed notebook of these cells, as Jupyter would leave it: each chart as Altair's own renderer gives it."""
    made = nbformat.v4.new_notebook()
    for cell in cells:
        if isinstance(cell, str):
            made.cells.append(nbformat.v4.new_markdown_cell(cell))
            continue
        data = bundle(cell) if isinstance(cell, alt.TopLevelMixin) else {"text/html": cell._repr_html_()}
        shown = nbformat.v4.new_output("execute_result", data | {"text/plain": "..."}, execution_count=1)
        made.cells.append(nbformat.v4.new_code_cell("show(it)", outputs=[shown], execution_count=1))
    return made


def bundle(chart: Any) -> dict[str, Any]:
    """What Altair's renderer leaves of a chart in a cell's output; some give its metadata too."""
    left = chart._repr_mimebundle_()
    return dict(left[0] if isinstance(left, tuple) else left)
