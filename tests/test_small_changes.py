"""What is said of each change between two reviews, and which editions are refused, from one that was built once."""

import copy
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from golden import compare
from here import Editions

from evaluation.building.manifest import BuiltFolder
from evaluation.pages.blocks import Block
from evaluation.problems import InputError
from evaluation.verification import comparison_page
from evaluation.verification.comparison import ComparedReview, Comparison, change_lines, distinct_causes
from evaluation.verification.editions import edition_of, is_edition

LAST, SURVEYED = "riders_bridge_2026_2026_01_15", "riders_surveyed"


class Changed(ComparedReview):
    """A built review whose numbers are to be changed; its pages are not looked at."""

    def blocks(self, slug: str, language: str) -> list[Block]:
        return []

    def row(self, name: str) -> dict[str, Any]:
        return next(row for row in self.whole["numbers"] if row["id"] == name)

    def add(self, like: str, name: str, **cells: Any) -> None:
        row = copy.deepcopy(self.row(like)) | {"id": name} | cells
        self.whole["numbers"].append(row)
        self.numbers["riders"][name] = row

    def drop(self, name: str) -> None:
        self.whole["numbers"].remove(self.row(name))
        del self.numbers["riders"][name]

    def claim(self, **cells: Any) -> None:
        self.claims["riders"]["more"] |= cells

    def page_goes(self) -> None:
        self.slugs.remove("riders")

    def inputs_of(self, **hashes: str) -> None:
        self.record["runs"][0]["inputs"] |= {name.replace("__", "/"): value for name, value in hashes.items()}


def replaced(new: Changed, name: str, **cells: Any) -> None:
    """A number as another release has it, under another name."""
    new.add(name, f"{name}_later", **cells)
    new.drop(name)


def value(words: int) -> dict[str, Any]:
    return {"exact": [str(words), str(words), "", ""], "value": words, "low": words, "high": words}


LATER = {"vintage": "2026-06-01", "data": "riders.csv:9:riders"}
# What is done to the newer review; a name with "old" in it has it done to the older one.
CHANGES: dict[str, Callable[[Changed], object]] = {
    "nothing": lambda new: None,
    "a value": lambda new: new.row(LAST).update(value(50200)),
    "a label": lambda new: new.row(LAST)["label"].update(en="Riders seen"),
    "a source": lambda new: new.row(LAST).update(address="https://example.org/other"),
    "a caveat": lambda new: new.row(SURVEYED)["named"].append({"en": "Also this.", "fr": "Ceci aussi."}),
    "a definition and a place": lambda new: new.row(LAST).update(
        named=[{"en": "Riders seen", "fr": "Cyclistes vus"}, {"en": "A bridge", "fr": "Un pont"},
               *new.row(LAST)["named"][2:]], definition="riders_seen"),
    "a definition": lambda new: new.row(SURVEYED).update(
        named=[{"en": "Asked", "fr": "Interrogés"}, *new.row(SURVEYED)["named"][1:]]),
    "an end before rounding": lambda new: new.row("change").update(exact=["43/2", "43/2", "", ""]),
    "a later release": lambda new: replaced(new, LAST, **LATER, **value(50200)),
    "a later release beside": lambda new: new.add(LAST, "later", **LATER, **value(50200)),
    "the same in a later release": lambda new: replaced(new, LAST, **LATER),
    "an earlier release": lambda new: replaced(new, LAST, vintage="2025-01-01"),
    "a new year": lambda new: new.add(LAST, "newest", end="2027", start="2027", **value(7)),
    "a new year of nothing known": lambda new: new.add(LAST, "first", end="2027", definition="other", **value(7)),
    "an earlier year": lambda new: new.add(LAST, "earliest", end="2020", start="2020", data="", **value(7)),
    "no longer shown": lambda new: new.drop(LAST),
    "no longer shown, of old": lambda old: old.drop(LAST),
    "a claim that is not true": lambda new: new.claim(truth="false"),
    "a claim that is open": lambda new: new.claim(truth="void", words={"en": "It fell.", "fr": "Il a diminué."}),
    "a page that is gone": Changed.page_goes,
    "a page that is new, of old": Changed.page_goes,
    "another file of data and a claim": lambda new: (
        new.inputs_of(data__riders="1"), new.claim(truth="false")),
    "other files and a claim": lambda new: (
        new.inputs_of(data__riders="1", data__bounds="2", notebooks__riders="3"), new.claim(truth="false")),
}  # fmt: skip


