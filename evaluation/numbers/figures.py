"""The figures of data/, each with bound, unit, place, period, source and caveats.

The contract (``datapackage.json``) alone describes a table's numbers: it marks columns as ``figures``, and for tables
and columns that need more

- ``figure_name``: the pattern of its numbers' names, ``"population_{place}_{year}"``; default: the table and its key;
- ``sources``: a column that names a number's source, which precedes ``source`` where it is filled;
- ``without``: caveats of a row that do not apply to this column;
- ``worked_out_from``: the column from which the review calculated a number, in rows marked so (`CALCULATED`).
"""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..data.contract import OF_A_FIGURE, figure_fields, key_columns, period_of, property_of
from ..data.rules import Row
from ..language import LANGUAGES
from ..language.formats import format_moment, format_number
from ..problems import Refused, listed, nearest, refuse
from .lists import ReferenceLists, languages_of_text, pair, snake_case
from .notation import CALENDAR_YEAR, RATES, decimals_of
from .number import Figure
from .periods import Period
from .publication import CALCULATED, Release, TableCell, TableFile
from .quantity import Quantity
from .releases import PrintedRow, releases_of

Field = dict[str, Any]  # of a contract
SINGLE = "figures"  # the table of single figures, each with an id, a label and a place in its source of its own


class NoFigure(Refused):
    """No figure has the id that was asked for."""


def no_figure_message(name: str, known: Iterable[str]) -> str:
    """The message for an unknown id of figures.csv, with the nearest of the ``known`` ids, if one is near."""
    return f"found no figure {name!r}{nearest(name, known)}; allowed: an id of data/{SINGLE}.csv"


