"""Spaces that no line may break at, as French has them before and inside its signs."""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"
UNTOUCHED = re.compile(r"(<(?:script|style|pre|svg)\b.*?</(?:script|style|pre|svg)>|<(?!meta\b)[^>]*>)", re.DOTALL)


def with_french_spaces(html: str) -> str:
    """French text whose colons and quotation marks no line can begin or end without their word; markup, code and
    drawings, which are laid out already, stay as they are, but for what a page says of itself (``<meta>``)."""
    parts = UNTOUCHED.split(html)
    parts[::2] = [no_lonely_signs(text, "fr") for text in parts[::2]]
    return "".join(parts)


def no_lonely_signs(text: str, language: str) -> str:
    """A text in which no line can begin with a French colon or end with an opening quotation mark."""
    if language != "fr":
        return text
    return text.replace(" :", f"{NO_BREAK}:").replace(" »", f"{NO_BREAK}»").replace("« ", f"«{NO_BREAK}")
