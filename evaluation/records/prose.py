"""Prose: Markdown with ``{name}``, filled from a chapter's records in one language.

Markdown is rendered without mathematics and with HTML escaped; values are inserted afterwards, so that no text from
data or parameters can become markup, and two dollar amounts do not become a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import mistune
from markupsafe import Markup, escape

from ..language import NO_BREAK, Text, is_literal, translate
from ..language.formats import YEARS, format_period, machine_moment
from ..language.placeholders import NAME, Official
from ..numbers.notation import Shown, noun_of, show
from ..numbers.number import Number
from ..numbers.wording import FORMS, number_in_form
from ..problems import Refused
from .serialization import VALUE, read_number, records_in

# Words that link to a search: ``[we found no figures](#search-spending)``, in prose by
# Markdown, in a text of the catalogue or of data/ by the same words.
LOOKED = re.compile(r"\[([^\[\]]+)\]\(#search-([a-z_]+)\)")
LED_TO = re.compile(r'<a href="#search-([a-z_]+)">(.*?)</a>', re.DOTALL)
# French de and que before a value, and the values in words before which they are elided.
BEFORE_VALUE = re.compile(rf"\b([Dd]|[Qq]u)e (?=(?:<strong>)?{NAME.pattern})")
# A number and its unit, without a line break between: ``{organizations} {organizations.unit}``.
BEFORE_UNIT = re.compile(r"(\{([a-z][a-z0-9_]*)(?:\.[a-z_]+)?\}) (\{\2\.unit\})")
ELIDED = re.compile(r"(?!onze\b)[aeiouâéèêîôœ]", re.IGNORECASE)


PERIODS = ("period", "year")  # parts of a number's period


class UnknownName(Refused):
    """A name in prose that no cell recorded."""


@dataclass
class Values:
    """The named records of a notebook, for prose and titles in one language; ``used`` collects the numbers that were
    linked."""

    language: str
    numbers: dict[str, Number] = field(default_factory=dict)
    others: dict[str, dict[str, Any]] = field(default_factory=dict)
    used: dict[str, Number] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    names: Official = field(default_factory=dict)  # which no cell recorded
    binds_units: bool = False  # whether no line breaks between a number and its unit
    leads: bool = False  # whether the page has a list of searches to link to
    is_draft: bool = False  # whether a period of several years stands where a year is asked for

    @classmethod
    def of(cls, notebook: Any, language: str) -> Values:
        """The values in the outputs of an executed notebook, the last record of each name, for a text in ``language``,
        with the settings of its metadata."""
        about = notebook.metadata.get("evaluation", {})
        leads, is_draft = bool(about.get("searches")), bool(about.get("draft"))
        values = cls(language, names=about.get("names", {}), leads=leads, is_draft=is_draft)
        for _, kind, record in records_in(notebook):
            if kind == VALUE:
                values.take(record)
        return values

    def take(self, record: dict[str, Any]) -> None:
        """Add a record under its name: a number, an absence, or anything else; it replaces an earlier one of that name.
        A record without a name is passed over."""
        for kind in (self.numbers, self.others):
            kind.pop(record.get("name", ""), None)
        self.absent.discard(record.get("name", ""))
        if "number" in record:
            self.numbers[record["name"]] = read_number(record["number"])
        elif record.get("absent"):
            self.absent.add(record["name"])
        elif "name" in record:
            self.others[record["name"]] = record

    def html(self, text: str) -> Markup:
        """HTML (escaped text or rendered Markdown) with its placeholders filled as links, times and labels; numbers are
        added to ``used``. Raises UnknownName, and FormRefused for a form that would be untrue."""
        template = self._bind_and_elide(text)
        filled = NAME.sub(lambda match: str(self._words_of_name(match[1], match[2], rich=True)), template)
        return self.link_searches(filled)

    def link_searches(self, html: str) -> Markup:
        """HTML in which ``[words](#search-ID)`` becomes a link to a search; without a list of searches in the page,
        these links (rendered ones too) become their words alone."""
        linked = LOOKED.sub(r'<a href="#search-\2">\1</a>', str(html))
        return Markup(linked if self.leads else LED_TO.sub(r"\2", linked))

    def plain(self, text: str) -> str:
        """A text with its placeholders filled by words alone, for window titles, labels and files; raises as `html`."""
        filled = NAME.sub(lambda match: self._words_of_name(match[1], match[2]), self._bind_and_elide(text))
        return LOOKED.sub(r"\1", filled)

    def _bind_and_elide(self, text: str) -> str:
        """A text, placeholders still in it, with numbers bound to their units (if ``binds_units``) and, in French,
        elision before values: d’environ, qu’au moins, d’avril."""
        text = BEFORE_UNIT.sub(rf"\1{NO_BREAK}\3", text) if self.binds_units else text
        if self.language != "fr":
            return text
        return BEFORE_VALUE.sub(
            lambda match: match[1] + ("’" if ELIDED.match(self._words_of_name(match[2], match[3])) else "e "), text
        )

    def text(self, text: Text) -> str:
        """A catalogue text translated, its placeholders filled, words only; a text of data is no template and is only
        translated. Raises as `plain` does, and MissingText without French."""
        words = translate(text, self.language)
        return LOOKED.sub(r"\1", words) if is_literal(text) else self.plain(words)

    def rich(self, text: Text) -> Markup:
        """A catalogue text translated, escaped and filled with links; a text of data is no template and is translated
        and escaped. Years in both become ``<time>``. Raises as `text` does."""
        words = mark_times(translate(text, self.language), "{}")
        return self.link_searches(words) if is_literal(text) else self.html(words)

    def _words_of_name(self, name: str, part: str | None, rich: bool = False) -> str:
        """The words for a name or one of its parts, plain or ``rich`` (escaped HTML). Raises UnknownName for a name
        that no cell recorded (see `unknown`), or an unknown form, FormRefused for an untrue one."""
        number = self.numbers.get(name)
        if (part in PERIODS and number) or (part in PERIODS and "start" in self.others.get(name, {})):
            return self._period_words(name, part, rich)
        if number and part != "unit":
            if part not in (None, *FORMS):
                allowed = ", ".join(f"{{{name}.{known}}}" for known in ("unit", *PERIODS, *FORMS))
                raise UnknownName(f"found {{{name}.{part}}}; allowed: {{{name}}}, {allowed}")
            shown = number_in_form(number, part, self.language) if part else show(number, self.language)
            return self.link_number(number, shown) if rich else shown.words
        record = self.others.get(name, {}) if part is None else {}
        if "start" in record:
            words = format_period(record["start"], record["end"], self.language)
            return time_element(words, record["start"] or record["end"]) if rich else words
        if part == "unit" and number:
            words = noun_of(number, self.language)
        elif "text" in record:
            words = LOOKED.sub(r"\1", translate(record["text"], self.language))
        elif part is None and name in self.names:
            words = translate(dict(self.names[name]), self.language)
        else:
            unknown = self.unknown(name + ("." + part if part else ""))
            return escape(unknown) if rich else unknown
        # names from controlled lists, digits and all
        return mark_times(words, f'<span data-name="{name}">{{}}</span>') if rich else words

    def _period_words(self, name: str, part: str, rich: bool) -> str:
        """The period of a number or a moment, or its year. Raises UnknownName for the year of a period that is not in
        one; in a draft its period stands there."""
        number, record = self.numbers.get(name), self.others.get(name, {})
        start, end = (number.start, number.end) if number else (record["start"], record["end"])
        one_year = bool(start) and start[:4] == end[:4]
        if part == "year" and not one_year and not self.is_draft:
            raise UnknownName(
                f"found {{{name}.year}}, of {format_period(start, end, 'en')}; allowed: {{{name}.period}}"
            )
        words = start[:4] if part == "year" and one_year else format_period(start, end, self.language)
        return time_element(words, start or end) if rich else words

    def link_number(self, number: Number, shown: Shown) -> Markup:
        """A number's words, linked to its row in the table of origins, with an id at its first use; the number is added
        to ``used``."""
        first = "" if number.name in self.used else Markup(' id="use-{}"').format(number.name)
        self.used[number.name] = number
        return Markup('<a href="#from-{}"{}>{}</a>').format(number.name, first, data_element(shown))

    def unknown(self, name: str) -> str:
        """Raise UnknownName for a name that no cell recorded; values of a running notebook return a text in its
        place."""
        known = ", ".join([*self.numbers, *self.others])
        raise UnknownName(f"found {{{name}}}; allowed: a recorded name ({known or 'no cell records one'})")


# Numbers, times and names as elements of HTML, for templates of pages too

NAMED = '<span data-name="name">{}</span>'


def data_element(shown: Shown) -> Markup:
    """A number as a ``<data>`` element, readable by programs: value, bound, of ``between`` both ends."""
    ends = Markup(' data-low="{}" data-high="{}"').format(shown.low, shown.high) if shown.bound == "between" else ""
    return Markup('<data value="{}" data-bound="{}"{}>{}</data>').format(shown.value, shown.bound, ends, shown.words)


def time_element(words: str, moment: str) -> Markup:
    """The words of a period or a day as a ``<time>`` element with its moment (or its beginning) in ISO 8601; the
    escaped words alone if the moment is empty."""
    return Markup('<time datetime="{}">{}</time>').format(machine_moment(moment), words) if moment else escape(words)


def mark_times(text: str, around: str = NAMED) -> Markup:
    """A text, escaped, with years and spans of years as ``<time>``; if other digits remain, wrapped in ``around``."""
    marked = Markup(YEARS.sub(lambda match: time_element(match[0], match[0][:4]), str(escape(text))))
    return Markup(around).format(marked) if re.search(r"\d", YEARS.sub("", text)) else marked


ENDED = r"<(?:p|li|blockquote)>|(?<=[^\W\d_]{3}[.!?]) |[»”)][.!?] "  # what stands before a sentence
OPENING = re.compile(rf"((?:{ENDED})(?:<[^>/]+>)*<data [^>]+>)([^\W\d_])")


def capitalize_sentences(html: str) -> Markup:
    """Rendered prose in which a number's words at the start of a sentence (fewer than 20) begin with a capital."""
    return Markup(OPENING.sub(lambda match: match[1] + match[2].upper(), html))


def capitalize(text: str) -> Any:
    """A headline, text or markup (returned as the same type), with a capital where it begins, also with a number's
    words (more than 29,000)."""
    return type(text)(re.sub(r"^((?:<[^>]+>)*)(\w)", lambda m: m[1] + m[2].upper(), str(text), count=1))


class Renderer(mistune.HTMLRenderer):
    """HTML of Markdown without images: a page is one file and loads nothing. Headings can be rendered as bold
    paragraphs, which a table of contents does not list."""

    headings = True

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        """A heading, or if not ``headings`` a bold paragraph, larger for a higher level."""
        if self.headings:
            return super().heading(text, level, **attributes)
        return f'<p><strong style="font-size: {2 - level / 4}em">{text}</strong></p>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Raises Refused: pictures are charts, which have a table."""
        raise Refused(f"found a picture in Markdown ({url}); allowed: text, links, tables; charts for pictures")


@lru_cache
def renderer(headings: bool = True) -> Callable[[str], str]:
    """A function from Markdown to HTML, with tables, HTML in it escaped, and headings, or bold paragraphs for them if
    not ``headings``; it raises Refused for an image. Cached."""
    html_renderer = Renderer(escape=True)
    html_renderer.headings = headings
    render = mistune.create_markdown(renderer=html_renderer, plugins=["table"])
    return lambda text: str(render(text))
