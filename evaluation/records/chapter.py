"""The recorder of a chapter: values, words, tables and charts as outputs of its notebook. ``open()`` returns it with
the data; pages, charts and CSV files are made from records alone.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property, partial
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from ..language import LANGUAGES, N_, Text, as_template
from ..language import phrase as phrase  # for chapters
from ..language.formats import is_moment
from ..numbers.figures import Figures
from ..numbers.labels import Labels, is_missing, labels_of
from ..numbers.labels import as_stated as as_stated  # for chapters
from ..numbers.measures import count_rows, without_origin
from ..numbers.number import Measure, Number
from ..numbers.periods import Period
from ..numbers.wording import RecordedMeasures, ready_to_record
from ..problems import Refused, nearest
from ..problems.printing import print_line
from ..reviews.parameters import require_valid_parameters
from .kernel import SESSION, register_magics, unmet_in_kernel
from .preview import NO_PREVIEW, preview_of
from .serialization import CHART, SCHEMA, TABLE, VALUE, cell_record, number_record, point_record
from .serialization import Cited as Cited  # for chapters
from .serialization import PageLink as PageLink  # for chapters

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


def open() -> Chapter:
    """Open the chapter's data, found without a path (see `sources.find_data`), and its recorder; in a kernel, unless it
    is a build's, register the magics of words. Raises Refused for a parameter of the notebook that no annotation
    declares, or whose value its type does not allow."""
    from IPython.core.getipython import get_ipython

    chapter, shell = Chapter(), get_ipython()
    if shell and not os.environ.get(NO_PREVIEW):  # a build runs no prose and has checked parameters
        register_magics(chapter.tables.names)
        require_valid_parameters(shell.user_ns, shell.user_ns.get("In", []), chapter.tables)
    return chapter


def period(start: Any, end: Any = None) -> Period:
    """A period from one or two moments (2021, "2021-12", "2021/22"). Raises Refused for anything else, and for an end
    before the start."""
    return Period.of((start, start if end is None else end))


def first(rows: Any) -> Any:
    """The first row of a frame, or the first cell of a column; if there is none, a row of None for each column of the
    frame, or None."""
    import pandas as pd

    if isinstance(rows, pd.DataFrame):
        return rows.iloc[0] if len(rows) else pd.Series([None] * len(rows.columns), rows.columns, dtype=object)
    return rows.iloc[0] if len(rows) else None


def last(rows: Any) -> Any:
    """The last row of a frame, or the last cell of a column; if there is none, a row of None, or None."""
    return first(rows[::-1])


class Chapter(Figures):
    """The data of a review, and the methods that record for its page."""

    def __init__(self, folder: Path | None = None):
        """Open data/ (``folder``, by default the one in use); nothing is recorded yet."""
        super().__init__(folder)
        self.known = RecordedMeasures()

    @cached_property
    def names(self) -> Labels:
        """A function from a column and a list of its codes in data/ to their labels in both languages, by code; empty
        if no list has them (see `labels_of`)."""
        return labels_of(self)

    def form(self, language: str = LANGUAGES[0]) -> Any:
        """A form for this chapter's parameters, in JupyterLab only (the extra ``form``): choices by their labels,
        messages at invalid fields, and *Run*, which builds a page with these values and shows it. None elsewhere."""
        from .form import open_form

        return open_form(self.tables, self.names, language)

    @cached_property
    def figures(self) -> pd.Series:
        """The published figures of figures.csv by id, as a Series: ``chapter.figures.people_served``. An unknown id
        is refused, with the nearest."""
        from ..numbers.frames import FiguresById

        return FiguresById(self.frame("figures").set_index("figure").value)

    @staticmethod
    def whole(
        parts: Any,
        unit: str,
        label: Text = "",
        *,
        why: Text,
        definition: str | None = None,
        place: str | None = None,
    ) -> Measure:
        """The sum of parts of one whole, as a count of ``unit``, of a ``definition`` ("" for none of the list) and in a
        ``place`` (default: those of the parts); ``why`` states why no thing is counted in two parts.
        It records nothing."""
        import pandas as pd

        column = pd.Series(list(parts), dtype="figure")
        counted = column.figure.counting(unit, why=why, definition=definition, place=place)
        total = counted.sum()
        return total.labelled(label) if label else total

    def parameter(self, value: Any, unit: str, label: Text, **meaning: Any) -> Measure:
        """A parameter of the page as a number of this ``unit``, for prose; ``meaning`` are further fields of a
        `Measure`. It records nothing."""
        formula = N_("a parameter of this page")
        words = {"nouns": self.nouns(unit), "vocabulary": self.vocabulary}
        return without_origin("", label, value, unit, formula, **words | meaning)

    def record(self, **numbers: Number | None) -> None:
        """Record numbers for prose under these names: ``{people_served}``. The default label of a measure is its
        arithmetic, "People served ÷ Organizations funded". None (here and in ``say``) records the name as absent:
        paragraphs that use it are left out, and headings left without paragraphs. A later record of a name replaces an
        earlier one in this kernel; a page refuses it if the numbers differ. Raises Refused for what is no figure or
        measure."""
        for name, number in recording_absent(numbers):
            recorded = self.register_number(number, name)
            output_record(VALUE, {"name": name, "number": number_record(recorded)})

    def register_number(self, number: Number, name: str) -> Number:
        """The number as it is recorded under this name (a figure unchanged, of an equal measure recorded before that
        one), and registered, so that later measures refer to it by its label. Raises Refused for what is no figure or
        measure."""
        if not isinstance(number, Number):
            allowed = "a figure or a measure; a text or a time by chapter.say"
            actual = shorten(repr(number), 80, placeholder=" ...")
            raise Refused(f"{name}: found {actual}, which is no number with an origin; allowed: {allowed}")
        recorded = self.known.find_displayed(number) or ready_to_record(number, name, self.known)
        self.known.add(number, recorded)
        return recorded

    def frame(self, table: str) -> pd.DataFrame:
        """A table of data/ as a new frame; its numbers are figures with bound, unit, place, period and source."""
        return self._frames(table).copy()

    @cached_property
    def _frames(self) -> Callable[[str], pd.DataFrame]:
        """A cached function of a table: its frame, never given away; a chapter asks for some tables a dozen times."""
        from ..numbers.frames import table_frame

        return cache(partial(table_frame, self))

    def count(self, rows: Any, unit: str, formula: Text, label: Text | Mapping[str, Text]) -> Any:
        """Count the rows of a frame, or those where a condition is true, as a measure, or those of each group, as a
        Series of measures (see `measures.count_rows`); ``formula`` describes the count, ``label`` is one text, or one
        by name of each group."""
        return count_rows(rows, unit, formula, label, self.vocabulary)

    def key_numbers(self, *names: str, **wordings: Text) -> None:
        """Choose the recorded values at the top of the page, in order, those of keywords last; absent ones are left
        out. A keyword replaces the label of its value by a text, with place and period in it if wanted (``{period}``).
        A chart requested earlier stands above them if the page opens with one; the box of warnings stands below them,
        also without any names."""
        names = (*names, *wordings)
        words = {name: as_template(text) for name, text in wordings.items()}
        output_record(VALUE, {"key_numbers": list(names), "said": words})

    def checking(self) -> None:
        """Start the part of the page for reviewers, folded after the main part. In a kernel that shows words, this
        lists the claims above that do not hold."""
        output_record(VALUE, {"layer": "checking"})
        for line in unmet_in_kernel():
            print_line(line)

    def say(self, **words: Period | Text | int | tuple[str | int, str | int] | None) -> None:
        """Record words for prose under these names: a period or a moment (``served.period``, ``2021``, two of them), a
        label of data/ (``chapter.label("places", place, "in")``), a wording of a value (``review.phrase("by_laws",
        definition)``), a text of the catalogue. None is absent, as in ``record``. Raises Refused for a number and for
        an invalid period."""
        for name, words_of_name in recording_absent(words):
            try:
                record = word_record(words_of_name)
            except Refused as error:
                raise Refused(f"{name}: {error}") from None
            output_record(VALUE, {"name": name} | record)

    def state(self, **states: str | bool | None) -> None:
        """Record states for claims, which are never printed: the outcome of a comparison (``basis="first"``), whether a
        target was reached. None is absent. Raises Refused for anything but a word, true or false."""
        for name, state in recording_absent(states):
            if not isinstance(state, str | bool):
                raise Refused(f"{name}: found {str(state)[:80]!r}; allowed: a word, True or False")
            output_record(VALUE, {"name": name, "state": state})

    def show_caveats(self, *caveats: str | Number | None) -> None:
        """Show caveats, by id or of a number, below the prose before this cell, each once; they stay even if other data
        leave out the chart that also shows them. None is passed over. Raises Refused for an unknown id."""
        names: dict[str, None] = {}
        for caveat in caveats:
            if isinstance(caveat, Number):
                names |= dict.fromkeys(c.caveat for c in caveat.caveats)
            elif isinstance(caveat, str):
                names[caveat] = None
        if unknown := [name for name in names if name not in self.caveats]:
            actual = f"the caveat {unknown[0]!r}{nearest(unknown[0], self.caveats)}"
            raise Refused(f"found {actual}; allowed: an id of data/caveats.csv")
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
        """Request a chart: an Altair chart over a frame of figures (or `charts.dots`), with a title that states the
        finding, a subtitle that states what is measured (where, when), and a description for screen readers. Texts may
        contain ``{name}``; if none are given, a ``%%chart ID`` cell holds all three. An ``optional`` chart is left out
        if a frame of it has no rows. Raises ChartRefused, naming the place, for an element that is not allowed, and for
        missing texts or texts with typed numbers."""
        from ..charts import record as chart_record
        from ..charts.grammar import NoRows

        texts = {"title": title, "subtitle": subtitle, "description": description}
        chart_record.check_chart_texts(chart, texts)
        texts = {part: as_template(text) for part, text in texts.items()}
        try:
            recorded = chart_record.record_chart(chart, drawing, self.names, self.known)
        except NoRows:
            if optional:
                return
            raise
        arguments, points = recorded.arguments(), [point_record(point) for point in recorded.points]
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
        """Record a data frame as a table: figures with their origins, codes by their labels, years and months in words,
        catalogue texts or pairs of languages; a missing cell is blank. Title, note and headings (``column NAME:``) may
        stand in a ``%%table ID`` cell instead. ``heads`` maps the columns to show, in order, to their headings (empty:
        that of the data package). Without it all columns are shown, with headings from ``columns``, the catalogue, or
        the data package; a named index comes first. The first column holds the row headers. An ``optional`` table is
        left out if it has no rows, another is refused. Raises TableRefused, naming the column, for bare numbers."""
        from .tables import TableRecorder, TableRefused, select_columns

        if optional and not len(frame):
            return
        frame = select_columns(table, frame, heads) if heads else frame
        if not len(frame) or not len(frame.columns):
            raise TableRefused(f"table {table}: found no rows; allowed: at least one, or optional=True")
        tabling = TableRecorder(table, self, self.names, self.known)
        headings, rows = tabling.headings_and_rows(frame, heads or columns or {}, headed=bool(title))
        texts = {"title": as_template(title), "note": as_template(note)}
        record: dict[str, Any] = {"table": table, **texts, "columns": headings, "keys": tabling.keys(frame)}
        record["rows"] = [[cell_record(cell) for cell in row] for row in rows]
        output_record(TABLE, record)


def recording_absent(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the names that have a value, in order; a name without one (None, a missing cell) is recorded as absent
    instead, in the output of the running cell."""
    for name, value in values.items():
        if is_missing(value):
            output_record(VALUE, {"name": name, "absent": True})
        else:
            yield name, value


