"""Exports of a built review: PNG, Excel workbooks and PDF, in the page's language.

They are made from the executed notebooks of ``outputs/<review>/notebooks``; nothing runs again. The same review gives
the same bytes in any folder.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from .. import charts
from ..language import LANGUAGES, asking_for
from ..pages.book import print_pdfs
from ..pages.chart import Chart
from ..pages.notebook import languages_of, read_executed
from ..pages.page import Page, build_page
from ..pages.standalone import standalone_svg
from ..pages.workbook import excel_workbook
from ..problems import NO_VALUES, refuse
from ..problems.paths import Outside, path_in
from ..writing.files import put
from ..writing.place import rewriting
from . import manifest
from .confidential import privately
from .inputs import digest
from .manifest import BuiltFolder


def export(folder: Path, kinds: set[str], tell: Callable[[str], None]) -> list[Path]:
    """Write the requested kinds (png, xlsx, pdf) beside the pages of a built review, all or none; return the paths.
    Raises InputError for a file in their place that no export made."""
    built, made = BuiltFolder(folder), dict[str, bytes]()
    if built.manifest.get("draft"):
        raise refuse(folder, actual="a draft", allowed=manifest.NO_DRAFT)
    with rewriting(folder) as new:
        secret = bool(built.manifest.get("confidential"))
        os.environ.update({NO_VALUES: "1"} if secret else {})
        with privately(new, secret), asking_for(built.manifest.get("languages", LANGUAGES)):
            pages = list(each_page(built))
            for page in pages:
                made |= dict(_parts(page, kinds))
                tell(f"{page.run.slug} ({page.run.language}): {', '.join(sorted(kinds & {'png', 'xlsx'})) or 'read'}")
            for path, content in print_pdfs(folder, pages, built.manifest["contents"]) if "pdf" in kinds else ():
                made[path] = content
                tell(f"{path}: pdf")
            _put(built, new, made)
    return [folder / path for path in made]


def each_page(built: BuiltFolder) -> Iterator[Page]:
    """The page of each run in each language of its review. Raises InputError for a notebook that differs from the
    build's."""
    for path in sorted(path for path in built.listed if path.endswith(".ipynb")):
        if not built.as_made(path):
            raise refuse(
                built.path / path, actual="no notebook as a build made it", allowed="`evaluation build`, again"
            )
        notebook = read_executed(built.path / path)
        for language in languages_of(notebook["metadata"]):
            yield build_page(notebook, language)


def _put(built: BuiltFolder, new: Path, made: dict[str, bytes]) -> None:
    """Add files to the copy of a built folder, and to its manifest. Raises InputError for a file that no export
    made."""
    for path, content in made.items():
        try:
            is_strange = os.path.lexists(path_in(built.path, path)) and not built.as_made(path)
        except Outside:
            is_strange = True
        if is_strange:
            actual, allowed = "a file that no export made so", "none, or the file of an earlier export"
            raise refuse(built.path / path, actual=actual, allowed=allowed)
        put(new / path, content)
    manifest.add(new, {path: digest(content) for path, content in made.items()})


def _parts(page: Page, kinds: set[str]) -> Iterator[tuple[str, bytes]]:
    """A page's PNG files (at double size) and its workbook."""
    for name, chart in page.charts.by_id.items() if "png" in kinds else ():
        yield f"{page.run.language}/{page.run.slug}/{name}.png", picture(page, chart)
    if "xlsx" in kinds:
        yield f"{page.run.language}/{page.run.slug}.xlsx", excel_workbook(page)


def picture(page: Page, chart: Chart) -> bytes:
    """A chart as PNG at double size, with title, caveats and sources."""
    import vl_convert

    charts.register_font()
    return bytes(vl_convert.svg_to_png(standalone_svg(page.run, chart).decode(), scale=2))
