"""What a review may ask is checked before anything runs; every mistake has its place."""

import math
from pathlib import Path
from typing import Any

import pytest
import small
from truth_changes import ALL_LAWS, released

from evaluation import Decimals, Place, Year
from evaluation.data.sources import Tables
from evaluation.problems import InputError, Problem, Refused
from evaluation.reviews.parameters import Parameter, check_value, require_valid_parameters
from evaluation.reviews.review import Run, ascii_of
from evaluation.reviews.review_file import read_review

PARAMETERS = """place: Place = "Ontario"  # whose series
definition: Definition = "all_human_trafficking"  # what is counted
first_year: Year = 2021  # from
last_year: Year = 2024  # to
level: Level = 0.95  # of the intervals
note: str = ""  # a text"""


def notebook(folder: Path, parameters: str = PARAMETERS) -> Path:
    return small.notebook(folder / "a_chapter.ipynb", parameters=parameters)


HEAD = "title: {en: A review, fr: Un examen}\nchapters:\n"


def runs(
    folder: Path, tables: Tables, text: str = "  - a_chapter\n", parameters: str = PARAMETERS, **settings: str
) -> list[Run]:
    """The runs of a review of one chapter, whose parameters these are."""
    notebook(folder, parameters)
    (folder / "a_review.yml").write_text(HEAD + text, encoding="utf-8")
    return read_review(folder / "a_review.yml", folder, tables, settings=settings).runs


def problems(*given: Any, **settings: str) -> list[Problem]:
    """Why those runs are refused."""
    with pytest.raises(InputError) as error:
        runs(*given, **settings)
    return error.value.problems


def test_defaults_and_slugs(tmp_path: Path, tables: Tables) -> None:
    text = "  - a_chapter\n  - chapter: a_chapter\n    parameters: {place: Canada, level: 0.9}\n"
    plain, other = runs(tmp_path, tables, text)
    assert (plain.slug, other.slug) == ("a_chapter", "a_chapter--place-canada--level-0-9")
    assert other.differing == {"place": "Canada", "level": 0.9}
    assert plain.parameters["first_year"] == 2021
    written = {"Île-du-Prince-Édouard": "ile-du-prince-edouard", 0.95: "0-95", True: "true", "St. John’s": "st-john-s"}
    assert {value: ascii_of(value) for value in written} == written


def test_a_matrix_makes_one_run_for_each_combination_left(tmp_path: Path, tables: Tables) -> None:
    text = "  - chapter: a_chapter\n    exclude: [{place: Ontario, definition: trafficking_1525}]\n"
    text += "    matrix: {place: [Canada, Ontario], definition: [all_human_trafficking, trafficking_1525]}\n"
    combinations = [(run.parameters["place"], run.parameters["definition"]) for run in runs(tmp_path, tables, text)]
    assert combinations == [("Canada", ALL_LAWS), ("Canada", "trafficking_1525"), ("Ontario", ALL_LAWS)]


def test_settings_are_checked_like_the_file(tmp_path: Path, tables: Tables) -> None:
    (unknown,) = problems(tmp_path, tables, plaice="Canada")
    assert (unknown.file, "nearest: place" in unknown.actual) == ("--set", True)
    (wrong,) = problems(tmp_path, tables, last_year="1999")
    assert "first_year = 2021 after last_year 1999" in wrong.actual


def test_a_text_parameter_is_the_text_it_is(tmp_path: Path, tables: Tables) -> None:
    for text in ("<script>alert(1)</script>", "{people_served}", "$5 and $6$", "a | b", "ON", "012"):
        assert runs(tmp_path, tables, note=text)[0].parameters["note"] == text


LATEST = PARAMETERS.replace("= 2024", '= "latest"')


@pytest.fixture
def with_2025(data: Path) -> Tables:
    """The data of the tests, and one year more of Canada and of Ontario by all laws."""
    released((ALL_LAWS, "Canada", 2025, "2026", 640), (ALL_LAWS, "Ontario", 2025, "2026", 1.9))(data)
    return Tables(data)


