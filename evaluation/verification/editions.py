"""Editions of a review as a folder for the web: each where it stands for good, the last as ``latest/``, a page of all
with what changed, a feed of them, a map of the site. Bytes are copied; an edition that stands is never changed.

    FOLDER/releases/<edition>/  FOLDER/latest/  FOLDER/changes/<edition>.html
    FOLDER/index.html  feed.xml  sitemap.xml  releases.json
"""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from ..building import project
from ..building.inputs import digest
from ..building.manifest import NAME as MANIFEST
from ..building.manifest import BuiltFolder
from ..language import CALLED, LANGUAGES, TAGS, translate
from ..pages.templates import source_hash, style_sheet, translate_into
from ..problems import refuse
from ..problems.foreign import check_shape, read_json
from ..problems.paths import mistake_in_name, path_in
from ..reviews.review_file import SITE
from ..writing import files
from ..writing.work_folder import remove_remains, work_folder_for
from .comparison import ComparedReview, Comparison
from .comparison_page import HEADINGS, changes_page

LIST, INDEX, FEED, SITEMAP = "releases.json", "index.html", "feed.xml", "sitemap.xml"
RELEASES, LATEST, CHANGES = "releases", "latest", "changes"
READ = ("data", "notebooks", "parameters")  # by chapters and builds: whatever is added there makes pages out of date
ATOM, MAP = "http://www.w3.org/2005/Atom", "http://www.sitemaps.org/schemas/sitemap/0.9"
TEXTS = ("release", "date", "published_at", "address", "manifest")
BY_LANGUAGE = ("title", "edition", "changes", "counts")
SHAPE = {"languages": [str], "pages": [str]} | dict.fromkeys(TEXTS, str) | dict.fromkeys(BY_LANGUAGE, dict)
Edition = dict[str, Any]  # the edition of a built review, with the hash of its manifest and its changes
WIDE = """
.editions td { min-width: 12rem }
code { overflow-wrap: anywhere }
"""


def publish(built: Path, site: Path) -> tuple[Path, bool]:
    """Put a built review's edition into a site's folder; return the edition's folder, and whether it was published now:
    one that is there with the same bytes changes nothing and gives False. Raises InputError for a review that is
    confidential, a draft, not as built or without an edition and an address, for a folder of something else or that
    chapters read, and for an edition already published with other bytes.

    The list of editions is written last. What ended before left an edition that is not in it: publishing that one again
    does what is left to do, and another edition is refused until then."""
    review = BuiltFolder(built)
    edition = edition_of(review)
    editions = read_editions(site)
    target = site / RELEASES / edition["release"]
    stands = os.path.lexists(target)
    if stands:
        check_same_bytes(target, edition, review)
        if edition["release"] in edition_names(editions):
            return target, False
    check_site(site, editions, target if stands else None)
    with work_folder_for(site / LATEST) as place:
        for folder in (site, site / CHANGES):  # what an ended one left would be served
            remove_remains(folder, parts=True)
        changes = changes_since(site, editions[-1] if editions else None, review, edition)
        if not stands:
            copy_review(review, place / "release")
            target.parent.mkdir(exist_ok=True)
            files.flush_folder(place / "release")
            files.move(place / "release", target)
        copy_review(review, place / "new")
        if changes:
            files.write(site / CHANGES / f"{edition['release']}.html", changes.encode("utf-8"))
        files.swap_in(place / "new", site / LATEST, place / "old")
        for name, content in site_files([*editions, edition]).items():
            files.write(site / name, content.encode("utf-8"))
    return target, True


def edition_names(editions: list[Edition]) -> list[str]:
    """The names of the editions' folders, in the same order."""
    return [edition["release"] for edition in editions]


def edition_of(review: BuiltFolder) -> Edition:
    """The edition of a built review, with the hash of its manifest and its pages, and no ``counts`` of changes yet.
    Raises InputError for a review that must not be published: confidential, a draft, not as it was built, or without an
    edition and its address."""
    manifest = review.manifest
    for kind in ("confidential", "draft"):
        if manifest.get(kind):
            raise refuse(review.path, actual=f"a review that is {kind}", allowed="one that is for everybody")
    if not manifest or review.missing_files or review.changed_files:
        changed = sorted(review.missing_files) + review.changed_files if manifest else ["no manifest"]
        raise refuse(
            review.path, actual=f"{changed[0]}, not as it was built", allowed="a review as `evaluation build` made it"
        )
    edition = manifest.get("edition")
    if not isinstance(edition, dict) or not edition.get("published_at") or not edition.get("release"):
        allowed = "imprint: address (https://...) and edition (or date) in the review file, then `evaluation build`"
        raise refuse(review.path, actual="a review that does not say where it is published", allowed=allowed)
    pages = sorted(path for path in review.file_hashes if path.endswith(".html"))
    languages = manifest.get("languages", [])
    facts = {"manifest": digest((review.path / MANIFEST).read_bytes()), "languages": languages, "counts": {}}
    if not is_edition(edition | facts | {"pages": pages}):
        allowed = "one as `evaluation build` wrote it"
        raise refuse(review.path / MANIFEST, "-", "edition", actual="an edition that no build wrote", allowed=allowed)
    return edition | facts | {"pages": pages}


