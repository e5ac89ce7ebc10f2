"""Verification of one page, of any origin, against the page of its address: in a review built here, in a folder, or by
its hash in a manifest. Nothing inside a page proves it: only identical bytes do.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from pathlib import Path

from ..building import manifest, project
from ..building.inputs import digest
from ..language import TAGS
from ..problems import InputError, how_many, quoted, refuse
from ..problems.foreign import read_bytes
from .file_comparison import Difference, changed_spans
from .page_markup import KINDS, MOST_BYTES, AmbiguousMarkup, PageMarkup, read_markup

A_PAGE = "a page (.html) of a built review"
HOW = (
    "--against FOLDER or manifest.json of its review; its source is public, and `evaluation build` gives the same bytes"
)
LANGUAGE, KEY = re.compile(rb'<html[^>]{0,200}?\blang="([A-Za-z-]{2,10})"'), re.compile(rb"<code>([0-9a-f]{16})</code>")
DRAFT_MARK = b"data-draft"  # in each page of a draft
COPY = re.compile(r"( ?\(\d+\)| ?- copy| ?- copie)+$", re.IGNORECASE)  # suffixes added by browsers and mail programs
MOST_COMPARED = 400  # lines aligned optimally; a page with more differences is another page
MOST_SHOWN = 200  # characters quoted of a difference


@dataclass(frozen=True)
class PageReference:
    """The page to compare with: ``where`` is the review's folder or manifest, ``name`` its path in the review, ``hash``
    the listed one, and ``file`` the page itself, None if there is no file with that hash."""

    where: Path
    name: str
    hash: str
    file: Path | None

    def __str__(self) -> str:
        """Its path, or its name and the manifest that lists it, for a message."""
        return str(self.where / self.name) if self.where.is_dir() else f"{self.name}, as {self.where} lists it"


@dataclass(frozen=True)
class PageVerdict:
    """Whether a page has the same bytes as its reference, and the differences, which are empty also if the reference
    has no file."""

    reference: PageReference
    same: bool
    differences: tuple[Difference, ...] = ()

    def __str__(self) -> str:
        """The verdict in a sentence, without the differences themselves."""
        if self.same:
            return f"the same bytes as {self.reference}"
        other = f"not the same bytes as {self.reference}"
        if self.differences:
            return f"{other}: {how_many(len(self.differences), 'difference')}"
        if not self.reference.file:
            return f"{other}; what differs is said against a folder that has that page"
        return f"{other}; its visible text, links, scripts, styles, meta elements and drawings are all the same"


class PageListing:
    """The pages of a review (paths) with their hashes: from a folder's manifest or its files, or from a manifest's
    file; ``record`` is the manifest, empty without one."""

    def __init__(self, where: Path, but: Path | None = None):
        """Reads the manifest at ``where`` or in that folder; without one, hashes the folder's pages and those one
        folder down, except ``but``, so that a page is not compared with itself. Raises InputError for a manifest that
        no build wrote."""
        self.where = where
        self.record = manifest.read(where) if where.is_dir() else manifest.read_file(where)
        rows = [*self.record.get("runs", []), {"outputs": self.record.get("outputs", {})}]
        self.hashes = {name: value for row in rows for name, value in row["outputs"].items() if name.endswith(".html")}
        if not self.record:
            pages = sorted([*where.glob("*.html"), *where.glob("*/*.html")])
            others = [path for path in pages if not but or path.resolve() != but.resolve()]
            self.hashes = {path.relative_to(where).as_posix(): digest(_read_page(path)) for path in others}

    def reference(self, name: str) -> PageReference:
        """The reference for a listed page; its file counts only if it has the listed hash. Raises KeyError for a page
        that is not listed."""
        file = self.where / name if self.where.is_dir() else None
        try:
            fit = file is not None and digest(_read_page(file)) == self.hashes[name]
        except InputError:
            fit = False
        return PageReference(self.where, name, self.hashes[name], file if fit else None)

    def find_page(self, path: Path, content: bytes) -> str:
        """The path of the page that a file claims to be: if it lies in this folder, by its place alone; else by its
        bytes; by folder and name; by the run key in it; by language and name. Empty if none of these is listed."""
        inside = path.resolve()
        if self.where.is_dir() and inside.is_relative_to(self.where.resolve()):
            return self._if_listed(inside.relative_to(self.where.resolve()).as_posix())
        hash_of_page = digest(content)
        same = next((name for name, value in self.hashes.items() if value == hash_of_page), "")
        return same or next(filter(None, map(self._if_listed, self._candidate_names(path, content))), "")

    def _if_listed(self, name: str) -> str:
        """The name if it is listed, else an empty text."""
        return name if name in self.hashes else ""

    def _candidate_names(self, path: Path, content: bytes) -> Iterator[str]:
        """The paths that a page may have in this review, listed or not, the most certain first: by the name of its
        folder, by the run keys printed in it, by its language; a suffix that marks a copy is dropped from its name."""
        declared = LANGUAGE.search(content)
        language = next((code for code, tag in TAGS.items() if declared and tag.encode() == declared[1]), "")
        keys = {key.decode() for key in KEY.findall(content)}
        name = COPY.sub("", path.stem)
        yield f"{path.resolve().parent.name}/{name}.html"
        for run in self.record.get("runs", []):
            if str(run["key"])[:16] in keys:
                yield from (f"{language}/{run['slug']}.html", f"{language}/index.html")
        yield from (f"{language}/{name}.html", *([f"{name}.html"] if not language else []))


def _read_page(path: Path) -> bytes:
    """The bytes of a page. Raises InputError for one that is missing, no regular file, or larger than MOST_BYTES."""
    return read_bytes(path, A_PAGE, MOST_BYTES)


def verify_page(path: Path, against: Path | None = None) -> PageVerdict:
    """Verify a page against the page of its address in a review of ``against``: a folder of reviews (by default
    outputs/), a folder of pages, or a manifest's file. Of several reviews, the one that it lies in comes first. Raises
    InputError for a draft, a file that cannot be read, and, with advice, if there is nothing to compare with."""
    content = _read_page(path)
    if DRAFT_MARK in content:
        raise refuse(path, actual="a draft", allowed=manifest.NO_DRAFT)
    page, listings = path.resolve(), _candidate_listings(against, path)
    for listing in sorted(listings, key=lambda listing: not page.is_relative_to(listing.where.resolve())):
        if name := listing.find_page(path, content):
            return compare_page(content, listing.reference(name))
    where = against or project.ROOT / "outputs"
    raise refuse(path, actual=f"no page of this address in {where} to compare with", allowed=HOW)


def _candidate_listings(against: Path | None, path: Path) -> list[PageListing]:
    """The reviews to look for a page in: all built ones in the folder ``against`` (by default outputs/); if it has a
    manifest itself or none of them, ``against`` alone: a manifest, or a folder's pages but the one at ``path``. Without
    ``against`` and reviews empty. Raises InputError if ``against`` is missing or has no page."""
    if against and not against.exists():
        raise refuse("--against", actual=f"no {quoted(str(against))}", allowed="a folder of pages, or a manifest.json")
    folder = against or project.ROOT / "outputs"
    inner = sorted(folder.glob("*/")) if folder.is_dir() else []
    built = [review for review in inner if manifest.read_or_empty(review)]
    if built and not (folder / manifest.NAME).exists():
        return list(map(PageListing, built))
    alone = PageListing(folder, but=path) if against else None
    if alone and not alone.hashes:
        raise refuse(
            "--against", actual=f"no page in {against}", allowed="the folder of a review, or its manifest.json"
        )
    return [alone] if alone else []


def compare_page(content: bytes, reference: PageReference) -> PageVerdict:
    """The verdict on a page's bytes against its reference: of a page that cannot be parsed, that as the only
    difference. Raises InputError if the reference's file cannot be parsed."""
    if digest(content) == reference.hash:
        return PageVerdict(reference, True)
    if not reference.file:
        return PageVerdict(reference, False)
    try:
        expected = read_markup(_read_page(reference.file))
    except AmbiguousMarkup as error:
        raise refuse(reference.file, actual=str(error), allowed="a page that can be compared") from None
    try:
        return PageVerdict(reference, False, tuple(markup_differences(read_markup(content), expected)))
    except AmbiguousMarkup as error:
        return PageVerdict(reference, False, (Difference(f"the page: {error}", "", ""),))


