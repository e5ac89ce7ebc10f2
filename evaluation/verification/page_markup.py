"""A page's markup as a browser reads it, token by token, for what anybody may have sent.

Only markup that is read in one way is read at all: whole tags with quoted values, comments without dashes, characters
by whole references. What is written otherwise raises `Unread`, and the page is another page: guessing what browsers
make of it is how a tampered page passes for the true one. Sizes are limited, and reading takes time in proportion.
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


class Unread(ValueError):
    """Markup that browsers may read in more than one way, or too much of it; the message says what was found where."""


@dataclass
class Markup:
    """A page as what can differ of it: all its ``tokens`` in their order, and what these say, by kind, a line each."""

    tokens: list[Token] = field(default_factory=list)
    lines: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})


def read_markup(content: bytes) -> Markup:
    """A page's markup. What a browser that saves a page adds or writes otherwise is left out: a mark of bytes,
    comments, ends of lines, blanks between blocks, quotes, the order of attributes, the encoding said once more, what
    was unfolded. Raises Unread for what is not plainly a page."""
    if len(content) > MOST_BYTES:
        raise Unread(f"a page of {len(content)} bytes; allowed: {MOST_BYTES}")
    try:
        text = content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Unread(f"a byte that is no UTF-8 at byte {error.start + 1}") from None
    found = Markup()
    found.tokens = trimmed([*tokens(text)])
    inside: list[str] = []  # the drawings around
    words: list[str] = []
    for kind, said, attributes in [*found.tokens, ("end", "html", frozenset())]:
        if kind == "text" and inside[-1:] in (["script"], ["style"]):
            found.lines[SCRIPT if inside[-1] == "script" else STYLE].append(said)
        elif kind == "text":
            words.append(said)
        elif said not in INLINE or said == "br":
            line = BLANKS.sub(" ", "".join(words)).strip()
            found.lines[DRAWING if "svg" in inside else TEXT] += [line] if line else []
            words = []
        if kind == "start":
            for name, line in lines_of(said, attributes, "svg" in inside):
                found.lines[name].append(line)
        inside = _inside(inside, kind, said)
    return found


def _inside(inside: list[str], kind: str, tag: str) -> list[str]:
    if tag not in ("svg", "script", "style"):
        return inside
    return [*inside, tag] if kind == "start" else inside[:-1] if kind == "end" else inside


def lines_of(tag: str, attributes: frozenset[tuple[str, str]], drawn: bool) -> Iterator[tuple[str, str]]:
    """What an element says besides its text, by kind: itself, where it leads, what it runs."""
    said = " ".join([tag, *(f'{name}="{value}"' for name, value in sorted(attributes) if name not in LEADING)])
    kinds = {"script": SCRIPT, "style": STYLE, "link": STYLE, "meta": META, "base": META, "svg": DRAWING}
    yield kinds.get(tag, DRAWING if drawn else ELEMENT), f"<{said}>"
    for name, value in sorted(attributes):
        if name in LEADING:
            yield LINK, f'<{tag} {name}="{value}">'
        elif name.startswith("on"):
            yield SCRIPT, f'<{tag} {name}="{value}">'
        elif name == "style":
            yield STYLE, f'<{tag} style="{value}">'


def tokens(text: str) -> Iterator[Token]:
    """The tags and texts of a page, without comments. Raises Unread."""
    at, tags, drawn = 0, 0, 0
    while at < len(text):
        if not (found := TOKEN.match(text, at)):
            raise Unread(f"markup that is read in several ways in line {text.count(chr(10), 0, at) + 1}")
        at, tag = found.end(), (found["start"] or found["end"] or "").lower()
        tags += bool(tag)
        if tags > MOST_TAGS:
            raise Unread(f"more than {MOST_TAGS} tags; allowed: {MOST_TAGS}")
        drawn += (tag == "svg") * (1 if found["start"] else -1)
        if found["start"]:
            own = attributes_of(tag, found["attributes"])
            if not said_again(tag, own):
                yield "start", tag, frozenset(own.items())
            if drawn > 0 and found["alone"]:
                yield "end", tag, frozenset()
        elif found["end"]:
            yield "end", tag, frozenset()
        elif found["doctype"]:
            yield "start", "!doctype", frozenset()
        elif found["text"]:
            yield "text", whole(found["text"]), frozenset()
        if found["start"] and tag in RAW and not (drawn > 0 and tag == "title"):
            end = RAW[tag].search(text, at)
            if not end or drawn > 0:
                raise Unread(f"a {tag} without an end, or in a drawing")
            said = text[at : end.start()]
            yield "text", whole(said) if tag == "title" else said, frozenset()
            at = end.start()


def said_again(tag: str, own: dict[str, str]) -> bool:
    """Whether an element is a browser's own, which says the encoding once more."""
    said = {"http-equiv": "content-type", "content": "text/html; charset=utf-8"}
    return tag == "meta" and {name: value.lower() for name, value in own.items()} == said


def attributes_of(tag: str, text: str) -> dict[str, str]:
    """An element's attributes, but that something is unfolded. Raises Unread for one that stands twice."""
    found: dict[str, str] = {}
    for match in ATTRIBUTE.finditer(text):
        name = match[1].lower()
        if name in found:
            raise Unread(f"the attribute {name} twice in an element")
        if name == "charset" and "&" in (match[2] or ""):
            raise Unread("an encoding that is not written out, which browsers look for before they read references")
        found[name] = whole((match[2] or '""')[1:-1])
    if tag == "details":
        found.pop("open", None)
    return found


def whole(text: str) -> str:
    """A text with its references to characters as these. Raises Unread for one that is not whole, or unknown."""
    for match in REFERENCE.finditer(text) if "&" in text else ():
        if not (match[1] in html5 if match[1][0] != "#" else match[1].endswith(";")) or match[1][-1] != ";":
            raise Unread("a reference to a character (&name;) that is not whole")
    return html.unescape(text)


def trimmed(found: list[Token]) -> list[Token]:
    """Tokens without blanks that no reader sees: at the ends of blocks. Texts of scripts, styles and code stay."""
    kept: list[Token] = []
    exact = 0  # within pre
    edge = True  # after the end of a block
    for number, (kind, said, attributes) in enumerate(found):
        if kind != "text":
            exact += (said == "pre") * (1 if kind == "start" else -1)
            edge = said not in INLINE
            kept.append((kind, said, attributes))
            continue
        following = found[number + 1] if number + 1 < len(found) else ("end", "html", attributes)
        raw = found[number - 1][:2] in (("start", "script"), ("start", "style"))
        if not exact and not raw:
            said = BLANKS.sub(" ", said)
            said = said.lstrip(" ") if edge else said
            said = said.rstrip(" ") if following[0] != "text" and following[1] not in INLINE else said
        if said:
            kept.append((kind, said, attributes))
            edge = False
    return kept
