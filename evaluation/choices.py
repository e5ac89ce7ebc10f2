"""The types of a chapter's parameters, each with the values it allows, and the rules across parameters.

A chapter annotates its parameters with these single words (``place: Place = "Ontario"``), because Papermill
reads no other annotation. What is allowed comes from ``data/``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from .sources import Tables


@dataclass(frozen=True)
class OneOf:
    """Allowed are the values that ``values`` reads from the data."""

    values: Callable[[Tables], list[str]]


@dataclass(frozen=True)
class Range:
    """Allowed are the numbers from ``low`` to ``high``, both included."""

    low: float
    high: float


def places_with_series(tables: Tables) -> list[str]:
    return sorted({row["place"] for row in tables.rows("police_reported")})


def definitions_with_series(tables: Tables) -> list[str]:
    return sorted({row["definition"] for row in tables.rows("police_reported")})


def tables_of_lists(tables: Tables) -> list[str]:
    """The tables whose last column counts people by the lists that the columns before it name."""
    fields = {name: resource["schema"]["fields"] for name, resource in tables.resources.items()}
    return sorted(name for name, columns in fields.items() if columns[-1]["name"] == "count")


def rules_of_choice(tables: Tables) -> list[str]:
    """How a model of overlapping lists can be chosen."""
    from .hidden_population import Rule

    return [rule.value for rule in Rule]


Place = Annotated[str, OneOf(places_with_series)]
Definition = Annotated[str, OneOf(definitions_with_series)]
Year = Annotated[int, Range(1990, 2100)]
Years = Annotated[int, Range(1, 10)]
Level = Annotated[float, Range(0.5, 0.999)]
Decimals = Annotated[int, Range(0, 4)]
Share = Annotated[float, Range(1e-6, 1.0)]
LeastShare = Annotated[float, Range(0.0, 1.0)]  # 0 states none
TableOfLists = Annotated[str, OneOf(tables_of_lists)]
ModelRule = Annotated[str, OneOf(rules_of_choice)]
Draws = Annotated[int, Range(100, 10_000)]

TYPES: dict[str, Any] = {
    "Place": Place,
    "Definition": Definition,
    "Year": Year,
    "Years": Years,
    "Level": Level,
    "Decimals": Decimals,
    "Share": Share,
    "LeastShare": LeastShare,
    "TableOfLists": TableOfLists,
    "ModelRule": ModelRule,
    "Draws": Draws,
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
}

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
    """Both years of a comparison have a figure."""
    years = years_of(tables, place, definition)
    for name, year in (("earlier_year", earlier_year), ("later_year", later_year)):
        if years and year not in years:
            return name, f"{year}, a year without a figure for {place}, {definition}", listed(years)
    return None


def price_years_have_figures(tables: Tables, prices_to: int) -> Refusal | None:
    """The rise in prices ends in a year whose change in prices is known."""
    years = sorted({int(r["period_start"]) for r in tables.rows("figures") if r["definition"] == "consumer_prices"})
    if prices_to in years[1:]:
        return None
    return "prices_to", f"{prices_to}, a year without a change in prices to compound", listed(years[1:])


def announced_years_have_amounts(tables: Tables, announced_from: int, announced_to: int) -> Refusal | None:
    """At least one amount for a program was announced for a period that starts in the years asked for."""
    rows = [r for r in tables.rows("figures") if r["definition"] == "program_amount" and r["unit"] == "cad"]
    years = sorted({int(r["period_start"][:4]) for r in rows})
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
    from .hidden_population import HiddenPopulationError, drop_lists, merge_lists, read_overlap

    if table not in tables_of_lists(tables):
        return None  # refused by its type
    name = "table"
    try:
        overlap = read_overlap(tables.path(table))
        name = "merge"
        overlap = merge_lists(overlap, merge) if merge else overlap
        name = "drop"
        drop_lists(overlap, drop.split())
    except HiddenPopulationError as error:
        found, _, allowed = str(error).partition("; allowed: ")
        return name, found.partition("found ")[2], allowed
    return None


def every_model_is_few_enough(tables: Tables, table: str, model: str) -> Refusal | None:
    """The best of all models can be asked of the lists as published where there are not too many."""
    if table not in tables_of_lists(tables) or model != "all":
        return None
    lists = len(tables.resources[table]["schema"]["fields"]) - 1
    return ("model", f"'all' for {lists} lists", "main-effects, forward") if lists > 5 else None


def years_of(tables: Tables, place: str, definition: str) -> list[int]:
    rows = tables.rows("police_reported")
    return sorted({int(r["year"]) for r in rows if r["place"] == place and r["definition"] == definition})


def listed(years: list[int]) -> str:
    return ", ".join(map(str, years))


RULES: tuple[Callable[..., Refusal | None], ...] = (
    first_year_not_after_last,
    earlier_year_before_later,
    place_has_figures,
    years_have_figures,
    compared_years_have_figures,
    price_years_have_figures,
    announced_years_have_amounts,
    shares_in_order,
    lists_can_be_merged_and_dropped,
    every_model_is_few_enough,
)
