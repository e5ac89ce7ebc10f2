"""No-break spaces: before and inside French signs, in years and in days."""

import re
from collections.abc import Callable
from functools import lru_cache

NO_BREAK = "\u00a0"
UNTOUCHED = re.compile(r"(<(?:script|style|pre|svg)\b.*?</(?:script|style|pre|svg)>|<(?!meta\b)[^>]*>)", re.DOTALL)


def with_french_spaces(html: str) -> str:
    """French HTML with no-break spaces at colons and quotation marks; tags, scripts, styles, ``<pre>`` and drawings,
    already laid out, are unchanged, except the page's descriptions (``<meta>``)."""
    return map_texts(html, lambda text: bind_french_signs(text, "fr"), UNTOUCHED)


def bind_french_signs(text: str, language: str) -> str:
    """A text with no-break spaces before a French colon and inside French quotation marks; unchanged in English."""
    if language != "fr":
        return text
    return text.replace(" :", f"{NO_BREAK}:").replace(" »", f"{NO_BREAK}»").replace("« ", f"«{NO_BREAK}")


NO_ELEMENTS = re.compile(r"(<(?:script|style|pre|svg|title)\b.*?</(?:script|style|pre|svg|title)>|<[^>]*>)", re.DOTALL)


@lru_cache
def _unbreakable_words() -> re.Pattern[str]:
    """The pattern of texts without a line break; compiled on demand and cached, as Babel's months load slowly."""
    from babel.dates import get_month_names

    months = "|".join(name for code in ("en", "fr") for name in get_month_names("wide", locale=code).values())
    return re.compile(
        rf"\b(?:(?:19|20)\d\d-(?:\d\d){{1,2}}\b(?!-)|\d{{1,2}}(?:er)? (?:{months})\b|(?:{months}) \d{{1,2}}\b|\w+-t-\w+"
        r"|sous-jacent|Royaume-Uni|\d+(?:-\d+){3}\b|\w+\xa0?: 911\b)"
    )


def bind_words(html: str) -> str:
    """HTML of either language with ``<span class="whole">`` around what must not break: fiscal years, days with their
    months, French inversions (a-t-elle), compounds (sous-jacent, Royaume-Uni), numbers of tables or phones."""
    return map_texts(html, lambda text: _unbreakable_words().sub(r'<span class="whole">\g<0></span>', text))


def map_texts(html: str, change: Callable[[str], str], apart: re.Pattern[str] = NO_ELEMENTS) -> str:
    """HTML with ``change`` applied to its texts, the empty ones too, except what matches ``apart``, a pattern in one
    group: by default tags, and elements such as scripts, drawings and ``<title>``."""
    pieces = apart.split(html)
    pieces[::2] = map(change, pieces[::2])
    return "".join(pieces)
