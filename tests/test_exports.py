"""What `evaluation export` makes of the shipped review, whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from evaluation.building.export import export
from evaluation.pages.book import BOOK_LIMIT, LIMIT

pytestmark = [pytest.mark.slow, pytest.mark.long]  # prints every page; small projects are exported in test_export
KINDS = {"png", "xlsx", "pdf"}


def nobody(_: str) -> None:
    """Nobody listens to the progress."""


@pytest.fixture(scope="module")
def folder(built_review: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the built review, which others read as it is."""
    return Path(shutil.copytree(built_review("review"), tmp_path_factory.mktemp("exports") / "review"))


@pytest.fixture(scope="module")
def made(folder: Path) -> list[Path]:
    return export(folder, KINDS, nobody)


def test_every_page_has_its_copies(folder: Path, made: list[Path]) -> None:
    pages = len(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["runs"])
    assert sum(path.suffix == ".xlsx" for path in made) == 2 * pages
    assert sum(path.suffix == ".pdf" for path in made) == 2 * pages + 2
    documents = [path for path in made if path.suffix == ".pdf"]
    heavy = [path for path in documents if path.stat().st_size > (BOOK_LIMIT if path.stem == "review" else LIMIT)]
    assert heavy == []


def test_exports_are_the_same_each_time(folder: Path, made: list[Path]) -> None:
    first = {path: path.read_bytes() for path in made}
    again = export(folder, KINDS, nobody)
    assert [str(path.relative_to(folder)) for path in again if first[path] != path.read_bytes()] == []


@pytest.mark.parametrize("name", ["people_served", "review"])
def test_a_pdf_is_tagged_titled_and_in_its_language(name: str, folder: Path, made: list[Path]) -> None:
    with pikepdf.open(folder / "fr" / f"{name}.pdf") as document:
        assert str(document.Root.Lang) == "fr-CA"
        assert bool(document.Root.MarkInfo.Marked)
        assert str(document.docinfo["/Title"])
        assert document.Root.get("/Outlines") is not None
        figures = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        assert figures
        assert all(str(figure.get("/Alt", "")) for figure in figures)
