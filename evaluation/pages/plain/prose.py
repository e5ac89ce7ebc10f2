"""Markdown of an ordinary notebook as HTML that is safe in a page: rendered by mistune, sanitized by bleach, with
tables and links as on other pages."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import bleach
import mistune
from lxml import html
from markupsafe import Markup, escape

ALLOWED_TAGS = """a abbr b blockquote br caption code dd del details dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre
s strong sub summary sup table tbody td tfoot th thead tr ul"""
ALLOWED_ATTRIBUTES = {"a": ["href"], "img": ["src", "alt"], "th": ["colspan", "rowspan"], "td": ["colspan", "rowspan"],
              "ol": ["start"]}  # fmt: skip
SCHEMES = ("http", "https", "mailto", "data", "attachment")
PLUGINS = ["table", "strikethrough", "footnotes", "url"]
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def render_markdown(markdown: str, attached: Mapping[str, Any] | None = None) -> Any:
    """Render Markdown as an lxml element that contains its blocks, sanitized; ``attached`` are the attachments of its
    cell by name."""
    return sanitize_html(str(mistune.create_markdown(escape=False, plugins=PLUGINS)(markdown)), attached or {})


def sanitize_html(source: str, attached: Mapping[str, Any] | None = None) -> Any:
    """Sanitize HTML into an lxml element that contains its blocks: without scripts, styles and elements that are not in
    `ALLOWED_TAGS`, whose words stay. Pictures outside the page are replaced by their alternative texts; links that are
    not of the web or mail lose their address; blocks of code can be scrolled by keyboard."""
    source = re.sub(r"<(style|script)\b.*?</\1\s*>", "", source, flags=re.DOTALL | re.IGNORECASE)
    safe = bleach.clean(source, ALLOWED_TAGS.split(), ALLOWED_ATTRIBUTES, SCHEMES, strip=True)
    root = html.fragment_fromstring(safe, create_parent="div")
    for picture in list(root.iter("img")):
        embed_picture(picture, (attached or {}).get(picture.get("src", "").removeprefix("attachment:"), {}))
    for link in root.iter("a"):
        if urlsplit(link.get("href", "")).scheme not in ("http", "https", "mailto"):
            link.attrib.pop("href", None)
    for block in root.iter("pre"):
        block.attrib.update({"tabindex": "0", "role": "region", "aria-label": "code"})
    return root


def embed_picture(picture: Any, files: Mapping[str, Any]) -> None:
    """Embed in a picture, in place, the first content of ``files`` (base64 by media type), if there is any; a picture
    whose address is then not ``data:image/...`` is replaced by its alternative text."""
    for kind, content in list(files.items())[:1]:
        picture.set("src", f"data:{kind};base64,{''.join(content).strip()}")
    if not picture.get("src", "").startswith("data:image/"):
        picture.tail = f" {picture.get('alt', '')} {picture.tail or ''}"
        picture.drop_tree()


def normalize_headings(root: Any, above: int, has_title: bool) -> int:
    """Renumber headings in place so that none is more than one level below the heading before it, of which the level
    before the first is ``above`` (0 for none). If the page ``has_title``, an h1 becomes h2. Returns the level of the
    last heading, or ``above`` without any."""
    for heading in root.iter(*HEADINGS):
        above = min(max(int(heading.tag[1]), 2 if has_title else 1), above + 1)
        heading.tag = f"h{above}"
    return above


def format_tables(root: Any, caption: str) -> None:
    """Give the tables in an element, in place, this caption unless they have one, "CAPTION (2)" for the second and so
    on; scopes of header cells; and a scrolling container of the same name."""
    for number, table in enumerate(list(root.iter("table")), start=1):
        label = f"{caption} ({number})" if number > 1 else caption
        if table.find("caption") is None:
            table.insert(0, html.fragment_fromstring(f"<caption>{escape(label)}</caption>"))
        for cell in table.iter("th"):
            cell.set("scope", "col" if cell.getparent().getparent().tag == "thead" else "row")
        box = html.Element("div", {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": label})
        table.getparent().replace(table, box)
        box.append(table)


def text_of_element(root: Any) -> str:
    """The text of an element with whitespace collapsed."""
    return re.sub(r"\s+", " ", root.text_content()).strip()


def inner_html(root: Any) -> Markup:
    """The HTML inside an element."""
    return Markup(escape(root.text or "") + Markup("".join(html.tostring(c, encoding="unicode") for c in root)))
