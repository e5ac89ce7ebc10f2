"""Parsing of a finished page into blocks: its headings, paragraphs, list items, table cells and the texts of its
drawings, each with its position and its numbers."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from lxml import etree, html

# Inline elements, which do not end a text.
INLINE = {"a", "abbr", "b", "bdi", "br", "cite", "code", "data", "em", "i", "mark", "q", "s", "small", "span", "strong"}
INLINE |= {"sub", "sup", "time", "tspan", "u"}
UNREAD = {"style", "script", "pre"}
READ_ALOUD = ("aria-label", "title", "alt", "content")  # attributes with text
FOLDED = ("table", "nav", "footer", "header", "head", "svg")  # elements without sentences of running text
# The block for a part's elements and attributes: the first 8 digits of their SHA-256.
SEAL = re.compile("made x[0-9a-f]{8}")
SEALED = "its elements and attributes (links, marks, style, scripts, what machines read) are not as they were published"
HEADINGS = {f"h{level}" for level in range(1, 7)}
DIGITS = re.compile(r"(?<![\w.])[−-]?\d(?:[\d,.]|[\s\u202f\xa0](?=\d{3}(?!\d)))*(?!\w)")


class PrintedNumber(NamedTuple):
    """A number in a text: its words, the value, bound and ends of its ``data`` element, and the name of the origin row
    that it links to ("" for none)."""

    words: str
    value: str
    bound: str
    low: str
    high: str
    name: str


@dataclass(frozen=True)
class Block:
    """One text of a page. ``part`` is its position: a chart, a table, a row of origins, else the heading above it;
    empty before the first. ``tag`` is its element, or "attribute of <element>" for a text in an attribute."""

    part: str
    tag: str
    text: str
    numbers: tuple[PrintedNumber, ...] = ()
    folded: bool = False  # in a table, navigation or a list of pages: not running text

    @property
    def sentences(self) -> list[str]:
        """The sentences of the text, split after . ! or ? before a capital, an opening quotation mark, a digit or $."""
        return [sentence for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý“«$\d])", self.text) if sentence]


def parse_html(content: bytes) -> Any:
    """Parse the HTML of a page (UTF-8) into an lxml tree without comments, errors repaired. Raises ValueError for
    content that is not HTML at all, such as an empty file."""
    # In SVG browsers show CDATA sections, which lxml parses as comments.
    content = content.replace(b"<![CDATA[", b"&lt;![CDATA[")
    try:
        return html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8", remove_comments=True))
    except etree.LxmlError as error:
        raise ValueError(str(error)) from None


def list_blocks(tree: Any) -> list[Block]:
    """The blocks of a page or a drawing (an lxml tree) in reading order, then for each part one block "made x1a2b3c4d",
    with 8 digits of a hash of its elements and attributes."""
    blocks: list[Block] = []
    elements_by_part: dict[str, list[Any]] = {}
    collect_blocks(tree, "", False, blocks, elements_by_part)
    for part, elements in elements_by_part.items():
        digits = hashlib.sha256(repr(elements).encode()).hexdigest()[:8]
        blocks.append(Block(part, "", f"made x{digits}", folded=True))
    return blocks


def part_name(element: Any) -> str:
    """The name in reports of the part that an element opens: "chart rise", "number served" (a row of origins), "drawing
    of chart rise, wide", or the id of a details, li or ul; "" for an element that opens none."""
    for kind in ("chart", "table", "page", "explorer"):
        if name := element.get(f"data-{kind}"):
            return f"{kind} {name}"
    identifier = element.get("id") or ""
    if identifier.startswith("from-"):
        return f"number {identifier.removeprefix('from-')}"
    if "chart-" in (element.get("class") or "") and element.tag == "div" and element.find("svg") is not None:
        return f"drawing of {part_name(element.getparent())}, {element.get('class').removeprefix('chart-')}"
    return identifier if element.tag in ("details", "li", "ul") else ""


def collect_blocks(
    element: Any, part: str, folded: bool, blocks: list[Block], elements_by_part: dict[str, list[Any]]
) -> None:
    """Append an element's text, the texts of its attributes (`READ_ALOUD`) and the blocks inside it to ``blocks``, and
    its elements with their attributes to ``elements_by_part``. ``part`` and ``folded`` (no running text) are those
    around it; a heading in a div or main opens a part for what follows it there. Scripts, styles, code and explorers
    give no blocks and are appended whole as elements."""
    if not isinstance(element.tag, str):
        return
    part = part_name(element) or part
    folded = folded or element.tag in FOLDED or "data-page" in element.attrib
    if element.tag in UNREAD or "data-explorer" in element.attrib:  # modified by a script
        elements_by_part.setdefault(part, []).append(etree.tostring(element, with_tail=False))
        return
    text, inline = inline_text(element)
    for each in (element, *inline):
        elements_by_part.setdefault(part, []).append((each.tag, sorted(each.items())))
        for name in (name for name in READ_ALOUD if name in each.attrib):
            blocks.append(Block(part, f"{name} of <{each.tag}>", " ".join(each.get(name).split()), folded=True))
    if text:
        numbers = tuple(_printed_number(datum) for datum in inline if datum.tag == "data")
        blocks.append(Block(part, element.tag, text, numbers, folded))
    for each in (element, *inline):
        for child in each:
            if child.tag not in INLINE:
                collect_blocks(child, part, folded, blocks, elements_by_part)
                if child.tag in HEADINGS and element.tag in ("div", "main"):
                    part = _collapsed_text(child)


def seal_message(text: str) -> str:
    """The message in reports for a block that holds a hash of elements; "" for a block of text."""
    return SEALED if SEAL.fullmatch(text) else ""


def inline_text(element: Any) -> tuple[str, list[Any]]:
    """The text of an element, whitespace collapsed, with a blank in place of each block inside it; and the inline
    elements that contribute to it, at any depth, in order."""
    texts: list[str] = [element.text or ""]
    inline: list[Any] = []

    def add(parent: Any) -> None:
        """Add the text and the inline elements of an element's children, and a blank for each block."""
        for child in parent:
            if child.tag in INLINE:
                inline.append(child)
                texts.append(" " if child.tag == "br" else child.text or "")
                add(child)
            else:
                texts.append(" ")
            texts.append(child.tail or "")

    add(element)
    return " ".join("".join(texts).split()), inline


def _collapsed_text(element: Any) -> str:
    """The whole text of an element, with whitespace collapsed."""
    return " ".join(element.text_content().split())


def _printed_number(element: Any) -> PrintedNumber:
    """The number of a ``data`` element. Its name is that of the origin row that it links to, else of the one that it is
    in, else ""; ``low`` and ``high`` are its value where it has no such attributes."""
    value, link = element.get("value", ""), element.getparent()
    target = (link.get("href") or "") if link.tag == "a" else ""
    rows = (row.get("id") or "" for row in element.iterancestors("tr"))
    row_id = next((identifier for identifier in rows if identifier.startswith("from-")), "")
    name = target.rpartition("#from-")[2] if "#from-" in target else row_id.removeprefix("from-")
    low, high = element.get("data-low", value), element.get("data-high", value)
    return PrintedNumber(_collapsed_text(element), value, element.get("data-bound", ""), low, high, name)


def numerals(text: str) -> list[str]:
    """The numbers in a text as written, with minus signs, without the spaces between thousands; digits next to letters
    are left out."""
    return [re.sub(r"[\s\u202f\xa0]", "", digits).strip(".,") for digits in DIGITS.findall(text)]
