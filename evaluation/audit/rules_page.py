"""Rules that a page's markup answers: one file and its policy, headings, tables, links, valid HTML."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markupever import HtmlOptions, Parser

from .findings import Found, Observation
from .visit import Visit

POLICY = {
    "default-src": r"'none'",
    "style-src": r"'sha256-[A-Za-z0-9+/=]+'",
    "font-src": r"data:",
    "img-src": r"data:",
    "script-src": r"'none'|'sha256-[A-Za-z0-9+/=]+'",
    "base-uri": r"'none'",
    "form-action": r"'none'",
}
POLICY_TEXT = (
    "default-src 'none'; style-src 'sha256-...'; font-src data:; img-src data:; "
    "script-src 'none' or one hash; base-uri 'none'; form-action 'none'"
)
WEIGHT_WITHOUT_SCRIPT = 320_000
WEIGHT_WITH_SCRIPT = 1_400_000
LANGUAGE_TAGS = ("en-CA", "fr-CA")


def requests_leave_the_page(visit: Visit) -> Found:
    """Rule 1: the page asks for nothing but itself."""
    for address in dict.fromkeys(visit.requests):
        yield Observation(1, "page", f"a request for {address}", "no request but the page itself")


def parts_outside_the_file(visit: Visit) -> Found:
    """Rule 1: whatever the page needs stands in it, also what a browser would load later."""
    for part in visit.structure["subresources"]:
        yield Observation(1, part["element"], f"{part['address']!r}", "a data: address or the thing itself in the page")


def policy_is_as_pinned(visit: Visit) -> Found:
    """Rule 1: one Content-Security-Policy, before any style or script, with the pinned directives."""
    policies = visit.structure["policies"]
    if len(policies) != 1:
        yield Observation(1, "head", f"{len(policies)} security policies", f"one: {POLICY_TEXT}")
    for policy in policies:
        yield from _directives(policy["content"])
        if policy["late"] or not policy["inHead"]:
            yield Observation(1, "security policy", "it comes after a style, script or link", "first in the head")


def _directives(content: str) -> Found:
    parts = [part.split(maxsplit=1) for part in content.split(";") if part.strip()]
    found = {part[0].lower(): (part[1].strip() if len(part) > 1 else "") for part in parts}
    for name, pattern in POLICY.items():
        if not re.fullmatch(pattern, found.get(name, "")):
            yield Observation(1, "security policy", f"{name} {found.get(name, 'missing')}", POLICY_TEXT)
    for name in found.keys() - POLICY.keys():
        if found[name] != "'none'":
            yield Observation(1, "security policy", f"{name} {found[name]}", POLICY_TEXT)


def policy_allows_what_the_page_needs(visit: Visit) -> Found:
    """Rule 1: the browser reports no violation of the policy, and no other error."""
    for message in dict.fromkeys(visit.messages):
        yield Observation(1, "page", f"the browser's error {message[:200]!r}", "no error in the console")


def style_attributes(visit: Visit) -> Found:
    """Rule 1: no style attribute and no script in an attribute: the policy forbids both."""
    for element in visit.structure["styled"]:
        yield Observation(1, element, "a style attribute", "a rule in the page's style sheet")
    for element in visit.structure["handlers"]:
        yield Observation(1, element, "a script in an attribute", "a listener in the page's one script")


def weight(visit: Visit) -> Found:
    """Rule 1: the page is light enough for e-mail."""
    limit = WEIGHT_WITH_SCRIPT if visit.structure["scripts"] else WEIGHT_WITHOUT_SCRIPT
    size = visit.path.stat().st_size
    if size > limit:
        yield Observation(1, "page", f"{size} bytes", f"{limit} bytes or fewer")


def answer_under_title(visit: Visit) -> Found:
    """Rule 19: the answer, in one or two sentences, stands right under the title of a chapter."""
    after = visit.structure["after_title"]
    if visit.is_index:
        return
    if after is None or not after["answer"] or not after["text"]:
        element = after["element"] if after else "h1"
        yield Observation(19, element, "no answer under the title", "p.answer right after h1")
    elif (sentences := len(re.findall(r"[.!?…](?:[\s\u00a0]*[»”\"])?(?=\s+[A-ZÀ-Ý«“]|$)", after["text"]))) > 2:
        yield Observation(19, after["element"], f"{sentences} sentences", "one or two sentences")


def headings(visit: Visit) -> Found:
    """Rule 22: one h1, no level skipped, no empty heading."""
    found = visit.structure["headings"]
    titles = [heading for heading in found if heading["level"] == 1]
    if len(titles) != 1:
        yield Observation(22, "h1", f"{len(titles)} h1", "one h1")
    for before, heading in zip([{"level": 0}, *found], found, strict=False):
        if heading["level"] > before["level"] + 1:
            found = f"h{heading['level']} after h{before['level']}"
            yield Observation(22, heading["element"], found, "no level skipped")
        if not heading["text"]:
            yield Observation(22, heading["element"], "an empty heading", "a heading with words")


def landmarks(visit: Visit) -> Found:
    """Rule 22: main, nav, a skip link that comes first, and a page title."""
    structure = visit.structure
    if structure["mains"] != 1:
        yield Observation(22, "main", f"{structure['mains']} main", "one main")
    if not structure["navs"]:
        yield Observation(22, "nav", "no nav", "at least one nav")
    if not structure["skip"]["works"]:
        yield Observation(22, structure["skip"]["element"], "no skip link first", "a first link to an id in main")
    if not structure["title"]:
        yield Observation(22, "title", "no page title", "a title with words")


def tables(visit: Visit) -> Found:
    """Rule 22: tables have a caption, header cells and a scope on each of them."""
    for table in visit.structure["tables"]:
        if not table["caption"]:
            yield Observation(22, table["element"], "a table without caption", "a caption with words")
        if not table["headers"]:
            yield Observation(22, table["element"], "a table without th", "header cells")
        for header in table["unscoped"]:
            yield Observation(22, header, "th without scope", "scope: col, row, colgroup or rowgroup")


def valid_html(visit: Visit) -> Found:
    """Rule 22: no parse error (html5ever), no id twice, nothing where HTML forbids it."""
    for error in parse_errors(visit.source):
        yield Observation(22, "page", f"parse error: {error[:120]}", "valid HTML")
    for duplicate in visit.structure["duplicates"]:
        yield Observation(22, f"#{duplicate['id']}", f"this id {duplicate['count']} times", "each id once")
    for part in visit.structure["misplaced"]:
        yield Observation(22, part["element"], "an element where HTML forbids it", part["allowed"])


def parse_errors(source: str) -> list[str]:
    """What a parser by the HTML standard, that of a browser, complains of. It does not say where."""
    parser = Parser(HtmlOptions(exact_errors=True))
    parser.process(source)
    return list(parser.finish().errors())


def links_resolve(visit: Visit) -> Found:
    """Rule 22: every link, anchor and reference leads somewhere."""
    for link in visit.structure["links"]:
        if problem := _broken(visit, link["href"]):
            yield Observation(22, link["element"], f"{link['href'][:80]!r}: {problem}", "a link that resolves")
    for reference in visit.structure["references"]:
        found = f"{reference['reference']!r}: no such id"
        yield Observation(22, reference["element"], found, "a reference that resolves")


def _broken(visit: Visit, href: str) -> str | None:
    address = urlsplit(href)
    if address.scheme in ("https", "http", "mailto", "tel", "data"):
        return None
    if address.scheme or address.netloc or address.path.startswith("/"):
        return "an address that works on one machine only, or a script"
    target = (visit.path.parent / unquote(address.path)) if address.path else visit.path
    if not target.is_file():
        return "no such file"
    known = frozenset(visit.structure["ids"]) if target == visit.path else _ids(target)
    anchor = unquote(address.fragment)
    if not address.path and not anchor:
        return "it leads nowhere"
    return "no such anchor" if anchor and anchor not in known else None


@lru_cache(maxsize=256)
def _ids(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"""\sid=["']?([^"'\s>]+)""", path.read_text(encoding="utf-8")))


def page_language(visit: Visit) -> Found:
    """Rule 23: the page says its language, and it is the language of its folder."""
    found = visit.structure["language"]
    allowed = [tag for tag in LANGUAGE_TAGS if tag.startswith(visit.language)] or list(LANGUAGE_TAGS)
    if found not in allowed:
        yield Observation(23, "html", f"lang={found!r}", " or ".join(allowed))


def other_language(visit: Visit) -> Found:
    """Rule 23: a link, marked with its lang, leads to the same page in the other language that a review has."""
    for tag, address in _twins(visit).items():
        links = [link for link in visit.structure["links"] if _leads_to(visit, link["href"], address)]
        if not any(tag == link["hreflang"] and tag == link["lang"] for link in links):
            allowed = f"a link to {address} with hreflang={tag} and lang={tag}"
            yield Observation(23, "link to the other language", f"{len(links)} links to the page, none marked", allowed)


def _twins(visit: Visit) -> dict[str, str]:
    folder = visit.path.parent.name
    others = [tag for tag in LANGUAGE_TAGS if tag[:2] in _languages(visit.root)]
    if folder not in ("en", "fr"):
        return {tag: f"{tag[:2]}/index.html" for tag in others if tag[:2] != visit.language}
    return {tag: f"../{tag[:2]}/{visit.path.name}" for tag in others if tag[:2] != folder}


def _languages(root: Path) -> list[str]:
    """The languages that a review has, as its manifest says; both where there is none that says so."""
    try:
        found = json.loads((root / "manifest.json").read_bytes())["languages"]
    except (OSError, ValueError, LookupError, TypeError):
        return ["en", "fr"]
    return list(found)


def _leads_to(visit: Visit, href: str, address: str) -> bool:
    path = urlsplit(href).path
    return bool(path) and (visit.path.parent / unquote(path)).resolve() == (visit.path.parent / address).resolve()


CHECKS = (
    requests_leave_the_page,
    parts_outside_the_file,
    policy_is_as_pinned,
    policy_allows_what_the_page_needs,
    style_attributes,
    weight,
    answer_under_title,
    headings,
    landmarks,
    tables,
    valid_html,
    links_resolve,
    page_language,
    other_language,
)