def test_the_latest_year_is_that_of_the_runs_own_series(tmp_path: Path, tables: Tables) -> None:
    text = "  - {chapter: a_chapter, matrix: {place: [Ontario, Nova Scotia, London]}, parameters: {first_year: 2009}}\n"
    for run in runs(tmp_path, tables, text, LATEST):
        rows_of_place = [row for row in tables.rows("police_reported") if row["place"] == run.parameters["place"]]
        years = [int(row["year"]) for row in rows_of_place if row["definition"] == ALL_LAWS]
        assert (run.parameters["last_year"], run.left_out) == (max(years), [])


def test_a_new_year_renames_no_page_and_changes_what_is_run(tmp_path: Path, tables: Tables, with_2025: Tables) -> None:
    text = "  - a_chapter\n  - {chapter: a_chapter, parameters: {place: Canada}}\n"
    before, after = (runs(tmp_path, edition, text, LATEST) for edition in (tables, with_2025))
    assert [run.slug for run in after] == [run.slug for run in before] == ["a_chapter", "a_chapter--place-canada"]
    assert [run.parameters["last_year"] for run in after] == [2025, 2025]
    assert all(run.latest == ["last_year"] for run in after)
    assert after[1].differing == {"place": "Canada"}


def test_a_year_asked_for_by_number_keeps_its_slug_and_its_year(
    tmp_path: Path, tables: Tables, with_2025: Tables
) -> None:
    text = "  - {chapter: a_chapter, parameters: {last_year: 2024}}\n"
    before, after = (runs(tmp_path, edition, text, LATEST)[0] for edition in (tables, with_2025))
    assert before.slug == after.slug == "a_chapter--last_year-2024"
    assert (after.parameters["last_year"], after.differing, after.latest) == (2024, {"last_year": 2024}, [])
    assert after.left_out == [{"parameter": "last_year", "asked": 2024, "latest": 2025}]


def test_latest_can_be_asked_for_where_the_default_is_a_number(tmp_path: Path, with_2025: Tables) -> None:
    (by_file,) = runs(tmp_path, with_2025, "  - {chapter: a_chapter, parameters: {last_year: latest}}\n")
    assert (by_file.slug, by_file.parameters["last_year"]) == ("a_chapter--last_year-latest", 2025)
    assert runs(tmp_path, with_2025, last_year="latest")[0].parameters["last_year"] == 2025


@pytest.mark.parametrize("name", ["prices_to", "announced_to"])
def test_other_series_have_a_latest_year_too(name: str, tmp_path: Path, tables: Tables) -> None:
    first = "announced_from: Year = 2017  # from\n" if name == "announced_to" else ""
    (run,) = runs(tmp_path, tables, parameters=f'{first}{name}: Year = "latest"  # to')
    last = run.parameters[name]
    (run,) = runs(tmp_path, tables, parameters=f"{first}{name}: Year = {last - 1}  # to")
    assert run.left_out == [{"parameter": name, "asked": last - 1, "latest": last}]


def test_an_amount_of_no_stated_period_is_of_no_year(tmp_path: Path, data: Path) -> None:
    small.edit(data, "figures", "funds_amount_2017", period_start="", period_end="")
    parameters = "announced_from: Year = 2017  # from\nannounced_to: Year = 2025  # to"
    assert [run.slug for run in runs(tmp_path, Tables(data), parameters=parameters)] == ["a_chapter"]


@pytest.mark.parametrize(
    ("parameters", "text", "actual"),
    [
        ('since: Year = "latest"  # a year of no series', "", "since = 'latest', a year without a series"),
        (LATEST, ", parameters: {definition: trafficking_1525}", "no figures for trafficking_1525"),
        ('level: Level = "latest"  # no year', "", "level = 'latest'"),
        ("compared_from: Year = 2024  # from\ncompared_to: Year = 2021  # to", "", "2024 after compared_to 2021"),
        (LATEST, ", parameters: {last_year: Latest}", "last_year = 'Latest'"),
    ],
)
def test_a_year_that_is_not_known_or_not_in_order_is_refused(
    parameters: str, text: str, actual: str, tmp_path: Path, tables: Tables
) -> None:
    refused = problems(tmp_path, tables, f"  - {{chapter: a_chapter{text}}}\n", parameters)
    assert any(actual in problem.actual for problem in refused)


