"""A table that a researcher adds to the data: its columns of figures are numbers with unit, definition and origin."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pandas as pd
import pytest
from small import contract_of, write_rows

from evaluation.charts.drawing import set_size
from evaluation.data.checking import check_data
from evaluation.numbers.figures import Figures
from evaluation.numbers.frames import FigureDtype, table_frame
from evaluation.numbers.notation import show
from evaluation.numbers.number import Figure
from evaluation.problems import Refused

pytestmark = pytest.mark.slow  # checks and builds tables again and again
COLUMNS = ("place", "year", "beds", "occupied", "source", "caveats")
ROWS = [
    ("Ontario", "2021", "120", "88.5", "strategy_2025_fr", ""),
    ("Quebec", "2021", "1", "", "strategy_2025_en", "small-counts"),
]
SAID: dict[str, dict[str, Any]] = {
    "year": {"type": "integer"},
    "beds": {"type": "integer", "figures": True, "unit": "services", "definition": "organizations_funded"},
    "occupied": {"type": "number", "figures": True, "unit": "percent", "definition": "organizations_funded"},
}

Change = Callable[[dict[str, Any]], object]


def added(
    data: Path, rows: list[tuple[str, ...]] = ROWS, change: Change = lambda _: None, columns: tuple[str, ...] = COLUMNS
) -> Path:
    """A data folder with the table ``shelters``, whose contract ``change`` may change."""
    fields = [{"name": name, "type": "string"} | SAID.get(name, {}) for name in columns]
    resource: dict[str, Any] = {"name": "shelters", "path": "shelters.csv", "schema": {"fields": fields}}
    resource["schema"]["primaryKey"] = ["place", "year"]
    change(resource)
    with contract_of(data) as contract:
        contract["resources"].append(resource)
    write_rows(data / "shelters.csv", [[field["name"] for field in fields], *map(list, rows)])
    return data


def problems_of(data: Path) -> list[str]:
    try:
        return [str(problem) for problem in check_data(data)]
    except ValueError as error:
        return str(error).splitlines()


def cells(data: Path) -> pd.DataFrame:
    return table_frame(Figures(data), "shelters")


def test_a_column_marked_as_figures_holds_numbers_with_their_origin(data: Path) -> None:
    added(data)
    assert problems_of(data) == []
    shelters = cells(data)
    assert isinstance(shelters.beds.dtype, FigureDtype)
    beds, single_bed = shelters.beds
    assert isinstance(beds, Figure)
    assert (beds.unit, beds.definition, beds.place, beds.start, beds.end) == (
        "services", "organizations_funded", "Ontario", "2021", "2021",
    )  # fmt: skip
    assert (beds.source.source, single_bed.source.source) == ("strategy_2025_fr", "strategy_2025_en")
    assert beds.vintage == beds.source.published
    assert "small-counts" in [caveat.caveat for caveat in single_bed.caveats]
    assert show(shelters.occupied[0], "fr").words.startswith("88,5")
    assert shelters.occupied[1] is pd.NA


def test_a_contract_names_numbers_their_sources_and_the_caveats_that_do_not_bear_on_them(data: Path) -> None:
    def change(resource: dict[str, Any]) -> None:
        resource["figure_name"] = "{place} {year} in {unit}"
        for schema_field in resource["schema"]["fields"]:
            schema_field |= {"beds": {"without": ["small-counts"]}, "occupied": {"sources": "place_source"}}.get(
                schema_field["name"], {}
            )

    rows = [("Ontario", "2021", "1", "88.5", "strategy_2025_fr", "small-counts", "strategy_2025_en")]
    shelters = cells(added(data, rows, change, (*COLUMNS, "place_source")))
    beds, occupied = shelters.beds[0], shelters.occupied[0]
    assert (beds.name, occupied.name) == ("ontario_2021_in_services", "ontario_2021_in_percent")
    assert (beds.source.source, occupied.source.source) == ("strategy_2025_fr", "strategy_2025_en")
    assert ["small-counts" in [c.caveat for c in number.caveats] for number in (beds, occupied)] == [False, True]


def test_a_row_names_its_own_unit_bound_and_months(data: Path) -> None:
    columns = ("place", "month", "beds", "high", "bound", "unit", "definition", "source")
    rows = [
        ("Ontario", "2021-03", "120", "", "more-than", "services", "organizations_funded", "strategy_2025_fr"),
        ("Ontario", "2021-04", "120", "140", "between", "services", "organizations_funded", "strategy_2025_fr"),
    ]
    keys: Change = lambda resource: resource["schema"].update(primaryKey=["place", "month"])  # noqa: E731
    more, between = cells(added(data, rows, keys, columns)).beds
    assert problems_of(data) == []
    assert [show(number, "en").words for number in (more, between)] == ["more than 120", "between 120 and 140"]
    assert (between.start, between.end) == ("2021-04", "2021-04")


def field(which: str, **properties: Any) -> Change:
    def change(resource: dict[str, Any]) -> None:
        (schema_field,) = [field for field in resource["schema"]["fields"] if field["name"] == which]
        schema_field.update(properties)
        for key in [key for key, value in properties.items() if value is None]:
            del schema_field[key]

    return change


PERIOD = "a column year, month, or period_start and period_end"
ALLOWED_UNIT = 'a column unit, or "unit" in the field'
WRONG: list[tuple[str, Change, str]] = [
    ("no unit", field("beds", unit=None), f"shelters.beds: found no unit; allowed: {ALLOWED_UNIT}"),
    ("unit", field("beds", unit="bed"), "shelters.beds.unit: found 'bed'"),
    ("definition", field("beds", definition="organizations_fund"), "(nearest: organizations_funded); allowed: an id"),
    ("no key", lambda resource: resource["schema"].pop("primaryKey"), "shelters.primaryKey: found none beside figures"),
    (
        "a name of no column",
        lambda resource: resource.update(figure_name="{plce}_{unit}"),
        "shelters.figure_name: found the column 'plce' (nearest: place)",
    ),
    (
        "one name for two columns",
        lambda resource: resource.update(figure_name="beds_{place}_{year}"),
        "shelters.figure_name: found one name for several columns of figures; allowed: {unit} in it",
    ),
    ("sources in a year", field("beds", sources="year"), "shelters.csv:2:year: found '2021' (nearest: insauga_"),
    ("sources of no column", field("beds", sources="sourse"), "shelters.beds: found the column 'sourse'"),
    (
        "no period",
        lambda made: (field("year", name="when")(made), made["schema"].update(primaryKey=["place", "when"])),
        f"found no period of its figures; allowed: {PERIOD}",
    ),
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("change", "line"), [made for _, *made in WRONG], ids=[case for case, *_ in WRONG])
def test_a_contract_that_leaves_something_out_is_told_what_to_write(data: Path, change: Change, line: str) -> None:
    (problem,) = problems_of(added(data, change=change))
    assert line in problem


def test_a_bound_is_never_shared_by_two_columns(data: Path) -> None:
    columns = (*COLUMNS, "bound")
    problems = problems_of(added(data, [(*row, "more-than") for row in ROWS], columns=columns))
    assert len(problems) == 1
    assert "shelters.bound: found a bound beside beds, occupied; allowed: one column of figures" in problems[0]


def test_rows_that_a_text_tells_apart_have_it_in_their_label(data: Path) -> None:
    columns = ("place", "year", "age_en", "age_fr", "beds", "source")
    rows = [("Ontario", "2021", "Under 18", "Moins de 18 ans", "5", "strategy_2025_fr")]
    keys: Change = lambda resource: resource["schema"].update(primaryKey=["place", "year", "age_en"])  # noqa: E731
    (beds,) = cells(added(data, rows, keys, columns)).beds
    assert beds.label == {"en": "Organizations funded, Under 18", "fr": "Organismes financés, Moins de 18 ans"}


def test_a_drawing_wider_than_its_page_is_the_chapters_mistake() -> None:
    line = r"chart beds, fr: found 320 px wide; allowed: 288, by shorter names or fewer words at the marks"
    with pytest.raises(Refused, match=line):
        set_size(Element("svg", width="320", height="10"), 288, "chart beds, fr")
