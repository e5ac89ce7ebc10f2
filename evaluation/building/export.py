"""Copy-ready parts of a built review: PNG, Excel workbooks and PDF, in the page's language.

Exports are made from the executed notebooks of ``outputs/<review>/notebooks``; nothing runs again. The same
review gives the same bytes, in any folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .. import charts
from ..language import LANGUAGES, asking_for
from ..pages import publish
from ..pages.book import pdfs
from ..pages.model import Page, languages_of
from ..pages.page import build, read_notebook
from ..pages.workbook import workbook
from ..problems import foreign, refuse
from ..problems.shapes import check_shape
from . import manifest


def export(folder: Path, kinds: set[str], tell: Callable[[str], None]) -> list[Path]:
    """Write the asked kinds (png, xlsx, pdf) beside the pages of a built review; returns the files written."""
    built, made = manifest.read(folder), []
    with asking_for(built.get("languages", LANGUAGES)):
        pages = [page for path in sorted((folder / "notebooks").glob("*.ipynb")) for page in each_language(path)]
        for page in pages:
            made += [write(folder, path, content) for path, content in parts(page, kinds)]
            tell(f"{page.slug} ({page.language}): {', '.join(sorted(kinds & {'png', 'xlsx'})) or 'read'}")
        for path, content in pdfs(folder, pages, built["contents"]) if "pdf" in kinds else ():
            made.append(write(folder, path, content))
            tell(f"{path}: pdf")
    manifest.refresh(folder)
    return made


def each_language(path: Path) -> Iterator[Page]:
    """A run's page in each language of its review. Raises InputError for a notebook that no build left here."""
    metadata = foreign.read_notebook(path)["metadata"]
    languages = languages_of(metadata)
    shape = {"evaluation": {"slug": str, "title": dict.fromkeys(languages, str), "differing": dict}}
    for where, found, _ in check_shape(metadata, shape):
        raise refuse(path, "-", f"metadata.{where}", found=found, allowed="a notebook that `evaluation build` made")
    for language in languages:
        yield build(read_notebook(path), language)


def write(folder: Path, path: str, content: bytes) -> Path:
    publish.write(folder / path, content)
    return folder / path


def parts(page: Page, kinds: set[str]) -> Iterator[tuple[str, bytes]]:
    """A page's PNG files (at twice the size) and its workbook."""
    for name, chart in page.drawn.items() if "png" in kinds else ():
        yield f"{page.language}/{page.slug}/{name}.png", picture(page, chart)
    if "xlsx" in kinds:
        yield f"{page.language}/{page.slug}.xlsx", workbook(page)


def picture(page: Page, chart: dict[str, Any]) -> bytes:
    """A chart as PNG at twice its size, with its title, what must be said, and its sources."""
    import vl_convert

    charts.register_font()
    return bytes(vl_convert.svg_to_png(publish.standalone(page, chart).decode(), scale=2))
