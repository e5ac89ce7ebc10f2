"""The shipped reviews, whole: what they ask for, built, and audited in a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small import DATA, ROOT, read_table

from evaluation.audit import audit, format_finding
from evaluation.data.sources import Tables
from evaluation.reviews.review_file import read_review

NAMES = [path.stem for path in sorted((ROOT / "parameters").glob("*.yml"))]


def pairs(data: Path) -> set[tuple[str, str]]:
    return {(row["place"], row["definition"]) for row in read_table(data / "police_reported.csv")}


def test_in_the_review_of_places_every_pair_with_figures_runs_once() -> None:
    """A place that is new in data/ may join the review or not."""
    review = read_review(ROOT / "parameters" / "places.yml", ROOT / "notebooks", Tables(ROOT / "data"))
    pages = [(run.chapter.name, (run.parameters["place"], run.parameters["definition"])) for run in review.runs]
    runs = [pair for chapter, pair in pages if chapter == "reported_incidents"]
    assert len(runs) == len(set(runs))
    assert pairs(DATA) <= set(runs) <= pairs(ROOT / "data")


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_every_page_passes_every_rule(name: str, built_review: Callable[[str], Path]) -> None:
    findings = audit(built_review(name), jobs=2)
    assert "\n".join(map(format_finding, findings)) == ""


@pytest.mark.slow
def test_a_page_passes_every_rule(whole_review: Path) -> None:
    """One page while somebody works; `make long` looks at all of them."""
    findings = audit(whole_review / "fr" / "people_served.html")
    assert "\n".join(map(format_finding, findings)) == ""
