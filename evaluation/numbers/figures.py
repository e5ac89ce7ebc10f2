"""The figures of data/, each with its bound, unit, place, period, source and caveats."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ..data.contract import keys_of
from ..data.figure_columns import OF_A_FIGURE, marked, part_of, period_of
from ..data.sources import Row
from ..language import format_period
from ..problems import Refused, nearest, refuse
from .lists import Lists
from .number import Figure
from .publication import CALCULATED
from .quantity import Quantity
from .rows import by_release, count_of, in_series, joined_texts, pair, snake, texts_of, told_once
from .shown import CALENDAR_YEAR, decimals_of


class NoFigure(Refused):
    """The data hold no figure that was asked for."""


COLUMNS = {"incidents": "incidents", "per_100k": "rate_per_100k"}


class Figures(Lists):
    """The published figures and series of one data folder."""

    @cached_property
    def _figures(self) -> dict[str, Figure]:
        return {row["figure"]: self._figure(row) for row in self.tables.rows("figures")}

    def figure(self, name: str) -> Figure:
        """One published figure. Raises NoFigure naming the nearest id."""
        if name not in self._figures:
            raise NoFigure(
                f"found no figure {name!r}{nearest(name, self._figures)}; allowed: an id of data/figures.csv"
            )
        return self._figures[name]

    def matching(self, **columns: str) -> list[Figure]:
        """Every figure whose row has these cells, in the table's order."""
        rows = self.tables.rows("figures")
        return [self.figure(r["figure"]) for r in rows if all(r[c] == text for c, text in columns.items())]

    def series(self, definition: str, place: str, unit: str = "incidents", vintage: str = "") -> list[Figure]:
        """Police-reported incidents or rates of one definition and place by year, each year's latest release
        (or every number that a release changed, with ``vintage="all"``), oldest first; empty where there is none."""
        own = [r for r in self.tables.rows("police_reported") if (r["definition"], r["place"]) == (definition, place)]
        rows = told_once(by_release([r for r in own if r[COLUMNS[unit]]]), COLUMNS[unit])
        if vintage != "all":
            rows = list({r["year"]: r for r in rows}.values())
        return [self._series_figure(row, COLUMNS[unit], unit) for row in rows]

    @cached_property
    def _first_printed(self) -> dict[tuple[str, ...], str]:
        """The release that first prints a count of a place and year, by `count_of`; it is published, whichever copy of
        it is used."""
        rows = [row for row in self.tables.rows("police_reported") if CALCULATED not in row["caveats"].split()]
        alone = [row for row in self.tables.rows("figures") if row["period_start"] == row["period_end"]]
        alone = [row | {"year": row["period_start"], "incidents": row["value"]} for row in alone]
        rows += [row for row in alone if (row["unit"], row["bound"]) == ("incidents", "exact")]
        dated = [(row["vintage"] or self.sources[row["source"]].published, count_of(row)) for row in rows]
        return {count: vintage for vintage, count in sorted(dated, reverse=True)}

    def population(self, place: str, year: int) -> Figure:
        """July 1 population of a place. Raises NoFigure where there is none."""
        for row in self.tables.rows("population"):
            if row["place"] == place and row["year"] == str(year):
                return self._population_figure(row)
        raise NoFigure(f"found no population of {place} in {year}; allowed: a row of data/population.csv")

    def event(self, name: str) -> Figure:
        """The year of a law, counting rule, strategy or program, as a number with its origin. Raises NoFigure."""
        known = self.tables.keyed("events")
        if name not in known:
            raise NoFigure(f"found no event {name!r}{nearest(name, known)}; allowed: an id of data/events.csv")
        row, source = known[name], self.sources[known[name]["source"]]
        return Figure(
            name=snake("event", name),
            label=pair(row, "label"),
            quantity=Quantity.exact(row["date"][:4]),
            unit=CALENDAR_YEAR,
            decimals=0,
            definition="",
            definition_label=self.label("event_kinds", row["event_kind"]),
            place=row["place"],
            place_label=self.label("places", row["place"], "name"),
            start=row["date"],
            end=row["date"],
            caveats=tuple(self.caveats[key] for key in row["caveats"].split()),
            source=source,
            place_in_source=pair(row, "place_in_source"),
            vintage=source.published,
            nouns=self.nouns(CALENDAR_YEAR),
            lists=self,
        )

    def cell(self, table: str, row: Row, column: str) -> Figure:
        """The number in a row's column of figures."""
        match table:
            case "figures":
                return self.figure(row["figure"])
            case "police_reported":
                return self._series_figure(row, column, {"incidents": "incidents"}.get(column, "per_100k"))
            case "population":
                return self._population_figure(row)
        return self._of_table(table, row, column)

    def _of_table(self, table: str, row: Row, column: str) -> Figure:
        """A number of a table that the contract alone describes."""
        schema = self.tables.resource(table)["schema"]
        figures = {field["name"]: field for field in marked(schema)}
        keys = [row[key] for key in keys_of(schema["primaryKey"])]
        parts = {part: part_of(figures[column], row, part) for part in OF_A_FIGURE}
        start, end = period_of(row)
        source = self.sources[parts["source"]]
        said = {"en": format_period(start, end, "en"), "fr": format_period(start, end, "fr")}
        return Figure(
            name=snake(table, *keys, *([column] if len(figures) > 1 else [])),
            label=joined_texts(self.label("definitions", parts["definition"]), *texts_of(row, schema["primaryKey"])),
            quantity=self._quantity(table, row, column),
            decimals=max(decimals_of(row[c], parts["unit"]) for c in (column, "high") if row.get(c)),
            source=source,
            place_in_source=pair(row, "place_in_source") if "place_in_source_en" in row else said,
            vintage=row.get("vintage") or source.published,
            **self._common({"caveats": ""} | row | parts, parts["unit"], start, end),
        )

    def _quantity(self, table: str, row: Row, column: str, name: str = "") -> Quantity:
        """What a cell says, by its row's bound. Raises InputError where they do not go together."""
        if "bound" not in row:
            return Quantity.exact(row[column])
        try:
            return Quantity.of(row["bound"], row[column], row.get("high") or None)
        except ValueError as error:
            at = name or self.tables.rows(table).index(row) + 2
            raise refuse(self.tables.path(table), at, column, found=row[column], allowed=str(error)) from None

    def _figure(self, row: Row) -> Figure:
        return Figure(
            name=row["figure"],
            label=pair(row, "label"),
            quantity=self._quantity("figures", row, "value", row["figure"]),
            decimals=max(decimals_of(row[c], row["unit"]) for c in ("value", "high") if row[c]),
            source=self.sources[row["source"]],
            place_in_source=pair(row, "place_in_source"),
            vintage=row["vintage"],
            conflicts_with=tuple(row["conflicts_with"].split()),
            **self._common(row, row["unit"], row["period_start"], row["period_end"]),
        )

    def _common(self, row: Row, unit: str, start: str, end: str) -> dict[str, Any]:
        definition = self.tables.keyed("definitions")[row["definition"]]
        obliged = definition["caveats"].split() + row["caveats"].split()
        return {
            "unit": unit,
            "definition": row["definition"],
            "definition_label": pair(definition, "label"),
            "place": row["place"],
            "place_label": self.label("places", row["place"], "name"),
            "start": start,
            "end": end,
            "caveats": tuple(self.caveats[key] for key in dict.fromkeys(obliged)),
            "nouns": self.nouns(unit),
            "lists": self,
        }

    def _series_figure(self, row: Row, column: str, unit: str) -> Figure:
        definition = self.tables.keyed("definitions")[row["definition"]]
        parts = [row["definition"], row["place"], row["year"], row["vintage"], unit]
        # Of a row's caveats one is about its rate alone and one about its count alone, where no publication prints it.
        printed = self._first_printed.get(count_of(row), "")
        others = ("rounded-rate", CALCULATED if printed else "") if unit == "incidents" else (CALCULATED,)
        caveats = " ".join(c for c in row["caveats"].split() if c not in others)
        return Figure(
            name=snake(*parts),
            label=pair(definition, "label"),
            quantity=Quantity.exact(row[column]),
            decimals=decimals_of(row[column], unit),
            source=self.sources[row["source"] if unit == "incidents" else row["rate_source"] or row["source"]],
            place_in_source=in_series(row, unit, printed),
            vintage=row["vintage"],
            **self._common(row | {"caveats": caveats}, unit, row["year"], row["year"]),
        )

    def _population_figure(self, row: Row) -> Figure:
        common = {"definition": "population", "place": row["place"], "caveats": ""}
        return Figure(
            name=snake("population", row["place"], row["year"]),
            label=self.label("definitions", "population"),
            quantity=Quantity.exact(row["people"]),
            decimals=0,
            source=self.sources[row["source"]],
            place_in_source={"en": row["year"], "fr": row["year"]},
            vintage=row["vintage"],
            **self._common(common, "people", row["year"], row["year"]),
        )
