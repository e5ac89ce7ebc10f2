"""What is exported: workbooks whose numbers are numbers, documents without a path, the same bytes from any folder."""

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pikepdf
import pytest
import small
from by_hand import Notebook, rows_of
from here import Editions
from small import Make, asked

from evaluation.building import manifest
from evaluation.building.export import export
from evaluation.numbers.quantity import Quantity
from evaluation.pages.book import BOOK_LIMIT, PDF_LIMIT, book_html, bookmarks, link_in_book, print_pdf, print_pdfs
from evaluation.pages.notebook import read_executed
from evaluation.pages.page import Page, build_page
from evaluation.pages.publish import download_files, publish_notebook, write_opening, write_shared
from evaluation.pages.workbook import NOTHING, WIDEST, excel_workbook, unique_heads
from evaluation.records.serialization import PageLink

pytestmark = pytest.mark.sampled

TITLE = {"en": "A review with a title so long that it takes more than a line of a page", "fr": "Un examen"}
NAMES = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets_of(page: Page) -> dict[str, list[tuple[str, Any]]]:
    """Every sheet of a page's workbook by name: its cells in order, each with its kind (n, s) and its content."""
    with zipfile.ZipFile(io.BytesIO(excel_workbook(page))) as files:
        shared = ["".join(t.itertext()) for t in ElementTree.fromstring(files.read("xl/sharedStrings.xml"))]
        names = [s.get("name") for s in ElementTree.fromstring(files.read("xl/workbook.xml")).iter(f"{NAMES}sheet")]
        sheets = {}
        for position, name in enumerate(names, start=1):
            root = ElementTree.fromstring(files.read(f"xl/worksheets/sheet{position}.xml"))
            cells = [(c.get("t", "n"), c.findtext(f"{NAMES}v")) for c in root.iter(f"{NAMES}c")]
            sheets[str(name)] = [(k, shared[int(v)] if k == "s" else float(v)) for k, v in cells if v is not None]
    return sheets


def second_table(book: Notebook) -> list[tuple[str, Any]]:
    """The cells of the table that a test adds to the page."""
    sheets = sheets_of(build_page(book.notebook, "en"))
    return next(cells for name, cells in sheets.items() if name.startswith("Table 2"))


def texts(cells: list[tuple[str, Any]]) -> list[str]:
    return [content for kind, content in cells if kind == "s"]


@pytest.mark.parametrize("language", ["en", pytest.param("fr", marks=pytest.mark.slow)])
def test_a_workbook_keeps_the_rules_for_accessible_spreadsheets(book: Notebook, language: str) -> None:
    """Essential items of the Analysis Function's list: a title first, one table that is named and none merged or
    empty, no picture, header or slug, texts wrapped, and what a shorthand means said on its sheet."""
    long = {"en": "many words " * 60, "fr": "bien des mots " * 60}
    head = {"en": "What", "fr": "Quoi"}
    book.chapter.table("long-words", **small.table([head, head], [[head, long]]), title=head)
    page = build_page(book.notebook, language)
    with zipfile.ZipFile(io.BytesIO(excel_workbook(page))) as files:
        assert not [name for name in files.namelist() if "drawing" in name or "media" in name]
        sheets = [files.read(name).decode() for name in files.namelist() if "worksheets/sheet" in name]
        tables = [files.read(name).decode() for name in files.namelist() if "xl/tables/" in name]
        assert 'wrapText="1"' in files.read("xl/styles.xml").decode()
    assert len(tables) == len(sheets) == len({re.search(r'displayName="(\w+)"', table)[1] for table in tables})
    for table in tables:
        assert len(names := re.findall(r'<tableColumn [^>]*name="([^"]+)"', table)) == len({*map(str.lower, names)})
    for sheet in sheets:
        assert not re.search("<mergeCell|<headerFooter|<drawing", sheet)
        assert 'state="frozen"' in sheet
        assert all(float(width) <= WIDEST + 1 for width in re.findall(r'<col [^>]*width="([\d.]+)"', sheet)), "columns"
    slugs = [caveat.caveat for part in page.text.parts for caveat in part.caveats]
    for name, cells in sheets_of(page).items():
        words = texts(cells)
        assert any(NOTHING in text and len(text) > len(NOTHING) for text in words), name
        assert not [slug for slug in slugs if any(slug in text for text in words)]
        assert all(re.search(r"\w", text) for text in words)