def is_edition(edition: Any) -> bool:
    """Whether a value (of JSON) is an edition as publishing writes it: of that shape, with a name for one folder (a
    name such as ``../../etc`` would have it written elsewhere), an address on the web, and a title in each language."""
    if any(check_shape(edition, SHAPE)):
        return False
    titles = [edition["title"].get(language) for language in edition["languages"]]
    texts = [*titles, *edition["edition"].values(), *edition["changes"].values()]
    return (
        mistake_in_name(edition["release"]) is None
        and SITE.fullmatch(edition["address"]) is not None
        and edition["published_at"].startswith(f"{edition['address']}/")
        and 0 < len(titles) == len({*edition["languages"]} & {*LANGUAGES})
        and edition["counts"].keys() <= HEADINGS.keys()
        and all(isinstance(text, str) for text in texts)
    )


def read_editions(site: Path) -> list[Edition]:
    """The editions that a site has, oldest first; empty without a list. Raises InputError for a list that `evaluation
    publish` cannot have written."""
    path, allowed = site / LIST, "the file as `evaluation publish` wrote it"
    if not os.path.lexists(path):
        return []
    editions = read_json(path, allowed)
    if not isinstance(editions, list) or not all(map(is_edition, editions)):
        raise refuse(path, actual="no list of editions", allowed=allowed)
    return editions


def check_same_bytes(target: Path, edition: Edition, review: BuiltFolder) -> None:
    """Raise InputError if a published edition differs from the one to be published in any byte of a file, or in what
    the review file says of it."""
    stands = BuiltFolder(target)
    same = (
        stands.manifest.get("edition") == review.manifest["edition"]
        and stands.file_hashes == review.file_hashes
        and not stands.missing_files
        and not stands.changed_files
    )
    if not same:
        actual = f"{edition['release']}, published already with other bytes"
        raise refuse(
            target, actual=actual, allowed="another imprint.edition (or date) in the review file; nothing was changed"
        )


def check_site(site: Path, editions: list[Edition], begun: Path | None) -> None:
    """Raise InputError for a folder that chapters read, or one inside it, for a site's folder that publishing did not
    fill (a new or empty one is fit), for one with an edition that is not in the list, except the one whose publishing
    was ``begun``, and for a ``latest`` that is not as published."""
    if any(site.resolve().is_relative_to((project.ROOT / name).resolve()) for name in READ):
        raise refuse(site, actual="a folder that chapters read", allowed="one outside of it; nothing was changed")
    names = (INDEX, FEED, SITEMAP, LATEST) if not (editions or begun) else ()
    taken = [name for name in names if os.path.lexists(site / name)]
    if taken or (site.exists() and not site.is_dir()):
        actual = f"{taken[0]}, which no publishing made" if taken else "something that is not a folder"
        raise refuse(
            site, actual=actual, allowed="a new folder, or one that `evaluation publish` filled; nothing was changed"
        )
    published = sorted((site / RELEASES).iterdir()) if (site / RELEASES).is_dir() else []
    if unlisted := [path for path in published if path != begun and path.name not in edition_names(editions)]:
        allowed = "that edition published again, or its folder removed; nothing was changed"
        raise refuse(
            unlisted[0], actual="an edition that is not in the list: its publishing did not end", allowed=allowed
        )
    latest = BuiltFolder(site / LATEST)
    if editions and latest.path.exists() and latest.discrepancy:
        raise refuse(
            latest.path, actual=latest.discrepancy, allowed="the edition as it was published; nothing was changed"
        )


def copy_review(review: BuiltFolder, folder: Path) -> None:
    """Copy the files that a review's manifest lists, and the manifest, into ``folder``. Raises InputError, after
    copying, if a build has changed the review meanwhile."""
    for name in (*review.file_hashes, MANIFEST):
        files.copy(path_in(review.path, name), folder / name)
    copy = BuiltFolder(folder)
    if copy.missing_files or copy.changed_files or copy.file_hashes != review.file_hashes:
        actual, allowed = "another review than before, built meanwhile", "one that stays; nothing was changed"
        raise refuse(review.path, actual=actual, allowed=allowed)


