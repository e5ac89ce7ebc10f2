"""Numbers, times, names and isolated texts as elements of HTML, for prose and for the templates of pages."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from ..language import FIRST, POP, YEARS, machine_moment
from ..language.spaces import with_texts
from ..numbers.notation import Shown

NAMED = '<span data-name="name">{}</span>'


def data_element(shown: Shown) -> Markup:
    """A number as a machine reads it too."""
    ends = Markup(' data-low="{}" data-high="{}"').format(shown.low, shown.high) if shown.bound == "between" else ""
    return Markup('<data value="{}" data-bound="{}"{}>{}</data>').format(shown.value, shown.bound, ends, shown.words)


def time_element(words: str, moment: str) -> Markup:
    """A period or a day in words, with its moment (a date of ISO 8601, or its beginning) for machines."""
    return Markup('<time datetime="{}">{}</time>').format(machine_moment(moment), words) if moment else escape(words)


def mark_times(text: str, around: str = NAMED) -> Markup:
    """A text, escaped, with its years and spans of years as ``<time>``; what else has digits stands in ``around``."""
    marked = Markup(YEARS.sub(lambda match: time_element(match[0], match[0][:4]), str(escape(text))))
    return Markup(around).format(marked) if re.search(r"\d", YEARS.sub("", text)) else marked


def marked_isolates(html: str) -> str:
    """HTML whose isolated texts (see `language.isolated`) stand in ``<bdi>``; attributes and drawings, which can hold
    no element, keep Unicode's signs."""
    return with_texts(html, lambda text: text.replace(FIRST, "<bdi>").replace(POP, "</bdi>"))
