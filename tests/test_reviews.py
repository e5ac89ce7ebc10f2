"""The shipped reviews, whole: what they ask for, built, and audited in a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small import DATA, ROOT, read_table

from evaluation.audit import Finding, audit, format_finding
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


def test_what_a_review_does_not_say_of_itself_is_named_by_its_keys(tmp_path: Path) -> None:
    """As `evaluation check` lists it, once: the keys of the file that are empty."""
    tables, text = Tables(ROOT / "data"), (ROOT / "parameters" / "review.yml").read_text(encoding="utf-8")
    empty = ["imprint.publisher", "contact", "repository", "imprint.address"]
    assert read_review(ROOT / "parameters" / "review.yml", ROOT / "notebooks", tables).missing_imprint == empty
    given = {"contact": "mailto:a@example.org", "repository": "https://example.org/r"}
    keys = "".join(f"{key}: {value}\n" for key, value in given.items())
    signed = "imprint:\n  publisher: {en: A body, fr: Un organisme}\n  address: https://example.org/review\n"
    path = tmp_path / "signed.yml"
    path.write_text(keys + text.replace("imprint:\n", signed, 1), encoding="utf-8")
    assert read_review(path, ROOT / "notebooks", tables).missing_imprint == []


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_every_page_passes_every_rule(name: str, built_review: Callable[[str], Path]) -> None:
    findings = audit(built_review(name), jobs=2)
    assert "\n".join(map(format_finding, findings)) == ""


@pytest.mark.slow
def test_the_brief_passes_every_rule(whole_review: Path, audited: Callable[..., list[Finding]]) -> None:
    """It holds a part of each kind, of every chapter; `make long` looks at all pages."""
    findings = audited(whole_review / "fr" / "brief.html")
    assert "\n".join(map(format_finding, findings)) == ""