def test_a_column_holds_one_kind_of_value(book: Notebook, number: Make) -> None:
    share = {"en": "A share", "fr": "Une part"}
    numbers = [number(Quantity.of(bound, n), "derived", name=bound) for bound, n in (("exact", 66), ("about", 65))]
    rows = [[share, value] for value in numbers]
    book.chapter.table("mixed", **small.table([share, share], rows), title=share)
    cells = second_table(book)
    assert {content for kind, content in cells if kind == "n"} == {66.0, 65.0}  # the ends, in columns of their own
    assert {"66", "about 65"} <= set(texts(cells))


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        (["Place", "", "place", "Year"], ["Place (1)", "– (2)", "place (3)", "Year"]),
        (["Place (2)", "Place", "Place"], ["Place (2) (1)", "Place (2)", "Place (3)"]),
    ],
)
def test_no_two_columns_of_a_sheet_have_one_heading(heads: list[str], expected: list[str]) -> None:
    """One would take the place of the other."""
    assert unique_heads(heads) == expected


@pytest.mark.slow
def test_a_mark_is_no_cell_of_a_workbook(book: Notebook, number: Make) -> None:
    """A dash says nothing, also among numbers, whose column stays one of numbers; another mark is named."""
    name, marks = {"en": "A name", "fr": "Un nom"}, [{"en": mark, "fr": mark} for mark in ("—", "–", " ", "≥")]
    rows = [[name, mark, number(Quantity.exact(66), name="a")] for mark in marks]
    dashes = [[name, mark, mark] for mark in marks[:3]]
    book.chapter.table("marks", **small.table([name, name, name], [*rows, *dashes]), title=name)
    cells = second_table(book)
    assert texts(cells).count(NOTHING) == 15  # three beside numbers; three times a text, a number and its two ends
    assert texts(cells).count("greater-than or equal to") == 1
    assert [content for kind, content in cells if kind == "n"] == [66.0] * 12


LINKS = ("[Nobody](https://evil.example/x)", "[q](javascript:PWN)", "=HYPERLINK(A)", "$$note$$", "[a](b)[c](d)")


@pytest.mark.slow
def test_no_text_of_a_workbook_makes_a_link_or_a_formula(book: Notebook, number: Make) -> None:
    texts_odd = [{"en": odd, "fr": odd} for odd in LINKS]
    rows = [[text, number(Quantity.exact(6), name="a")] for text in texts_odd]
    book.chapter.table("odd", **small.table(texts_odd[:2], rows), title=texts_odd[0])
    with zipfile.ZipFile(io.BytesIO(excel_workbook(build_page(book.notebook, "en")))) as files:
        sheets = {name: files.read(name) for name in files.namelist() if name.startswith("xl/worksheets/")}
    assert not [name for name, content in sheets.items() if b"<f>" in content or b"External" in content]
    words = " ".join(texts(second_table(book))).replace("\u2060", "")
    assert [odd for odd in LINKS if odd not in words] == []


SLUGS = ("f", "c", "d")
RUN: dict[str, Any] = {"parameters": {}, "inputs": {}, "parts": {}, "outputs": {}, "key": "", "publishing_key": ""}


@pytest.fixture
def review(book: Notebook, tmp_path: Path) -> Path:
    """A built review of a page that opens it and two chapters; all lead to both, and to a chapter that is not there."""
    folder, entries = tmp_path / "a folder" / "review", []
    links = [[PageLink(slug, {"en": f"to {slug}", "fr": f"vers {slug}"})] for slug in ("d", "c", "gone")]
    heads, title = [{"en": "Page", "fr": "Page"}], {"en": "Other pages", "fr": "Autres pages"}
    book.chapter.table("leads", **small.table(heads, links), title=title)
    for slug in SLUGS:
        part = {"part": "front" if slug == "f" else ""}
        book.notebook.metadata["evaluation"] |= {"slug": slug, "chapter": slug, "review_title": TITLE, **part}
        entries.append(publish_notebook(nbformat.reads(nbformat.writes(book.notebook), 4), folder)[0])
    context = {"review_title": TITLE, "languages": ["en", "fr"], "date": "", "imprint": {}}
    for language in context["languages"]:
        write_opening(context, entries, language, folder)
    write_shared(context, entries, folder)
    runs = [{"slug": slug, "entry": entry, **RUN} for slug, entry in zip(SLUGS, entries, strict=True)]
    manifest.write(folder, runs, key="")
    return folder


def pages_of(folder: Path, language: str) -> list[Page]:
    return [build_page(read_executed(folder / "notebooks" / f"{slug}.ipynb"), language) for slug in SLUGS]


