"""Keys, neighbours, links and reasons of a plan, worked out by hand: no run and no build."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small import DATA, edit

from evaluation.building import plan
from evaluation.building.inputs import Files
from evaluation.building.plan import ABOUT, LinkTarget, Step
from evaluation.reviews.parameters import ChapterFile, Parameter
from evaluation.reviews.review import Review, Run

DECIMALS = {"decimals": Parameter("decimals", "Decimals", 1)}


def run_of(name: str, part: str = "", decimals: int = 1, **more: Any) -> Run:
    chapter = ChapterFile(name, Path(f"notebooks/{name}.ipynb"), {"en": name.title(), "fr": f"{name} fr"}, DECIMALS)
    end = "" if decimals == 1 else f"--decimals-{decimals}"
    return Run(f"{name}{end}", chapter, {"decimals": decimals}, part=part, **more)


@pytest.fixture
def step() -> Step:
    parts = {"notebooks/one.ipynb": "n", "code": "c", "text": "t"}
    parts |= {"evaluation (analysis)": "a", "evaluation (pages)": "p"}
    files = {"data/figures.csv": "f", "data/places.csv": "l", "notebooks/helper.py": "h"}
    surroundings = {"python": "3.11", "requirements.lock": "lock"}
    return Step(run_of("one"), parts, files, surroundings, {"review": "small", "languages": ["en", "fr"]})


@pytest.mark.parametrize(
    ("changed", "runs_again"),
    [
        ({"hashes": {"code": "x"}}, True),
        ({"hashes": {"evaluation (analysis)": "x"}}, True),
        ({"files": {"data/places.csv": "x"}}, True),
        ({"files": {"data/another.csv": "x"}}, True),
        ({"files": {"notebooks/helper.py": "x"}}, True),
        ({"environment": {"requirements.lock": "x"}}, True),
        ({"context": {"languages": ["fr"]}}, True),
        ({"run": run_of("one", decimals=2)}, True),
        ({"environment": {"python": "3.13"}}, False),  # whose results have a folder of their own in the store
        ({"hashes": {"text": "x"}}, False),
        ({"hashes": {"evaluation (pages)": "x"}}, False),
        ({"context": {"review": "other"}}, False),
    ],
)
def test_a_key_changes_with_what_a_run_reads_and_a_page_with_all(
    changed: dict[str, Any], runs_again: bool, step: Step
) -> None:
    known = {name: getattr(step, name) for name in changed}
    merged = {name: known[name] | value if isinstance(value, dict) else value for name, value in changed.items()}
    other = replace(step, **merged)
    assert (other.run_key != step.run_key) == runs_again
    assert plan.rebuild_reason(other, step.manifest_row() | {"outputs": {}}, set())


def test_the_key_of_one_language_is_not_that_of_another(step: Step) -> None:
    asked = (["en"], ["fr"], ["en", "fr"], [])
    keys = [replace(step, context={"languages": languages}).run_key for languages in asked]
    assert len(set(keys)) == 3
    assert keys[2] == keys[3] == step.run_key  # a run for both has the key that it always had


def test_the_manifest_names_every_file_that_a_run_may_read(step: Step) -> None:
    lock = {"requirements.lock": "lock"}
    assert step.inputs == {"notebooks/one.ipynb": "n"} | step.files | lock
    secret = replace(step, context=step.context | {"confidential": True})
    assert secret.inputs == {}
    other = replace(secret, files=step.files | {"data/places.csv": "x"})
    assert plan.rebuild_reason(other, secret.manifest_row() | {"outputs": {}}, set()) == "changed: data"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, ""),
        ({"outputs": {"en/one.html": "x", "fr/one.html": "x", "gone": "x"}}, "changed: gone"),
        ({"dependencies": {ABOUT: "x"}}, "changed: title, date or place in the review"),
        ({"inputs": {"data/figures.csv": "x"}}, "changed: data/figures.csv"),
        ({"dependencies": {"notebooks/one.ipynb (code)": "x"}}, "changed: notebooks/one.ipynb (code)"),
        ({"inputs": {"notebooks/one.ipynb": "x"}}, ""),  # what is neither code nor text
        ({"dependencies": {"python": "3.10", "requirements.lock": "x"}}, "changed: requirements.lock, python"),
    ],
)
def test_why_a_page_is_out_of_date(changed: dict[str, Any], reason: str, step: Step) -> None:
    before = step.manifest_row() | {"outputs": {}}
    for name, value in changed.items():
        before[name] = before[name] | value if name in before else value
    assert plan.rebuild_reason(step, before, {"gone"}) == reason


BRIDGE = {"en": "On.", "fr": "Suite."}
RUNS = [run_of("front", "front"), run_of("one", bridge=BRIDGE), run_of("two"), run_of("more", "annex")]


def test_chapters_are_numbered_and_annexes_lettered_where_a_front_opens_them() -> None:
    assert list(plan.page_numbers(RUNS)) == ["", "1", "2", "A"]
    assert list(plan.page_numbers(RUNS[1:])) == ["", "", ""]
    assert list(plan.page_numbers([RUNS[0], *[RUNS[3]] * 29]))[-4:] == ["Z", "AA", "AB", "AC"]


def test_each_page_has_the_ones_before_and_after_it_that_are_at_hand() -> None:
    page_positions = plan.page_positions(RUNS, [plan.link_target(run) for run in RUNS])
    assert page_positions["one"] == {
        "part": "",
        "number": "1",
        "before": {"page": "index", "number": "", "title": {"en": "Front", "fr": "front fr"}},
        "after": {"page": "two", "number": "2", "title": {"en": "Two", "fr": "two fr"}},
        "bridge": BRIDGE,
        "box": True,
    }
    assert (page_positions["front"]["before"], page_positions["more"]["after"], page_positions["more"]["part"]) == (
        None,
        None,
        "annex",
    )
    part = plan.page_positions(RUNS, [plan.link_target(RUNS[1]), plan.link_target(RUNS[3])])
    assert (part["one"]["before"], part["one"]["after"]["page"], part["one"]["after"]["number"]) == (None, "more", "A")
    assert (part["two"]["before"], part["two"]["after"], part["two"]["bridge"]) == (None, None, {})


def test_a_link_leads_to_the_page_of_a_chapter_that_is_nearest() -> None:
    places = [
        LinkTarget("rates", "rates-ontario", {"place": "Ontario", "level": 0.9}),
        LinkTarget("rates", "rates-canada", {"place": "Canada", "level": 0.9}),
        LinkTarget("rates", "rates-canada-95", {"place": "Canada", "level": 0.95}),
        LinkTarget("front", "front", {}, "index"),
    ]
    for parameters, nearest in (
        ({"place": "Canada", "level": 0.95}, "rates-canada-95"),
        ({"place": "Canada"}, "rates-canada"),  # the first of two
        ({"place": "Ontario", "level": 0.5}, "rates-ontario"),
        ({}, "rates-ontario"),
    ):
        assert plan.page_links(LinkTarget("other", "o", parameters), places)["rates"] == nearest
    assert plan.page_links(places[2], places)["rates"] == "rates-canada-95"
    assert (plan.page_links(places[0], places)["front"], plan.page_links(places[3], places)["front"]) == (
        "index",
        "index",
    )
    assert plan.page_links(places[1], places) == {"front": "index", "rates": "rates-canada"}


def test_a_plan_has_a_step_for_each_run(tmp_path: Path) -> None:
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    (notebooks / "one.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    shutil.copytree(DATA, tmp_path / "data")
    run = run_of("one")
    run = replace(run, chapter=replace(run.chapter, path=notebooks / "one.ipynb"))
    review = Review("small", tmp_path / "small.yml", {"en": "A", "fr": "B"}, [run], date="2026-01-02")
    files = Files(tmp_path / "data", notebooks)
    targets = [plan.link_target(run)]
    (made,) = plan.plan(review, files, {}, set(), targets)
    assert (made.slug, made.reason, made.files) == ("one", "new", files.inputs())
    expected = {
        "review": "small",
        "review_title": {"en": "A", "fr": "B"},
        "date": "2026-01-02",
        "pages": {"one": "one"},
    }
    expected |= {"languages": ["en", "fr"], "number": ""}
    assert {name: made.context.get(name) for name in (*expected, "confidential")} == expected | {"confidential": None}
    before = {"one": made.manifest_row() | {"outputs": {}}}
    (again,) = plan.plan(replace(review, confidential=True), files, before, set(), targets)
    assert again.context["confidential"]
    assert again.reason.startswith("changed: ")
    edit(tmp_path / "data", "glossary", "rate", meaning_en="Another meaning.")
    (tmp_path / "data" / "more.csv").write_text("a\n", encoding="utf-8")
    (later,) = plan.plan(review, Files(tmp_path / "data", notebooks), {}, set(), targets)
    assert (later.run_key == made.run_key, later.context["glossary"] == made.context["glossary"]) == (False, False)
