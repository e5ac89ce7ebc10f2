"""A finished page as a list of blocks: its headings, paragraphs, items, cells and the texts of its drawings, each with
the place where it stands and the numbers in it. A page keeps the texts of its blocks, packed, so that it can be read
against them wherever it comes to."""

from __future__ import annotations

import base64
import bz2
import hashlib
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

# What does not end a text.
INLINE = {"a", "abbr", "b", "bdi", "br", "cite", "code", "data", "em", "i", "mark", "q", "s", "small", "span", "strong"}
INLINE |= {"sub", "sup", "time", "tspan", "u"}
UNREAD = {"style", "script", "pre", "meta"}
READ_ALOUD = ("aria-label", "title", "alt")
# What is kept by a few letters of its hash alone, and what is said where it is another.
SEALED = {
    "marks": "the marks of this drawing are not those that were published",
    "numbers": "the numbers that a reader can move here are not those that were published",
    "what machines read": "what this page tells programs and search engines is not what was published",
    "addresses": "a link of this text does not lead to the address that was published",
    "links": "a link within the page, to another page or to a telephone does not lead where the published one does",
    "elements": "how the page is made (elements with their attributes, style sheet, script) is not as it was published",
}
HEADINGS = {f"h{level}" for level in range(1, 7)}
DIGITS = re.compile(r"(?<![\w.])[−-]?\d(?:[\d,.]|[\s\u202f\xa0](?=\d{3}(?!\d)))*(?!\w)")


class Said(NamedTuple):
    """A number where it is said: its words, what they say to a machine, and the name of the row that it leads to."""

    words: str
    value: str
    bound: str
    low: str
    high: str
    name: str


@dataclass(frozen=True)
class Block:
    """A text of a page in one piece. ``part`` says where it stands: a chart, a table, a row of the origins, else the
    heading above; ``times`` are its moments, each in words and as a machine reads it."""

    part: str
    tag: str
    text: str
    numbers: tuple[Said, ...] = ()
    times: tuple[tuple[str, str], ...] = ()
    folded: bool = False  # in a cell, in a list of what stands elsewhere, or around the page: no sentence of its own

    @property
    def sentences(self) -> list[str]:
        return [one for one in re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý“«$\d])", self.text) if one]


def parsed(content: bytes) -> Any:
    """The tree of a page. Raises ValueError for what is no HTML."""
    try:
        return html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
    except etree.LxmlError as error:
        raise ValueError(str(error)) from None


def blocks(tree: Any) -> list[Block]:
    """The blocks of a page or a drawing in reading order, those without words left out."""
    found: list[Block] = []
    walk(tree, Place("", False, address_of(tree)), found)
    return [*found, *made_of(tree)]


class Place(NamedTuple):
    """Where a walk through a page is."""

    part: str
    folded: bool
    base: str = ""  # see `address_of`

    def at(self, element: Any) -> Place:
        """The place inside an element."""
        folded = self.folded or element.tag in ("table", "nav", "footer", "header", "head", "svg")
        folded = folded or "data-page" in element.attrib
        return Place(named(element) or self.part, folded, self.base)


def named(element: Any) -> str:
    """What a part of a page is called in a report; nothing for an element that begins none."""
    for kind in ("chart", "table", "page"):
        if name := element.get(f"data-{kind}"):
            return f"{kind} {name}"
    own = element.get("id") or ""
    if own.startswith("from-"):
        return f"number {own.removeprefix('from-')}"
    if "chart-" in (element.get("class") or "") and element.tag == "div" and element.find("svg") is not None:
        return f"drawing of {named(element.getparent())}, {element.get('class').removeprefix('chart-')}"
    return own if element.tag in ("details", "li", "ul") else ""


def walk(element: Any, place: Place, found: list[Block]) -> None:
    """Note the blocks of an element."""
    if not isinstance(element.tag, str):
        return
    place = place.at(element)
    found += unread_of(element, place)
    if element.tag in UNREAD or "data-explorer" in element.attrib:  # a script moves what is in it
        return
    text, inside = own_text(element)
    if text:
        times = tuple((words(one), one.get("datetime", "")) for one in inside if one.tag == "time")
        numbers = tuple(said(one) for one in inside if one.tag == "data")
        found.append(Block(place.part, element.tag, text, numbers, times, place.folded))
        links = [as_written(one.get("href", ""), place.base).rstrip("/") for one in inside if one.tag == "a"]
        if elsewhere := [link for link in links if link.startswith(("http", "data:"))]:
            found.append(hashed(place, "addresses", *elsewhere))
    for each in (element, *inside):
        for child in each:
            if child.tag not in INLINE:
                walk(child, place, found)
                if child.tag in HEADINGS and element.tag in ("div", "main"):
                    place = Place(words(child), place.folded, place.base)


def unread_of(element: Any, place: Place) -> Iterator[Block]:
    """What stands in no element's text: what the head says of a page, the name of a drawing; by a few letters of their
    hash its marks, and what scripts and search engines work with."""
    if name := element.get("name" if element.get("name") else "property") if element.tag == "meta" else "":
        if name in ("description", "og:title", "og:description"):
            yield Block(f"{name} of the page", "meta", " ".join(element.get("content", "").split()), folded=True)
    elif element.tag == "svg":
        yield Block(place.part, "svg", " ".join(element.get("aria-label", "").split()), folded=True)
        yield hashed(
            place, "marks", *((one.tag, *sorted(one.items())) for one in element.iterdescendants(etree.Element))
        )
    elif name := element.get("data-explorer"):
        yield hashed(
            Place(f"part {name}", True), "numbers", *(v for k, v in sorted(element.items()) if k[:5] == "data-")
        )
    elif element.tag == "script" and "json" in element.get("type", ""):
        yield hashed(place, "what machines read", element.text)