def markup_differences(actual: PageMarkup, expected: PageMarkup) -> Iterator[Difference]:
    """The differences between two pages in the order of KINDS; if all kinds agree but the tokens do not, a single one
    that says that the order or the elements differ. Nothing for equal markup."""
    alike = True
    for kind in KINDS:
        for line, wanted in differing_lines(actual.lines[kind], expected.lines[kind]):
            alike = False
            yield Difference(kind, *(quote_difference(*pair) for pair in ((line, wanted), (wanted, line))))
    if alike and actual.tokens != expected.tokens:
        yield Difference("the page: what it holds stands in another order, or in other elements", "", "")


def differing_lines(actual: list[str], expected: list[str]) -> Iterator[tuple[str, str]]:
    """The differing lines of two lists, in pairs, an empty text beside one without a counterpart. Lines between the
    first and the last difference are aligned; if they are more than MOST_COMPARED, they are paired in order, and pairs
    may be equal."""
    start = _common_prefix_length(actual, expected)
    end = min(_common_prefix_length(actual[::-1], expected[::-1]), min(len(actual), len(expected)) - start)
    middles = [lines[start : len(lines) - end] for lines in (actual, expected)]
    if max(map(len, middles)) > MOST_COMPARED:
        yield from zip_longest(*middles, fillvalue="")
        return
    for _, a, b, c, d in changed_spans(*middles):
        yield from zip_longest(middles[0][a:b], middles[1][c:d], fillvalue="")


def _common_prefix_length(actual: Sequence[str], expected: Sequence[str]) -> int:
    """The length of the common prefix of two lists or texts, in items or letters."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(actual, expected, strict=False)))


def quote_difference(text: str, other: str) -> str:
    """The part of a line (``text``) from 40 letters before its first difference from the ``other`` one, cut at
    MOST_SHOWN letters, in quotes; from its beginning if ``other`` is empty, and empty for an empty line."""
    if not text:
        return ""
    start = max(0, _common_prefix_length(text, other) - 40) if other else 0
    excerpt = text[start : start + MOST_SHOWN]
    return f"'{'... ' if start else ''}{excerpt}{'...' if len(text) > start + MOST_SHOWN else ''}'"
