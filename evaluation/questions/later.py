"""Later periods in data/ than on any page of a built review, for what is counted and shown for an earlier period."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from ..data.contract import figure_fields
from ..language.formats import format_period, last_date_of
from ..numbers.figures import Figures
from ..numbers.number import Figure
from ..problems import Problem
from ..problems.foreign import read_json
from .trace import BUILT, NUMBERS, refuse_inconsistent

Counted = tuple[str, str, str]  # definition, place, unit


def later_than_pages(folder: Path, figures: Figures) -> list[Problem]:
    """A problem for each definition, place and unit of which ``figures`` hold a later period than all pages of the
    review built in ``folder`` (see `later_periods`). Raises InputError for a folder without readable numbers."""
    with refuse_inconsistent(folder / NUMBERS):
        shown = shown_numbers(read_json(folder / NUMBERS, BUILT))
    resources = figures.tables.resources.items()
    cells = [(name, field["name"]) for name, resource in resources for field in figure_fields(resource["schema"])]
    return list(later_periods((number for cell in cells for number in figures.column(*cell)), shown))


def shown_numbers(contents: Mapping[str, Any]) -> set[str]:
    """The ids of the numbers that pages show, by the content of ``numbers.json``: in sentences, charts and tables, and,
    recursively, their inputs."""
    rows = {(row["run"], row["id"]): row for row in contents["numbers"]}
    to_visit = [(sentence["run"], name) for sentence in contents["sentences"] for name in sentence["numbers"]]
    to_visit += [key for key, row in rows.items() if row["shown_in"]]
    seen: set[tuple[str, str]] = set()
    while to_visit:
        key = to_visit.pop()
        if key in rows and key not in seen:
            seen.add(key)
            to_visit += [(key[0], name) for name in rows[key]["inputs"]]
    return {name for _, name in seen}


def later_periods(figures: Iterable[Figure], shown: set[str]) -> Iterator[Problem]:
    """A problem for the newest of ``figures`` of each definition, place and unit of which pages show a figure (an id in
    ``shown``), if it ends later than all shown. Figures without a stated end are passed over."""
    dated = sorted(
        (figure for figure in figures if figure.end), key=lambda figure: (_what_is_counted(figure), _last_day(figure))
    )
    for _, group in groupby(dated, key=_what_is_counted):
        by_day = list(group)
        on_pages = [figure for figure in by_day if figure.name in shown]
        if on_pages and _last_day(by_day[-1]) > _last_day(on_pages[-1]):
            table, row, column = by_day[-1].data.split(":")
            newest, last = (format_period(figure.start, figure.end, "en") for figure in (by_day[-1], on_pages[-1]))
            counted = ", ".join(filter(None, [by_day[-1].definition, by_day[-1].place, newest]))
            actual = f"{counted}, and on pages nothing later than {last}"
            yield Problem(f"data/{table}", int(row), column, actual, "a page that shows it")


def _what_is_counted(figure: Figure) -> Counted:
    """Definition, place and unit of a figure."""
    return figure.definition, figure.place, figure.unit


def _last_day(figure: Figure) -> date:
    """The last day of a figure's period, which must have an end."""
    return last_date_of(figure.end)
