"""Exports of a built review: PNG, Excel workbooks and PDF, in the page's language.

They are made from the executed notebooks of ``outputs/<review>/notebooks``; nothing runs again. The same review gives
the same bytes in any folder.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from .. import charts
from ..language import LANGUAGES, requiring_languages
from ..pages.book import print_pdfs
from ..pages.chart import Chart
from ..pages.notebook import languages_of, read_executed
from ..pages.page import Page, build_page
from ..pages.standalone import standalone_svg
from ..pages.workbook import excel_workbook
from ..problems import NO_VALUES, refuse
from ..problems.paths import OutsideFolder, path_in
from ..writing.files import put
from ..writing.work_folder import rewriting
from . import manifest
from .confidential import private_files
from .inputs import digest
from .manifest import BuiltFolder


def export(folder: Path, kinds: set[str], report: Callable[[str], None]) -> list[Path]:
    """Write the requested kinds (png, xlsx, pdf) beside the pages of a built review and add them to its manifest, all
    or none; return their paths in the order of pages, PDFs last. ``report`` is called with a line after each page and
    each PDF. For a confidential review, NO_VALUES stays set in the environment, so that no later error of the process
    prints values. Raises InputError for a draft, and for a notebook or a file at one of the paths that is not as the
    manifest lists it."""
    built, contents = BuiltFolder(folder), dict[str, bytes]()
    if built.manifest.get("draft"):
        raise refuse(folder, actual="a draft", allowed=manifest.NO_DRAFT)
    with rewriting(folder) as new:
        is_secret = bool(built.manifest.get("confidential"))
        os.environ.update({NO_VALUES: "1"} if is_secret else {})
        with private_files(new, is_secret), requiring_languages(built.manifest.get("languages", LANGUAGES)):
            pages = list(built_pages(built))
            for page in pages:
                contents |= dict(_page_exports(page, kinds))
                report(f"{page.run.slug} ({page.run.language}): {', '.join(sorted(kinds & {'png', 'xlsx'})) or 'read'}")
            for path, content in print_pdfs(folder, pages, built.manifest["contents"]) if "pdf" in kinds else ():
                contents[path] = content
                report(f"{path}: pdf")
            _add_exports(built, new, contents)
    return [folder / path for path in contents]


def built_pages(built: BuiltFolder) -> Iterator[Page]:
    """The page of each run in each language of its review, rebuilt from the executed notebooks, sorted by slug. Raises
    InputError for a notebook that is not as the manifest lists it."""
    for path in sorted(path for path in built.file_hashes if path.endswith(".ipynb")):
        if not built.matches_manifest(path):
            allowed = "`evaluation build`, again"
            raise refuse(built.path / path, actual="no notebook as a build made it", allowed=allowed)
        notebook = read_executed(built.path / path)
        for language in languages_of(notebook["metadata"]):
            yield build_page(notebook, language)


def _add_exports(built: BuiltFolder, new: Path, contents: dict[str, bytes]) -> None:
    """Write files (``contents`` by relative path) into ``new``, the copy of a built folder, and add them to its
    manifest. Raises InputError for a path outside the folder, and for an existing file that is not as the manifest of
    ``built`` lists it."""
    for path, content in contents.items():
        try:
            is_foreign = os.path.lexists(path_in(built.path, path)) and not built.matches_manifest(path)
        except OutsideFolder:
            is_foreign = True
        if is_foreign:
            actual, allowed = "a file that no export made so", "none, or the file of an earlier export"
            raise refuse(built.path / path, actual=actual, allowed=allowed)
        put(new / path, content)
    manifest.add_files(new, {path: digest(content) for path, content in contents.items()})


def _page_exports(page: Page, kinds: set[str]) -> Iterator[tuple[str, bytes]]:
    """The paths, relative to the review's folder, and contents of a page's PNG files, one a chart, if ``kinds`` has
    png, and of its workbook, if it has xlsx."""
    for name, chart in page.charts.by_id.items() if "png" in kinds else ():
        yield f"{page.run.language}/{page.run.slug}/{name}.png", chart_png(page, chart)
    if "xlsx" in kinds:
        yield f"{page.run.language}/{page.run.slug}.xlsx", excel_workbook(page)


def chart_png(page: Page, chart: Chart) -> bytes:
    """A chart as PNG at double size, with title, caveats and sources."""
    import vl_convert

    charts.register_font()
    return bytes(vl_convert.svg_to_png(standalone_svg(page.run, chart).decode(), scale=2))