class Figures(ReferenceLists):
    """The published figures of one data folder, in all its tables."""

    def __init__(self, folder: Path | None = None):
        """Of data/ in ``folder``, by default that in use (see `sources.find_data`); nothing is read yet."""
        super().__init__(folder)
        self._releases = cache(self._find_releases)
        self._first_printings = cache(self._find_first_printings)
        self.file_of = cache(self._file_of)

    def figure(self, name: str) -> Figure:
        """The figure of figures.csv with this id, which a notebook takes from `Chapter.figures`. Raises NoFigure,
        naming the nearest id."""
        rows = self.tables.rows_by_key(SINGLE)
        if name not in rows:
            raise NoFigure(no_figure_message(name, rows))
        return self.cell(SINGLE, rows[name], "value")

    def column(self, table: str, column: str) -> list[Figure]:
        """The numbers of a column that the contract marks as figures, in the order of the table, without empty cells.
        Raises InputError for an unknown table or column, Refused for a column that is not marked so."""
        return [self.cell(table, row, column) for row in self.tables.rows(table) if row[column]]

    def events(self) -> list[Figure]:
        """The years of all events (see `event`), in the order of events.csv; empty if there is no such table."""
        return (
            [self.event(name) for name in self.tables.rows_by_key("events")]
            if "events" in self.tables.resources
            else []
        )

    def event(self, name: str) -> Figure:
        """The year of a law, counting rule, strategy or program, by its id in events.csv, as an exact figure in
        calendar years. Raises NoFigure, naming the nearest id, and InputError without such a table."""
        known = self.tables.rows_by_key("events")
        if name not in known:
            raise NoFigure(f"found no event {name!r}{nearest(name, known)}; allowed: an id of data/events.csv")
        row, source = known[name], self.sources[known[name]["source"]]
        return Figure.of_parts(
            name=snake_case("event", name),
            label=pair(row, "label"),
            quantity=Quantity.exact(row["date"][:4]),
            decimals=0,
            definition="",
            definition_label=self.label("event_kinds", row["event_kind"]),
            caveats=tuple(self.caveats[key] for key in row["caveats"].split()),
            source=source,
            place_in_source=pair(row, "place_in_source"),
            vintage=source.published,
            data=self.tables.cell_position("events", row, "date"),
            **self._unit_place_and_period(row["place"], CALENDAR_YEAR, (row["date"], row["date"])),
        )

    def cell(self, table: str, row: Row, column: str) -> Figure:
        """The figure in a filled cell of a row of data/, with the caveats that its definition and its row oblige.
        Raises InputError for an unknown table or id, and if its bound does not fit its cells; Refused for a column that
        the contract does not mark as figures."""
        schema = self.tables.resource(table)["schema"]
        figures = {field["name"]: field for field in figure_fields(schema)}
        if column not in figures:
            actual = f"found {table}.{column}, which is no column of figures"
            raise Refused(f"{actual}; allowed: {listed(figures)}")
        field = figures[column]
        ids = {part: property_of(field, row, part) for part in OF_A_FIGURE}
        source = self.sources[row.get(field.get("sources", ""), "") or ids["source"]]
        definition, when = self.tables.rows_by_key("definitions")[ids["definition"]], period_of(row)
        printed = self._first_printing(table, row, field)
        without = [*field.get("without", ()), *([CALCULATED] if printed else [])]  # of the row, not of this column
        obliged = [*definition["caveats"].split(), *(c for c in row.get("caveats", "").split() if c not in without)]
        return Figure.of_parts(
            name=self._name(table, row, column, ids["unit"], alone=len(figures) == 1),
            label=self._label(row, definition, schema["primaryKey"], ids["unit"]),
            quantity=self._quantity(table, row, column),
            decimals=max(decimals_of(row[c], ids["unit"]) for c in (column, "high") if row.get(c)),
            definition=ids["definition"],
            definition_label=pair(definition, "label"),
            caveats=tuple(self.caveats[name] for name in dict.fromkeys(obliged)),
            source=source,
            place_in_source=self._place_in_source(row, field, when, printed),
            vintage=row.get("vintage", source.published),
            conflicts_with=tuple(row.get("conflicts_with", "").split()),
            data=self.tables.cell_position(table, row, column),
            releases=self._releases(table, column).get(tuple(row[key] for key in _columns_of_series(schema)), ()),
            cell=TableCell(self.file_of(table), self.tables.row_number(table, row), column),
            **self._unit_place_and_period(ids["place"], ids["unit"], when),
        )

    def _find_releases(self, table: str, column: str) -> dict[tuple[str, ...], tuple[Release, ...]]:
        """The releases of each number of a column, by the key of its row without the release; empty if the table has
        none. Cached as ``_releases``."""
        columns = _columns_of_series(self.tables.resource(table)["schema"])
        by_series: dict[tuple[str, ...], list[Row]] = {}
        for row in self.tables.rows(table) if columns else []:
            by_series.setdefault(tuple(row[key] for key in columns if key != "year"), []).append(row)
        released: dict[tuple[str, ...], tuple[Release, ...]] = {}
        for rows in by_series.values():
            printed = [PrintedRow.of(row, column) for row in rows]
            years = {row["year"]: tuple(row[key] for key in columns) for row in rows}
            released |= {key: releases_of(year, printed) for year, key in years.items()}
        return released

    def _file_of(self, table: str) -> TableFile:
        """The file of a table of data/, with the hash of its bytes; cached as ``file_of``."""
        path = self.tables.path(table)
        return TableFile(path.name, len(self.tables.rows(table)), sha256(path.read_bytes()).hexdigest())

    def _name(self, table: str, row: Row, column: str, unit: str, *, alone: bool) -> str:
        """The id of a number: by the contract's ``figure_name``, else table and key, with the column unless it is
        ``alone``, the table's only one of figures."""
        resource = self.tables.resource(table)
        if "figure_name" in resource:
            return snake_case(resource["figure_name"].format(**{**row, "unit": unit}))
        keys = [row[key] for key in key_columns(resource["schema"]["primaryKey"])]
        return snake_case(table, *keys, *([] if alone else [column]))

    def _label(self, row: Row, definition: Row, key: str | list[str], unit: str) -> dict[str, str]:
        """A row's label, by language, or else its `default_label`; of a rate, whose definition is that of the counts,
        followed by its base: ", per 100,000 people"."""
        label = pair(row, "label") if languages_of_text(row, "label") else default_label(row, definition, key)
        if unit in RATES:
            per = {language: forms["other"].partition(" ")[2] for language, forms in self.nouns(unit).items()}
            return {language: f"{text}, {per[language]}" for language, text in label.items()}
        return label

    def _unit_place_and_period(self, place: str, unit: str, moments: tuple[str, str]) -> dict[str, Any]:
        """The fields of a figure with this place, unit and period (``moments``: its first and last moment): the ids,
        their labels and nouns, and the vocabulary. Raises InputError for an unknown id."""
        return {
            "unit": unit,
            "nouns": self.nouns(unit),
            "place": place,
            "place_label": self.label("places", place, "name"),
            "start": moments[0],
            "end": moments[1],
            "vocabulary": self.vocabulary,
        }

    def _quantity(self, table: str, row: Row, column: str) -> Quantity:
        """The quantity of a cell with the bound of its row; exact in a table without a column ``bound``. Raises
        InputError if bound and numbers do not fit."""
        if "bound" not in row:
            return Quantity.exact(row[column])
        try:
            return Quantity.of(row["bound"], row[column], row.get("high") or None)
        except ValueError as error:
            at = self.tables.row_number(table, row)
            raise refuse(self.tables.path(table), at, column, actual=row[column], allowed=str(error)) from None

    def _place_in_source(self, row: Row, field: Field, when: tuple[str, str], printed: str) -> dict[str, str]:
        """The position of a number in its source, by language: as its row states, or else its period (``when``); for a
        calculated number also the rate it comes from, and the day of the release that first ``printed`` it, if any."""
        if languages_of_text(row, "place_in_source"):
            return pair(row, "place_in_source")
        period = dict(Period(*when))
        if not is_calculated(row, field):
            return period
        origin = Decimal(row[field["worked_out_from"]])
        rate = {language: format_number(origin, language) for language in LANGUAGES}
        release = {language: format_moment(printed, language) for language in LANGUAGES if printed}
        on, le = ("on", "le") if printed.count("-") == 2 else ("in", "en")  # a day; a month or a year
        en, fr = "the count is this review’s calculation", "le nombre est calculé par le présent examen"
        if printed:
            en = f"another, released {on} {release['en']}, the count"
            fr = f"une autre, parue {le} {release['fr']}, le nombre"
        return {
            "en": f"{period['en']}; this release prints a rate of {rate['en']}, and {en}",
            "fr": f"{period['fr']}; cette publication donne un taux de {rate['fr']}, et {fr}",
        }

    def _first_printing(self, table: str, row: Row, field: Field) -> str:
        """The day of the first release that prints the number of this row in a column ``worked_out_from`` another,
        whether this row prints or calculates it; empty for other columns, and if no release prints it."""
        if "worked_out_from" not in field:
            return ""
        return self._first_printings(table, field["name"]).get(printing_key(row, row["year"], row[field["name"]]), "")

    def _find_first_printings(self, table: str, column: str) -> dict[tuple[str, ...], str]:
        """By `printing_key`, the day of the first release of each number of a column that is printed and not
        calculated, or is an exact figure of figures.csv in the same unit. Cached as ``_first_printings``."""
        field = next(
            number_field
            for number_field in figure_fields(self.tables.resource(table)["schema"])
            if number_field["name"] == column
        )
        rows = [(row, row["year"], row[column]) for row in self.tables.rows(table) if not is_calculated(row, field)]
        alone = [row for row in self.tables.rows(SINGLE) if row["bound"] == "exact" and row["unit"] == field["unit"]]
        rows += [(row, row["period_start"], row["value"]) for row in alone if row["period_start"] == row["period_end"]]
        dated = [(r["vintage"] or self.sources[r["source"]].published, printing_key(r, y, n)) for r, y, n in rows]
        return {counted: vintage for vintage, counted in sorted(dated, reverse=True)}


