"""The changes between two releases as a page to read and sign: old and new text, both charts side by side."""

import base64
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from ..building.checks import Request
from ..building.inputs import digest
from ..building.manifest import NAME as MANIFEST
from ..data.contract import CONTRACT
from ..language import CALLED, N_, TAGS, translate
from ..pages.templates import source_hash, style_sheet, translate_into
from ..problems import refuse
from ..problems.foreign import read_bytes
from ..problems.printing import print_line
from ..writing import files
from .comparison import Change, ComparedReview, cause_numbers, distinct_causes
from .review_check import rebuild

HEADINGS = {
    "claim": N_("Sentences that are no longer true"),
    "page": N_("Pages"), "number": N_("Numbers"), "sentence": N_("Sentences"),
    "chart": N_("Charts"), "table": N_("Tables"),
}  # fmt: skip
MADE_BY = '<meta name="generator" content="evaluation diff">'  # stands in the head of each page of changes
MOST_HEAD = 1000  # bytes before it
ALLOWED = "a new file, or an earlier page of changes"
SHEET = """
.before-after { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin: 0 }
.before-after img { max-width: 100%; background: #fff }
td { white-space: pre-line; vertical-align: top }
"""


def check_page_path(page: Path) -> None:
    """Raise InputError if a page of changes cannot be written to ``page``: its folder does not exist, or something that
    is no earlier page of changes stands there."""
    if not page.absolute().parent.is_dir():
        raise refuse("--page", actual=repr(str(page)), allowed="a file in a folder that is there")
    if os.path.lexists(page) and MADE_BY not in (read_bytes(page, ALLOWED)[:MOST_HEAD].decode("utf-8", "replace")):
        raise refuse(page, actual="a file that is no page of changes", allowed=ALLOWED)


def write_page(page: Path, text: str, *compared: ComparedReview) -> None:
    """Write the HTML of a page of changes, replacing an earlier one; readable by its owner only if one of the reviews
    ``compared`` is confidential."""
    is_secret = any(review.whole["confidential"] for review in compared)
    files.write(page, text.encode("utf-8"), mode=0o600 if is_secret else None)


@contextmanager
def open_review(folder: Path, review: Path, timeout: int = Request.timeout) -> Iterator[ComparedReview]:
    """Within the block, the built review in ``folder``; or, if that is a folder of data, a draft of the ``review`` file
    built from it into a temporary folder, with a ``timeout`` in seconds for each run: a draft, since claims that no
    longer hold are changes too. The build is reported on standard error. Raises InputError for any other folder, and if
    the draft cannot be built."""
    if (folder / MANIFEST).exists():
        yield ComparedReview(folder)
        return
    if not (folder / CONTRACT).is_file():
        raise refuse(folder, actual="neither", allowed="the folder of a built review, or a folder of data")
    print_line(f"building with {folder}", err=True)
    with rebuild(Request(review, data=folder, timeout=timeout, draft=True), folder) as draft:
        yield ComparedReview(draft)


def changes_page(pages: Mapping[str, Sequence[Change]], old: ComparedReview, new: ComparedReview) -> str:
    """The HTML of the page of changes, self-contained, with a part in each language of the new review. ``pages`` are
    from `Comparison.changes_by_page`."""
    sheet, causes = style_sheet() + Markup(SHEET), distinct_causes(pages)
    environment = Environment(loader=PackageLoader("evaluation.verification"), autoescape=True, trim_blocks=True)
    parts = [
        (language, TAGS[language], environment.from_string(
            "{% include 'changes.html.j2' %}",
            {"t": partial(translate_into, language), "drawn": _chart_url, "because": cause_numbers},
        ).render(pages=pages, causes=causes, kinds=HEADINGS, old=old, new=new, language=language))
        for language in new.languages
    ]  # fmt: skip
    whole = environment.get_template("changes_frame.html.j2")
    return whole.render(
        parts=[(tag, CALLED[language], Markup(part)) for language, tag, part in parts],
        title=" / ".join(translate(N_("What the new release changes"), language) for language in new.languages),
        made_by=Markup(MADE_BY),
        sheet=sheet,
        hash=Markup(source_hash(sheet)),
        keys=[digest((review.folder / MANIFEST).read_bytes())[:16] for review in (old, new)],
    )


def _chart_url(built: ComparedReview, language: str, slug: str, chart: str) -> str:
    """The SVG file of a page's chart as a data URL; empty if the page has no such chart."""
    path = built.folder / language / slug / f"{chart}.svg"
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode() if path.is_file() else ""
