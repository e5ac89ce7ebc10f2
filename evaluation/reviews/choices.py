"""The types of a chapter's parameters with their allowed values, and the rules across parameters. Types are single
words (``place: Place = "Ontario"``), the only annotations that Papermill reads; types that depend on a review's tables,
and their series and rules, are registered by rooms above (`data.ADDED`).
"""

import inspect
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import Annotated, Any, get_args, get_origin

from ..data import ADDED
from ..data.sources import Tables

LATEST = "latest"  # a value of years besides numbers: the last one of the series


Year = Annotated[int, (1990, 2100)]
Years = Annotated[int, (1, 10)]
Level = Annotated[float, (0.5, 0.999)]
VarianceFactor = Annotated[float, (1.0, 100.0)]  # 1: independent events
Decimals = Annotated[int, (0, 4)]

ParameterRefusal = tuple[str, str, str]  # parameter, what was found, what is allowed
ParameterRule = Callable[..., ParameterRefusal | None]
Series = Callable[[Tables, dict[str, Any]], list[int]]  # the years of a series, by a run's values, oldest first


@lru_cache
def parameter_types() -> dict[str, tuple[type, Any]]:
    """All types by name: base type (str, int, float or bool) with its restriction: the lowest and highest number, a
    function that reads the allowed values from the data, or None. Built-in types, those of this module, and those of
    the modules in `data.ADDED`, which are imported at the first call; the result is cached."""
    named = [(name, kind) for module in _modules() for name, kind in vars(module).items()]
    declared = {name: get_args(kind) for name, kind in named if get_origin(kind) is Annotated}
    return declared | {kind.__name__: (kind, None) for kind in (str, int, float, bool)}


def _modules() -> list[Any]:
    """This module, and those registered in `data.ADDED`, imported; each has RULES, DERIVED_VALUES and SERIES."""
    return [import_module(name) for name in (__name__, *ADDED)]


def _first_year_not_after_last(tables: Tables, first_year: int, last_year: int) -> ParameterRefusal | None:
    """The refusal of a first year after the last; equal years are allowed."""
    if first_year > last_year:
        return "first_year", f"{first_year} after last_year {last_year}", f"a year up to {last_year}"
    return None


def _earlier_year_before_later(tables: Tables, earlier_year: int, later_year: int) -> ParameterRefusal | None:
    """The refusal of an earlier year that is not before the later one."""
    if earlier_year >= later_year:
        return "earlier_year", f"{earlier_year} with later_year {later_year}", f"a year before {later_year}"
    return None


RULES: tuple[ParameterRule, ...] = (_first_year_not_after_last, _earlier_year_before_later)
DERIVED_VALUES: dict[str, Callable[[Tables, dict[str, Any]], dict[str, Any]]] = {}  # by the parameter
SERIES: dict[str, Series] = {}  # by the parameter that is a year of it; "" is that of any other year


def rule_violations(tables: Tables, values: dict[str, Any]) -> Iterator[ParameterRefusal]:
    """The violations of rules by values that are each valid. A rule applies if ``values`` has all the parameters that
    its signature names; of several violations of one parameter the first is reported, rules on data before general
    ones."""
    refused = set()
    for rule in (rule for module in reversed(_modules()) for rule in module.RULES):
        names = list(inspect.signature(rule).parameters)[1:]
        refusal = rule(tables, **{name: values[name] for name in names}) if set(names) <= set(values) else None
        if refusal and refusal[0] not in refused:
            refused.add(refusal[0])
            yield refusal


def with_derived_values(tables: Tables, values: dict[str, Any], set_names: set[str]) -> dict[str, Any]:
    """The values of a run, in which those with an entry in DERIVED_VALUES are derived from the others, except the
    parameters ``set_names``, which a person has set; the argument stays unchanged."""
    for module in _modules():
        for name, derive in module.DERIVED_VALUES.items():
            values = derive(tables, values) if name in values and name not in set_names else values
    return values


def years_of_series(tables: Tables, name: str, values: dict[str, Any]) -> list[int]:
    """The years of the series behind the year parameter ``name`` of a run with these ``values``, oldest first: of the
    series registered for it, or else of the one for any other year; empty if neither is registered or has a year."""
    series = {key: years for module in _modules() for key, years in module.SERIES.items()}
    return series.get(name, series.get("", lambda *_: []))(tables, values)


def resolve_latest(
    tables: Tables, values: dict[str, Any], years: list[str]
) -> tuple[dict[str, Any], ParameterRefusal | None]:
    """A copy of the values in which those of the parameters ``years`` that are ``latest`` are replaced by the last year
    of their series, and None. If one has no series, the values unchanged and the refusal: the first violation of a rule
    by the other parameters, or else of that year."""
    chosen = dict(values)
    for name in (name for name in years if values[name] == LATEST):
        series = years_of_series(tables, name, values)
        if not series:
            others = {key: value for key, value in values.items() if key not in years}
            refusal = (name, f"{LATEST!r}, a year without a series of its own", "a year as a number")
            return values, next(rule_violations(tables, others), refusal)
        chosen[name] = series[-1]
    return chosen, None


OmittedYears = dict[str, Any]  # "parameter", "asked", "latest": see `omitted_years`


def omitted_years(tables: Tables, values: dict[str, Any], years: list[str]) -> list[OmittedYears]:
    """The most recent years of series that a run with these ``values`` leaves out by its year parameters ``years``, an
    item for each series that ends early: the ``parameter`` that ends it (of two on one series, the one with the later
    year), the year ``asked`` and the ``latest`` of the series. Empty if none does."""
    series = {name: tuple(its_years) for name in years if (its_years := years_of_series(tables, name, values))}
    last_first = list(reversed(series))  # of two with one year, the one declared later is the end
    ends = {
        series_years: max((n for n in last_first if series[n] == series_years), key=lambda n: values[n])
        for series_years in series.values()
    }
    return [
        {"parameter": n, "asked": values[n], "latest": series_years[-1]}
        for series_years, n in ends.items()
        if values[n] < series_years[-1]
    ]
