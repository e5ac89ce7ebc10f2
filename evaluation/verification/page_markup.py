"""A tokenizer of untrusted pages' markup, as a browser reads it.

Only unambiguous markup is accepted: complete tags with quoted values, comments without dashes, complete character
references. Anything else raises `AmbiguousMarkup`, and the page counts as different: guessing at browsers' error
recovery is how a tampered page passes as genuine. Sizes are limited, and time is linear.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5

from ..pages.blocks import INLINE

MOST_BYTES = 3_000_000  # twice the largest page that a build lets through (1.4 MB, with a script)
MOST_TAGS = 40_000  # five times those of the largest page of the review
NAME, BLANK = r"[a-z][a-z0-9:-]*+", r"[ \t\n\r\f]"  # Python's own blanks are more than a browser's
ATTRIBUTE = re.compile(
    rf"""{BLANK}++([a-z_:][a-z0-9_:.-]*+)(?:{BLANK}*+={BLANK}*+("[^"]*+"|'[^']*+'))?+""", re.IGNORECASE | re.ASCII
)
TOKEN = re.compile(
    rf"""<!--(?!-?>)(?:[^-]|-(?!-))*+--> | (?P<doctype><!doctype{BLANK}+html{BLANK}*>) | </(?P<end>{NAME}){BLANK}*+>
    | <(?P<start>{NAME})(?P<attributes>(?:{ATTRIBUTE.pattern})*+){BLANK}*+(?P<alone>/?)> | (?P<text>[^<]++)""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
RAW = {
    name: re.compile(rf"</{name}(?=[ \t\n\r\f/>])", re.IGNORECASE | re.ASCII) for name in ("script", "style", "title")
}
REFERENCE = re.compile(r"&(#?\w+;?)", re.ASCII)
BLANKS = re.compile(r"[ \t\r\n\f]+")
LEADING = {"href", "src", "srcset", "action", "formaction", "data", "poster", "background", "ping", "xlink:href"}
TEXT, LINK, SCRIPT, STYLE, META, DRAWING = "visible text", "link", "script", "style", "meta element", "drawing"
ELEMENT = "element"
KINDS = (TEXT, LINK, SCRIPT, STYLE, META, DRAWING, ELEMENT)
Token = tuple[str, str, frozenset[tuple[str, str]]]  # start, end or text; the tag or the words; attributes


class AmbiguousMarkup(ValueError):
    """Markup that is ambiguous or too large; the message names the place."""


@dataclass
class PageMarkup:
    """The content of a page for comparison: all ``tokens`` in order, and the lines of text or markup by kind
    (KINDS)."""

    tokens: list[Token] = field(default_factory=list)
    lines: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})


def read_markup(content: bytes) -> PageMarkup:
    """Parse a page's markup, ignoring what browsers change when saving it: byte-order mark, comments, line endings,
    blanks between blocks, quotes, order of attributes, a repeated encoding, unfolded sections. Raises AmbiguousMarkup
    for ambiguous markup, more than MOST_BYTES or MOST_TAGS, and another encoding than UTF-8."""
    if len(content) > MOST_BYTES:
        raise AmbiguousMarkup(f"a page of {len(content)} bytes; allowed: {MOST_BYTES}")
    try:
        text = content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise AmbiguousMarkup(f"a byte that is not UTF-8 at byte {error.start + 1}") from None
    markup = PageMarkup()
    markup.tokens = without_edge_blanks([*tokenize(text)])
    inside: list[str] = []  # the drawings around
    words: list[str] = []
    for kind, token, attributes in [*markup.tokens, ("end", "html", frozenset())]:
        if kind == "text" and inside[-1:] in (["script"], ["style"]):
            markup.lines[SCRIPT if inside[-1] == "script" else STYLE].append(token)
        elif kind == "text":
            words.append(token)
        elif token not in INLINE or token == "br":
            line = BLANKS.sub(" ", "".join(words)).strip()
            markup.lines[DRAWING if "svg" in inside else TEXT] += [line] if line else []
            words = []
        if kind == "start":
            for name, line in element_lines(token, attributes, "svg" in inside):
                markup.lines[name].append(line)
        inside = _open_elements(inside, kind, token)
    return markup


def _open_elements(inside: list[str], kind: str, tag: str) -> list[str]:
    """The drawings, scripts and styles that are open after the start or end (``kind``) of a ``tag``, given those open
    before it (``inside``), outermost first; other tags and texts change nothing."""
    if tag not in ("svg", "script", "style"):
        return inside
    return [*inside, tag] if kind == "start" else inside[:-1] if kind == "end" else inside


def element_lines(tag: str, attributes: frozenset[tuple[str, str]], drawn: bool) -> Iterator[tuple[str, str]]:
    """The lines of an element besides its content, each with its kind (of KINDS): its start tag without link targets;
    then each link target, event handler and inline style. ``drawn`` is whether it lies in a drawing."""
    words = " ".join([tag, *(f'{name}="{value}"' for name, value in sorted(attributes) if name not in LEADING)])
    kinds = {"script": SCRIPT, "style": STYLE, "link": STYLE, "meta": META, "base": META, "svg": DRAWING}
    yield kinds.get(tag, DRAWING if drawn else ELEMENT), f"<{words}>"
    for name, value in sorted(attributes):
        if name in LEADING:
            yield LINK, f'<{tag} {name}="{value}">'
        elif name.startswith("on"):
            yield SCRIPT, f'<{tag} {name}="{value}">'
        elif name == "style":
            yield STYLE, f'<{tag} style="{value}">'


def tokenize(text: str) -> Iterator[Token]:
    """The tags and texts of a page in order, names in lower case, without comments and the browser's additions. Raises
    AmbiguousMarkup, naming the line, at the first position that is none of a tag, a comment and a text; for more than
    MOST_TAGS; for a script, style or title without an end, or in a drawing (there a title may be); and for ambiguous
    attributes or character references."""
    at, tags, drawn = 0, 0, 0
    while at < len(text):
        if not (match := TOKEN.match(text, at)):
            raise AmbiguousMarkup(f"markup that is read in several ways in line {text.count(chr(10), 0, at) + 1}")
        at, tag = match.end(), (match["start"] or match["end"] or "").lower()
        tags += bool(tag)
        if tags > MOST_TAGS:
            raise AmbiguousMarkup(f"more than {MOST_TAGS} tags; allowed: {MOST_TAGS}")
        drawn += (tag == "svg") * (1 if match["start"] else -1)
        if match["start"]:
            attributes = parse_attributes(tag, match["attributes"])
            if not is_repeated_encoding(tag, attributes):
                yield "start", tag, frozenset(attributes.items())
            if drawn > 0 and match["alone"]:
                yield "end", tag, frozenset()
        elif match["end"]:
            yield "end", tag, frozenset()
        elif match["doctype"]:
            yield "start", "!doctype", frozenset()
        elif match["text"]:
            yield "text", resolve_references(match["text"]), frozenset()
        if match["start"] and tag in RAW and not (drawn > 0 and tag == "title"):
            end = RAW[tag].search(text, at)
            if not end or drawn > 0:
                raise AmbiguousMarkup(f"a {tag} without an end, or in a drawing")
            data = text[at : end.start()]
            yield "text", resolve_references(data) if tag == "title" else data, frozenset()
            at = end.start()


def is_repeated_encoding(tag: str, attributes: dict[str, str]) -> bool:
    """Whether an element is the ``meta`` that browsers add to a saved page to repeat its encoding, and no more."""
    default = {"http-equiv": "content-type", "content": "text/html; charset=utf-8"}
    return tag == "meta" and {name: value.lower() for name, value in attributes.items()} == default


def parse_attributes(tag: str, text: str) -> dict[str, str]:
    """The attributes of an element by name in lower case (empty without a value), except the state of being unfolded.
    Raises AmbiguousMarkup for duplicates, an encoding written with references, and a character reference that is
    unknown or has no semicolon."""
    attributes: dict[str, str] = {}
    for match in ATTRIBUTE.finditer(text):
        name = match[1].lower()
        if name in attributes:
            raise AmbiguousMarkup(f"the attribute {name} twice in an element")
        if name == "charset" and "&" in (match[2] or ""):
            raise AmbiguousMarkup(
                "an encoding that is not written out, which browsers look for before they read references"
            )
        attributes[name] = resolve_references((match[2] or '""')[1:-1])
    if tag == "details":
        attributes.pop("open", None)
    return attributes


def resolve_references(text: str) -> str:
    """A text with its character references resolved. Raises AmbiguousMarkup for unknown ones, and for those without a
    semicolon."""
    for match in REFERENCE.finditer(text) if "&" in text else ():
        if not (match[1] in html5 if match[1][0] != "#" else match[1].endswith(";")) or match[1][-1] != ";":
            raise AmbiguousMarkup("a reference to a character (&name;) that is not whole")
    return html.unescape(text)


def without_edge_blanks(tokens: list[Token]) -> list[Token]:
    """Tokens without invisible blanks: none at the edges of blocks, one space for several blanks in a text; texts of
    scripts, styles and ``pre`` are unchanged."""
    trimmed_tokens: list[Token] = []
    exact = 0  # within pre
    edge = True  # after the end of a block
    for number, (kind, text, attributes) in enumerate(tokens):
        if kind != "text":
            exact += (text == "pre") * (1 if kind == "start" else -1)
            edge = text not in INLINE
            trimmed_tokens.append((kind, text, attributes))
            continue
        following = tokens[number + 1] if number + 1 < len(tokens) else ("end", "html", attributes)
        raw = tokens[number - 1][:2] in (("start", "script"), ("start", "style"))
        if not exact and not raw:
            text = BLANKS.sub(" ", text)
            text = text.lstrip(" ") if edge else text
            text = text.rstrip(" ") if following[0] != "text" and following[1] not in INLINE else text
        if text:
            trimmed_tokens.append((kind, text, attributes))
            edge = False
    return trimmed_tokens
