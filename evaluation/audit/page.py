"""Rules for the page as a file: alone and light, its policy, valid HTML, links, its language and the other one."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markupever import HtmlOptions, Parser

from .findings import Observation, Observations
from .visit import Visit

POLICY_TEXT = (
    "default-src 'none'; style-src 'sha256-...'; font-src data:; img-src data:; "
    "script-src 'none' or one hash; base-uri 'none'; form-action 'none'"
)
HASH = r"'sha256-[A-Za-z0-9+/=]+'"
POLICY = (
    re.escape(POLICY_TEXT)
    .replace(re.escape("'sha256-...'"), HASH)
    .replace(r"'none'\ or\ one\ hash", f"('none'|{HASH})")
)
POLICY_FIRST = re.compile(
    r'<head>\s*<meta charset="utf-8">\s*<meta http-equiv="Content-Security-Policy" content="([^"]*)">'
)
WEIGHT_WITHOUT_SCRIPT = 320_000
WEIGHT_WITH_SCRIPT = 1_400_000
LANGUAGE_TAGS = ("en-CA", "fr-CA")


def stands_alone(visit: Visit) -> Observations:
    """Rule 1: the page asks for nothing but itself, the browser reports no error, and it is light enough for e-mail."""
    for address in dict.fromkeys(visit.requests):
        yield Observation(1, "page", f"a request for {address}", "no request but the page itself")
    for message in dict.fromkeys(visit.errors):
        yield Observation(1, "page", f"the browser's error {message[:200]!r}", "no error in the console")
    limit = WEIGHT_WITH_SCRIPT if visit.facts["scripts"] else WEIGHT_WITHOUT_SCRIPT
    if (size := visit.path.stat().st_size) > limit:
        yield Observation(1, "page", f"{size} bytes", f"{limit} bytes or fewer")


def policy(visit: Visit) -> Observations:
    """Rule 1: a Content-Security-Policy with the pinned directives stands before any style or script."""
    first = POLICY_FIRST.search(visit.source)
    if not first or not re.fullmatch(POLICY, first[1]):
        found = first[1] if first else "no security policy at the head of the page"
        yield Observation(1, "head", found, POLICY_TEXT)


def valid_html(visit: Visit) -> Observations:
    """Rule 22: no parse error (html5ever, which does not say where) and no id twice."""
    parser = Parser(HtmlOptions(exact_errors=True))
    parser.process(visit.source)
    for error in parser.finish().errors():
        yield Observation(22, "page", f"parse error: {error[:120]}", "valid HTML")
    ids = visit.facts["ids"]
    for identifier in {identifier for identifier in ids if ids.count(identifier) > 1}:
        yield Observation(22, f"#{identifier}", "this id twice", "each id once")


def links_resolve(visit: Visit) -> Observations:
    """Rule 22: every link, anchor and reference leads somewhere."""
    for link in visit.facts["links"]:
        if problem := _broken(visit, link["href"]):
            yield Observation(22, link["element"], f"{link['href'][:80]!r}: {problem}", "a link that resolves")
    for name in set(re.findall(r"""=["']url\(#([^)]+)\)["']""", visit.source)) - set(visit.facts["ids"]):
        yield Observation(22, "svg", f"url(#{name}): no such id", "a reference that resolves")


def _broken(visit: Visit, href: str) -> str | None:
    address = urlsplit(href)
    if address.scheme in ("https", "http", "mailto", "data"):
        return None
    if address.scheme or address.netloc or address.path.startswith("/"):
        return "an address that works on one machine only, or a script"
    target = (visit.path.parent / unquote(address.path)) if address.path else visit.path
    if not target.is_file():
        return "no such file"
    anchor = unquote(address.fragment)
    if not address.path and not anchor:
        return "it leads nowhere"
    known = frozenset(visit.facts["ids"]) if target == visit.path else _ids(target)
    return "no such anchor" if anchor and anchor not in known else None


@lru_cache(maxsize=256)
def _ids(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"""\sid=["']?([^"'\s>]+)""", path.read_text(encoding="utf-8")))


def languages(visit: Visit) -> Observations:
    """Rule 23: the page says its language, that of its folder, and a link, marked with its lang, leads to the same page
    in the other language that a review has."""
    tag = next((tag for tag in LANGUAGE_TAGS if tag.startswith(visit.language)), " or ".join(LANGUAGE_TAGS))
    if visit.facts["language"] != tag:
        yield Observation(23, "html", f"lang={visit.facts['language']!r}", tag)
    for other in _other_languages(visit):
        folder = visit.path.parent.name
        address = f"../{other[:2]}/{visit.path.name}" if folder in ("en", "fr") else f"{other[:2]}/index.html"
        links = [link for link in visit.facts["links"] if urlsplit(link["href"]).path == address]
        if not any(other == link["hreflang"] == link["lang"] for link in links):
            allowed = f"a link to {address} with hreflang={other} and lang={other}"
            yield Observation(23, "link to the other language", f"{len(links)} links to the page, none marked", allowed)


def _other_languages(visit: Visit) -> list[str]:
    """The other languages that a review has, as its manifest says; both where there is none that says so."""
    try:
        known = json.loads((visit.root / "manifest.json").read_bytes())["languages"]
    except (OSError, ValueError, LookupError, TypeError):
        known = ["en", "fr"]
    return [tag for tag in LANGUAGE_TAGS if tag[:2] in known and tag[:2] != visit.language]


CHECKS = (stands_alone, policy, valid_html, links_resolve, languages)
