"""Where the numbers of a page come from: one row a number, the notes, the sources, the releases."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from ..language import N_, format_moment, format_period
from ..numbers.notation import show
from ..numbers.number import Figure, Measure, Number
from ..numbers.publication import Caveat, Source
from ..numbers.quantity import Bound
from ..records.prose import data_element, mark_times, time_element
from . import files, searches
from .care import noted
from .model import Page
from .sections import cited, edition_read, period_html, quoted_parts, said_by, source_title, sources_of, to_check


def origins(page: Page) -> list[dict[str, str]]:
    """The rows of "Where the numbers come from": published figures by source, measures by formula. A publication is
    named whole in the first of its rows that running text leads to; in the others by its title."""
    positions = {caveat: position for position, caveat in enumerate(notes(page), start=1)}
    named: set[str] = set()
    rows = []
    for number in page.numbers.values():
        again = source_of(number) in named or number.name not in page.values.used
        rows.append(origin(page, number, positions, again=again))
        named |= set() if again else {source_of(number)}
    return rows


def source_of(number: Number) -> str:
    return number.source.source if isinstance(number, Figure) else ""


def has_intervals(page: Page) -> bool:
    """Whether the review worked out an interval that the page's table of origins holds."""
    return any(n.quantity.bound is Bound.BETWEEN for n in page.numbers.values() if isinstance(n, Measure))


def origin(page: Page, number: Number, positions: dict[str, int], *, again: bool = False) -> dict[str, str]:
    back = f'<a class="back" href="#use-{number.name}">{page.t(N_("back to the text"))}</a>'
    return {
        "name": number.name,
        "number": data_element(show(number, page.language)) + (f" {back}" if number.name in page.values.used else ""),
        "label": mark_times(escape(page.t(number.label), quote=False)),
        "definition": ""
        if number.definition_label == number.label
        else escape(page.t(number.definition_label), quote=False),
        "when": period_html(number, page.language)
        or (escape(format_period("", "", page.language)) if number.place else ""),
        "place": escape(page.t(number.place_label), quote=False),
        "kind": page.t(files.KINDS[number.kind]),
        "from": published_from(page, number, again=again)
        if isinstance(number, Figure)
        else worked_out_from(page, number),
        "caveats": note_link(page, number.caveats, positions),
    }


def note_link(page: Page, caveats: Sequence[Caveat], positions: dict[str, int]) -> str:
    """Caveats by their numbers in the page's list of notes."""
    numbers = ", ".join(str(positions[caveat.caveat]) for caveat in caveats)
    word = N_("note") if len(caveats) == 1 else N_("notes")
    return f'<a href="#notes">{page.t(word)} {numbers}</a>' if numbers else ""


def notes(page: Page) -> dict[str, str]:
    """Every caveat of the page, in full, each once, with a link to where what it misses was looked for."""
    texts = {name: mark_times(escape(page.t(c.text), quote=False)) for name, c in noted(page).items()}
    looked = searches.by_caveat(page)
    link = f' <a href="#search-{{}}">{page.t(N_("Where we looked"))}</a>'
    return {name: text + (link.format(looked[name]) if name in looked else "") for name, text in texts.items()}


def shown_on(page: Page) -> list[Number]:
    """The numbers of a page, also those that a chart alone shows."""
    return [*page.numbers.values(), *(point.number for chart in page.drawn.values() for point in chart["points"])]


def sources(page: Page) -> dict[str, str]:
    """Every source of the page's numbers and charts: who, what, where, since when, at first hand or not, licence."""
    found = sources_of(shown_on(page)) | page.cited
    return {name: source_html(page, source) for name, source in found.items()}


READ_IN = {"en": N_("figures taken from the English edition,"), "fr": N_("figures taken from the French edition,")}


def source_html(page: Page, source: Source) -> str:
    parts = [said_by(page, source) + ", " + source_title(source, page.language)]
    parts.append(time_element(format_moment(source.published, page.language), source.published))
    # At the same address there is no other edition: its title is the review's translation, in square brackets.
    if source.edition(page.language)[2] not in ("", source.address):
        parts += [f"{page.t(READ_IN[source.title_language])} {edition_read(source, page.language)}"]
    hand = N_("seen at its publisher") if source.first_hand else N_("second-hand copy")
    licence = mark_times(escape(page.t(source.licence), quote=False), '<span data-name="licence">{}</span>')
    address = escape(source.licence_address, quote=True)
    parts += [page.t(hand), to_check(page, source), f'<a href="{address}">{licence}</a>' if address else licence]
    return "; ".join(filter(None, parts))


def published_from(page: Page, figure: Figure, *, again: bool = False) -> str:
    """Publisher, title, place in it, date; the list of sources says the rest. Where a row before has it all, the title
    alone, which leads there."""
    source = figure.source
    place = escape(page.t(figure.place_in_source), quote=False)
    moment = figure.vintage or source.published
    listed = f"#source-{source.source}"
    if again:
        title, title_language, _ = source.edition(page.language)
        parts = [cited(title, title_language, listed, page.language)]
    else:
        publisher = f'<a href="{listed}">{said_by(page, source)}</a>'
        parts = [f"{publisher}, {source_title(source, page.language)}"]
    parts += [quoted_parts(page, source, place), time_element(format_moment(moment, page.language), moment)]
    parts += [] if again else [to_check(page, source)]
    return "; ".join(filter(None, parts))


def worked_out_from(page: Page, number: Number) -> str:
    """The formula, its inputs each linked on, and the method."""
    assert isinstance(number, Measure)
    inputs = "; ".join(
        alike(page, label, list(group)) for label, group in groupby(number.inputs, lambda n: page.t(n.label))
    )
    formula, method = (escape(page.t(text), quote=False) for text in (number.formula, number.method))
    return "; ".join(part for part in (formula, inputs, method) if part)


def alike(page: Page, label: str, numbers: list[Number]) -> str:
    """Inputs that follow each other under one label, which is said once: each number leads on to its row."""
    links = [f'<a href="#from-{n.name}">{escape(show(n, page.language).words)}</a>' for n in numbers]
    return f"{escape(label, quote=False)} ({', '.join(links)})"


def vintages(page: Page) -> list[str]:
    """The releases that the page's figures come from, oldest first."""
    moments = {figure.vintage for number in shown_on(page) for figure in number.figures()} - {""}
    return [time_element(format_moment(m, page.language), m) for m in sorted(moments)]
