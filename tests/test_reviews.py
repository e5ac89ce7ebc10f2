"""The shipped reviews, whole: built, audited in a browser, exported."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from test_export import everything_in

from evaluation.audit import audit, format_finding
from evaluation.book import BOOK_LIMIT, LIMIT
from evaluation.build import Request, build
from evaluation.export import export

ROOT = Path(__file__).parent.parent
REVIEWS = sorted((ROOT / "parameters").glob("*.yml"))
pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Every review of parameters/, built into a folder of its own from an empty store."""
    folder = tmp_path_factory.mktemp("reviews")
    before = os.environ.get("EVALUATION_STORE")
    os.environ["EVALUATION_STORE"] = str(folder / "store")
    for review in REVIEWS:
        result = build(Request(review, output=folder / "outputs"))
        assert [f"{f.slug}: {f.error}" for f in result.failures] == []
    yield folder / "outputs"
    os.environ.pop("EVALUATION_STORE")
    if before is not None:
        os.environ["EVALUATION_STORE"] = before


@pytest.mark.parametrize("review", REVIEWS, ids=lambda path: path.stem)
def test_every_page_passes_every_rule(review: Path, built: Path) -> None:
    findings = audit(built / review.stem, jobs=2)
    assert "\n".join(map(format_finding, findings)) == ""


@pytest.mark.parametrize("review", REVIEWS, ids=lambda path: path.stem)
def test_outputs_are_what_the_manifest_lists(review: Path, built: Path) -> None:
    folder = built / review.stem
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    listed = dict(manifest["outputs"])
    for run in manifest["runs"]:
        listed |= run["outputs"]
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    found.pop("manifest.json")
    assert {path: hashlib.sha256(p.read_bytes()).hexdigest() for path, p in found.items()} == listed


def test_exports_are_the_same_each_time(built: Path) -> None:
    folder = built / "review"
    made = export(folder, {"png", "xlsx", "pdf"}, lambda line: None)
    first = {path: path.read_bytes() for path in made}
    again = export(folder, {"png", "xlsx", "pdf"}, lambda line: None)
    assert [str(path.relative_to(folder)) for path in again if first[path] != path.read_bytes()] == []
    pages = len(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["runs"])
    assert sum(path.suffix == ".xlsx" for path in made) == 2 * pages
    assert sum(path.suffix == ".pdf" for path in made) == 2 * pages + 2
    documents = [path for path in made if path.suffix == ".pdf"]
    heavy = [path for path in documents if path.stat().st_size > (BOOK_LIMIT if path.stem == "review" else LIMIT)]
    assert heavy == []
    assert [path.name for path in documents if re.search(rb"\bfile:", everything_in(path.read_bytes()))] == []


def test_a_pdf_is_tagged_titled_and_in_its_language(built: Path) -> None:
    folder = built / "review"
    for path in [folder / "fr" / "people_served.pdf", folder / "fr" / "review.pdf"]:
        if not path.exists():
            export(folder, {"pdf"}, lambda line: None)
        with pikepdf.open(path) as document:
            assert str(document.Root.Lang) == "fr-CA"
            assert bool(document.Root.MarkInfo.Marked)
            assert str(document.docinfo["/Title"])
            assert document.Root.get("/Outlines") is not None
            figures = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
            assert figures
            assert all(str(figure.get("/Alt", "")) for figure in figures)
