"""A page is made in one direction: each step gives a frozen value, and asks nothing of the steps before it."""

import ast
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, is_dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from by_hand import Notebook
from small import Make, line

import evaluation.pages
from evaluation.chapters.movement import REPORTED
from evaluation.language import requiring_languages
from evaluation.numbers.publication import Caveat
from evaluation.numbers.quantity import Quantity
from evaluation.pages.page import Page, build_page, render_page

TEXT = {"en": "Text", "fr": "Texte"}
ROOM = Path(*evaluation.pages.__path__)
# In the order in which a page passes them first.
MODULES = ["page", "notebook", "chart", "files", "publications", "table", "text", "templates", "caveats", "back_matter",
           "glossary", "citations"]  # fmt: skip
# The calls to a module that was passed before: the numbers of tables as files have them, who published the sources, and
# what the gate looks for in the parts as their templates gave them.
CLIMBS = {("table", "files"), ("back_matter", "publications"), ("templates", "publications"), ("caveats", "templates")}


def calls(work: Callable[[], object]) -> tuple[list[str], set[tuple[str, str]]]:
    """The modules of the room that some work passes, in the order first passed, its templates as the one that renders
    them; and which calls which."""
    passed, pairs = dict[str, None](), set[tuple[str, str]]()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name != "<module>" and (module := module_of(frame)):
            caller = frame.f_back
            while caller and not module_of(caller):
                caller = caller.f_back
            passed.setdefault(module)
            pairs.update({(module_of(caller), module)} if caller else ())

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return list(passed), pairs


def module_of(frame: FrameType) -> str:
    """The module of the room that a frame is of; nothing for another room's."""
    path = Path(frame.f_code.co_filename)
    return "templates" if path.parent == ROOM / "templates" else path.stem if path.parent == ROOM else ""


@pytest.mark.slow
def test_a_page_passes_twelve_modules_and_climbs_four_times_from_its_records_to_its_html(
    book: Notebook, number: Make
) -> None:
    """So that whoever changes one knows where to look; with a rising series, whose sentence the gate looks for."""
    caveats = (Caveat(REPORTED, TEXT),)
    series = [number(Quantity.exact(year), start=str(year), end=str(year), unit="incidents", name=f"in_{year}",
                     caveats=caveats) for year in (2021, 2022)]  # fmt: skip
    book.chapter.chart("by_year", line(*series), title=TEXT, subtitle=TEXT, description=TEXT)
    made = partial(build_page, book.notebook, "en", lambda *_: "<svg></svg>")
    with requiring_languages(["en", "fr"]):
        render_page(made())  # whose templates are compiled then
        passed, pairs = calls(lambda: render_page(made()))
    assert passed == MODULES
    assert {(caller, called) for caller, called in pairs if passed.index(called) < passed.index(caller)} == CLIMBS


@pytest.fixture
def page(book: Notebook) -> Page:
    return build_page(book.notebook, "en", lambda *_: "<svg></svg>")


def values_of(page: Page) -> list[Any]:
    """The value of each step, and what stands in the values of charts, tables and text."""
    steps = [getattr(page, field.name) for field in fields(page)]
    models = [*page.charts.by_id.values(), *page.tables.by_id.values()]
    return [page, *steps, *models, *page.text.parts, *page.cautions.by_part, *page.records.contents]


def test_no_value_of_a_step_can_be_changed(page: Page) -> None:
    values = values_of(page)
    assert {"Records", "Chart", "PageTable", "PageText", "Cautions", "Sections", "BackMatter"} <= {
        type(value).__name__ for value in values
    }
    for value in values:
        assert is_dataclass(value)
        for field in fields(value):
            with pytest.raises(FrozenInstanceError):
                setattr(value, field.name, None)


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.stem)
def test_no_module_assigns_an_attribute_outside_a_constructor(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constructors = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
    within = {child for constructor in constructors for child in ast.walk(constructor)}
    stored = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    assert {ast.unparse(node) for node in stored if node not in within} == ASSIGNED.get(path.stem, set())
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not ({"setattr"} & named | {"__setattr__", "__dict__"} & attributes)


# Attributes of what other libraries read and write: a PDF's, a notebook's.
ASSIGNED = {
    "book": {"document.Root.Lang", "document.Root.ViewerPreferences", "item.Title", "element.ID", "attributes.Headers",
             "tree.IDTree"},
    "publish": {"cell.execution_count", "cell.outputs"},
}  # fmt: skip


def test_the_rooms_first_lines_name_the_steps_in_their_order() -> None:
    words = evaluation.pages.__doc__ or ""
    assert all(f"`{module}`" in words for module in MODULES)
    places = [
        words.index(f"`{step}`") for step in ("notebook", "chart", "table", "text", "caveats", "page", "back_matter")
    ]
    assert places == sorted(places)