def _columns_of_series(schema: Field) -> list[str]:
    """The columns of a table's key without the release (``vintage``); empty if the key has no year or no release."""
    keys = key_columns(schema["primaryKey"])
    return [key for key in keys if key != "vintage"] if {"year", "vintage"} <= {*keys} else []


def default_label(row: Row, definition: Row, key: str | list[str]) -> dict[str, str]:
    """The label of a number whose row has none, in the languages that all its parts have: the label of its definition,
    then the texts among the columns of its table's ``key``, such as an age group."""
    columns = dict.fromkeys(name[:-3] for name in key_columns(key) if name.endswith(("_en", "_fr")))
    texts = [pair(definition, "label"), *(pair(row, column) for column in columns)]
    languages = [language for language in LANGUAGES if all(language in text for text in texts)]
    return {language: ", ".join(text[language] for text in texts) for language in languages}


def is_calculated(row: Row, field: Field) -> bool:
    """Whether the review calculated the number in this column from another one of its row: the row has the caveat
    `CALCULATED`, and the contract says ``worked_out_from`` of the column."""
    return "worked_out_from" in field and CALCULATED in row["caveats"].split()


def printing_key(row: Row, year: str, number: str) -> tuple[str, ...]:
    """The key by which a number that two rows print is recognized: definition and place of the row, year, digits."""
    return row["definition"], row["place"], year, number
