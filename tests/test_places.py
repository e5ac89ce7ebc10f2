"""The review of places: one run for each pair of place and definition that has figures, and no other."""

import csv
from pathlib import Path

from small import DATA

from evaluation.data.sources import Tables
from evaluation.reviews.review_file import read_review

ROOT = Path(__file__).parent.parent
Pair = tuple[str, str]


def pairs(data: Path) -> set[Pair]:
    with (data / "police_reported.csv").open(encoding="utf-8", newline="") as file:
        return {(row["place"], row["definition"]) for row in csv.DictReader(file)}


def test_every_pair_with_figures_runs_once() -> None:
    """A place that is new in data/ may join the review or not. The checks stand beside those that they say something
    of: Ontario, whose figures conflict, and Ottawa, whose count was revised."""
    review = read_review(ROOT / "parameters" / "places.yml", ROOT / "notebooks", Tables(ROOT / "data"))
    pages = [(run.chapter.name, (run.parameters["place"], run.parameters["definition"])) for run in review.runs]
    runs = [pair for chapter, pair in pages if chapter == "reported_incidents"]
    assert len(runs) == len(set(runs))
    assert pairs(DATA) <= set(runs) <= pairs(ROOT / "data")
    checked = {pair for chapter, pair in pages if chapter == "reported_incidents_checks"}
    assert checked == {("Ontario", "all_human_trafficking"), ("Ottawa", "trafficking_1525")}
