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
from .comparison_page import changes_page, open_review, write_page
from .download import DownloadRequest, download_zip

DOWNLOADS = "downloads"


@dataclass(frozen=True)
class ReleaseEffect:
    """The effect of a release: its day, the changes by page, the sentences that no longer hold, by page. Pages without
    any are left out."""

    release: str
    changes: Mapping[str, Sequence[Change]]
    broken: Mapping[str, Sequence[str]]


def find_download(data: Path, language: str, asker: str) -> DownloadRequest:
    """The request for the file of Statistics Canada's table in a language, by the list of downloads in ``data``;
    ``asker`` is who asks for it, an address for the publisher. Raises InputError if that list has no such file."""
    tables = Tables(data)
    rows = tables.rows(DOWNLOADS) if DOWNLOADS in tables.resources else []
    for row in rows:
        if row["source"] == SOURCE and row["language"] == language:
            return DownloadRequest(row["address"], int(row["most_bytes"]), asker)
    allowed = f"a row of {DOWNLOADS}.csv with the source {SOURCE} and the language {language}"
    raise refuse(data / f"{DOWNLOADS}.csv", actual="no file to ask for", allowed=allowed)


def download_release(wanted: DownloadRequest, data: Path, folder: Path) -> Path:
    """Download a file into ``folder`` and return its path. Raises InputError for a file that cannot be downloaded, and
    for one that cannot be imported or whose release is older than that in ``data``, which stays in ``folder``."""
    file = download_zip(wanted, folder)
    release = statcan_release.find_additions(statcan_table.read_download(file), data).release
    newest = max((row["vintage"] for row in Tables(data).rows(statcan_release.REPORTED)), default="")
    if release < newest:
        actual, allowed = f"the release of {release}", f"one of {newest} or later, which data/ has"
        raise refuse(wanted.address, actual=actual, allowed=f"{allowed}; nothing was changed")
    return file


def has_new_numbers(file: Path, data: Path) -> bool:
    """Whether a downloaded file has a number that the folder ``data`` lacks; reads the whole file."""
    return bool(statcan_release.find_additions(statcan_table.read_download(file), data))


def write_comparison(request: Request, file: Path, add: Callable[[Path, Path], None], page: Path) -> ReleaseEffect:
    """Write the ``page`` to sign: the changes that a downloaded file makes on the pages of a review. ``add`` (file,
    folder) imports it into a copy of the data, made beside the file; of both, drafts are built, which is reported on
    standard error, and compared. Raises InputError for a file that cannot be imported and for chapters that fail; the
    data stay as they are."""
    copy, (review, timeout) = file.with_name("data"), (request.review, request.timeout)
    files.copy(request.data_folder, copy)
    add(file, copy)
    with open_review(request.data_folder, review, timeout) as old, open_review(copy, review, timeout) as new:
        changes, broken = Comparison(old, new).changes_by_page(), broken_sentences(new)
        write_page(page, with_broken_sentences(changes_page(changes, old, new), broken, new.languages), old, new)
    release = statcan_release.find_additions(statcan_table.read_download(file), request.data_folder).release
    return ReleaseEffect(release, changes, broken)


def broken_sentences(draft: ComparedReview) -> dict[str, list[str]]:
    """The texts of a draft's pages that are marked because a claim does not hold, by slug, in its first language, each
    once; pages without any are left out."""
    language = draft.languages[0]
    mark = NO_LONGER[language].partition("{")[0].strip()
    marked = {
        slug: [block.text for block in draft.blocks(slug, language) if mark in block.text and not block.folded]
        for slug in draft.record["contents"]
    }
    return {slug: list(dict.fromkeys(lines)) for slug, lines in marked.items() if lines}


BROKEN = N_("Sentences whose claims no longer hold")


def with_broken_sentences(page: str, broken: Mapping[str, Sequence[str]], languages: Sequence[str]) -> str:
    """The HTML of a page of changes (``page``) with a section at its beginning that lists the ``broken`` sentences,
    with a heading in all languages; unchanged without any."""
    if not broken:
        return page
    rows = "".join(
        f"<li>{escape(slug)}: {escape(sentence)}</li>" for slug, sentences in broken.items() for sentence in sentences
    )
    head = Markup(
        f"<h2>{escape(' / '.join(translate(BROKEN, language) for language in languages))}</h2><ul>{rows}</ul>"
    )
    return page.replace('<main id="main">', f'<main id="main">\n<section id="claims">{head}</section>', 1)


def requester_address(review_addresses: Mapping[str, str]) -> str:
    """The requester's address for the publisher: the review's repository, or else its site, or its contact; empty if it
    has none."""
    return next((review_addresses[n] for n in ("repository", "address", "contact") if review_addresses.get(n)), "")


def default_page_path(request: Request) -> Path:
    """The default path of the page to sign, beside the built review: ``<review>.refresh.html``."""
    return (request.output or project.ROOT / "outputs") / f"{request.review.stem}.refresh.html"