def made_of(tree: Any) -> Iterator[Block]:
    """What attributes say aloud; and by a hash where links lead, and the elements with all that is in their tags.
    Apart: what a drawing's marks say already, what a script moves, and what a browser that saves a page changes."""
    apart = {*tree.xpath("//svg//* | //script[@data-texts] | //*[@data-explorer]/descendant-or-self::*")}
    elements = [
        one
        for one in tree.xpath("//style | //meta[@name or @property] | //body/descendant-or-self::*")
        if one not in apart
    ]
    for element in elements:
        for name in READ_ALOUD if element.tag != "svg" else ():
            if name in element.attrib:
                yield Block(f"{name} of <{element.tag}>", "", " ".join(element.get(name).split()), folded=True)
    place, base = Place("the page", True), address_of(tree)
    yield hashed(place, "links", *(as_written(one.get("href"), base) for one in elements if "href" in one.attrib))
    yield hashed(place, "elements", *map(tag_of, elements))


def tag_of(element: Any) -> tuple[Any, ...]:
    """An element without what stands in it, but for style sheets and scripts."""
    kept = {name: value for name, value in element.items() if name not in ("href", "open")}
    kept["class"] = kept.get("class", "").replace("tried", "").strip()  # by the script, beside what it moves
    return element.tag, sorted(kept.items()), element.text if element.tag in ("style", "script") else ""


def address_of(tree: Any) -> str:
    """Where a browser that saved a page had it from, which it writes before the links that we write as relative."""
    first = next(iter(tree.xpath("//a/@href")), "")  # to the content; of the way in, to a language
    return re.sub(r"(#main|\w\w/index\.html)$", "", first) if "://" in first else ""


def as_written(link: str, base: str) -> str:
    """A link as the page has it, before a browser made it absolute."""
    own, there = urlsplit(base), urlsplit(urljoin(base, link))
    if not base or own[:2] != there[:2]:
        return unquote(link)
    folder = posixpath.dirname(own.path + "x")
    path = "" if there.path == own.path and there.fragment else posixpath.relpath(there.path, folder)
    return unquote(path + (f"#{there.fragment}" if there.fragment else ""))


def sealed(text: str) -> str:
    """What is said of a block that is kept by its hash alone; nothing for a text."""
    found = re.fullmatch(r"(.*) x[0-9a-f]{8}", text)
    return SEALED.get(found[1], "") if found else ""


def hashed(place: Place, what: str, *parts: Any) -> Block:
    return Block(place.part, "", f"{what} x{hashlib.sha256(repr(parts).encode()).hexdigest()[:8]}", folded=True)


def own_text(element: Any) -> tuple[str, list[Any]]:
    """The words of an element without those of the blocks in it; and the elements of a line that hold them."""
    texts: list[str] = [element.text or ""]
    inside: list[Any] = []

    def add(parent: Any) -> None:
        for child in parent:
            if child.tag in INLINE:
                inside.append(child)
                texts.append(" " if child.tag == "br" else child.text or "")
                add(child)
            else:
                texts.append(" ")
            texts.append(child.tail or "")

    add(element)
    return " ".join("".join(texts).split()), inside


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def said(element: Any) -> Said:
    value, link = element.get("value", ""), element.getparent()
    target = (link.get("href") or "") if link.tag == "a" else ""
    row = next((one.get("id") for one in element.iterancestors("tr") if (one.get("id") or "").startswith("from-")), "")
    name = target.rpartition("#from-")[2] if "#from-" in target else row.removeprefix("from-")
    low, high = element.get("data-low", value), element.get("data-high", value)
    return Said(words(element), value, element.get("data-bound", ""), low, high, name)


def with_texts(page: str) -> str:
    """A finished page with the texts of its blocks in it, a line a block, packed: who looks for a word in the page and
    puts another in its place does not reach them. bzip2, because its bytes are the same everywhere."""
    lines = "\n".join(block.text for block in blocks(parsed(page.encode())))
    packed = base64.b64encode(bz2.compress(lines.encode())).decode()
    return page.replace("</body>", f'<script type="text/plain" data-texts>{packed}</script>\n</body>')


def texts_kept(tree: Any) -> list[str]:
    """The texts that a page keeps of its blocks. Raises ValueError for a page that keeps none, or not all."""
    for script in tree.xpath("//script[@data-texts]"):
        try:
            return bz2.decompress(base64.b64decode(script.text or "", validate=True)).decode().split("\n")
        except (OSError, EOFError) as error:
            raise ValueError(str(error)) from None
    raise ValueError("a page that keeps no texts")


def numerals(text: str) -> list[str]:
    """The numbers of a text as they are written, blanks between thousands left out."""
    return [re.sub(r"[\s\u202f\xa0]", "", one).strip(".,") for one in DIGITS.findall(text)]


def low_first(text: str) -> str:
    """A text as it stands within a sentence, its blanks plain ones."""
    text = " ".join(text.split())
    return text[:1].lower() + text[1:]
