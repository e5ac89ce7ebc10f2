"""Each copy that can be passed on alone says on its face that it is confidential; a public page's say nothing."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from by_hand import Notebook, rows_of
from small import asked
from test_export import SLUGS, review, sheets_of, texts  # noqa: F401  the fixture

from evaluation.pages.book import pdfs
from evaluation.pages.page import build_page, read_executed
from evaluation.pages.publish import downloads, publish_notebook

WORDS = {"en": "Confidential. Not to be passed on.", "fr": "Confidentiel. Ne pas diffuser."}
IN_NAMES = {"en": ".confidential.csv", "fr": ".confidentiel.csv"}


def secret(page: Notebook) -> Notebook:
    page.notebook.metadata["evaluation"]["confidential"] = True
    return page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_csv_says_it_in_its_name_and_in_each_row(language: str, book: Notebook) -> None:
    files = dict(downloads(build_page(secret(book).notebook, language)))
    tables = {name: content for name, content in files.items() if name.endswith(".csv")}
    assert len(tables) == 2
    for name, content in tables.items():
        assert name.endswith(IN_NAMES[language])
        assert {next(iter(row.items())) for row in rows_of(content)} == {(WORDS[language], IN_NAMES[language][1:-4])}
    page = book.page(language)
    assert len(re.findall(rf'download="[a-z_]+{re.escape(IN_NAMES[language])}"', page)) == 2
    assert all(WORDS[language] in content.decode() for name, content in files.items() if name.endswith(".svg"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_sheet_says_it_under_its_title(language: str, book: Notebook) -> None:
    page = build_page(secret(book).notebook, language)
    assert {texts(cells)[1] for cells in sheets_of(page).values()} == {WORDS[language]}


def test_a_notebook_begins_with_it_and_can_be_published_again(book: Notebook, tmp_path: Path) -> None:
    publish_notebook(secret(book).notebook, tmp_path / "first")
    path = tmp_path / "first" / "notebooks" / "c.ipynb"
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
    assert first["cell_type"] == "raw"
    assert all(words in first["source"] for words in WORDS.values())
    publish_notebook(read_executed(path), tmp_path / "again")
    again = tmp_path / "again" / "notebooks" / "c.ipynb"
    assert again.read_bytes() == path.read_bytes()


def test_a_public_page_s_copies_say_nothing(book: Notebook, tmp_path: Path) -> None:
    said = [text for cells in sheets_of(build_page(book.notebook, "en")).values() for text in texts(cells)]
    assert not set(WORDS.values()) & set(said)
    publish_notebook(book.notebook, tmp_path)
    said = re.compile(rb"[Cc]onfidenti")
    inside = re.compile(rb"<style>.*?</style>", re.DOTALL)
    found = [p.name for p in tmp_path.rglob("*") if p.is_file() and said.search(inside.sub(b"", p.read_bytes()))]
    assert found == []


@pytest.mark.long
@pytest.mark.slow
def test_every_page_of_a_pdf_says_it(review: Path) -> None:  # noqa: F811
    said = {}
    for kind in ("public", "secret"):
        paths = sorted((review / "notebooks").glob("*.ipynb"))
        pages = [build_page(read_executed(path), language) for path in paths for language in WORDS]
        for page in pages if kind == "secret" else ():
            page.notebook.metadata["evaluation"]["confidential"] = True
            path = review / page.language / f"{page.file}.html"
            mark = f'<p class="confidential">{WORDS[page.language]}</p>'
            path.write_text(path.read_text(encoding="utf-8").replace("<main", f"{mark}<main", 1), encoding="utf-8")
        documents = dict(pdfs(review, pages, SLUGS))
        assert len(documents) == 8
        said[kind] = {path: with_running_head(content) for path, content in documents.items()}
    alone = [heads for path, heads in said["public"].items() if "review" not in path]  # the book has its title there
    assert {head for heads in alone for head in heads} == {False}
    assert {head for heads in said["secret"].values() for head in heads} == {True}


def with_running_head(content: bytes) -> list[bool]:
    """Whether each page of a document has a text in its upper margin (18 mm)."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return [any(top < 40 for top in tops(page)) for page in document.pages]


def tops(page: Any) -> list[float]:
    """How far below the page's upper end each of its texts begins, in points."""
    found: list[float] = []
    waiting, now = [], pikepdf.Matrix()
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "q":
            waiting.append(now)
        elif str(operator) == "Q":
            now = waiting.pop()
        elif str(operator) == "cm":
            now = pikepdf.Matrix(*map(float, operands)) @ now
        elif str(operator) == "Tm":
            found.append(float(page.mediabox[3]) - (pikepdf.Matrix(*map(float, operands)) @ now).f)
    return found


@pytest.mark.long
@pytest.mark.slow
def test_an_audit_repeats_no_word_of_a_confidential_page(tmp_path: Path) -> None:
    clean = Path(__file__).parent / "fixtures" / "audit" / "en" / "people-served.html"
    faults = '<p>Zyxwvut 4711 des</p><p style="color:red">Zyxwvut</p><h1>'
    text = clean.read_text(encoding="utf-8").replace("<h1>", faults, 1)
    (tmp_path / "en").mkdir()
    path = tmp_path / "en" / "people-served.html"
    for kind, mark in (("public", ""), ("secret", '<p class="confidential">Confidential.</p>')):
        path.write_text(text.replace("<body>", f"<body>{mark}"), encoding="utf-8")
        for arguments in ((), ("--json",)):
            result = asked("audit", path, *arguments)
            assert result.exit_code == 1
            assert ("Zyxwvut" in result.output) == (kind == "public"), result.output
            assert "people-served.html" in result.output
