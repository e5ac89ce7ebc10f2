"""A finished page as a list of blocks: its headings, paragraphs, items, cells and the texts of its drawings, each with
the place where it stands and the numbers in it."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from lxml import etree, html

# What does not end a text.
INLINE = {"a", "abbr", "b", "bdi", "br", "cite", "code", "data", "em", "i", "mark", "q", "s", "small", "span", "strong"}
INLINE |= {"sub", "sup", "time", "tspan", "u"}
UNREAD = {"style", "script", "pre"}
READ_ALOUD = ("aria-label", "title", "alt", "content")  # attributes
FOLDED = ("table", "nav", "footer", "header", "head", "svg")  # what is no sentence of its own
# What is kept of a part besides its texts: a few letters of a hash of its elements.
SEAL = re.compile("made x[0-9a-f]{8}")
SEALED = "its elements and attributes (links, marks, style, scripts, what machines read) are not as they were published"
HEADINGS = {f"h{level}" for level in range(1, 7)}
DIGITS = re.compile(r"(?<![\w.])[−-]?\d(?:[\d,.]|[\s\u202f\xa0](?=\d{3}(?!\d)))*(?!\w)")


class PrintedNumber(NamedTuple):
    """A number where it is said: its words, what they say to a machine, and the name of the row that it leads to."""

    words: str
    value: str
    bound: str
    low: str
    high: str
    name: str


@dataclass(frozen=True)
class Block:
    """A text of a page in one piece, and where it stands (``part``): a chart, a table, an origin, else a heading."""

    part: str
    tag: str
    text: str
    numbers: tuple[PrintedNumber, ...] = ()
    folded: bool = False  # in a cell, in a list of what stands elsewhere, or around the page: no sentence of its own

    @property
    def sentences(self) -> list[str]:
        """Its text, cut after a full stop, a question or an exclamation before a capital, a quotation or a digit."""
        return [sentence for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý“«$\d])", self.text) if sentence]


def parse_html(content: bytes) -> Any:
    """The tree of a page, without comments. Raises ValueError for what is no HTML."""
    # A browser shows in a drawing what lxml takes for a comment.
    content = content.replace(b"<![CDATA[", b"&lt;![CDATA[")
    try:
        return html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8", remove_comments=True))
    except etree.LxmlError as error:
        raise ValueError(str(error)) from None


def blocks(tree: Any) -> list[Block]:
    """The blocks with words of a page or a drawing in reading order; at each part's end how it is made, by a hash."""
    listed: list[Block] = []
    made: dict[str, list[Any]] = {}
    collect_blocks(tree, "", False, listed, made)
    hashes = {part: hashlib.sha256(repr(elements).encode()).hexdigest()[:8] for part, elements in made.items()}
    return [*listed, *(Block(part, "", f"made x{hash_of_part}", folded=True) for part, hash_of_part in hashes.items())]


def part_name(element: Any) -> str:
    """What a part of a page is called in a report; nothing for an element that begins none."""
    for kind in ("chart", "table", "page", "explorer"):
        if name := element.get(f"data-{kind}"):
            return f"{kind} {name}"
    identifier = element.get("id") or ""
    if identifier.startswith("from-"):
        return f"number {identifier.removeprefix('from-')}"
    if "chart-" in (element.get("class") or "") and element.tag == "div" and element.find("svg") is not None:
        return f"drawing of {part_name(element.getparent())}, {element.get('class').removeprefix('chart-')}"
    return identifier if element.tag in ("details", "li", "ul") else ""


def collect_blocks(element: Any, part: str, folded: bool, listed: list[Block], made: dict[str, list[Any]]) -> None:
    """Note the blocks of an element, which stands in a part, and what it is made of."""
    if not isinstance(element.tag, str):
        return
    part = part_name(element) or part
    folded = folded or element.tag in FOLDED or "data-page" in element.attrib
    if element.tag in UNREAD or "data-explorer" in element.attrib:  # a script moves what is in it
        made.setdefault(part, []).append(etree.tostring(element, with_tail=False))
        return
    text, inside = own_text(element)
    for each in (element, *inside):
        made.setdefault(part, []).append((each.tag, sorted(each.items())))
        for name in (name for name in READ_ALOUD if name in each.attrib):
            listed.append(Block(part, f"{name} of <{each.tag}>", " ".join(each.get(name).split()), folded=True))
    if text:
        numbers = tuple(_printed_number(datum) for datum in inside if datum.tag == "data")
        listed.append(Block(part, element.tag, text, numbers, folded))
    for each in (element, *inside):
        for child in each:
            if child.tag not in INLINE:
                collect_blocks(child, part, folded, listed, made)
                if child.tag in HEADINGS and element.tag in ("div", "main"):
                    part = _words(child)


def seal_message(text: str) -> str:
    """What is said of a block that is kept by its hash alone; nothing for a text."""
    return SEALED if SEAL.fullmatch(text) else ""


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


def _words(element: Any) -> str:
    return " ".join(element.text_content().split())


def _printed_number(element: Any) -> PrintedNumber:
    value, link = element.get("value", ""), element.getparent()
    target = (link.get("href") or "") if link.tag == "a" else ""
    row = next(
        (
            row_element.get("id")
            for row_element in element.iterancestors("tr")
            if (row_element.get("id") or "").startswith("from-")
        ),
        "",
    )
    name = target.rpartition("#from-")[2] if "#from-" in target else row.removeprefix("from-")
    low, high = element.get("data-low", value), element.get("data-high", value)
    return PrintedNumber(_words(element), value, element.get("data-bound", ""), low, high, name)


def numerals(text: str) -> list[str]:
    """The numbers of a text as they are written, blanks between thousands left out."""
    return [re.sub(r"[\s\u202f\xa0]", "", digits).strip(".,") for digits in DIGITS.findall(text)]
