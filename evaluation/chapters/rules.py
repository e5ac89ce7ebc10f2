"""The types of this review's parameters, with rules on its tables and across parameters; and the registration of its
contract's rules that compare texts of data/ with numbers.
"""

from typing import Annotated, Any

from ..data.rules import ContractRule, Row
from ..data.sources import Tables
from ..reviews.choices import ParameterRefusal, ParameterRule, Series
from . import outcomes, verdicts
from .agreement import ALL_LAWS
from .outcomes import incidents_under_both_laws


def places_with_series(tables: Tables) -> list[str]:
    """The places that have a series of reports, sorted."""
    return sorted({row["place"] for row in tables.rows("police_reported")})


def definitions_with_series(tables: Tables) -> list[str]:
    """The definitions that have a series of reports, sorted."""
    return sorted({row["definition"] for row in tables.rows("police_reported")})


Place = Annotated[str, places_with_series]
Definition = Annotated[str, definitions_with_series]


def report_rows(tables: Tables, **cells: str) -> list[Row]:
    """The rows of police_reported with these cells, such as a series' place and definition; all without any."""
    return [row for row in tables.rows("police_reported") if cells.items() <= row.items()]


def distinct_years(rows: list[Row]) -> list[int]:
    """The distinct years of rows, oldest first."""
    return sorted({int(row["year"]) for row in rows})


def place_has_figures(tables: Tables, place: str, definition: str) -> ParameterRefusal | None:
    """The refusal of a place without a report for the definition; None if it has one. (Names of parameters in the
    signatures of these rules are those of chapters: see `choices.rule_violations`.)"""
    allowed = sorted({row["place"] for row in report_rows(tables, definition=definition)})
    if place in allowed:
        return None
    return "place", f"{place!r}, which has no figures for {definition}", ", ".join(allowed)


def years_have_figures(
    tables: Tables, place: str, definition: str, first_year: int, last_year: int
) -> ParameterRefusal | None:
    """The refusal of years of which none has a report; None if one has, and for a place without reports or a last year
    before the first, which other rules refuse."""
    years = distinct_years(report_rows(tables, place=place, definition=definition))
    if years and first_year <= last_year and not any(first_year <= year <= last_year for year in years):
        return "first_year", f"{first_year} to {last_year}, years without a figure", _join_years(years)
    return None


def compared_years_have_figures(
    tables: Tables, place: str, definition: str, earlier_year: int, later_year: int
) -> ParameterRefusal | None:
    """The refusal of the first of two compared years without a report above zero: zero reports have no ratio. None if
    both have one, and for a place without any."""
    rows = report_rows(tables, place=place, definition=definition)
    years = distinct_years(rows)
    above = distinct_years([row for row in rows if (row["incidents"] + row["rate_per_100k"]).strip("0.")])
    for name, year in (("earlier_year", earlier_year), ("later_year", later_year)):
        if years and year not in above:
            reason = "a year of no reports" if year in years else "a year without a figure"
            actual = f"{year}, {reason} for {place}, {definition}"
            return name, actual, _join_years(above) or "none: every year has no reports"
    return None


def compared_from_is_not_later(tables: Tables, compared_from: int, compared_to: int) -> ParameterRefusal | None:
    """The refusal of a first compared year that is after the second; equal years are allowed."""
    if compared_from > compared_to:
        return "compared_from", f"{compared_from} after compared_to {compared_to}", f"a year before {compared_to}"
    return None


def _years_of_figures(tables: Tables, **cells: str) -> list[int]:
    """The years in which the stated periods of figures with these cells start, sorted."""
    starts = [row["period_start"] for row in tables.rows("figures") if cells.items() <= row.items()]
    return sorted({int(start[:4]) for start in starts if start})


def _price_years(tables: Tables) -> list[int]:
    """The years with a known price index, sorted."""
    return _years_of_figures(tables, definition="consumer_price_index")


def price_years_have_figures(tables: Tables, prices_to: int) -> ParameterRefusal | None:
    """The refusal of a year without a known price index, and of the first one with it: its sums are converted to a
    later one."""
    first, *later = _price_years(tables)
    if prices_to in later:
        return None
    return "prices_to", f"{prices_to}, a year without a price index after {first}", _join_years(later)


def _announced_years(tables: Tables) -> list[int]:
    """The years in which the periods of amounts announced for programs start, sorted."""
    return _years_of_figures(tables, definition="program_amount", unit="cad")


def announced_years_have_amounts(tables: Tables, announced_from: int, announced_to: int) -> ParameterRefusal | None:
    """The refusal of years in which no period of an announced amount starts; None if one does."""
    years = _announced_years(tables)
    if any(announced_from <= year <= announced_to for year in years):
        return None
    return "announced_from", f"{announced_from} to {announced_to}, years without an amount", _join_years(years)


def derive_definition(tables: Tables, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a run with the one definition of its place's series; unchanged if they have several or none, and
    without a ``place``."""
    rows = report_rows(tables, place=values["place"]) if "place" in values else []
    definitions = {row["definition"] for row in rows}
    return values | {"definition": min(definitions)} if len(definitions) == 1 else values


def _join_years(years: list[int]) -> str:
    """The years as one text, separated by commas; empty for none."""
    return ", ".join(map(str, years))


def _years_of_definition(tables: Tables, values: dict[str, Any]) -> list[int]:
    """The years of the series of a run's ``place`` and ``definition``, sorted; empty if it lacks one of them. For all
    laws without a published count, those of the sums of both laws too."""
    series = {name: values[name] for name in ("place", "definition") if name in values}
    rows = report_rows(tables, **series) if len(series) == 2 else []
    if rows and series["definition"] == ALL_LAWS and not any(row["incidents"] for row in rows):
        rows += [{"year": year} for year in incidents_under_both_laws(tables, series["place"])]
    return distinct_years(rows)


def years_in_one_release(tables: Tables, values: dict[str, Any]) -> list[int]:
    """The years of Canada's counts of all laws in the releases that also give the year ``compared_from`` of ``values``;
    all years if none does."""
    rows = [r for r in report_rows(tables, place="Canada", definition="all_human_trafficking") if r["incidents"]]
    releases = {r["vintage"] for r in rows if int(r["year"]) == values.get("compared_from")}
    return distinct_years([r for r in rows if r["vintage"] in releases or not releases])


DERIVED_VALUES = {"definition": derive_definition}
SERIES: dict[str, Series] = {
    "": _years_of_definition,
    "prices_to": lambda tables, _: _price_years(tables),
    "compared_to": years_in_one_release,
    "announced_from": lambda tables, _: _announced_years(tables),
    "announced_to": lambda tables, _: _announced_years(tables),
}
RULES: tuple[ParameterRule, ...] = (
    place_has_figures,
    years_have_figures,
    compared_years_have_figures,
    compared_from_is_not_later,
    price_years_have_figures,
    announced_years_have_amounts,
)

CHECKS: dict[str, ContractRule] = {
    "rests-on": verdicts.rests_on,
    "conflicts": verdicts.conflicts,
    "copies": verdicts.copies,
    "verdicts": verdicts.verdicts,
    "parts-add-up": outcomes.parts_add_up,
    "places-add-up": outcomes.places_add_up,
}