def documents(folder: Path) -> Iterator[tuple[str, bytes]]:
    yield from print_pdfs(folder, [page for language in ("en", "fr") for page in pages_of(folder, language)], SLUGS)


def everything_in(content: bytes) -> bytes:
    """Every string and stream of a document, without compression."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        options = {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.all}
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, **options)
    return out.getvalue()


@pytest.mark.long
def test_documents_hold_no_path_and_do_not_depend_on_their_folder(review: Path) -> None:
    there = Path(shutil.copytree(review, review.parent.parent / "répB" / "review"))
    made = dict(documents(review))
    assert set(made) == {f"{lang}/{name}.pdf" for lang in ("en", "fr") for name in (*SLUGS, "review")}
    assert [path for path, content in documents(there) if content != made[path]] == []
    with pikepdf.open(io.BytesIO(made["en/review.pdf"])) as document:  # the browser counts on from page to page
        assert str(document.Root.StructTreeRoot.IDTree.Names[0]) == "id00000001"
    for path, content in made.items():
        decoded = everything_in(content)
        assert not re.search(rb"\bfile:|a folder", decoded), path
        other = {"en": b"/fr/", "fr": b"/en/"}[path[:2]]
        assert other not in b"".join(re.findall(rb"/URI \((.*?)\)", decoded))


@pytest.mark.slow
@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.long), "fr"])
def test_the_book_leads_to_its_own_pages(review: Path, language: str) -> None:
    content = dict(print_pdfs(review, pages_of(review, language), SLUGS))[f"{language}/review.pdf"]
    with pikepdf.open(io.BytesIO(content)) as document:
        titles = [str(item.Title) for item in bookmarks(document)]
        links = [a for page in document.pages for a in page.get("/Annots", []) if a.get("/Subtype") == "/Link"]
        within = [a for a in links if "/Dest" in a or a.get("/A", {}).get("/S") == "/GoTo"]
    assert TITLE[language] in titles  # whole, also where a line ended
    assert len(within) >= 5 + 3 * 2  # contents, and each page's links to both; none to what is not there


@pytest.mark.slow
def test_the_book_is_what_everybody_reads(review: Path) -> None:
    pages = pages_of(review, "en")
    html = book_html(pages, "en")
    assert re.findall(r'<section class="chapter" id="([^"]+)"', html)[:3] == list(SLUGS)
    assert "<caption>Chart 1." not in html  # the tables of charts are for those who check
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))  # a warning and a source stand once for all chapters
    assert any(name.startswith("source-") for name in ids)
    assert sorted(set(re.findall(r'href="#([^"]+)"', html)) - set(ids)) == []
    assert "March 1, 2022" in plain_text(html)  # the latest release of a figure


def plain_text(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


LEADS = {
    "d.html": "#d", "d.html#x": "#d--x", "d.html#from-x": "#d", "d.html#source-x": "#source-x", "#x": "#c--x",
    "#checked": "", "#note-x": "#note-x", "#from-x": "", "index.html": "#f", "index.html#x": "#f--x", "f.html": "",
    "gone.html": "", "../fr/d.html": "", "d/chart.csv": "", "file:///d.html": "", "data:text/csv,d": "",
}  # fmt: skip


def test_where_a_link_leads_in_the_book() -> None:
    files, ids = {"c": "c", "d": "d", "index": "f"}, {slug: {"x"} for slug in "cdf"}
    assert {address: link_in_book(address, "c", files, ids) for address in LEADS} == LEADS


WORDS = {"en": "Confidential. Not to be passed on.", "fr": "Confidentiel. Ne pas diffuser."}
IN_NAMES = {"en": ".confidential.csv", "fr": ".confidentiel.csv"}


def secret(book: Notebook) -> Notebook:
    book.notebook.metadata["evaluation"]["confidential"] = True
    return book


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_csv_says_it_in_its_name_and_in_each_row_and_every_sheet_under_its_title(
    language: str, book: Notebook
) -> None:
    built = build_page(secret(book).notebook, language)
    assert {texts(cells)[1] for cells in sheets_of(built).values()} == {WORDS[language]}
    files = dict(download_files(built))
    tables = {name: content for name, content in files.items() if name.endswith(".csv")}
    assert len(tables) == 2
    for name, content in tables.items():
        assert name.endswith(IN_NAMES[language])
        assert {next(iter(row.items())) for row in rows_of(content)} == {(WORDS[language], IN_NAMES[language][1:-4])}
    page = book.page(language)
    assert len(re.findall(rf'download="[a-z_]+{re.escape(IN_NAMES[language])}"', page)) == 2
    assert all(WORDS[language] in content.decode() for name, content in files.items() if name.endswith(".svg"))


@pytest.mark.slow
def test_a_notebook_begins_with_it_and_can_be_published_again(book: Notebook, tmp_path: Path) -> None:
    publish_notebook(secret(book).notebook, tmp_path / "first")
    path = tmp_path / "first" / "notebooks" / "c.ipynb"
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
    assert first["cell_type"] == "raw"
    assert all(words in first["source"] for words in WORDS.values())
    publish_notebook(read_executed(path), tmp_path / "again")
    again = tmp_path / "again" / "notebooks" / "c.ipynb"
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.long
def test_every_page_of_a_pdf_says_it(review: Path) -> None:
    heads_of = {}
    for kind in ("public", "secret"):
        paths = sorted((review / "notebooks").glob("*.ipynb"))
        notebooks = [read_executed(path) for path in paths]
        for notebook in notebooks if kind == "secret" else ():
            notebook.metadata["evaluation"]["confidential"] = True
        pages = [build_page(notebook, language) for notebook in notebooks for language in WORDS]
        for run in [page.run for page in pages] if kind == "secret" else ():
            path = review / run.language / f"{run.file}.html"
            mark = f'<p class="confidential">{WORDS[run.language]}</p>'
            path.write_text(path.read_text(encoding="utf-8").replace("<main", f"{mark}<main", 1), encoding="utf-8")
        documents = dict(print_pdfs(review, pages, SLUGS))
        assert len(documents) == 8
        heads_of[kind] = {path: with_running_head(content) for path, content in documents.items()}
    # The book has its title there.
    alone = [heads for path, heads in heads_of["public"].items() if "review" not in path]
    assert {head for heads in alone for head in heads} == {False}
    assert {head for heads in heads_of["secret"].values() for head in heads} == {True}


def with_running_head(content: bytes) -> list[bool]:
    """Whether each page of a document has a text in its upper margin (18 mm)."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return [any(top < 40 for top in tops(page)) for page in document.pages]


