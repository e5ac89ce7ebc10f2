"""Rules for the page as a file: self-contained and light, content security policy, valid HTML, links, languages."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markupever import HtmlOptions, Parser

from .findings import Violation
from .visit import Visit

HASH = r"'sha256-[A-Za-z0-9+/=]+'"
POLICY = re.compile(
    r'<head>\s*<meta charset="utf-8">\s*<meta http-equiv="Content-Security-Policy" content="'
    rf"default-src 'none'; style-src {HASH}; font-src data:; img-src data:; "
    rf"script-src (?:'none'|{HASH}); base-uri 'none'; form-action 'none'\">"
)
POLICY_ALLOWED = "before all else: nothing from elsewhere, one style and at most one script, each by its hash"
WEIGHT, WEIGHT_WITH_SCRIPT = 320_000, 1_400_000
LANGUAGE_TAGS = ("en-CA", "fr-CA")


def check_standalone(visit: Visit) -> Iterator[Violation]:
    """Rule 1: the content security policy admits only what is in the page, the browser reports no error, and the page
    is light enough for e-mail."""
    for message in dict.fromkeys(visit.errors):
        yield Violation(1, "page", f"the browser's error {message[:200]!r}", "no error in the console")
    if not POLICY.search(visit.source):
        yield Violation(1, "head", "no such Content-Security-Policy", POLICY_ALLOWED)
    limit = WEIGHT_WITH_SCRIPT if "<script" in visit.source else WEIGHT
    if (size := visit.path.stat().st_size) > limit:
        yield Violation(1, "page", f"{size} bytes", f"{limit} bytes or fewer")


def check_html(visit: Visit) -> Iterator[Violation]:
    """Rule 22: no parse error (html5ever gives no positions) and no duplicate id."""
    parser = Parser(HtmlOptions(exact_errors=True))
    parser.process(visit.source)
    for error in parser.finish().errors():
        yield Violation(22, "page", f"parse error: {error[:120]}", "valid HTML")
    for identifier, count in Counter(_ids_in_file(visit.path)).items():
        if count > 1:
            yield Violation(22, f"#{identifier}", f"this id {count} times", "each id once")


def check_links(visit: Visit) -> Iterator[Violation]:
    """Rule 22: each link to a file of the folder, and to an anchor, resolves (see `_resolves`); addresses on the web,
    of mail and of telephones are not tried."""
    for link in visit.facts["links"]:
        if not _resolves(visit, link["href"]):
            yield Violation(22, link["element"], f"{link['href'][:80]!r}, which leads nowhere", "a link that resolves")


def _resolves(visit: Visit, href: str) -> bool:
    """Whether an address leads somewhere: http, https, mailto, tel and data without being tried, a relative one if its
    file (no folder) and anchor exist; other schemes, absolute paths and empty addresses do not."""
    address = urlsplit(href)
    if address.scheme in ("https", "http", "mailto", "tel", "data"):
        return True
    if address.scheme or address.netloc or address.path.startswith("/") or not (address.path or address.fragment):
        return False  # a script, a local address, or an empty one
    target = (visit.path.parent / unquote(address.path)) if address.path else visit.path
    return target.is_file() and (not address.fragment or unquote(address.fragment) in _ids_in_file(target))


@lru_cache(maxsize=256)
def _ids_in_file(path: Path) -> list[str]:
    """The ids of a page in order, repeats included; each file is read once in a process."""
    return re.findall(r'\sid="([^"]+)"', path.read_text(encoding="utf-8"))


def check_languages(visit: Visit) -> Iterator[Violation]:
    """Rule 23: the page declares the language of its folder (en-CA or fr-CA), and links to its other edition, with lang
    and hreflang, if the review has a folder of that language."""
    tag = next((tag for tag in LANGUAGE_TAGS if tag.startswith(visit.language)), " or ".join(LANGUAGE_TAGS))
    if visit.facts["language"] != tag:
        yield Violation(23, "html", f"lang={visit.facts['language']!r}", tag)
    for other in LANGUAGE_TAGS:
        if other.startswith(visit.language) or not (visit.root / other[:2]).is_dir():
            continue
        in_folder = visit.path.parent.name in ("en", "fr")
        address = f"../{other[:2]}/{visit.path.name}" if in_folder else f"{other[:2]}/index.html"
        links = [link for link in visit.facts["links"] if urlsplit(link["href"]).path == address]
        if not any(other == link["hreflang"] == link["lang"] for link in links):
            allowed = f"a link to {address} with hreflang={other} and lang={other}"
            yield Violation(23, "link to the other language", f"{len(links)} links to the page, none marked", allowed)
