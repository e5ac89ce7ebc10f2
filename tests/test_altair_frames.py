"""A frame of figures in a cell's chart: drawn by plain Altair, in either order of imports, by whatever is in force."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest

from evaluation import figure
from evaluation.charts import ChartRefused

SETUP = """
import {first}
import {second}
import altair as alt, pandas as pd
from evaluation import figure
frame = figure.frame(pd.DataFrame({{"n": ["<5", "12"], "who": ["a", "b"]}}), "n", unit="people")
chart = alt.Chart(frame).mark_bar().encode(x="n:Q", y="who:N")
(rows,) = chart.to_dict()["datasets"].values()
print(rows[0])
"""
FIRST_ROW = {"n": 5.0, "who": "a", "n_low": 0.0, "n_high": 5.0, "n_words": "fewer than 5"}


@pytest.mark.long
@pytest.mark.parametrize("order", [("altair", "evaluation.numbers.frames"), ("evaluation.numbers.frames", "altair")])
def test_a_chart_of_figures_is_drawn_in_either_order_of_imports(order: tuple[str, str], tmp_path: Path) -> None:
    code = SETUP.format(first=order[0], second=order[1])
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert (done.stderr, done.stdout.strip()) == ("", repr(FIRST_ROW))


@pytest.mark.slow
def test_altair_is_not_loaded_for_it() -> None:
    code = "import sys, evaluation; evaluation.figure('5 people'); sys.exit('altair' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def rows(chart: Any) -> list[dict[str, Any]]:
    (dataset,) = chart.to_dict()["datasets"].values()
    return list(dataset)


def test_whatever_transformer_is_in_force_gets_numbers() -> None:
    table = figure.frame(pd.DataFrame({"n": range(60)}), "n", unit="people")
    chart = alt.Chart(table).mark_point().encode(x="n:Q")
    with alt.data_transformers.enable("default", max_rows=50), pytest.raises(alt.MaxRowsError):
        chart.to_dict()
    with alt.data_transformers.enable("default", max_rows=None):
        assert len(rows(chart)) == 60


@pytest.mark.slow
def test_fractions_and_layers_are_drawn() -> None:
    table = pd.DataFrame({"share": [Fraction(1, 4), None], "name": ["a", "b"]})
    assert rows(alt.Chart(table).mark_bar().encode(x="share:Q"))[0]["share"] == 0.25
    counts = figure.frame(pd.DataFrame({"n": [1], "n_low": [0]}), "n", unit="people")
    assert rows(alt.Chart(counts).mark_bar().encode(x="n:Q"))[0]["n_low"] == 0  # a column of one's own stays
    layered = alt.layer(alt.Chart(counts).mark_bar(), alt.Chart(counts).mark_rule()).encode(x="n:Q")
    assert layered.facet("n_words:N").to_dict()["facet"]["field"] == "n_words"


def test_a_chart_alone_shows_bounds_as_a_page_does_and_says_them_in_words() -> None:
    rows = pd.DataFrame({"n": [3, 5], "who": ["a", "b"], "bound": ["exact", "more-than"]})
    table = figure.frame(rows, "n", unit="people")
    drawn = figure.chart(alt.Chart(table).mark_bar().encode(x="n:Q", y="who:N"), title="Who", subtitle="In 2024")
    shown = drawn._repr_mimebundle_()
    assert shown["text/plain"] == "Who\na: 3; b: more than 5"
    assert 'alt="a: 3; b: more than 5"' in shown["text/html"]
    assert "more than 5" in shown["image/svg+xml"]
    with pytest.raises(ChartRefused, match=r"mark_arc|arc.*allowed: "):
        figure.chart(alt.Chart(table).mark_arc().encode(theta="n:Q"))


def few(words: str = "40") -> Any:
    return figure(words, unit="people")


SINGLE: dict[str, Any] = {
    "datum": lambda t, n: alt.Chart(t).mark_rule().encode(x=alt.datum(n)),
    "a size": lambda t, n: alt.Chart(t).mark_bar(size=n).encode(x="n:Q"),
    "a width": lambda t, n: alt.Chart(t).mark_bar().encode(x="n:Q").properties(width=n),
    "a value": lambda t, n: alt.Chart(t).mark_bar().encode(x="n:Q", size=alt.value(n)),
    "an end of a scale": lambda t, n: alt.Chart(t).mark_bar().encode(x=alt.X("n:Q", scale=alt.Scale(domain=[0, n]))),
    "a tick": lambda t, n: alt.Chart(t).mark_bar().encode(x=alt.X("n:Q", axis=alt.Axis(values=[n]))),
    "calculated": lambda t, n: alt.Chart(t).transform_calculate(s=alt.datum.n / n).mark_bar().encode(x="s:Q"),
    "a function": lambda t, n: alt.Chart(t).transform_calculate(s=alt.expr.sqrt(n)).mark_bar().encode(x="s:Q"),
    "filtered": lambda t, n: alt.Chart(t).transform_filter(alt.datum.n > n).mark_bar().encode(x="n:Q"),
    "a predicate": lambda t, n: alt.Chart(t).transform_filter(alt.FieldGTPredicate("n", n)).mark_bar().encode(x="n:Q"),
    "a mapping": lambda t, n: alt.Chart(t).transform_filter({"field": "n", "gt": n}).mark_bar().encode(x="n:Q"),
    "a parameter": lambda t, n: alt.Chart(t).mark_bar().encode(x="n:Q").add_params(alt.param("cut", value=n)),
    "a condition": lambda t, n: alt.Chart(t).mark_bar().encode(
        x="n:Q", color=alt.condition(alt.datum.n > n, alt.value("red"), alt.value("blue"))
    ),
}  # fmt: skip


@pytest.mark.sampled(5)
@pytest.mark.parametrize("where", SINGLE)
def test_an_exact_figure_stands_where_a_chart_takes_one_number_and_a_bound_is_refused(where: str) -> None:
    table = figure.frame(pd.DataFrame({"n": [5, 60]}), "n", unit="people")
    assert SINGLE[where](table, few()).to_dict() == SINGLE[where](table, 40).to_dict()
    with pytest.raises(TypeError, match=r"^found more than 40 \[.*\] as one number of a chart.*; allowed: .*$"):
        SINGLE[where](table, few("more than 40")).to_dict()
