"""The newest release of a source, from download to a page to sign: imported into a copy of data/, checked, built as a
draft, compared. data/ changes only on request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from ..building import project
from ..building.checks import Request
from ..chapters import statcan_release, statcan_table
from ..chapters.outcomes import SOURCE
from ..data.sources import Tables
from ..language import N_, translate
from ..pages.notebook import NO_LONGER
from ..problems import refuse
from ..writing import files
from .comparison import Change, ComparedReview, Comparison
from .comparison_page import changes_page, opened_review, write
from .download import Wanted, fetch

DOWNLOADS = "downloads"


@dataclass(frozen=True)
class Refreshed:
    """The effect of a release: its day, the changes of each page, the sentences that no longer hold, by page."""

    release: str
    changes: Mapping[str, Sequence[Change]]
    broken: Mapping[str, Sequence[str]]


def wanted(data: Path, language: str, asker: str) -> Wanted:
    """The file to download, by data/. Raises InputError if there is none in this language."""
    tables = Tables(data)
    rows = tables.rows(DOWNLOADS) if DOWNLOADS in tables.resources else []
    for row in rows:
        if row["source"] == SOURCE and row["language"] == language:
            return Wanted(row["address"], int(row["most_bytes"]), asker)
    allowed = f"a row of {DOWNLOADS}.csv with the source {SOURCE} and the language {language}"
    raise refuse(data / f"{DOWNLOADS}.csv", actual="no file to ask for", allowed=allowed)


def downloaded(want: Wanted, data: Path, folder: Path) -> Path:
    """The downloaded file. Raises InputError for an older release."""
    file = fetch(want, folder)
    release = statcan_release.additions(statcan_table.read(file), data).release
    newest = max((row["vintage"] for row in Tables(data).rows(statcan_release.REPORTED)), default="")
    if release < newest:
        actual, allowed = f"the release of {release}", f"one of {newest} or later, which data/ has"
        raise refuse(want.address, actual=actual, allowed=f"{allowed}; nothing was changed")
    return file


def is_new(file: Path, data: Path) -> bool:
    """Whether a file has a number that data/ lacks."""
    return bool(statcan_release.additions(statcan_table.read(file), data))


def compared(request: Request, file: Path, add: Callable[[Path, Path], None], page: Path) -> Refreshed:
    """Write the page to sign: the changes that a file makes on the pages of a review. ``add`` imports it into a copy of
    the data, from which a draft is built. Raises InputError for a file that cannot be imported and for chapters that
    fail."""
    copy, (review, seconds) = file.with_name("data"), (request.review, request.seconds)
    files.copy(request.data_folder, copy)
    add(file, copy)
    with opened_review(request.data_folder, review, seconds) as old, opened_review(copy, review, seconds) as new:
        changes, broken = Comparison(old, new).pages(), broken_claims(new)
        write(page, with_claims(changes_page(changes, old, new), broken, new.languages), old, new)
    release = statcan_release.additions(statcan_table.read(file), request.data_folder).release
    return Refreshed(release, changes, broken)


def broken_claims(draft: ComparedReview) -> dict[str, list[str]]:
    """The lines of a draft whose claims do not hold, by page."""
    language = draft.languages[0]
    mark = NO_LONGER[language].partition("{")[0].strip()
    marked = {
        slug: [block.text for block in draft.blocks(slug, language) if mark in block.text and not block.folded]
        for slug in draft.record["contents"]
    }
    return {slug: list(dict.fromkeys(lines)) for slug, lines in marked.items() if lines}


BROKEN = N_("Sentences whose claims no longer hold")


def with_claims(page: str, broken: Mapping[str, Sequence[str]], languages: Sequence[str]) -> str:
    """A page of changes preceded by the sentences to rewrite."""
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
    """The requester's address for the publisher: the review's repository, site or contact."""
    return next((review_addresses[n] for n in ("repository", "address", "contact") if review_addresses.get(n)), "")


def default_page(request: Request) -> Path:
    """The default path of the page to sign."""
    return (request.output or project.ROOT / "outputs") / f"{request.review.stem}.refresh.html"