def word_record(words: Any) -> dict[str, Any]:
    """The record, for `Chapter.say`, of a period or a moment (its ``start`` and ``end``), or of any other text or of a
    pair of languages (its ``text``). Raises Refused for a figure or measure, and for what is no period."""
    match words:
        case Number():
            raise Refused(f"found the number {words}; allowed: chapter.record, or its .period")
        case dict() if not isinstance(words, Period):
            return {"text": words}
        case str() if not is_moment(words):
            return {"text": words}
    when = words if isinstance(words, Period) else Period.of(words)
    return {"start": when.start, "end": when.end}


def output_record(kind: str, record: dict[str, Any]) -> None:
    """Add a record of this MIME type (``kind``) to the outputs of the running cell, with its preview, and to the values
    of this kernel."""
    from IPython.display import display

    SESSION.take(record)
    preview = preview_of(record)
    alternative = {"image/svg+xml": {"alt": preview["text/plain"]}} if "chart" in record else {}
    display(Bundle({kind: {"schema": SCHEMA} | record, **preview}), raw=True, metadata=alternative)


class Bundle(dict[str, Any]):
    """A mimebundle for front ends; a script prints one line."""

    def __str__(self) -> str:
        """The kind and the name of the record: "chart by_year", of a value the name alone, of what has no name
        "record"."""
        record = next(iter(self.values()))
        key = next((key for key in ("chart", "table", "explorer", "name") if key in record), "")
        return f"{key} {record[key]}".removeprefix("name ") if key else "record"
