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
from .page_markup import KINDS, MOST_BYTES, Markup, Unread, read_markup

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
class Reference:
    """The page to compare with: its path in a review, its listed hash, and the file with these bytes, if there is one;
    ``where`` is the folder or the manifest."""

    where: Path
    name: str
    hash: str
    file: Path | None

    def __str__(self) -> str:
        return str(self.where / self.name) if self.where.is_dir() else f"{self.name}, as {self.where} lists it"


@dataclass(frozen=True)
class Verdict:
    """Whether a page is identical to its reference, and the differences if they can be computed."""

    reference: Reference
    same: bool
    differences: tuple[Difference, ...] = ()

    def __str__(self) -> str:
        if self.same:
            return f"the same bytes as {self.reference}"
        other = f"not the same bytes as {self.reference}"
        if self.differences:
            return f"{other}: {how_many(len(self.differences), 'difference')}"
        if not self.reference.file:
            return f"{other}; what differs is said against a folder that has that page"
        return f"{other}; its visible text, links, scripts, styles, meta elements and drawings are all the same"


class Listing:
    """The pages of a review with their hashes: from a folder's manifest or its files, or from a manifest alone."""

    def __init__(self, where: Path, but: Path | None = None):
        """``but`` is left out of a folder without a manifest, so that a page is not compared with itself. Raises
        InputError for a manifest that no build wrote."""
        self.where = where
        self.record = manifest.read(where) if where.is_dir() else manifest.read_file(where)
        rows = [*self.record.get("runs", []), {"outputs": self.record.get("outputs", {})}]
        self.hashes = {name: value for row in rows for name, value in row["outputs"].items() if name.endswith(".html")}
        if not self.record:
            pages = sorted([*where.glob("*.html"), *where.glob("*/*.html")])
            others = [path for path in pages if not but or path.resolve() != but.resolve()]
            self.hashes = {path.relative_to(where).as_posix(): digest(_page(path)) for path in others}

    def reference(self, name: str) -> Reference:
        """The reference for a page. Its file counts only if it has the listed hash."""
        file = self.where / name if self.where.is_dir() else None
        try:
            fit = file is not None and digest(_page(file)) == self.hashes[name]
        except InputError:
            fit = False
        return Reference(self.where, name, self.hashes[name], file if fit else None)

    def page_of(self, path: Path, content: bytes) -> str:
        """The path of the page that a file claims to be: by its place in this folder; by its bytes; by the run key in
        it; by folder and name; by language and name. Empty if there is none."""
        inside = path.resolve()
        if self.where.is_dir() and inside.is_relative_to(self.where.resolve()):
            return self._known(inside.relative_to(self.where.resolve()).as_posix())
        hash_of_page = digest(content)
        same = next((name for name, value in self.hashes.items() if value == hash_of_page), "")
        return same or next(filter(None, map(self._known, self._addresses(path, content))), "")

    def _known(self, name: str) -> str:
        return name if name in self.hashes else ""

    def _addresses(self, path: Path, content: bytes) -> Iterator[str]:
        declared = LANGUAGE.search(content)
        language = next((code for code, tag in TAGS.items() if declared and tag.encode() == declared[1]), "")
        keys = {key.decode() for key in KEY.findall(content)}
        name = COPY.sub("", path.stem)
        yield f"{path.resolve().parent.name}/{name}.html"
        for run in self.record.get("runs", []):
            if str(run["key"])[:16] in keys:
                yield from (f"{language}/{run['slug']}.html", f"{language}/index.html")
        yield from (f"{language}/{name}.html", *([f"{name}.html"] if not language else []))


def _page(path: Path) -> bytes:
    return read_bytes(path, A_PAGE, MOST_BYTES)


def verify_page(path: Path, against: Path | None = None) -> Verdict:
    """Verify a page against the page of its address. Raises InputError, with advice, if there is nothing to compare
    with."""
    content = _page(path)
    if DRAFT_MARK in content:
        raise refuse(path, actual="a draft", allowed=manifest.NO_DRAFT)
    listings = list(_listings(against, path))
    for listing in sorted(
        listings, key=lambda listing_there: not path.resolve().is_relative_to(listing_there.where.resolve())
    ):
        if name := listing.page_of(path, content):
            return compared(content, listing.reference(name))
    where = against or project.ROOT / "outputs"
    raise refuse(path, actual=f"no page of this address in {where} to compare with", allowed=HOW)


def _listings(against: Path | None, path: Path) -> list[Listing]:
    """The reviews that a page may belong to: all below the folder ``against`` (default: outputs/), or the one it is.
    Raises InputError if it is none."""
    if against and not against.exists():
        raise refuse("--against", actual=f"no {quoted(str(against))}", allowed="a folder of pages, or a manifest.json")
    folder = against or project.ROOT / "outputs"
    built = (
        [folder_there for folder_there in sorted(folder.glob("*/")) if manifest.read_or_empty(folder_there)]
        if folder.is_dir()
        else []
    )
    if built and not (folder / manifest.NAME).exists():
        return [Listing(folder_there) for folder_there in built]
    alone = Listing(folder, but=path) if against else None
    if alone and not alone.hashes:
        raise refuse(
            "--against", actual=f"no page in {against}", allowed="the folder of a review, or its manifest.json"
        )
    return [alone] if alone else []


def compared(content: bytes, reference: Reference) -> Verdict:
    """The verdict on a page's bytes against its reference."""
    if digest(content) == reference.hash:
        return Verdict(reference, True)
    if not reference.file:
        return Verdict(reference, False)
    try:
        expected = read_markup(_page(reference.file))
    except Unread as error:
        raise refuse(reference.file, actual=str(error), allowed="a page that can be compared") from None
    try:
        return Verdict(reference, False, tuple(differences(read_markup(content), expected)))
    except Unread as error:
        return Verdict(reference, False, (Difference(f"the page: {error}", "", ""),))


def differences(shown: Markup, expected: Markup) -> Iterator[Difference]:
    """The differences between two pages, by kind; if all kinds agree, that the order differs."""
    alike = True
    for kind in KINDS:
        for line, wanted in unlike(shown.lines[kind], expected.lines[kind]):
            alike = False
            yield Difference(kind, *(quoted_part(*pair) for pair in ((line, wanted), (wanted, line))))
    if alike and shown.tokens != expected.tokens:
        yield Difference("the page: what it holds stands in another order, or in other elements", "", "")


def unlike(shown: list[str], expected: list[str]) -> Iterator[tuple[str, str]]:
    """The differing lines of two lists, in pairs."""
    start = _alike(shown, expected)
    end = min(_alike(shown[::-1], expected[::-1]), min(len(shown), len(expected)) - start)
    rest = [lines[start : len(lines) - end] for lines in (shown, expected)]
    if max(map(len, rest)) > MOST_COMPARED:
        yield from zip_longest(*rest, fillvalue="")
        return
    for _, a, b, c, d in changed_spans(*rest):
        yield from zip_longest(rest[0][a:b], rest[1][c:d], fillvalue="")


def _alike(shown: Sequence[str], expected: Sequence[str]) -> int:
    """The length of the common prefix, in lines or letters."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(shown, expected, strict=False)))


def quoted_part(text: str, other: str) -> str:
    """The part of a line that differs from another, with some words of context before it."""
    if not text:
        return ""
    start = max(0, _alike(text, other) - 40) if other else 0
    excerpt = text[start : start + MOST_SHOWN]
    return f"'{'... ' if start else ''}{excerpt}{'...' if len(text) > start + MOST_SHOWN else ''}'"
