"""What other chapters ask of the police-reported series of a place."""

from pathlib import Path
from shutil import copytree

import pytest
from small import DATA

from evaluation.chapters import incidents
from evaluation.numbers.figures import Figures, Measure
from evaluation.problems import InputError

ALL_LAWS, TABLE = incidents.ALL_LAWS, incidents.TABLE_1525


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


def test_latest_is_the_last_year_of_the_series(figures: Figures) -> None:
    last = max(int(figure.start) for figure in figures.series(ALL_LAWS, "Canada"))
    assert incidents.year(figures, ALL_LAWS, "Canada", "latest") == last
    assert incidents.year(figures, ALL_LAWS, "Canada", 2022) == 2022


def test_the_years_asked_for_bound_the_series(figures: Figures) -> None:
    counts = incidents.reported(figures, ALL_LAWS, "Canada", 2021, 2023).counts
    assert [figure.start for figure in counts] == ["2021", "2022", "2023"]


def test_the_largest_revision_by_each_definition(figures: Figures) -> None:
    for definition, ends in ((ALL_LAWS, (528, 597)), (TABLE, (210, 239))):
        largest = incidents.largest_revision(figures, definition)
        assert largest is not None
        assert tuple(int(figure.quantity.value) for figure in largest[:2]) == ends
        assert isinstance(largest[2], Measure)


def test_a_population_that_cannot_be_read_is_no_missing_one(tmp_path: Path) -> None:
    data = Path(copytree(DATA, tmp_path / "data"))
    (data / "population.csv").write_text("place,year,people,source\nOntario,2021,1,statcan_population_2025\n", "utf-8")
    with pytest.raises(InputError, match="no such column"):
        incidents.population(Figures(data), "Ontario", "2021")
    assert incidents.population(Figures(), "Ontario", "1999") is None


@pytest.mark.parametrize("labels", [("all laws", "violation"), ("toutes lois", "infraction")])
def test_panels_stand_in_the_order_given_in_either_language(labels: tuple[str, str]) -> None:
    from evaluation.charts.lines import add_segments

    data = [{"series": label, "year": year} for label in labels for year in (2022, 2021)]
    add_segments(data)
    assert [(row["series"], row["year"]) for row in data] == [(label, y) for label in labels for y in (2021, 2022)]