def changes_since(site: Path, before: Edition | None, review: BuiltFolder, edition: Edition) -> str:
    """The HTML of the page of changes since the edition ``before``, empty without one. Sets ``edition["counts"]``, the
    number of changes by kind."""
    if before is None:
        return ""
    old, new = ComparedReview(site / RELEASES / before["release"]), ComparedReview(review.path)
    pages = Comparison(old, new).changes_by_page()
    edition["counts"] = dict(Counter(change.kind for changes in pages.values() for change in changes))
    return changes_page(pages, old, new)


# The page of all editions, the feed, the map


def site_files(editions: list[Edition]) -> dict[str, str]:
    """The contents of the files of a site beside its editions, by name; the list of editions last."""
    return {
        INDEX: index_page(editions),
        FEED: feed(editions),
        SITEMAP: sitemap(editions),
        LIST: json.dumps(editions, ensure_ascii=False, indent=1, sort_keys=True) + "\n",
    }


def index_page(editions: list[Edition]) -> str:
    """The HTML of the page of all ``editions`` (oldest first, at least one), newest first, in each language of the
    newest."""
    last, sheet = editions[-1], style_sheet() + Markup(WIDE)
    environment = Environment(loader=PackageLoader("evaluation.verification"), autoescape=True, trim_blocks=True)
    parts = [
        (language, TAGS[language], CALLED[language], partial(translate_into, language))
        for language in last["languages"]
    ]
    return environment.get_template("editions.html.j2").render(
        parts=parts, editions=editions[::-1], last=last, sheet=sheet, hash=Markup(source_hash(sheet)),
        what=changes_text, words=edition_name, feed=FEED,
    ) + "\n"  # fmt: skip


def edition_name(edition: Edition, language: str) -> str:
    """The name of an edition in a language, or else in another, or else its date."""
    return str(edition["edition"].get(language) or next(iter(edition["edition"].values()), "") or edition["date"])


def changes_text(edition: Edition, language: str) -> str:
    """The description of an edition's changes by its makers, if they gave one, then the number of changes of each kind
    (claims, pages, numbers, sentences, charts, tables) since the previous edition."""
    counts = [f"{translate(HEADINGS[kind], language)}{COLON[language]}{n}" for kind, n in edition["counts"].items()]
    return " ".join(filter(None, [edition["changes"].get(language, ""), "; ".join(counts) + "." if counts else ""]))


COLON = {"en": ": ", "fr": "\u00a0: "}


def feed(editions: list[Edition]) -> str:
    """The editions (oldest first, at least one) as an Atom feed (RFC 4287), newest first, in the first language of the
    newest."""
    last = editions[-1]
    language, site = last["languages"][0], f"{last['address']}/"
    root = Element("feed", {"xmlns": ATOM, "xml:lang": TAGS[language]})
    append_texts(root, id=site, title=last["title"][language], updated=feed_time(last))
    SubElement(root, "link", {"rel": "self", "href": site + FEED})
    SubElement(root, "link", {"href": site})
    append_texts(SubElement(root, "author"), name=last["title"][language])
    for edition in editions[::-1]:
        entry = SubElement(root, "entry")
        name = f"{edition['title'][language]}, {edition_name(edition, language)}"
        append_texts(entry, id=edition["published_at"], title=name, updated=feed_time(edition))
        SubElement(entry, "link", {"href": edition["published_at"]})
        summary = changes_text(edition, language)
        append_texts(entry, summary=summary or edition_name(edition, language))
    return to_xml(root)


def sitemap(editions: list[Edition]) -> str:
    """The site's address and that of every page of every edition, as a sitemap for search engines."""
    root = Element("urlset", {"xmlns": MAP})
    append_texts(SubElement(root, "url"), loc=f"{editions[-1]['address']}/")
    for edition in editions:
        for page in edition["pages"]:
            append_texts(SubElement(root, "url"), loc=edition["published_at"] + page, lastmod=edition["date"])
    return to_xml(root)


def append_texts(parent: Element, **texts: str) -> None:
    """Append elements with these names and texts; empty ones are skipped."""
    for name, text in texts.items():
        if text:
            SubElement(parent, name).text = text


def feed_time(edition: Edition) -> str:
    """The day of an edition as a time (RFC 3339) at midnight; 1970-01-01 for one without a date."""
    return f"{edition['date'] or '1970-01-01'}T00:00:00Z"


def to_xml(root: Element) -> str:
    """An XML tree as the text of a file, with its declaration."""
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"
