"""What a chapter leaves: values, words, tables and chart requests, as outputs of its notebook. ``open()`` gives it
its data and the functions that record; pages, charts and CSV files are drawn from records alone."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from ..language import LANGUAGES, N_, Text, is_moment, to_fill
from ..language import phrase as phrase  # for chapters
from ..numbers.figures import Figures
from ..numbers.labels import Labels, absent, labels_of
from ..numbers.labels import as_stated as as_stated  # for chapters
from ..numbers.measures import count_rows, without_origin
from ..numbers.number import Measure, Number
from ..numbers.periods import Period
from ..numbers.wording import Known, worded
from ..problems import Refused
from ..problems.telling import say
from ..reviews.parameters import refuse_others
from .kernel import SESSION, register, unmet_claims
from .preview import NO_PREVIEW, bundle
from .serialization import CHART, SCHEMA, TABLE, VALUE, cell_record, number_record, point_record
from .serialization import Cited as Cited  # for chapters
from .serialization import PageLink as PageLink  # for chapters

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


def open() -> Chapter:
    """The chapter's data, found without a path (see `sources.find_data`), and its recorder. Raises Refused for a
    parameter of the notebook that has another value than its type allows, or that nothing declares."""
    from IPython.core.getipython import get_ipython

    chapter, shell = Chapter(), get_ipython()
    if shell and not os.environ.get(NO_PREVIEW):  # a build runs no prose, and has asked before
        register()
        refuse_others(shell.user_ns, shell.user_ns.get("In", []), chapter.tables)
    return chapter


def period(start: Any, end: Any = None) -> Period:
    """A period from its moments (2021, "2021-12", "2021/22"): of one alone where no end is given."""
    return Period.of((start, start if end is None else end))


def first(rows: Any) -> Any:
    """The first row of a frame or cell of a column; a row of None, or None, where there is none: it is absent."""
    import pandas as pd

    if isinstance(rows, pd.DataFrame):
        return rows.iloc[0] if len(rows) else pd.Series([None] * len(rows.columns), rows.columns, dtype=object)
    return rows.iloc[0] if len(rows) else None


def last(rows: Any) -> Any:
    """The last row of a frame or cell of a column, as `first` has them."""
    return first(rows[::-1])


class Chapter(Figures):
    """The data of a review, and what a chapter records from it."""

    def __init__(self, folder: Path | None = None):
        super().__init__(folder)
        self.known = Known()

    @cached_property
    def names(self) -> Labels:
        """What names the codes of data/ in both languages."""
        return labels_of(self)

    def form(self, language: str = LANGUAGES[0]) -> Any:
        """A form for this chapter's parameters, in JupyterLab alone (the extra ``form``): choices by their names, what
        is allowed at a field that is wrong, and *Run*, which makes a page of its own and shows it."""
        from .form import form

        return form(self.tables, self.names, language)

    @cached_property
    def figures(self) -> pd.Series:
        """The published figures of figures.csv by their ids: ``chapter.figures.people_served``."""
        from ..numbers.frames import FiguresById

        return FiguresById(self.frame("figures").set_index("figure").value)

    def whole(
        self,
        parts: Any,
        unit: str,
        label: Text = "",
        *,
        why: Text,
        definition: str | None = None,
        place: str | None = None,
    ) -> Measure:
        """The sum of parts that make one whole, counted in ``unit``, of a ``definition`` ("" for none of the list) and
        in a ``place`` (where none is named, those of the parts); ``why`` says why each thing is in one part only."""
        import pandas as pd

        column = pd.Series(list(parts), dtype="figure")
        counted = column.figure.counting(unit, why=why, definition=definition, place=place)
        total = counted.sum()
        return total.labelled(label) if label else total

    def parameter(self, value: Any, unit: str, label: Text, **meaning: Any) -> Measure:
        """A number that the page was asked with, so that prose can say it."""
        formula = N_("a parameter of this page")
        words = {"nouns": self.nouns(unit), "vocabulary": self.vocabulary}
        return without_origin("", label, value, unit, formula, **words | meaning)

    def record(self, **numbers: Number | None) -> None:
        """Record numbers for the prose under the names given: ``{people_served}``. A measure without words is called
        by its arithmetic, "People served ÷ Organizations funded". None (here and in ``say``) is absent: the paragraphs
        that use the name are left out, and their heading where none is left.
        """
        for name, number in present(numbers):
            recorded = self.worded(number, name)
            output_record(VALUE, {"name": name, "number": number_record(recorded)})

    def worded(self, number: Number, name: str) -> Number:
        """A number as it is recorded under a name, known to what is worked out from it later."""
        if not isinstance(number, Number):
            allowed = "a figure or a measure; a text or a time by chapter.say"
            given = shorten(repr(number), 80, placeholder=" ...")
            raise Refused(f"{name}: found {given}, which is no number with an origin; allowed: {allowed}")
        recorded = self.known.shown(number) or worded(number, name, self.known)
        self.known.add(number, recorded)
        return recorded

    def frame(self, table: str) -> pd.DataFrame:
        """A table of data/ as a frame; its numbers are figures, with bound, unit, place, period and source."""
        from ..numbers.frames import frame

        return frame(self, table)

    def count(self, rows: Any, unit: str, formula: Text, label: Text | Mapping[str, Text]) -> Any:
        """How many rows a frame, each group of one, or a condition has: figures that say in words (``formula``) what
        was counted; ``label`` is one text, or one for each group by its name."""
        return count_rows(rows, unit, formula, label, self.vocabulary)

    def key_numbers(self, *names: str, **wordings: Text) -> None:
        """Which recorded values stand at the top of the page, in this order; one with words of its own is followed by
        them, where and when among them (``{period}``), in place of its label. They stand after a chart that was
        requested before, where the page opens with one, and the box of warnings after them, also of none."""
        names = (*names, *wordings)
        words = {name: to_fill(text) for name, text in wordings.items()}
        output_record(VALUE, {"key_numbers": list(names), "said": words})

    def checking(self) -> None:
        """All that follows is for those who check: folded on the page, after what everybody reads. In a kernel that
        shows words, the claims above that do not hold are listed."""
        output_record(VALUE, {"layer": "checking"})
        for line in unmet_claims():
            say(line)

    def say(self, **words: Period | Text | int | tuple[str | int, str | int] | None) -> None:
        """Record words for the prose under the names given: a period or a moment (``served.period``, ``2021``, two of
        them), a name of data/ (``chapter.label("places", place, "in")``), words for a value
        (``review.phrase("by_laws", definition)``), a text of the catalogue. None is absent, as in ``record``. Raises
        Refused for a number and for a period that is none."""
        for name, given in present(words):
            try:
                record = word_record(given)
            except Refused as error:
                raise Refused(f"{name}: {error}") from None
            output_record(VALUE, {"name": name} | record)

    def state(self, **states: str | bool | None) -> None:
        """Record words for claims, which are never printed: how two numbers compare (``basis="first"``), whether
        something was reached. None is absent. Raises Refused for what is no word."""
        for name, state in present(states):
            if not isinstance(state, str | bool):
                raise Refused(f"{name}: found {str(state)[:80]!r}; allowed: a word, True or False")
            output_record(VALUE, {"name": name, "state": state})

    def show_caveats(self, *caveats: str | Number | None) -> None:
        """Show caveats, by their ids or those of numbers, under the prose before this cell: each once, with the prose
        itself, not left to a chart that another year of the data takes off the page."""
        names: dict[str, None] = {}
        for shown in caveats:
            if isinstance(shown, Number):
                names |= dict.fromkeys(c.caveat for c in shown.caveats)
            elif isinstance(shown, str):
                names[shown] = None
        if names:
            texts = [dataclasses.asdict(self.caveats[name]) for name in names]
            output_record(VALUE, {"caveats": texts})

    def chart(
        self,
        chart: str,
        drawing: Any,
        *,
        title: Text = "",
        subtitle: Text = "",
        description: Text = "",
        optional: bool = False,
    ) -> None:
        """Request a chart: one of Altair's over a frame of figures (or `charts.dots`), a title that states the
        finding, what is measured (where, when), and a description for those who do not see it. Texts may hold
        ``{name}``; all three stand in a cell ``%%chart ID`` where none is given. One that is ``optional`` is left out
        where a frame of it has no rows. Raises ChartRefused, naming the place, for what a chart may not be made of, and
        for texts that are missing or hold a typed number."""
        from ..charts import record as chart_record
        from ..charts.grammar import NoRows

        texts = {"title": title, "subtitle": subtitle, "description": description}
        chart_record.check_texts(chart, texts)
        texts = {part: to_fill(text) for part, text in texts.items()}
        try:
            drawn = chart_record.record_chart(chart, drawing, self.names, self.known)
        except NoRows:
            if optional:
                return
            raise
        arguments, points = drawn.arguments(), [point_record(point) for point in drawn.points]
        record = {"chart": chart, "arguments": arguments, **texts, "points": points}
        output_record(CHART, record)

    def table(
        self,
        table: str,
        frame: pd.DataFrame,
        *,
        title: Text = "",
        note: Text = "",
        optional: bool = False,
        columns: Mapping[Any, Text] | None = None,
        heads: Mapping[Any, Text] | None = None,
    ) -> None:
        """Record a data frame as a table of the page: figures with their origins, codes by their labels, years and
        months in words, texts of the catalogue or pairs of languages; a missing cell is blank. Title, note and headings
        (``column NAME:``) may stand in a cell ``%%table ID`` instead. ``heads`` are the
        columns shown, in their order, each with its heading (an empty one is that of the data package). Without it
        all columns are shown, and a heading is that of ``columns``, a message of the catalogue, or its title in the
        data package; a named index comes first. The first column heads each row. An ``optional`` table is left out
        where it has no rows. Raises TableRefused, naming the column, for bare numbers.
        """
        from .tables import TableRefused, Tabling, chosen

        if optional and not len(frame):
            return
        frame = chosen(frame, heads) if heads else frame
        if not len(frame) or not len(frame.columns):
            raise TableRefused(f"table {table}: found no rows; allowed: at least one, or optional=True")
        tabling = Tabling(table, self, self.names, self.known)
        headings, rows = tabling.tabled(frame, heads or columns or {}, headed=bool(title))
        texts = {"title": to_fill(title), "note": to_fill(note)}
        record: dict[str, Any] = {"table": table, **texts, "columns": headings, "keys": tabling.keys(frame)}
        record["rows"] = [[cell_record(cell) for cell in row] for row in rows]
        output_record(TABLE, record)


def present(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What there is; the names of what there is not are recorded as absent."""
    for name, value in given.items():
        if absent(value):
            output_record(VALUE, {"name": name, "absent": True})
        else:
            yield name, value


def word_record(given: Any) -> dict[str, Any]:
    """What `Chapter.say` records of a period, a moment or a text. Raises Refused for anything else."""
    match given:
        case Number():
            raise Refused(f"found the number {given}; allowed: chapter.record, or its .period")
        case dict() if not isinstance(given, Period):
            return {"text": given}
        case str() if not is_moment(given):
            return {"text": given}
    when = given if isinstance(given, Period) else Period.of(given)
    return {"start": when.start, "end": when.end}


def output_record(kind: str, record: dict[str, Any]) -> None:
    """Put a record among the outputs of the running cell, with a preview for people at work."""
    from IPython.display import display

    SESSION.take(record)
    shown = bundle(record)
    alternative = {"image/svg+xml": {"alt": shown["text/plain"]}} if "chart" in record else {}
    display(Bundle({kind: {"schema": SCHEMA} | record, **shown}), raw=True, metadata=alternative)


class Bundle(dict[str, Any]):
    """What a front end is given by media type; outside one, as in a script, Python prints a line."""

    def __str__(self) -> str:
        record = next(iter(self.values()))
        what = next((what for what in ("chart", "table", "explorer", "name") if what in record), "")
        return f"{what} {record[what]}".removeprefix("name ") if what else "record"
