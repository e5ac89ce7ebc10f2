"""What a page may do: as its security policy says, with the elements and attributes that pages have. Anything else is
named, since it could load, send, hide or replace something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from ..pages.blocks import INLINE
from ..pages.style import policy_of
from .files_compared import Difference

NAMES = """html head meta title style script body header nav main section footer div p h1 h2 h3 h4 h5 h6 ul ol li dl dt
dd blockquote hr pre table caption thead tbody tr th td details summary label input select option output
svg g path line circle rect text"""
ELEMENTS = INLINE | set(NAMES.split())
MOVED = ("label", "input", "select", "option", "output")  # by readers, in a part that a script moves
DATA = ("application/json", "application/ld+json", "text/plain")  # scripts that a browser does not run
NONE = "none: no page has it"


def foreign(tree: Any) -> Iterator[Difference]:
    """What of a page no page has: in its policy, scripts, style sheets, elements and attributes."""
    scripts = [one.text or "" for one in tree.xpath("//script") if one.get("type") not in DATA]
    sheets = [one.text or "" for one in tree.xpath("//style")]
    for name, found, most in (
        ("script that runs", scripts, bool(tree.xpath("//*[@data-explorer]"))),
        ("style", sheets, 1),
    ):
        if len(found) > most:
            yield Difference(f"<{name}>", f"{len(found)}", f"{int(most)}")
    policies = [one.get("content") for one in tree.xpath("//head/meta") if equivalent(one) == "content-security-policy"]
    if not policies:
        yield Difference("the security policy of the page", "", "the one that forbids all but its style sheet")
    elif policies != [policy_of("".join(sheets[:1]), "".join(scripts[:1]))]:
        what = "another than pages have with this style sheet and script"
        yield Difference("the security policy of the page", what, "the one that forbids all else")
    moved = {*tree.xpath("//*[@data-explorer]/descendant-or-self::*")}
    for element in tree.iter(etree.Element):
        yield from foreign_in(element, element in moved)


def foreign_in(element: Any, moved: bool) -> Iterator[Difference]:
    tag = f"<{element.tag}>"
    if element.tag not in ELEMENTS or (element.tag in MOVED and not moved):
        yield Difference(tag, "an element of this kind", NONE)
    if element.tag == "meta" and equivalent(element) not in ("", "content-security-policy", "content-type"):
        yield Difference(tag, f"an instruction to browsers ({equivalent(element)})", NONE)
    for name, value in element.items():
        hides = name == "hidden" and not (moved and element.tag == "section")
        if name in ("style", "src", "srcdoc", "inert") or name.startswith("on") or hides:
            yield Difference(f"{tag}, attribute {name}", value or "set", NONE)


def equivalent(meta: Any) -> str:
    return str(meta.get("http-equiv") or "").strip().lower()
