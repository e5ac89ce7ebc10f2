"""Overlapping lists as a chapter and the command show them: the estimate, every mistake, and the clusters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small import DATA

from evaluation import overlapping_lists
from evaluation.choices import every_model_is_few_enough, lists_can_be_merged_and_dropped, tables_of_lists
from evaluation.cli import main, problem_of
from evaluation.figures import Figures, Measure, show
from evaluation.overlapping_lists import Variant
from evaluation.sources import Problem, Tables

UK = "uk_2013_overlap"
UK_TABLE = str(DATA / f"{UK}.csv")
# Two lists of independent people: 6 x 6 / 2 = 18 = 4 + 4 + 2 + 8 on neither.
TWO_LISTS = "A,B,count\n1,0,4\n0,1,4\n1,1,2\n"


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(DATA)


@pytest.fixture(scope="module")
def found(figures: Figures) -> list[Variant]:
    return overlapping_lists.variants(figures, UK, "PF+NCA", "GP")


# The chapter


def test_the_table_as_published_merged_and_without_a_list(found: list[Variant]) -> None:
    assert [one.overlap.lists for one in found] == [
        ("LA", "NG", "PF", "GO", "GP", "NCA"),
        ("LA", "NG", "PF+NCA", "GO", "GP"),
        ("LA", "NG", "PF+NCA", "GO"),
    ]
    assert found[2].label == {
        "en": "4 lists, merged: PF+NCA, without: GP",
        "fr": "4 listes, fusion\u00a0: PF+NCA, sans\u00a0: GP",
    }


def test_people_seen_are_the_published_figure_while_none_is_left_out(found: list[Variant]) -> None:
    assert [one.seen.quantity.value for one in found] == [2744, 2744, 2428]
    assert [one.seen.kind for one in found] == ["published", "published", "derived"]


def test_nothing_merged_nothing_dropped(figures: Figures) -> None:
    assert len(overlapping_lists.variants(figures, UK, "", "")) == 1


@pytest.mark.parametrize(("place", "estimate"), [(0, 11418), (1, 11313), (2, 11015)])
def test_an_estimate_is_marked_and_says_its_caveats(found: list[Variant], place: int, estimate: int) -> None:
    one = overlapping_lists.estimated(found[place], "forward", 0.95)
    assert one is not None
    assert one.estimate.quantity.value == estimate
    assert one.estimate.kind == one.interval.kind == "estimate"
    assert {"model-estimate", "other-country"} <= {caveat.caveat for caveat in one.estimate.caveats}
    assert one.interval.quantity.contains(estimate)
    assert overlapping_lists.reproduced(one, overlapping_lists.published_range(found)) == ("published_range", "within")


def test_a_higher_level_makes_a_wider_interval(found: list[Variant]) -> None:
    half, most = (overlapping_lists.estimated(found[2], "forward", level) for level in (0.5, 0.99))
    assert half is not None
    assert most is not None
    assert most.interval.quantity.low < half.interval.quantity.low  # type: ignore[operator]
    assert most.interval.quantity.high > half.interval.quantity.high  # type: ignore[operator]


def test_the_supported_models_fall_into_clusters_far_apart(found: list[Variant]) -> None:
    every = overlapping_lists.every_model(found)
    assert every is not None
    assert every.variant is found[1]
    assert every.fitted.quantity.value == 1024
    assert every.agreement == ("models_agree", "apart")
    near, far = every.found
    assert 10_000 < near.middle < 13_000
    assert 20_000 < far.middle < 26_000
    points = overlapping_lists.cluster_points(every)
    assert len(points) == every.supported.quantity.value == near.models + far.models
    assert len({str(point.category) for point in points}) == 2


def test_no_variant_small_enough_leaves_the_clusters_out(figures: Figures) -> None:
    six = overlapping_lists.variants(figures, UK, "", "")
    assert overlapping_lists.every_model(six) is None
    assert overlapping_lists.cluster_points(None) == overlapping_lists.cluster_rows(None) == []
    assert overlapping_lists.resampled_point(None) == []


def test_every_rule_stands_beside_every_table(found: list[Variant]) -> None:
    rows = overlapping_lists.rule_rows(found, 0.95)
    assert len(rows) == 9
    assert rows[2][3] == overlapping_lists.NOT_COMPUTED
    estimates = [show(row[3], "en").words for row in rows if isinstance(row[3], Measure)]
    assert estimates == ["12,214", "11,418", "13,444", "11,313", "22,991", "10,694", "11,015", "11,987"]


def test_each_list_says_whose_it_is(found: list[Variant]) -> None:
    rows = overlapping_lists.list_rows(UK, found)
    police = next(row for row in rows if row[0] == {"en": "PF", "fr": "PF"})
    assert police[1] == {"en": "police force", "fr": "service de police"}
    assert show(police[2], "fr").words == "1\u00a0102"  # type: ignore[arg-type]


# What may be asked


def test_tables_of_lists_are_found_by_their_count(tables: Tables) -> None:
    assert tables_of_lists(tables) == [UK]


@pytest.mark.parametrize(
    ("merge", "drop", "refused"),
    [
        ("PF+NCA", "GP", None),
        ("", "", None),
        ("", "LA GP", None),
        ("PF", "", "merge"),
        ("PF+X", "", "merge"),
        ("PF+NCA", "PF", "drop"),
        ("", "LA NG PF GO GP", "drop"),
    ],
)
def test_merging_and_dropping_are_checked_before_a_run(
    tables: Tables, merge: str, drop: str, refused: str | None
) -> None:
    refusal = lists_can_be_merged_and_dropped(tables, UK, merge, drop)
    assert (refusal and refusal[0]) == refused
    assert refusal is None or all(refusal)


@pytest.mark.parametrize(("model", "refused"), [("forward", False), ("main-effects", False), ("all", True)])
def test_every_model_of_six_lists_is_too_many(tables: Tables, model: str, refused: bool) -> None:
    assert (every_model_is_few_enough(tables, UK, model) is not None) == refused


# The command


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["hidden-population", *arguments])


def test_the_command_gives_the_estimate_as_json(tmp_path: Path) -> None:
    table = tmp_path / "two.csv"
    table.write_text(TWO_LISTS)
    result = asked(str(table), "--model", "main-effects", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert list(found) == ["observed", "lists", "terms", "estimate", "low", "high", "method"]
    assert (found["observed"], found["lists"], found["terms"]) == (10, ["A", "B"], [])
    assert found["estimate"] == pytest.approx(18)
    assert 10 <= found["low"] < 18 < found["high"]


def test_the_command_merges_drops_and_speaks() -> None:
    result = asked(UK_TABLE, "--merge", "PF+NCA", "--drop", "GP")
    assert result.exit_code == 0
    lines = dict(line.split("\t") for line in result.stdout.splitlines())
    assert lines["lists"] == "LA, NG, PF+NCA, GO"
    assert (lines["observed"], lines["estimate"]) == ("2428", "11015")


BAD = {
    "one list": ("A,count\n1,3\n", ":1:-: found 1 list; allowed: 2 to 8 columns"),
    "negative count": (TWO_LISTS.replace(",4\n", ",-4\n", 1), ":2:3: found '-4' in count; allowed: whole numbers"),
    "fractional count": (TWO_LISTS.replace(",4\n", ",4.5\n", 1), ":2:3: found '4.5' in count; allowed: whole numbers"),
    "no overlap": ("A,B,count\n1,0,4\n0,1,4\n", ":-:-: found no person on two lists"),
    "not zero or one": (TWO_LISTS.replace("1,1,2", "2,1,2"), ":4:1: found '2' in A; allowed: 0 or 1"),
    "a history twice": (TWO_LISTS + "1,1,3\n", ":5:-: found the history of row 4 again"),
    "nobody": ("A,B,count\n0,0,5\n", ":2:-: found people on no list"),
    "empty": ("", ":-:-: found an empty file"),
    "semicolons": (TWO_LISTS.replace(",", ";"), ":1:1: found columns separated by semicolons"),
}


@pytest.mark.parametrize("text, message", BAD.values(), ids=BAD.keys())  # noqa: PT006 - pairs read better so
def test_a_bad_table_is_one_line_and_no_number(text: str, message: str, tmp_path: Path) -> None:
    table = tmp_path / "bad.csv"
    table.write_text(text)
    result = asked(str(table))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"{table}{message}")
    assert result.stderr.count("\n") == 1
    assert "; allowed: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--merge", "PF+X"), "--merge:-:-: found 'X'; allowed: LA, NG"),
        (("--merge", "PF"), "--merge:-:-: found 'PF'; allowed: two or more of"),
        (("--drop", "X"), "--drop:-:-: found 'X'; allowed: LA, NG"),
        (("--model", "best"), "--model:-:-: found 'best'; allowed: main-effects, forward, all"),
    ],
)
def test_a_bad_request_is_one_line_and_no_number(arguments: tuple[str, str], message: str) -> None:
    result = asked(UK_TABLE, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("path", ["missing.csv", "."])
def test_what_is_no_file_is_refused(path: str) -> None:
    result = asked(path, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert set(json.loads(result.stderr)) == {"file", "row", "column", "found", "allowed"}


def test_too_many_models_are_refused(tmp_path: Path) -> None:
    lists = "ABCDEFG"
    histories = ["1" * 7, *("0" * i + "1" + "0" * (6 - i) for i in range(7))]
    table = tmp_path / "seven.csv"
    table.write_text("\n".join([f"{','.join(lists)},count", *(f"{','.join(h)},3" for h in histories)]) + "\n")
    result = asked(str(table), "--model", "all")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "found all models of 7 lists" in result.stderr


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("a.csv:2:3: found x; allowed: y", Problem("a.csv", "2", "3", "x", "y")),
        (r"C:\a.csv:-:-: found x; allowed: y, or z", Problem(r"C:\a.csv", "-", "-", "x", "y, or z")),
        ("merge: found x; allowed: y", Problem("--merge", "-", "-", "x", "y")),
    ],
)
def test_a_message_is_told_by_its_parts(message: str, problem: Problem) -> None:
    assert problem_of(message) == problem
