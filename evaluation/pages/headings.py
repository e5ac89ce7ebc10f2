"""Headings of a page: short, without links, with places that its contents lead to."""

import re
from typing import Any

from markupsafe import Markup

from ..language import NO_BREAK
from ..language.placeholders import NAMES, stray_brace, typed_number
from .model import Page, PageError

HEADLINE_WORDS = 10
QUESTION = re.compile(r"\s*<p>([^<]*\?)</p>\s*")  # what the page answers, after the answer
HEADING = re.compile(r"<(h[23])>(.*?)</\1>", re.DOTALL)
LIST = r"<p><strong>[^<]*</strong></p>\s*<ul>(?:(?!<ul>).)*?</ul>"  # below a line in bold
TWO_LISTS = re.compile(rf"({LIST})\s*({LIST})", re.DOTALL)


def capitalized(text: str) -> Any:
    """A headline begins with a capital, also where it begins with a number's words (more than 29,000)."""
    return type(text)(re.sub(r"^((?:<[^>]+>)*)(\w)", lambda m: m[1] + m[2].upper(), str(text), count=1))


def unlinked(html: str) -> Markup:
    """HTML without its links; the place that a number's row leads back to stays."""
    html = re.sub(r'<a href="[^"]*" (id="use-[^"]*")>', r"<span \1></span>", str(html))
    return Markup(re.sub(r"</?a\b[^>]*>", "", html))


def contents_entry(html: str) -> Markup:
    """A heading in the page's own contents: words that lead to it, its numbers among them."""
    words = Markup(re.sub(r"</?data[^>]*>", "", str(repeated(html))))
    return Markup('<span data-name="part">{}</span>').format(words)


def repeated(html: str) -> Markup:
    """A heading where it stands a second time: without links and places."""
    return Markup(re.sub(r'<span id="use-[^"]*"></span>|</?a\b[^>]*>', "", str(html)))


def with_places(page: Page, html: str) -> Markup:
    """Prose whose headings can be led to; those that everybody reads stand in the page's short contents. In the part
    for those who check, each is a level lower: the part has a heading of its own. Two lists in a row, each below a line
    in bold (safe and not safe to say), stand side by side where there is room."""

    def placed(heading: re.Match[str]) -> str:
        level, words = int(heading[1][1]), heading[2]
        if page.checking is not None:
            return f"<h{level + 1}>{words}</h{level + 1}>"
        if level > 2:
            return heading[0]
        name = f"part-{len(page.contents) + 1}"
        page.contents.append((name, contents_entry(words)))
        return f'<h2 id="{name}">{words}</h2>'

    return Markup(TWO_LISTS.sub(r'<div class="pair"><div>\1</div><div>\2</div></div>', HEADING.sub(placed, str(html))))


def check_headline(html: str, draft: bool = False) -> None:
    """Raises PageError for a headline of more than `HEADLINE_WORDS` words, each number one of them, since other data
    may have it be *between 10,000 and 13,000*; of a draft, whose marks are long, for none. A space at which no line
    breaks parts words as any other does, but for one within a number."""
    if draft:
        return
    spaced = re.sub(rf"(?<!\d){NO_BREAK}|{NO_BREAK}(?!\d)", " ", str(html))
    numbers = re.sub(r"<data\b.*?</data>", lambda number: number[0].replace(" ", NO_BREAK), spaced, flags=re.DOTALL)
    words = re.findall(r"[^ \n]*\w[^ \n]*", re.sub(r"<[^>]+>", "", numbers))  # a no-break space joins: 29 000 is one
    if len(words) > HEADLINE_WORDS:
        raise PageError(f"found a headline of {len(words)} words ({' '.join(words)}); allowed: {HEADLINE_WORDS}")


def refuse_typed_number(text: str, language: str, where: str) -> None:
    """Every number comes from a record, in digits and in words (see `typed_number`). Raises PageError."""
    if braces := stray_brace(text):
        raise PageError(f"found a brace ({braces}) in {where}; allowed: {NAMES}")
    if number_typed := typed_number(text, language):
        raise PageError(f"found a typed number ({number_typed}) in {where}; allowed: {NAMES}")