def test_a_range_holds_both_its_ends_and_no_infinity(tmp_path: Path, tables: Tables) -> None:
    def refused(kind: str, value: float) -> bool:
        return check_value(Parameter("level", kind, value), value, tables) is not None

    assert [refused("Level", value) for value in (0.5, 0.999, 0.499, 0.9991)] == [False, False, True, True]
    assert [refused("Decimals", value) for value in (0, 4, -1, 5)] == [False, False, True, True]
    assert [refused("float", value) for value in (1e308, math.inf, -math.inf, math.nan)] == [False, True, True, True]


TYPED = {  # the title of a review or a bridge, in one language; what is found there, and in which column
    "{en: Reports of 2019, fr: Un}": ("'2019'", 13), "{en: A, fr: Trois constats}": ("'Trois'", 20),
    "{en: Half of it, fr: Un}": ("'Half'", 13), "{en: A, fr: 'Les {lieux}'}": ("'{lieux}'", 20),
    "{en: 'A {per_100k.rounded}', fr: Un}": ("'{per_100k.rounded}'", 13), "{en: 'A {', fr: Un}": ("'{'", 13),
}  # fmt: skip


@pytest.mark.parametrize("text", TYPED)
def test_no_number_is_typed_in_a_title_or_a_bridge(text: str, tmp_path: Path, tables: Tables) -> None:
    typed, column = TYPED[text]
    notebook(tmp_path)
    path = tmp_path / "a_review.yml"
    path.write_text(f"title: {text}\nchapters:\n- chapter: a_chapter\n  bridge: {text}\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_review(path, tmp_path, tables)
    places = [(p.row, p.column, p.actual) for p in refused.value.problems if "typed" in p.actual]
    assert places == [(1, str(column), f"{typed}, typed in a text"), (4, str(column + 3), f"{typed}, typed in a text")]
    assert any("data/names.csv" in problem.allowed for problem in refused.value.problems)


def test_an_official_name_has_its_digits(tmp_path: Path, tables: Tables) -> None:
    notebook(tmp_path)
    path = tmp_path / "a_review.yml"
    path.write_text("title: {en: 'The {strategy_2025}', fr: 'La {strategy_2025}'}\nchapters: [a_chapter]\n", "utf-8")
    title = {"en": "The 2025-2030 strategy", "fr": "La stratégie de 2025-2030"}
    assert read_review(path, tmp_path, tables).title == title


CELLS = ["%load_ext x", 'place: Place = "Ontario"\ndecimals: Decimals = 0\nyear: Year = 2024\nown: str = ""', "n = 5"]
NAMES: dict[str, Any] = {"Place": Place, "Decimals": Decimals, "Year": Year}
VALUES = {"place": "Ontario", "decimals": 0, "year": 2024, "own": ""}


def run_with(given: dict[str, Any], tables: Tables) -> None:
    injected = "# Parameters\n" + "\n".join(f"{name} = {value!r}" for name, value in given.items())
    require_valid_parameters(NAMES | VALUES | given, [*CELLS, injected], tables)


@pytest.mark.parametrize("given", [{}, {"decimals": 4}, {"year": "latest"}, {"own": "anything"}])
def test_what_is_declared_and_allowed_runs(given: dict[str, Any], tables: Tables) -> None:
    run_with(given, tables)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"decimals": 9}, "decimals: found 9; allowed: int from 0 to 4"),
        ({"decimals": True}, "decimals: found True; allowed: int from 0 to 4"),
        ({"decimals": "latest"}, "decimals: found 'latest'"),
        ({"place": "Ontari"}, r"place: found 'Ontari' \(nearest: Ontario\); allowed: Canada, .*Ontario"),
        ({"decimal": 1}, r"found the parameter decimal \(nearest: decimals\); allowed: place, decimals, year, own"),
    ],
)
def test_what_is_not_is_refused(given: dict[str, Any], message: str, tables: Tables) -> None:
    with pytest.raises(Refused, match=message):
        run_with(given, tables)
