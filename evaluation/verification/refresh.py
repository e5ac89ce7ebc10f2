"""The newest release of a source, from its publisher to a page to sign: asked for, imported into a copy of data/,
checked, built as a draft, compared. data/ itself changes only when it is told to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from ..building import project
from ..building.build import build
from ..building.checks import Request
from ..chapters import statcan_release, statcan_table
from ..chapters.outcomes import SOURCE
from ..data.sources import Tables
from ..language import N_, translate
from ..pages.claims import NO_LONGER
from ..problems import InputError, Problem, refuse
from .comparison import Change, ComparedReview, Comparison
from .comparison_page import changes_page
from .download import Wanted, fetch

DOWNLOADS = "downloads"


@dataclass(frozen=True)
class Refreshed:
    """What a release changes: its day, the changes of each page, the sentences whose claims no longer hold (by page),
    and the page to sign."""

    release: str
    changes: Mapping[str, Sequence[Change]]
    broken: Mapping[str, Sequence[str]]
    page: str


def wanted(data: Path, language: str, asker: str) -> Wanted:
    """The file to ask for, as data/ has it. Raises InputError where it has none in this language."""
    tables = Tables(data)
    rows = tables.rows(DOWNLOADS) if DOWNLOADS in tables.resources else []
    for row in rows:
        if row["source"] == SOURCE and row["language"] == language:
            return Wanted(row["address"], int(row["most_bytes"]), asker)
    allowed = f"a row of {DOWNLOADS}.csv with the source {SOURCE} and the language {language}"
    raise refuse(data / f"{DOWNLOADS}.csv", found="no file to ask for", allowed=allowed)


@contextmanager
def downloaded(want: Wanted, data: Path) -> Iterator[Path]:
    """The file in a folder that goes when the block ends. Raises InputError for one of an older release."""
    with tempfile.TemporaryDirectory(prefix="evaluation-refresh-") as folder:
        file = fetch(want, Path(folder))
        release = statcan_release.additions(statcan_table.read(file), data).release
        newest = max((row["vintage"] for row in Tables(data).rows(statcan_release.REPORTED)), default="")
        if release < newest:
            found, allowed = f"the release of {release}", f"one of {newest} or later, which data/ has"
            raise refuse(want.address, found=found, allowed=f"{allowed}; nothing was changed")
        yield file


def is_new(file: Path, data: Path) -> bool:
    """Whether a file has a number that data/ lacks."""
    return bool(statcan_release.additions(statcan_table.read(file), data))


def compared(request: Request, file: Path, add: Callable[[Path, Path], None]) -> Refreshed:
    """What a file changes on the pages of a review: ``add`` adds it to a copy of the data, of which a draft is built.
    Raises InputError for a file that cannot be added and for chapters that do not run."""
    with tempfile.TemporaryDirectory(prefix="evaluation-refresh-") as folder:
        copy = Path(folder) / "data"
        shutil.copytree(request.data_folder, copy)
        add(file, copy)
        old = ComparedReview(built(request, Path(folder) / "old", request.data, draft=False))
        new = ComparedReview(built(request, Path(folder) / "new", copy, draft=True))
        changes, broken = Comparison(old, new).pages(), broken_claims(new)
        page = with_claims(changes_page(changes, old, new), broken, new.languages)
        release = statcan_release.additions(statcan_table.read(file), request.data_folder).release
        return Refreshed(release, changes, broken, page)


def built(request: Request, output: Path, data: Path | None, *, draft: bool) -> Path:
    """A review built apart from the project's own. Raises InputError for chapters that fail."""
    again = Request(request.review, data=data, output=output, seconds=request.seconds, draft=draft)
    failed = [(run.slug, one) for run in build(again).failures for one in run.failures]
    if failed:
        raise InputError(Problem(slug, one.cell, found=one.error, allowed="chapters that run") for slug, one in failed)
    return again.folder


def broken_claims(draft: ComparedReview) -> dict[str, list[str]]:
    """The lines of a draft whose claims do not hold, by page, as its pages mark them."""
    language = draft.languages[0]
    mark = NO_LONGER[language].partition("{")[0].strip()
    marked = {
        slug: [block.text for block in draft.blocks(slug, language) if mark in block.text and not block.folded]
        for slug in draft.record["contents"]
    }
    return {slug: list(dict.fromkeys(lines)) for slug, lines in marked.items() if lines}


BROKEN = N_("Sentences whose claims no longer hold")


def with_claims(page: str, broken: Mapping[str, Sequence[str]], languages: Sequence[str]) -> str:
    """A page of changes that begins with what a person has to rewrite first."""
    if not broken:
        return page
    rows = "".join(
        f"<li>{escape(slug)}: {escape(sentence)}</li>" for slug, sentences in broken.items() for sentence in sentences
    )
    head = Markup(
        f"<h2>{escape(' / '.join(translate(BROKEN, language) for language in languages))}</h2><ul>{rows}</ul>"
    )
    return page.replace('<main id="main">', f'<main id="main">\n<section id="claims">{head}</section>', 1)


def asker_of(review_addresses: Mapping[str, str]) -> str:
    """Whom a publisher finds behind a request: the review's repository, site or contact."""
    return next((review_addresses[n] for n in ("repository", "address", "contact") if review_addresses.get(n)), "")


def default_page(request: Request) -> Path:
    """Where the page to sign is written."""
    return (request.output or project.ROOT / "outputs") / f"{request.review.stem}.refresh.html"