def test_every_change_with_its_cause(editions: Editions, tmp_path: Path) -> None:
    lines = []
    for name, change in CHANGES.items():
        old, new = Changed(editions.second), Changed(editions.second)
        change(old if name.endswith("of old") else new)
        pages = Comparison(old, new).changes_by_page()
        lines += [f"# {name}", *change_lines(pages), *(f"    {cause.words('fr')}" for cause in distinct_causes(pages))]
    compare("\n".join(lines) + "\n", "small_changes.txt", tmp_path)


@pytest.mark.linux
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_label_that_changed_in_one_language_is_a_change_in_that_alone(language: str, editions: Editions) -> None:
    old, new = Changed(editions.second), Changed(editions.second)
    new.row(LAST)["label"][language] = "Cyclists seen"
    (change,) = Comparison(old, new).changes_by_page()["riders"]
    assert (change.old.keys(), change.new.keys()) == ({language}, {language})
    assert "Cyclists seen" in str(change)


def test_a_page_of_changes_is_its_owners_where_a_review_is_confidential(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        for secret, mode in ((True, 0o600), (False, 0o644)):
            reviews: Any = [SimpleNamespace(whole={"confidential": is_so}) for is_so in (False, secret)]
            comparison_page.write_page(tmp_path / f"{mode}.html", "x", *reviews)
            assert (tmp_path / f"{mode}.html").stat().st_mode & 0o777 == mode
    finally:
        os.umask(mask)


EDITION = {
    "release": "first", "date": "2026-10-01", "address": "https://example.org/a", "manifest": "0" * 64,
    "published_at": "https://example.org/a/releases/first/", "languages": ["en", "fr"], "pages": ["en/a.html"],
    "title": {"en": "A", "fr": "B"}, "edition": {"en": "First"}, "changes": {}, "counts": {"number": 1},
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"release": "../../evil"}, {"release": "/tmp/evil"}, {"release": "."}, {"release": ""}, {"release": 5},
        {"address": "javascript:alert(1)", "published_at": "javascript:alert(1)/"}, {"address": "https://a.example"},
        {"title": {}}, {"title": {"en": 1, "fr": 2}}, {"title": {"en": "A"}}, {"edition": {"en": []}}, {"changes": "x"},
        {"counts": {"none": 1}}, {"languages": ["xx"]}, {"languages": []}, {"languages": ["en", "en"]}, {"pages": [1]},
    ],
)  # fmt: skip
def test_an_edition_that_no_build_wrote(change: dict[str, object]) -> None:
    assert is_edition(EDITION)
    assert is_edition(EDITION | {"languages": ["fr"], "title": {"fr": "B"}, "edition": {}, "counts": {}})
    assert not is_edition(EDITION | change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"confidential": True}, "found a review that is confidential; allowed: one that is for everybody"),
        ({"draft": True}, "found a review that is draft; allowed: one that is for everybody"),
        ({"edition": None}, "found a review that does not say where it is published; allowed: imprint: address"),
        ({"edition": {"published_at": "", "release": "a"}}, "found a review that does not say where it is published"),
        ({"edition": {"published_at": "a", "release": ""}}, "found a review that does not say where it is published"),
        ({"edition": {"published_at": "a", "release": "a"}}, "edition: found an edition that no build wrote; allowed"),
    ],
)
def test_a_review_that_is_not_published(change: dict[str, object], message: str, editions: Editions) -> None:
    review = BuiltFolder(editions.second)
    review.manifest |= change
    with pytest.raises(InputError) as refused:
        edition_of(review)
    assert message in str(refused.value)


def test_a_review_with_a_file_that_is_gone_or_changed_is_not_published(editions: Editions) -> None:
    for part in ("missing_files", "changed_files"):
        review = BuiltFolder(editions.second)
        vars(review)[part] = ["en/index.html"] if part == "changed_files" else {"en/index.html"}
        with pytest.raises(InputError, match=r"found en/index\.html, not as it was built; allowed: a review as"):
            edition_of(review)
