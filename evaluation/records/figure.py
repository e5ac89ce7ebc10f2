"""The entry point for figures without a project: ``from evaluation import figure``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..language import Text
from ..numbers import figure as figures
from ..numbers.number import Figure

if TYPE_CHECKING:
    from .alone import ChartAlone


class FigureMaker:
    """Makes published numbers with bound and unit from words, a value, a frame, a CSV file or a workbook.

    >>> figure("more than 29,000 people") / 3
    <Measure more than 9,666.6 [people ÷ 3] people>
    """

    MARKS = figures.MARKS
    of = staticmethod(figures.make_figure)
    frame = staticmethod(figures.frame_of_figures)
    read_csv = staticmethod(figures.read_csv)
    read_excel = staticmethod(figures.read_excel)
    for_altair = staticmethod(figures.for_altair)

    def __call__(self, words: Any, unit: str = "", **parts: Any) -> Figure:
        """The figure of a published number in words, such as "more than 29,000 people"; ``unit`` and ``parts`` (place,
        source and so on) are those of `numbers.figure.parse_figure`."""
        return figures.parse_figure(words, unit, **parts)

    def chart(self, drawing: Any, *, title: Text = "", subtitle: Text = "", description: Text = "") -> ChartAlone:
        """Draw an Altair chart over frames of figures as on a page, with bounds (see `records.alone.draw_alone`).

        >>> import altair, pandas
        >>> table = figure.frame(pandas.DataFrame({"who": ["a"], "n": ["<5"]}), "n", unit="people")
        >>> figure.chart(altair.Chart(table).mark_bar().encode(x="n:Q", y="who:N"), title="People").words
        'a: fewer than 5'
        """
        from . import alone

        return alone.draw_alone(drawing, title=title, subtitle=subtitle, description=description)

    def __dir__(self) -> list[str]:
        """The public names."""
        return ["MARKS", "chart", "for_altair", "frame", "of", "read_csv", "read_excel"]

    def __repr__(self) -> str:
        return "<figure: call it with words, or see dir(figure)>"


figure = FigureMaker()
