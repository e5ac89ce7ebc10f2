"""The types of a chapter's parameters, each with the values it allows, and the rules across parameters.

A chapter annotates its parameters with these single words (``place: Place = "Ontario"``), because Papermill
reads no other annotation. What is allowed comes from ``data/``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, get_origin

from .. import problems
from ..data.contract import names_of
from ..data.sources import Tables
from ..problems import InputError

if TYPE_CHECKING:
    import yaml


@dataclass(frozen=True)
class OneOf:
    """Allowed are the values that ``values`` reads from the data."""

    values: Callable[[Tables], list[str]]

    def holds(self, value: Any, tables: Tables) -> bool:
        return value in self.values(tables)

    def words(self, tables: Tables) -> str:
        """What is allowed."""
        return problems.listed(self.values(tables))


@dataclass(frozen=True)
class Range:
    """Allowed are the numbers from ``low`` to ``high``, both included."""

    low: float
    high: float

    def holds(self, value: Any, tables: Tables) -> bool:
        return bool(self.low <= value <= self.high)

    def words(self, tables: Tables) -> str:
        """What is allowed."""
        return f"{self.low:g} to {self.high:g}"


def with_series(column: str) -> Callable[[Tables], list[str]]:
    """The places, or the definitions, that have a series of reports."""

    def values(tables: Tables) -> list[str]:
        return sorted({row[column] for row in tables.rows("police_reported")})

    values.__doc__ = f"Every {column} that has a series of reports."
    return values


def tables_of_lists(tables: Tables) -> list[str]:
    """The tables whose last column counts people by the lists that the columns before it name."""
    return sorted(name for name, resource in tables.resources.items() if names_of(resource)[-1] == "count")


def rules_of_choice(tables: Tables) -> list[str]:
    """How a model of overlapping lists can be chosen."""
    from ..methods.multiple_systems.choice import Rule

    return [rule.value for rule in Rule]


LATEST = "latest"  # what a year may be beside a number: the last one of its own series

Place = Annotated[str, OneOf(with_series("place"))]
Definition = Annotated[str, OneOf(with_series("definition"))]
Year = Annotated[int, Range(1990, 2100)]
Years = Annotated[int, Range(1, 10)]
Level = Annotated[float, Range(0.5, 0.999)]
VarianceFactor = Annotated[float, Range(1.0, 100.0)]  # 1: independent events
Decimals = Annotated[int, Range(0, 4)]
Share = Annotated[float, Range(1e-6, 1.0)]
LeastShare = Annotated[float, Range(0.0, 1.0)]  # 0 states none
TableOfLists = Annotated[str, OneOf(tables_of_lists)]
ModelRule = Annotated[str, OneOf(rules_of_choice)]
Draws = Annotated[int, Range(100, 10_000)]

TYPES: dict[str, Any] = {name: kind for name, kind in dict(globals()).items() if get_origin(kind) is Annotated}
TYPES |= {kind.__name__: kind for kind in (str, int, float, bool)}

Refusal = tuple[str, str, str]  # parameter, what was found, what is allowed


def first_year_not_after_last(tables: Tables, first_year: int, last_year: int) -> Refusal | None:
    if first_year > last_year:
        return "first_year", f"{first_year} after last_year {last_year}", f"a year up to {last_year}"
    return None


def earlier_year_before_later(tables: Tables, earlier_year: int, later_year: int) -> Refusal | None:
    if earlier_year >= later_year:
        return "earlier_year", f"{earlier_year} with later_year {later_year}", f"a year before {later_year}"
    return None


def place_has_figures(tables: Tables, place: str, definition: str) -> Refusal | None:
    """A place must have a count or a rate under the definition."""
    if any(row["place"] == place and row["definition"] == definition for row in tables.rows("police_reported")):
        return None
    allowed = [r["place"] for r in tables.rows("police_reported") if r["definition"] == definition]
    return "place", f"{place!r}, which has no figures for {definition}", ", ".join(sorted(set(allowed)))


def years_have_figures(tables: Tables, place: str, definition: str, first_year: int, last_year: int) -> Refusal | None:
    """At least one year asked for has a figure."""
    years = years_of(tables, place, definition)
    if years and first_year <= last_year and not any(first_year <= year <= last_year for year in years):
        return "first_year", f"{first_year} to {last_year}, years without a figure", listed(years)
    return None


def compared_years_have_figures(
    tables: Tables, place: str, definition: str, earlier_year: int, later_year: int
) -> Refusal | None:
    """Both years of a comparison have a figure above zero: of no reports nothing is a multiple."""
    years = years_of(tables, place, definition)
    above = years_of(tables, place, definition, above_zero=True)
    for name, year in (("earlier_year", earlier_year), ("later_year", later_year)):
        if years and year not in above:
            what = "a year of no reports" if year in years else "a year without a figure"
            return name, f"{year}, {what} for {place}, {definition}", listed(above) or "none: every year has no reports"
    return None


def price_years(tables: Tables) -> list[int]:
    rows = [r for r in tables.rows("figures") if r["definition"] == "consumer_price_index"]
    return sorted({int(r["period_start"]) for r in rows})


def price_years_have_figures(tables: Tables, prices_to: int) -> Refusal | None:
    """The first sum is set against the prices of a later year whose price index is known."""
    first, *later = price_years(tables)
    if prices_to in later:
        return None
    return "prices_to", f"{prices_to}, a year without a price index after {first}", listed(later)


def announced_years(tables: Tables) -> list[int]:
    rows = [r for r in tables.rows("figures") if r["definition"] == "program_amount" and r["unit"] == "cad"]
    return sorted({int(r["period_start"][:4]) for r in rows})


def announced_years_have_amounts(tables: Tables, announced_from: int, announced_to: int) -> Refusal | None:
    """At least one amount for a program was announced for a period that starts in the years asked for."""
    years = announced_years(tables)
    if any(announced_from <= year <= announced_to for year in years):
        return None
    return "announced_from", f"{announced_from} to {announced_to}, years without an amount", listed(years)


def shares_in_order(
    tables: Tables,
    earlier_share_from: float,
    earlier_share_to: float,
    later_share_from: float,
    later_share_to: float,
) -> Refusal | None:
    """The least share of each year is not above the most."""
    ends = (("earlier_share", earlier_share_from, earlier_share_to), ("later_share", later_share_from, later_share_to))
    for name, low, high in ends:
        if low > high:
            return f"{name}_from", f"{low} above {name}_to {high}", f"a share up to {high}"
    return None


def lists_can_be_merged_and_dropped(tables: Tables, table: str, merge: str, drop: str) -> Refusal | None:
    """The table reads as one of lists, and has the lists to merge (``PF+NCA``) and to drop (``LA GP``)."""
    from ..methods.multiple_systems.table import drop_lists, merge_lists, read_overlap

    if table not in tables_of_lists(tables):
        return None  # refused by its type
    name = "table"
    try:
        overlap = read_overlap(tables.path(table))
        name = "merge"
        overlap = merge_lists(overlap, merge) if merge else overlap
        name = "drop"
        drop_lists(overlap, drop.split())
    except InputError as error:
        problem = error.problems[0]
        place = "" if problem.file.startswith("--") else f" ({problem.file}:{problem.row}:{problem.column})"
        return name, problem.found + place, problem.allowed
    return None


def every_model_is_few_enough(tables: Tables, table: str, model: str) -> Refusal | None:
    """The best of all models can be asked of the lists as published where there are not too many."""
    if table not in tables_of_lists(tables) or model != "all":
        return None
    lists = len(names_of(tables.resource(table))) - 1
    return ("model", f"'all' for {lists} lists", "main-effects, forward, sparse") if lists > 5 else None


def with_its_definition(tables: Tables, values: dict[str, Any]) -> dict[str, Any]:
    """The values with the one definition that the place has figures by, where it has none by that of the values: of
    a definition that nobody asked for."""
    rows = tables.rows("police_reported") if {"place", "definition"} <= set(values) else []
    own = {row["definition"] for row in rows if row["place"] == values["place"]}
    return values | {"definition": min(own)} if len(own) == 1 else values


def years_of(tables: Tables, place: str, definition: str, *, above_zero: bool = False) -> list[int]:
    """The years of a series; those with a count or a rate ``above_zero`` alone, where that is asked for."""
    rows = [r for r in tables.rows("police_reported") if r["place"] == place and r["definition"] == definition]
    rows = [r for r in rows if (r["incidents"] + r["rate_per_100k"]).strip("0.") or not above_zero]
    return sorted({int(r["year"]) for r in rows})


def listed(years: list[int]) -> str:
    return ", ".join(map(str, years))


# The series that a year is about: that of the chapter's own place and definition, but for these.
SERIES: dict[str, Callable[[Tables], list[int]]] = {
    "prices_to": price_years,
    "compared_to": lambda tables: years_of(tables, "Canada", "all_human_trafficking"),
    "announced_from": announced_years,
    "announced_to": announced_years,
}


def own_years(tables: Tables, name: str, values: dict[str, Any]) -> list[int]:
    """The years of the series that a year parameter is about, oldest first; empty where it has none."""
    if name in SERIES:
        return SERIES[name](tables)
    if {"place", "definition"} <= set(values):
        return years_of(tables, values["place"], values["definition"])
    return []


def resolved(tables: Tables, values: dict[str, Any], years: list[str]) -> tuple[dict[str, Any], Refusal | None]:
    """The values with each year asked for as ``latest`` as the last of its own series, or the refusal of one that
    has no series. ``years`` names the parameters that are years."""
    found = dict(values)
    for name in (name for name in years if values[name] == LATEST):
        series = own_years(tables, name, values)
        if not series:
            return values, no_latest(tables, name, values)
        found[name] = series[-1]
    return found, None


def no_latest(tables: Tables, name: str, values: dict[str, Any]) -> Refusal:
    """Why there is no latest year: a place without figures by the definition, or a parameter without a series."""
    own = {key: values[key] for key in ("place", "definition") if key in values}
    refused = place_has_figures(tables, **own) if len(own) == 2 else None
    return refused or (name, f"{LATEST!r}, a year without a series of its own", "a year as a number")


LeftOut = dict[str, Any]


def left_out(tables: Tables, values: dict[str, Any], years: list[str]) -> list[LeftOut]:
    """Where a run stops before its own series does: the parameter that stops it, its year, the last of the series.

    Of the years about one series (the first and the last asked for) the later one counts.
    """
    series = {name: tuple(found) for name in years if (found := own_years(tables, name, values))}
    last_first = list(reversed(series))  # of two alike, the one declared later is the end
    ends = {of: max((n for n in last_first if series[n] == of), key=lambda n: values[n]) for of in series.values()}
    return [{"parameter": n, "asked": values[n], "latest": of[-1]} for of, n in ends.items() if values[n] < of[-1]]


RULES: tuple[Callable[..., Refusal | None], ...] = (
    first_year_not_after_last,
    place_has_figures,
    years_have_figures,
    compared_years_have_figures,
    earlier_year_before_later,
    price_years_have_figures,
    announced_years_have_amounts,
    shares_in_order,
    lists_can_be_merged_and_dropped,
    every_model_is_few_enough,
)


@lru_cache
def parameters_of(rule: Callable[..., Any]) -> list[str]:
    """The names of the parameters that a rule is about."""
    return list(inspect.signature(rule).parameters)[1:]


def excluded(nodes: dict[str, yaml.ScalarNode], out: dict[str, yaml.ScalarNode]) -> bool:
    return bool(out) and all(name in nodes and nodes[name].value == node.value for name, node in out.items())
