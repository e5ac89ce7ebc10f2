"""Where no line may break: at the spaces that French has before and inside its signs, in a year or a day."""

import re
from collections.abc import Callable
from functools import lru_cache

NO_BREAK = "\u00a0"
UNTOUCHED = re.compile(r"(<(?:script|style|pre|svg)\b.*?</(?:script|style|pre|svg)>|<(?!meta\b)[^>]*>)", re.DOTALL)


def with_french_spaces(html: str) -> str:
    """French text whose colons and quotation marks no line can begin or end without their word; markup, code and
    drawings, which are laid out already, stay as they are, but for what a page says of itself (``<meta>``)."""
    return with_texts(html, lambda text: no_lonely_signs(text, "fr"), UNTOUCHED)


def no_lonely_signs(text: str, language: str) -> str:
    """A text in which no line can begin with a French colon or end with an opening quotation mark."""
    if language != "fr":
        return text
    return text.replace(" :", f"{NO_BREAK}:").replace(" »", f"{NO_BREAK}»").replace("« ", f"«{NO_BREAK}")


NO_ELEMENTS = re.compile(r"(<(?:script|style|pre|svg|title)\b.*?</(?:script|style|pre|svg|title)>|<[^>]*>)", re.DOTALL)


@lru_cache
def _kept_together() -> re.Pattern[str]:
    """What stays in one line; the names of months are Babel's, which takes its time to come."""
    from babel.dates import get_month_names

    months = "|".join(name for code in ("en", "fr") for name in get_month_names("wide", locale=code).values())
    return re.compile(
        rf"\b(?:(?:19|20)\d\d-(?:\d\d){{1,2}}\b(?!-)|\d{{1,2}}(?:er)? (?:{months})\b|(?:{months}) \d{{1,2}}\b|\w+-t-\w+"
        r"|sous-jacent|Royaume-Uni|\d+(?:-\d+){3}\b|\w+\xa0?: 911\b)"
    )


def held_together(html: str) -> str:
    """HTML in which a fiscal year, a day with its month, a French inversion (a-t-elle), a compound (sous-jacent,
    Royaume-Uni), a number of a table or a phone stay in one line."""
    return with_texts(html, lambda text: _kept_together().sub(r'<span class="whole">\g<0></span>', text))


def with_texts(html: str, change: Callable[[str], str], apart: re.Pattern[str] = NO_ELEMENTS) -> str:
    """HTML whose texts are changed, not what stands ``apart``: markup, and what can hold no element."""
    pieces = apart.split(html)
    pieces[::2] = map(change, pieces[::2])
    return "".join(pieces)