def tops(page: Any) -> list[float]:
    """How far below the page's upper end each of its texts begins, in points."""
    heights: list[float] = []
    waiting, now = [], pikepdf.Matrix()
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "q":
            waiting.append(now)
        elif str(operator) == "Q":
            now = waiting.pop()
        elif str(operator) == "cm":
            now = pikepdf.Matrix(*map(float, operands)) @ now
        elif str(operator) == "Tm":
            heights.append(float(page.mediabox[3]) - (pikepdf.Matrix(*map(float, operands)) @ now).f)
    return heights


@pytest.mark.long
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


KINDS = {"png", "xlsx", "pdf"}


@pytest.fixture(scope="module")
def whole(whole_review: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the built review, which others read as it is."""
    return Path(shutil.copytree(whole_review, tmp_path_factory.mktemp("exports") / "review"))


@pytest.fixture(scope="module")
def made(whole: Path) -> list[Path]:
    return export(whole, KINDS, lambda _: None)


@pytest.mark.long
def test_every_page_has_its_copies(whole: Path, made: list[Path]) -> None:
    pages = len(json.loads((whole / "manifest.json").read_text(encoding="utf-8"))["runs"])
    assert sum(path.suffix == ".xlsx" for path in made) == 2 * pages
    assert sum(path.suffix == ".pdf" for path in made) == 2 * (pages + 2)  # the brief and the whole
    documents = [path for path in made if path.suffix == ".pdf"]
    heavy = [path for path in documents if path.stat().st_size > (BOOK_LIMIT if path.stem == "review" else PDF_LIMIT)]
    assert heavy == []


@pytest.mark.long
def test_exports_are_the_same_each_time(whole: Path, made: list[Path]) -> None:
    first = {path: path.read_bytes() for path in made}
    again = export(whole, KINDS, lambda _: None)
    assert [str(path.relative_to(whole)) for path in again if first[path] != path.read_bytes()] == []


@pytest.mark.long
@pytest.mark.parametrize("name", ["findings", "review"])
def test_a_pdf_is_tagged_titled_and_in_its_language(name: str, whole: Path, made: list[Path]) -> None:
    with pikepdf.open(whole / "fr" / f"{name}.pdf") as document:
        assert str(document.Root.Lang) == "fr-CA"
        assert bool(document.Root.MarkInfo.Marked)
        assert str(document.docinfo["/Title"])
        assert document.Root.get("/Outlines") is not None
        figures = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        assert figures
        assert all(str(figure.get("/Alt", "")) for figure in figures)


# A browser that prints


def printed(headings: list[str]) -> bytes:
    """A tagged PDF as Chromium prints it: bookmarks that lost their spaces, ids that count on from another document."""
    content = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Producer"] = "Skia/PDF"
        ids = [pikepdf.String(f"node{place:05}") for place in (41, 42)]
        cell, head = (document.make_indirect(pikepdf.Dictionary(S=pikepdf.Name("/TD"), ID=name)) for name in ids)
        cell.A = pikepdf.Array([pikepdf.Dictionary(Headers=pikepdf.Array([ids[1]])), pikepdf.Dictionary(O="x")])
        document.Root.StructTreeRoot = pikepdf.Dictionary(K=pikepdf.Array([cell, head]))
        with document.open_outline() as outline:
            outline.root += [pikepdf.OutlineItem(re.sub(" ", "", heading), 0) for heading in headings]
            outline.root[0].children.append(pikepdf.OutlineItem("Partone", 0))
        document.save(content, deterministic_id=True)  # else of the second it was made in
    return content.getvalue()


class Browser:
    """Prints every page as the same document, and notes what it was given."""

    headings = ("A  title of a page", "Not printed", "Part one", "The end")

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def new_page(self, **options: Any) -> "Browser":
        self.asked.append(options)
        return self

    def set_content(self, html: str) -> None:
        self.asked.append(re.findall("<title>(.*?)</title>", html) or html)

    def evaluate(self, script: str) -> Any:
        return [*self.headings] if "textContent" in script else self.asked.append(script)

    def pdf(self, **options: Any) -> bytes:
        self.asked.append(options)
        return printed(["A title of a page", "The end"])

    def close(self) -> None:
        self.asked.append("closed")


def test_a_printed_document_is_titled_numbered_and_has_its_headings() -> None:
    browser = Browser()
    content = print_pdf(browser, "html", "A title", "fr")
    assert browser.asked == [
        {"java_script_enabled": False}, "html", "document.fonts.ready.then(() => 0)",
        {"print_background": True, "tagged": True, "outline": True, "prefer_css_page_size": True}, "closed",
    ]  # fmt: skip
    assert content == print_pdf(browser, "html", "A title", "fr")
    with pikepdf.open(io.BytesIO(content)) as document:
        assert {key: str(value) for key, value in document.docinfo.items()} == {"/Title": "A title"}
        root = document.Root
        assert (str(root.Lang), bool(root.ViewerPreferences.DisplayDocTitle)) == ("fr-CA", True)
        assert [str(item.Title) for item in bookmarks(document)] == ["A title of a page", "Part one", "The end"]
        cell, head = root.StructTreeRoot.K
        assert [str(each.ID) for each in (cell, head)] == ["id00000001", "id00000002"]
        assert str(cell.A[0].Headers[0]) == "id00000002"
        names = root.StructTreeRoot.IDTree.Names
        assert [str(names[0]), names[1].objgen, str(names[2])] == ["id00000001", cell.objgen, "id00000002"]
    with pytest.raises(ValueError, match=rf"^A title: found a PDF of {len(content)} bytes; allowed: 99$"):
        print_pdf(browser, "html", "A title", "fr", 99)
    assert print_pdf(browser, "html", "A title", "fr", len(content)) == content


def test_a_review_is_printed_page_by_page_and_as_a_book(
    editions: Editions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    browser = Browser()
    monkeypatch.setattr("evaluation.audit.browser.open_browser", lambda: nullcontext(browser))
    review = Path(shutil.copytree(editions.second, tmp_path / "riding"))
    (review / "fr" / "brief.html").write_text("<title>Aperçu</title><main>En bref</main>", encoding="utf-8")
    notebook = read_executed(review / "notebooks" / "riders.ipynb")
    pages = [build_page(notebook, language) for language in ("en", "fr")]
    made = dict(print_pdfs(review, pages, ["riders"]))
    titled = {}
    for path, content in made.items():
        with pikepdf.open(io.BytesIO(content)) as document:
            titled[path] = str(document.docinfo["/Title"])
    assert [*titled.items()] == [
        ("en/riders.pdf", "How many ride?"), ("fr/riders.pdf", "Combien traversent?"),
        ("en/riding.pdf", "Riders on a bridge"), ("fr/brief.pdf", "Les cyclistes d’un pont"),
        ("fr/riding.pdf", "Les cyclistes d’un pont"),
    ]  # fmt: skip
    assert [asked[0] for asked in browser.asked if isinstance(asked, list)][2:4] == ["Riders on a bridge", "Aperçu"]
